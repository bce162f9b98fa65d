"""One card: what it was issued for, the unit's objection, and what was decided on it."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.approvals.models import Approval
from desk.approvals.queries import votes_on
from desk.approvals.words import ApprovalState
from desk.casework import labels as case_labels
from desk.casework.explaining import lines_of
from desk.casework.models import Case
from desk.casework.place import place_of
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed
from desk.organisation.queries import home_timetable
from desk.supervision import labels, queries
from desk.supervision.actions import appealing
from desk.supervision.forms import AppealForm, DecideForm
from desk.supervision.models import Card
from desk.supervision.views.doors import Units, blueprint


@blueprint.get("/cards/<uuid:key>")
@requires(Permission.CARDS_SEE)
def card(key: UUID) -> ResponseReturnValue:
    return _page(key), 200


@blueprint.post("/cards/<uuid:key>/appeal")
@requires(Permission.CARD_APPEAL)
def appeal_card(key: UUID) -> ResponseReturnValue:
    form = AppealForm()
    if not form.validate_on_submit():
        return _page(key, form), 422
    try:
        with transaction():
            appealing.appeal(key, str(form.text.data), by=current_actor(), now=utc_now())
    except (Invalid, Conflict, NotAllowed) as error:
        return _refused(key, form, error)
    flash(
        _("Your objection stands at the card. It is in force until a supervisor decides."), "done"
    )
    return redirect(url_for("supervision.card", key=key), 303)


@blueprint.post("/cards/<uuid:key>/decide")
@requires(Permission.CARD_DECIDE)
def decide_card(key: UUID) -> ResponseReturnValue:
    form = DecideForm()
    if not form.validate_on_submit():
        return _page(key, form), 422
    uphold = form.uphold.data == "yes"
    try:
        with transaction():
            appealing.decide_appeal(
                key, uphold=uphold, reason=str(form.text.data), by=current_actor(), now=utc_now()
            )
    except (Invalid, Conflict, NotAllowed) as error:
        return _refused(key, form, error)
    flash(_("The card is revoked.") if uphold else _("The card stands."), "done")
    return redirect(url_for("supervision.card", key=key), 303)


def _refused(key: UUID, form: AppealForm | DecideForm, error: DeskError) -> tuple[str, int]:
    """Show the card again with what was typed and why it was not taken."""
    if isinstance(error, Invalid):
        form.blame(error)
        return _page(key, form), 422
    form.form_errors.append(error.message)
    return _page(key, form), 409 if isinstance(error, Conflict) else 403


def _page(key: UUID, form: AppealForm | DecideForm | None = None) -> str:
    end_read()
    actor, now = current_actor(), utc_now()
    card, case, objection = queries.card_of(actor, key)
    open_form = _open_form(card, case, objection, form)
    votes = votes_on(objection) if objection else ()
    people = [*([objection.asked_by] if objection else []), *(vote.user_id for vote in votes)]
    names = Units([(card.department_id, card.hall_id)])
    clock, table = queries.clock_of(card), place_of(case.region_id, case.hall_id, now).timetable
    return render_template(
        "supervision/card.html",
        card=card,
        case=case,
        objection=objection,
        votes=votes,
        names=names_of(people),
        unit=names.name(card.department_id, card.hall_id),
        standing=queries.standing_of(card.revoked_at, objection.state if objection else None),
        until=appealing.appeal_until(card, case, now),
        reachable=queries.is_reachable(actor, case),
        form=form or open_form,
        is_open=open_form is not None,
        decides=isinstance(open_form, DecideForm),
        labels=labels,
        why=labels.why(card.level, card.cause),
        step_names=case_labels.STEP,
        clock=clock,
        lines=lines_of(clock, table),
        today=table.local_day(now),
        month_of_card=home_timetable(now).local_day(card.issued_at).strftime("%Y-%m"),
    )


def _open_form(
    card: Card, case: Case, objection: Approval | None, form: AppealForm | DecideForm | None
) -> AppealForm | DecideForm | None:
    """Give the form this person may fill in now, as it was left if it is that one."""
    actor = current_actor()
    wanted: type[AppealForm | DecideForm] | None = None
    if appealing.can_appeal(card, case, objection, actor, utc_now()):
        wanted = AppealForm
    elif objection is not None and objection.state is ApprovalState.PENDING:
        may_decide = actor.may(Permission.CARD_DECIDE) and objection.asked_by != actor.user_id
        wanted = DecideForm if may_decide else None
    if wanted is None:
        return None
    return form if isinstance(form, wanted) else wanted(formdata=None)
