"""The filing under way in this browser: its cookie, its steps, the way from one to the next."""

import secrets
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from desk.casework.numbers import new_access_code
from desk.intake import drafts
from desk.intake.views.doors import cookie_name, here, settings
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction

STEPS = ("what", "tell", "you", "check")
COOKIE = "draft"


def token() -> str | None:
    """Give what the browser sent as its draft's token, right or wrong."""
    return request.cookies.get(cookie_name(COOKIE))


def draft() -> dict[str, Any]:
    """Read this browser's draft or receipt; empty when there is none."""
    return drafts.read(token(), now=utc_now())


def under_way() -> dict[str, Any]:
    """Read this browser's draft; what has become a receipt is no draft any more."""
    found = draft()
    return {} if "number" in found else found


def keep(changed: dict[str, Any]) -> None:
    """Keep the draft of this browser as it now is."""
    known, region_id, now = token(), here().region.id, utc_now()
    if known:
        with transaction():
            drafts.keep(known, region_id, changed, now=now)


def onward(changed: dict[str, Any], step: str) -> ResponseReturnValue:
    """Keep the draft and lead to a step.

    A token the server did not draw is replaced, so that nobody can choose one for somebody else.
    """
    known = token()
    used = known if known and draft() else drafts.new_token()
    changed.setdefault("key", secrets.token_urlsafe(24))
    changed.setdefault("code", new_access_code())
    region_id, now = here().region.id, utc_now()
    with transaction():
        drafts.keep(used, region_id, changed, now=now)
    answer = redirect(url_for(f"intake.{step}"), 303)
    answer.set_cookie(
        cookie_name(COOKIE),
        used,
        max_age=int(drafts.LIVES.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings().is_https,
        path="/",
    )
    return answer


def missing_before(found: dict[str, Any], step: str) -> ResponseReturnValue | None:
    """Lead back to the first step that has not been filled in; None when all have been."""
    for earlier in STEPS[: STEPS.index(step)]:
        if earlier not in found:
            return redirect(url_for(f"intake.{earlier}"), 303)
    return None
