"""How somebody wants to be told of things, and at which address."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.actions import keep_email
from desk.accounts.forms import ToldForm
from desk.accounts.models import User
from desk.accounts.reaching import email_of
from desk.accounts.views.doors import blueprint
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.notify.actions import choose
from desk.notify.notices import Notice, Way
from desk.notify.queries import choices_by
from desk.organisation.queries import home_region


@blueprint.route("/news", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def told() -> ResponseReturnValue:
    actor, form = current_actor(), ToldForm()
    user_id = actor.user_id or 0
    if not form.is_submitted():
        form.email.data = email_of(db.session.get_one(User, user_id)) or ""
        for kind, way in choices_by(user_id).items():
            form[kind.value].data = way.value
        return _page(form)
    if not form.validate():
        return _page(form), 422
    region_id = home_region().id
    with transaction():
        choose(user_id, {kind: Way(form[kind.value].data) for kind in Notice})
        email = str(form.email.data or "") or None
        keep_email(user_id, email, by=actor, region_id=region_id, now=utc_now())
    flash(_("Kept. It holds from now on."), "done")
    return redirect(url_for("accounts.told"), 303)


def _page(form: ToldForm) -> str:
    return render_template("accounts/told.html", form=form, kinds=list(Notice))
