"""What a department asks for and others decide. Asking changes nothing: every clock runs on."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.approvals.actions import vote
from desk.approvals.words import ApprovalKind, ApprovalState, Ballot
from desk.casework.actions.acting import begin
from desk.casework.actions.requests import (
    Asked,
    decided,
    end_of,
    first_decider,
    limit_for,
    need,
    put,
    running_promise,
    told,
    waiting,
)
from desk.casework.guards import is_for_supervisor, window_decides_return
from desk.casework.models import Case, CaseClock
from desk.casework.queries.context import Context
from desk.casework.words import Complexity, PauseReason, Status, Step
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.queries import departments_of
from desk.worktime.deadline import WORKING_DAY

LONGEST_EXTENSION = 15


def ask_return(
    number: str, reason: str, department_id: int | None, *, version: int, by: Actor, now: datetime
) -> Case:
    """Ask to hand back a case that belongs to another department; it stays until that is decided.

    Raises Conflict for a second request after the same dispatch, a final assignment, or later than
    the limit counted from the dispatch.
    """
    context = begin(number, version, Permission.CASE_ASK_RETURN, by, now)
    case, s = context.case, context.situation
    if case.status not in {Status.DISPATCHED, Status.HANDLING}:
        raise Conflict(_l("Only a case that is with your department can be handed back."))
    if s.final_assignment:
        raise Conflict(_l("A supervisor decided that your department answers. This is final."))
    if any(a.payload.get("hop") == case.hop for a in decided(context, ApprovalKind.RETURN)):
        raise Conflict(_l("Your department has asked once, and it was decided."))
    if now > return_until(context):
        raise Conflict(_l("A case can be handed back within one working day of being passed on."))
    _check_suggestion(context, department_id)
    role = Role.SUPERVISOR if is_for_supervisor(s) else Role.CLERK
    payload = {"department": department_id, "hop": case.hop, "round": case.round}
    put(context, ApprovalKind.RETURN, role, reason, payload, by=by, now=now)
    return told(context, Asked.ASK_RETURN, reason, by=by, now=now)


def refuse_return(number: str, reason: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Say that a case stays with its department; after two hops only arbitration answers."""
    context = begin(number, version, Permission.CASE_DECIDE_RETURN, by, now)
    approval = waiting(context, ApprovalKind.RETURN)
    sentence = window_decides_return(context.situation)
    if sentence is not None:
        raise Conflict(sentence)
    need(reason, "text", _l("Write why it stays with the department."))
    vote(approval, Ballot.REFUSE, reason, by=by, now=now)
    return told(context, Asked.REFUSE_RETURN, reason, by=by, now=now)


def return_until(context: Context) -> datetime:
    """Say until when the department may ask to hand the case back: counted from the dispatch."""
    dispatched = [c.started_at for c in context.clocks if c.step is Step.SIGN]
    return end_of(context, "return_request", max(dispatched, default=context.case.filed_at))


def ask_extension(
    number: str, days: int, reason: str, *, version: int, by: Actor, now: datetime
) -> Case:
    """Ask for more working days before the promise runs out; the date stands until it is granted.

    Raises Conflict when it ran out, is paused or was asked for once in this round; Invalid for more
    days than the first limit had, or than 15.
    """
    context = begin(number, version, Permission.CASE_ASK_TIME, by, now)
    clock = running_promise(context, now)
    _check_days(days, longest_extension(clock))
    return put_extension(context, clock, days, reason, by=by, now=now)


def put_extension(
    context: Context,
    clock: CaseClock,
    days: int,
    reason: str,
    *,
    complexity: Complexity | None = None,
    by: Actor,
    now: datetime,
) -> Case:
    """Put a request for more time before whoever decides; a longer limit of another kind is one.

    Of a kind with a much longer limit only as much is asked for as more time may be.
    """
    running_promise(context, now)
    if decided(context, ApprovalKind.EXTENSION):
        raise Conflict(_l("More time was asked for once, and it was decided."))
    days = min(days, longest_extension(clock))
    payload: dict[str, Any] = {"days": days, "round": context.case.round}
    if complexity is not None:
        payload["complexity"] = complexity.value
    role = first_decider(context)
    approval = put(context, ApprovalKind.EXTENSION, role, reason, payload, by=by, now=now)
    approval.alarm_at = min(approval.alarm_at or clock.due_at, clock.due_at)
    return told(context, Asked.ASK_EXTENSION, reason, by=by, now=now, body={"days": days})


def longest_extension(clock: CaseClock) -> int:
    """Say how many working days may be added: as many as the limit had, at most 15."""
    return min(clock.limit_n if clock.unit == WORKING_DAY else 1, LONGEST_EXTENSION)


def ask_pause(
    number: str,
    why: PauseReason,
    days: int,
    reason: str,
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Case:
    """Ask to let the promise stand still, for one of three reasons and no longer than the limit.

    Raises Conflict when the date has passed, or for a second wait for the complainant in a round.
    """
    context = begin(number, version, Permission.CASE_ASK_TIME, by, now)
    running_promise(context, now)
    if why is PauseReason.COMPLAINANT and any(
        a.state is ApprovalState.GRANTED and a.payload.get("why") == why.value
        for a in decided(context, ApprovalKind.PAUSE)
    ):
        raise Conflict(_l("The time stood still for the complainant once in this round."))
    _check_days(days, limit_for(context, "pause_max", now)[0])
    payload = {"why": why.value, "days": days, "round": context.case.round}
    put(context, ApprovalKind.PAUSE, first_decider(context), reason, payload, by=by, now=now)
    body = {"why": why.value, "days": days}
    return told(context, Asked.ASK_PAUSE, reason, by=by, now=now, body=body)


def _check_days(days: int, most: int) -> None:
    if not 1 <= days <= most:
        raise Invalid(_l("Ask for 1 to %(most)s working days.", most=most), field="days")


def _check_suggestion(context: Context, department_id: int | None) -> None:
    """Raise Invalid for a department that takes no work here, or that has the case."""
    if department_id is None:
        return
    open_ones = departments_of(context.case.region_id, context.situation.today)
    if department_id == context.case.department_id or department_id not in {
        department.id for department in open_ones
    }:
        raise Invalid(_l("Choose a department from the list."), field="department")
