"""When somebody is away and who acts for them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.absence import come_back, go_away, stand_ins_for
from desk.accounts.forms import AbsenceForm, ConfirmForm
from desk.accounts.queries import absence_of, names_of
from desk.accounts.views.doors import blueprint
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.errors import Invalid
from desk.kernel.texts import whole_number
from desk.organisation.queries import home_day


@blueprint.route("/absence", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
def absence() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    form = AbsenceForm()
    found = stand_ins_for(actor.user_id or 0, home_day(now))
    form.stand_in.choices = [(str(user.id), user.name) for user in found]
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            go_away(
                form.from_on.data,
                form.until_on.data,
                whole_number(str(form.stand_in.data or "")),
                by=actor,
                now=now,
            )
    except Invalid as error:
        form.blame(error)
        return _page(form), 422
    told = _("Noted. Whoever stands in has been told.") if form.stand_in.data else _("Noted.")
    flash(told, "done")
    return redirect(url_for("accounts.absence"), 303)


def _page(form: AbsenceForm) -> str:
    actor, now = current_actor(), utc_now()
    noted = absence_of(actor.user_id or 0)
    if noted is not None and noted.until_on < home_day(now):
        noted = None
    ids = [*actor.stands_for, *([noted.stand_in_id] if noted and noted.stand_in_id else [])]
    return render_template("accounts/absence.html", form=form, noted=noted, names=names_of(ids))


@blueprint.post("/absence/end")
@requires(Permission.ACCOUNT_OWN)
def end_absence() -> ResponseReturnValue:
    if ConfirmForm().validate_on_submit():
        with transaction():
            come_back(by=current_actor(), now=utc_now())
        flash(_("You are back. Nobody stands in for you any more."), "done")
    return redirect(url_for("accounts.absence"), 303)
