"""The list of where one is signed in."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts import actions, queries
from desk.accounts.agents import browser_name
from desk.accounts.forms import ConfirmForm
from desk.accounts.views.doors import blueprint, cookie_name
from desk.kernel.clock import utc_now
from desk.kernel.crypto import token_hash
from desk.kernel.db import db, transaction
from desk.organisation.queries import home_region


@blueprint.get("/sessions")
@requires(Permission.ACCOUNT_OWN)
def sessions() -> ResponseReturnValue:
    return _sessions_page(ConfirmForm())


def _sessions_page(form: ConfirmForm) -> str:
    rows = queries.sessions_of(current_actor().user_id or 0, now=utc_now())
    here = token_hash(request.cookies.get(cookie_name(), ""))
    listed = [
        (row.token_h.hex(), row, browser_name(row.agent), bytes(row.token_h) == here)
        for row in rows
    ]
    return render_template("accounts/sessions.html", listed=listed, form=form)


@blueprint.post("/sessions/revoke")
@requires(Permission.ACCOUNT_OWN)
def revoke() -> ResponseReturnValue:
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _sessions_page(form), 422
    try:
        token_h = bytes.fromhex(str(form.session.data or ""))
    except ValueError:
        return _sessions_page(form), 422
    actor = current_actor()
    with transaction():
        actions.revoke(
            token_h,
            actor.user_id or 0,
            actor,
            region_id=home_region().id,
            now=utc_now(),
        )
    db.session.expire_all()
    flash(_("That browser is signed out."), "done")
    return redirect(url_for("accounts.sessions"), 303)
