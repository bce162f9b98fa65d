"""Granting or refusing time, letting it run again, and what the desk does when nobody decides."""

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM, Actor
from desk.access.permissions import Permission, Role
from desk.approvals.actions import pass_on, run_out, vote
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, ApprovalState, Ballot
from desk.audit.models import Visibility
from desk.casework.actions import clocks, letters
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.move import announce_reached
from desk.casework.actions.requests import (
    Asked,
    decision_due,
    need,
    running_promise,
    told,
    waiting,
)
from desk.casework.models import Case
from desk.casework.queries.context import Context, context_of
from desk.casework.queries.scope import case_of
from desk.casework.words import PROMISES, Complexity, PauseReason, Status
from desk.kernel.db import db
from desk.kernel.errors import Conflict, NotAllowed
from desk.worktime.deadline import WORKING_DAY, due

AGAIN = timedelta(hours=1)
WHY_NOT = _l("Write why not, so that the department knows what to do.")


def decide_extension(
    number: str, *, grant: bool, reason: str, version: int, by: Actor, now: datetime
) -> Case:
    """Support, grant or refuse more time: the lead supports or refuses, the supervisor decides.

    Granting moves the promise, tells the complainant why and writes the new date. Raises NotAllowed
    for whoever asked or is not asked now, Conflict when the date has passed.
    """
    context = begin(number, version, Permission.CASE_READ, by, now)
    approval = waiting(context, ApprovalKind.EXTENSION)
    supervises = Permission.CASE_DECIDE_EXTENSION in context.permissions
    if approval.decider_role is Role.LEAD:
        _allow(Permission.CASE_ENDORSE_EXTENSION in context.permissions, by, approval)
    else:
        _allow(supervises, by, approval)
    if not grant:
        return _refuse(context, approval, Asked.REFUSE_EXTENSION, reason, by, now)
    clock = running_promise(context, now)
    if approval.decider_role is Role.LEAD:
        vote(approval, Ballot.ENDORSE, reason, by=by, now=now)
        due_at = decision_due(context, approval.kind, Role.SUPERVISOR, now)
        pass_on(approval, Role.SUPERVISOR, due_at=due_at, alarm_at=clock.due_at, now=now)
        return told(context, Asked.ENDORSE_EXTENSION, reason, by=by, now=now)
    vote(approval, Ballot.GRANT, reason, by=by, now=now)
    clocks.extend(context.case, clock, approval.payload["days"], context.place, now=now)
    if "complexity" in approval.payload:
        context.case.complexity = Complexity(approval.payload["complexity"])
    clocks.set_next_due(context.case, context.clocks)
    return _announce(context, approval, Asked.EXTEND, "extended", by, now)


def decide_pause(
    number: str, *, grant: bool, reason: str, version: int, by: Actor, now: datetime
) -> Case:
    """Let the promise stand still, or refuse to; the complainant is told what it waits for."""
    context = begin(number, version, Permission.CASE_DECIDE_PAUSE, by, now)
    approval = waiting(context, ApprovalKind.PAUSE)
    _allow(True, by, approval)
    if not grant:
        return _refuse(context, approval, Asked.REFUSE_PAUSE, reason, by, now)
    clock, table = running_promise(context, now), context.place.timetable
    vote(approval, Ballot.GRANT, reason, by=by, now=now)
    until = due(
        now, approval.payload["days"], WORKING_DAY, table.calendar, table.hours, table.zone
    ).due_at
    why = PauseReason(approval.payload["why"])
    reached = clocks.pause(context.case, clock, context.place, why, now=now, until=until)
    announce_reached(context.case, reached, now=now)
    clocks.set_next_due(context.case, context.clocks)
    return _announce(context, approval, Asked.PAUSE, "paused", by, now)


def resume(number: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Let the promise run again; it is due later by the working time it stood still.

    A pause whose time was over counts up to then, however late somebody notices. Raises Conflict
    when nothing stands still.
    """
    context = begin(number, version, Permission.CASE_RESUME, by, now)
    clock = next(
        (c for c in context.clocks if c.step in PROMISES and c.paused_at is not None), None
    )
    if clock is None:
        raise Conflict(_l("The time runs already."))
    until = min(now, clock.alarm_at) if clock.alarm_at else now
    clocks.go_on(context.case, clock, context.place, now=until)
    clocks.set_next_due(context.case, context.clocks)
    body = {**_promised(context), "until": until.isoformat()}
    case = finish(context, Asked.RESUME, by, now, body, Visibility.PUBLIC)
    letters.owe(case, "resumed", now=now)
    if context.situation.joined:
        letters.tell_joined(case, "resumed", now=now)
    return case


def chase(number: str, key: tuple[int, UUID], *, now: datetime) -> None:
    """Do what time alone does to a request: ask the supervisor, or let it run out.

    Silence never grants. More time that nobody granted before the date is refused; anything else
    goes from whoever did not answer to the supervisor.
    """
    case = case_of(SYSTEM, number)
    approval = db.session.get_one(Approval, key, populate_existing=True)
    if approval.state is not ApprovalState.PENDING or not approval.alarm_at:
        return
    if approval.alarm_at > now:
        return
    context = context_of(case, SYSTEM, now=now)
    if approval.kind is ApprovalKind.EXTENSION and not _still_open(context, now):
        run_out(approval, now=now)
        finish(context, Asked.EXTENSION_RAN_OUT, SYSTEM, now)
    elif approval.decider_role is not Role.SUPERVISOR:
        due_at = decision_due(context, approval.kind, Role.SUPERVISOR, now)
        is_time = approval.kind is ApprovalKind.EXTENSION
        alarm_at = _over(context) if is_time else None
        pass_on(approval, Role.SUPERVISOR, due_at=due_at, alarm_at=alarm_at, now=now)
        finish(context, Asked.RAISE_REQUEST, SYSTEM, now, {"kind": approval.kind.value})
    else:
        approval.alarm_at = now + AGAIN


def _still_open(context: Context, now: datetime) -> bool:
    over = _over(context)
    return context.case.status is Status.HANDLING and over is not None and now < over


def _over(context: Context) -> datetime | None:
    """Tell when the running promise is due; nothing where none runs."""
    running = [c for c in context.clocks if c.step in PROMISES and c.stopped_at is None]
    return running[0].due_at if running else None


def _allow(allowed: bool, by: Actor, approval: Approval) -> None:
    if by.user_id == approval.asked_by:
        raise NotAllowed(_l("You asked for this. Somebody else must decide."))
    if not allowed:
        raise NotAllowed(_l("Your role does not include this. Ask your lead if it should."))


def _refuse(
    context: Context, approval: Approval, act: Asked, reason: str, by: Actor, now: datetime
) -> Case:
    need(reason, "text", WHY_NOT)
    vote(approval, Ballot.REFUSE, reason, by=by, now=now)
    return told(context, act, reason, by=by, now=now)


def _announce(
    context: Context, approval: Approval, act: Asked, letter: str, by: Actor, now: datetime
) -> Case:
    """Tell the complainant what the department asked for and got, and why."""
    body = {**approval.payload, **_promised(context)}
    public = Visibility.PUBLIC
    case = told(context, act, approval.reason, by=by, now=now, visibility=public, body=body)
    letters.owe(case, letter, now=now)
    if context.situation.joined:
        letters.tell_joined(case, letter, now=now)
    return case


def _promised(context: Context) -> dict[str, object]:
    promised = context.case.promised_on
    return {"promised_on": promised.isoformat() if promised else None}
