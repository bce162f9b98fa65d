"""What the pages of one's own account share."""

import hashlib

from flask import Blueprint, Response, current_app

from desk.access.actors import SYSTEM
from desk.accounts import actions
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.organisation.queries import home_region
from desk.settings import Settings

blueprint = Blueprint("accounts", __name__, url_prefix="/account")


def cookie_name() -> str:
    """Name the cookie of a session; over https a browser takes it from this host alone."""
    settings: Settings = current_app.extensions["settings"]
    return "__Host-desk" if settings.is_https else "desk"


def record_refusal(login: str, why: str) -> None:
    """Put a refused sign-in into the ledger, under a digest of the name that was typed."""
    digest = hashlib.sha256(login.encode("utf-8", "replace")).hexdigest()[:16]
    region_id = home_region().id
    with transaction():
        actions.refuse_sign_in(digest, why, region_id=region_id, by=SYSTEM, now=utc_now())


def with_cookie(answer: Response, token: str) -> Response:
    """Hand a session's token to the browser."""
    settings: Settings = current_app.extensions["settings"]
    answer.set_cookie(
        cookie_name(),
        token,
        max_age=int(actions.ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.is_https,
        path="/",
    )
    return answer
