"""What a person sees when something cannot be done: what it was, and what to do now."""

import structlog
from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from desk.access.doors import SignInNeeded
from desk.api import problems
from desk.kernel.db import end_read
from desk.kernel.errors import (
    Busy,
    Conflict,
    DeskError,
    Gone,
    Invalid,
    NotAllowed,
    NotFound,
    TokenNeeded,
    TooMany,
)

STATUS: dict[type[DeskError], int] = {
    TokenNeeded: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    Invalid: 422,
    TooMany: 429,
    Busy: 503,
}
KNOWN = frozenset({400, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503})
NEVER_KEPT = frozenset({"csrf_token", "password", "code", "access_code", "key", "version"})
SECONDS = 2

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Give every kind of failure its page."""

    @app.errorhandler(DeskError)
    def desk_error(error: DeskError) -> ResponseReturnValue:
        status = STATUS.get(type(error), 400)
        retry = error.retry_after if isinstance(error, TooMany | Busy) else None
        if problems.wanted():
            return problems.answer(
                status, error.message, wrong=problems.parts_of(error), retry_after=retry
            )
        theirs = error.theirs if isinstance(error, Conflict) else {}
        return error_page(status, error.message, retry_after=retry, theirs=theirs)

    @app.errorhandler(SignInNeeded)
    def sign_in(_error: SignInNeeded) -> ResponseReturnValue:
        if request.method == "GET":
            return redirect(url_for("accounts.sign_in", next=request.path))
        return error_page(
            403, _("You were signed out. Sign in in another tab, then send this again.")
        )

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> ResponseReturnValue:
        return error_page(409, _("Somebody changed this while you were writing. Look again."))

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError) -> ResponseReturnValue:
        log.error("database", error=type(error.orig).__name__, request_id=_request_id())
        return error_page(503, None, retry_after=SECONDS)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code < 400:
            return error
        said = error.description if type(error).description != error.description else None
        return error_page(code, said, headers=dict(error.get_headers()))

    @app.errorhandler(Exception)
    def bug(error: Exception) -> ResponseReturnValue:
        log.error("bug", exc_info=error, request_id=_request_id(), endpoint=request.endpoint)
        return error_page(500, None)


def error_page(
    status: int,
    message: str | None,
    *,
    retry_after: int | None = None,
    theirs: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> ResponseReturnValue:
    """Render the page of a status with what was typed, so that nothing written is lost.

    A system is answered in its own way, with the same sentence.
    """
    try:
        end_read()
    except Exception:  # noqa: BLE001 - the page must come even when the database does not
        log.warning("no read to end", request_id=_request_id())
    if problems.wanted():
        return problems.answer(status, message, retry_after=retry_after, headers=headers)
    extra = {"Retry-After": str(retry_after)} if retry_after else {}
    if headers and "Allow" in headers:
        extra["Allow"] = headers["Allow"]
    page = render_template(
        "errors/error.html",
        code=status if status in KNOWN else (500 if status >= 500 else 400),
        message=message,
        request_id=_request_id(),
        kept=_kept(),
        was_sent=request.method == "POST",
        theirs=theirs or {},
        retry_after=retry_after,
    )
    return page, status, extra


def _kept() -> dict[str, str]:
    """Give back what was typed; not passwords, codes or what the page itself sent."""
    if request.method != "POST":
        return {}
    try:
        form = request.form
    except HTTPException:
        return {}
    return {
        name: value
        for name, value in form.items()
        if name not in NEVER_KEPT and len(value) > SECONDS and "\0" not in value
    }


def _request_id() -> str:
    return str(getattr(g, "request_id", ""))
