"""Pages of the house itself: language, type size, health."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text

from desk.access.doors import public
from desk.jobs.models import Heartbeat
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.kernel.schema import is_current
from desk.kernel.throttle import Limit
from desk.settings import Settings
from desk.web.context import TYPE_COOKIE
from desk.web.languages import COOKIE, LANGUAGES

blueprint = Blueprint("web", __name__)

A_YEAR = 31_536_000
CSP_REPORTS = Limit("csp-report", "30/minute")
WORKER_SILENT = timedelta(minutes=2)


def own_path(wanted: str | None) -> str:
    """Accept only a path of this site to go back to; anything else is the first page."""
    ok = (
        wanted
        and wanted.startswith("/")
        and not wanted.startswith(("//", "/\\"))
        and wanted.isprintable()
        and "\\" not in wanted
    )
    return wanted if ok and wanted else "/"


def _remember(name: str, value: str) -> Response:
    settings: Settings = current_app.extensions["settings"]
    answer = redirect(own_path(request.args.get("next")), 303)
    answer.set_cookie(
        name,
        value,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.is_https,
    )
    return answer  # type: ignore[return-value]


@blueprint.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    if code not in LANGUAGES:
        raise NotFound("")
    return _remember(COOKIE, code)


@blueprint.get("/type-size/<size>")
@public
def type_size(size: str) -> ResponseReturnValue:
    if size not in {"normal", "large"}:
        raise NotFound("")
    return _remember(TYPE_COOKIE, size)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Tell whether the desk can take work: database, migrations, a worker that lives."""
    found = {"database": False, "migrations": False, "worker": False}
    try:
        db.session.execute(text("SELECT 1")).scalar_one()
        found["database"] = True
        found["migrations"] = is_current()
        seen = db.session.scalar(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1))
        found["worker"] = seen is not None and utc_now() - seen < WORKER_SILENT
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        db.session.rollback()
    scanner = "set" if current_app.extensions["scanner"] else "not set"
    ready = all(found.values())
    return jsonify({**found, "scanner": scanner}), 200 if ready else 503


@blueprint.post("/csp-report")
@public
def csp_report() -> ResponseReturnValue:
    """Take a browser's report and count it; its content is never kept."""
    current_app.extensions["throttle"].hit(CSP_REPORTS, "all", "")
    return "", 204
