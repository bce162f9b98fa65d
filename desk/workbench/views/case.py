"""The page of a case and the steps it can take."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires, takes_files
from desk.access.permissions import GRANTS, STAFF_ROLES, Permission
from desk.casework.actions.move import move
from desk.casework.labels import STAFF_STATUS
from desk.casework.models import Case
from desk.casework.queries.joined import around_of
from desk.casework.queries.scope import case_of
from desk.casework.workflow import ROWS, Move
from desk.catalogue.naming import item_meant
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Busy, Conflict, Invalid, NotAllowed
from desk.organisation.queries import home_timetable
from desk.workbench.forms import StepForm
from desk.workbench.views.doors import beside, blueprint, came_from, list_address
from desk.workbench.views.keeping import forget_draft
from desk.workbench.views.looking import is_sure, look_over_step
from desk.workbench.views.opening import form_of
from desk.workbench.views.page import refused, show
from desk.workbench.views.sent import everything_sent, taken_from

STAFF_MOVES = tuple(
    row.move for row in ROWS if row.sources and GRANTS[row.permission].intersection(STAFF_ROLES)
)


@blueprint.get("/cases/<number>")
@requires(Permission.CASE_READ)
def case(number: str) -> ResponseReturnValue:
    return show(number), 200


@blueprint.get("/cases/<number>/next")
@requires(Permission.CASE_READ)
def next_case(number: str) -> ResponseReturnValue:
    """Go on to the case after this one in the list it was opened from."""
    actor = current_actor()
    here = case_of(actor, number)
    return _go_beside(actor, here.next_due_at, here.id)


@blueprint.get("/cases/<number>/previous")
@requires(Permission.CASE_READ)
def previous_case(number: str) -> ResponseReturnValue:
    """Go back to the case before this one in the list it was opened from."""
    actor = current_actor()
    here = case_of(actor, number)
    return _go_beside(actor, here.next_due_at, here.id, backwards=True)


def _go_beside(
    actor: Actor, at: datetime, key: UUID, *, backwards: bool = False
) -> ResponseReturnValue:
    end_read()
    now = utc_now()
    table = home_timetable(now)
    listing = came_from()
    number = beside(actor, at, key, listing=listing, backwards=backwards, now=now, table=table)
    if number is None:
        flash(_("There is no further case in this direction."), "done")
        return redirect(list_address(listing), 303)
    return redirect(url_for("workbench.case", number=number), 303)


@blueprint.post(f"/cases/<number>/<any({', '.join(STAFF_MOVES)}):step>")
@takes_files
@requires(Permission.CASE_READ)
def take_step(number: str, step: str) -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    before = case_of(actor, number)
    due_at, key = before.next_due_at, before.id
    joined = around_of(before).joined > 0
    form = form_of(Move(step), before, everything_sent(), joined=joined)
    if not form.validate_on_submit():
        return show(number, do=step, form=form), 422
    try:
        item_id = _item_id(form, before)
        data, found = look_over_step(Move(step), form, before, form.step(item_id))
        if not is_sure(found):
            return show(number, do=step, form=form, warned=found), 422
        with taken_from(form) as files, transaction():
            moved = move(number, Move(step), replace(data, files=files), by=actor, now=now)
            forget_draft(moved, step, actor)
            said = _("%(number)s: %(status)s", number=number, status=STAFF_STATUS[moved.status])
    except (Invalid, Conflict, NotAllowed, Busy) as error:
        return refused(number, error, form, step)
    flash(said, "done")
    if request.form.get("next"):
        return _go_beside(actor, due_at, key)
    return redirect(url_for("workbench.case", number=number), 303)


def _item_id(form: StepForm, case: Case) -> int | None:
    """Find the item meant; raises Invalid for an unknown one."""
    if form.given("item") == "none":
        return None
    now = utc_now()
    return item_meant(
        case.region_id,
        str(form.given("item_code") or ""),
        str(form.given("item_words") or ""),
        on=home_timetable(now).local_day(now),
    )
