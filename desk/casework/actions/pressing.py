"""Pressing on: a complainant's nudge, a supervisor's word, an order, raising it to who leads."""

from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import SYSTEM, Actor
from desk.access.permissions import Permission
from desk.audit.models import Visibility
from desk.casework.actions import story
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.effects import raise_to_leader
from desk.casework.actions.requests import Asked, end_of, need
from desk.casework.models import Case, CaseOrder
from desk.casework.queries.context import Context, context_of
from desk.casework.queries.scope import case_of
from desk.casework.words import MessageKind, OrderState, Status
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.kernel.ids import uuid7
from desk.worktime.deadline import WORKING_DAY, due

NUDGED_IN = frozenset(
    {Status.SUBMITTED, Status.ACCEPTED, Status.DISPATCHED, Status.HANDLING, Status.REPLY_REVIEW}
)
LONGEST_ORDER = 15
BATCH = 50


def nudge(number: str, *, by: Actor, now: datetime) -> Case:
    """Let the complainant ask to hurry, at most once in two working days.

    Raises Conflict where it is not the desk's turn, or before the day `nudge_from` gives.
    """
    context = begin(number, None, Permission.CASE_NUDGE, by, now)
    first = nudge_from(context)
    if first is None:
        raise Conflict(_l("There is nothing to hurry: it is not the desk's turn."))
    if context.situation.today < first:
        raise Conflict(_l("You asked to hurry a short while ago. The desk has seen it."))
    context.case.nudged_at = now
    return finish(context, Asked.NUDGE, by, now, visibility=Visibility.PUBLIC)


def nudge_from(context: Context) -> date | None:
    """Tell from which day on the complainant may ask to hurry; None while the desk has no turn."""
    case = context.case
    if case.status not in NUDGED_IN:
        return None
    if case.nudged_at is None:
        return context.situation.today
    return context.place.day(end_of(context, "nudge", case.nudged_at))


def urge(number: str, text: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Ask whoever has the case to hurry; raises Conflict once it has ended."""
    context = begin(number, version, Permission.CASE_URGE, by, now)
    _still_open(context)
    need(text, "text", _l("Write what should be done, and by when."))
    _say(context, Asked.URGE, text, Visibility.TEAM, by, now)
    return finish(context, Asked.URGE, by, now)


def supervise(
    number: str,
    text: str,
    *,
    to_hall: bool,
    days: int,
    version: int,
    by: Actor,
    now: datetime,
) -> Case:
    """Order the hall or the department that has the case to answer in writing within some days.

    It stays in the header of the case until it is answered or lifted. Raises Conflict while another
    is open, Invalid for a department where none has the case.
    """
    context = begin(number, version, Permission.CASE_SUPERVISE, by, now)
    case = context.case
    _still_open(context)
    if context.order is not None:
        raise Conflict(_l("A written answer is wanted already. Wait for it, or lift that first."))
    if not to_hall and case.department_id is None:
        raise Invalid(_l("No department has this case. Choose the window."), field="unit")
    if not 1 <= days <= LONGEST_ORDER:
        raise Invalid(_l("Give 1 to %(most)s working days.", most=LONGEST_ORDER), field="days")
    need(text, "text", _l("Write what you want to know."))
    if by.user_id is None:
        raise NotAllowed(_l("Only staff can ask for this."))
    table = context.place.timetable
    due_at = due(now, days, WORKING_DAY, table.calendar, table.hours, table.zone).due_at
    order = CaseOrder(
        region_id=case.region_id,
        id=uuid7(now),
        case_id=case.id,
        hall_id=case.hall_id,
        department_id=0 if to_hall else case.department_id,
        asked_by=by.user_id,
        asked_at=now,
        asked_seq=_say(context, Asked.SUPERVISE, text, Visibility.TEAM, by, now),
        due_at=due_at,
        alarm_at=due_at,
        state=OrderState.OPEN,
    )
    db.session.add(order)
    case.supervised_at = now
    body = {"department": order.department_id or None, "due_at": due_at.isoformat()}
    return finish(context, Asked.SUPERVISE, by, now, body)


def answer_order(number: str, text: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Answer in writing what a supervisor wanted to know; only the unit that was named may.

    Where the case has left that department, whoever has it now answers.
    """
    context = begin(number, version, Permission.CASE_ANSWER_ORDER, by, now)
    order = _open_order(context)
    if not may_answer(context, by):
        raise NotAllowed(_l("Another unit was asked for this answer."))
    need(text, "text", _l("Write the answer."))
    order.answer_seq = _say(context, Asked.ANSWER_ORDER, text, Visibility.TEAM, by, now)
    return _end(context, order, OrderState.ANSWERED, Asked.ANSWER_ORDER, by, now)


def may_answer(context: Context, by: Actor) -> bool:
    """Tell whether somebody sits in the unit that was named, or in the one that took over."""
    case, order = context.case, context.order
    if order is None:
        return False
    seats = [
        seat
        for seat in by.seats_for(Permission.CASE_ANSWER_ORDER)
        if seat.reaches(case.region_id, case.hall_id, case.department_id)
    ]
    if order.department_id == 0:
        return any(seat.hall_id for seat in seats)
    if order.department_id == case.department_id:
        return any(seat.department_id == order.department_id for seat in seats)
    return bool(seats)


def lift_order(number: str, text: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Say that a written answer is not wanted any more, and why."""
    context = begin(number, version, Permission.CASE_SUPERVISE, by, now)
    order = _open_order(context)
    need(text, "text", _l("Write why it is not wanted any more."))
    _say(context, Asked.LIFT_ORDER, text, Visibility.TEAM, by, now)
    return _end(context, order, OrderState.LIFTED, Asked.LIFT_ORDER, by, now)


def escalate(number: str, text: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Raise a case to the duty leader, who is named on it from now on.

    Raises Conflict once it has ended or has been raised.
    """
    context = begin(number, version, Permission.CASE_ESCALATE, by, now)
    _still_open(context)
    if context.case.escalated_at is not None:
        raise Conflict(_l("This case was raised to the duty leader already."))
    need(text, "text", _l("Write why it is raised."))
    raise_to_leader(context.case, context.situation.today, now=now)
    _say(context, Asked.ESCALATE, text, Visibility.TEAM, by, now)
    body = {"leader": context.case.leader_id}
    return finish(context, Asked.ESCALATE, by, now, body, Visibility.PUBLIC)


def late_orders(*, now: datetime) -> list[tuple[str, int, UUID]]:
    """List up to 50 orders whose day has passed without an answer and of which nobody was told."""
    rows = db.session.execute(
        select(Case.number, CaseOrder.region_id, CaseOrder.id)
        .join(Case, (Case.region_id == CaseOrder.region_id) & (Case.id == CaseOrder.case_id))
        .where(CaseOrder.state == OrderState.OPEN, CaseOrder.alarm_at <= now)
        .order_by(CaseOrder.alarm_at, CaseOrder.id)
        .limit(BATCH)
    )
    return [(number, region_id, key) for number, region_id, key in rows]


def raise_late(number: str, key: tuple[int, UUID], *, now: datetime) -> None:
    """Raise a case to the duty leader because a supervisor's order was not answered in time."""
    case = case_of(SYSTEM, number)
    order = db.session.get_one(CaseOrder, key, populate_existing=True)
    if order.state is not OrderState.OPEN or order.alarm_at is None or order.alarm_at > now:
        return
    order.alarm_at = None
    context = context_of(case, SYSTEM, now=now)
    if not case.open or case.escalated_at is not None:
        return
    raise_to_leader(case, context.situation.today, now=now)
    body = {"leader": case.leader_id, "why": "order"}
    finish(context, Asked.ESCALATE, SYSTEM, now, body, Visibility.PUBLIC)


def _open_order(context: Context) -> CaseOrder:
    if context.order is None:
        raise Conflict(_l("No written answer is wanted here any more."))
    return context.order


def _end(
    context: Context, order: CaseOrder, state: OrderState, act: Asked, by: Actor, now: datetime
) -> Case:
    order.state, order.ended_by, order.ended_at = state, by.user_id, now
    order.alarm_at = None
    context.case.supervised_at = None
    return finish(context, act, by, now, {"department": order.department_id or None})


def _still_open(context: Context) -> None:
    if not context.case.open:
        raise Conflict(_l("This case has ended. To go on, open it again first."))


def _say(
    context: Context, act: Asked, text: str, visibility: Visibility, by: Actor, now: datetime
) -> int:
    return story.add(
        context.case,
        MessageKind.REASON,
        text.strip(),
        visibility=visibility,
        by=by,
        now=now,
        payload={"move": act.value},
    )
