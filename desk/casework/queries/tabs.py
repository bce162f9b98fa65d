"""The tabs of the queue: which cases stand in each, and how many."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union,
)

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission, Role
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.casework.conditions import NONE, Conditions
from desk.casework.models import Case, Reply
from desk.casework.queries.left_alone import left_alone
from desk.casework.queries.narrowing import DAY_END, NOW, moments, narrowed
from desk.casework.queries.scope import seat_condition
from desk.casework.words import REFUSALS, Kind, Outcome, Review, Status
from desk.kernel.db import db
from desk.organisation.queries import Timetable

COUNT_CAP = 100
KEPT_STATEMENTS = 256


class Tab(StrEnum):
    """The tabs of the queue, in the order they are shown; the last only at the start of a day."""

    TURN = "turn"
    UNASSIGNED = "unassigned"
    TODAY = "today"
    OVERDUE = "overdue"
    WAITING = "waiting"
    RATINGS = "ratings"
    FOLLOW_UP = "follow_up"
    DECISIONS = "decisions"
    MINE = "mine"
    ALL = "all"
    RETURNED = "returned"


def counts(
    actor: Actor, *, now: datetime, table: Timetable, conditions: Conditions = NONE
) -> dict[Tab, int]:
    """Count the cases of every tab that fit, each up to 100: the page shows "99+" for that."""
    if not actor.seats_for(Permission.CASE_READ):
        return dict.fromkeys(Tab, 0)
    values = moments(now, table, conditions)
    row = db.session.connection().execute(_counts_of(actor, conditions), values).one()
    return {tab: min(n, COUNT_CAP) for tab, n in zip(Tab, row, strict=True)}


@lru_cache(maxsize=KEPT_STATEMENTS)
def _counts_of(actor: Actor, conditions: Conditions) -> Select[*tuple[Any, ...]]:
    """Build the one statement that counts a person's tabs."""
    return select(*(_count(actor, tab, conditions).label(tab.value) for tab in Tab))


def _count(actor: Actor, tab: Tab, conditions: Conditions) -> ScalarSelect[int]:
    """Count one list; a case that two seats reach counts once."""
    some = [
        select(Case.id)
        .where(Case.open, condition_of(actor, seat, tab), narrowed(conditions, seat))
        .limit(literal_column(str(COUNT_CAP), Integer))
        .subquery()
        for seat in actor.seats_for(Permission.CASE_READ)
    ]
    each = some[0] if len(some) == 1 else union(*(select(one.c.id) for one in some)).subquery()
    return select(func.count()).select_from(each).scalar_subquery()


Asked = tuple[tuple[Tab, Conditions], ...]
"""Some lists, each a tab and what it is narrowed to."""


def counts_of_lists(
    actor: Actor, asked: Asked, *, now: datetime, table: Timetable
) -> tuple[int, ...]:
    """Count some lists in one statement, each up to 100."""
    values: dict[str, object] = {}
    for _tab, conditions in asked:
        values |= moments(now, table, conditions)
    row = db.session.connection().execute(_counts_of_lists(actor, asked), values).one()
    return tuple(min(n, COUNT_CAP) for n in row)


@lru_cache(maxsize=KEPT_STATEMENTS)
def _counts_of_lists(actor: Actor, asked: Asked) -> Select[*tuple[Any, ...]]:
    return select(
        *(
            _count(actor, tab, conditions).label(f"n{i}")
            for i, (tab, conditions) in enumerate(asked)
        )
    )


def condition_of(actor: Actor, seat: Seat, tab: Tab) -> ColumnElement[bool]:
    """Say which cases stand in a tab for one seat: an OR over seats would cost the index.

    The statement it goes into is given the `moments`.
    """
    rules: dict[Tab, Callable[[], ColumnElement[bool]]] = {
        Tab.TURN: lambda: _turn_of(seat, actor),
        Tab.UNASSIGNED: lambda: and_(
            Case.handler_id.is_(None), Case.status.in_([Status.DISPATCHED, Status.HANDLING])
        ),
        Tab.TODAY: lambda: and_(Case.next_due_at >= NOW, Case.next_due_at < DAY_END),
        Tab.OVERDUE: lambda: Case.next_due_at < NOW,
        Tab.WAITING: lambda: Case.status == Status.SUPPLEMENT,
        Tab.RATINGS: lambda: and_(Case.kind == Kind.RECTIFICATION, Case.status == Status.ACCEPTED),
        Tab.DECISIONS: lambda: _asks(seat, actor),
        Tab.FOLLOW_UP: lambda: Case.status == Status.REPLIED,
        Tab.MINE: lambda: Case.handler_id == actor.holder_of(seat),
        Tab.ALL: true,
        Tab.RETURNED: lambda: _returned_to(seat, actor),
    }
    return and_(seat_condition(seat, actor), rules[tab]())


def _turn_of(seat: Seat, actor: Actor) -> ColumnElement[bool]:
    """Say for which cases the next move belongs to this seat."""
    ordinary = Case.outcome.in_([Outcome.DONE, Outcome.PART])
    mine_or_nobodys = or_(Case.handler_id.is_(None), Case.handler_id == actor.holder_of(seat))
    turns: dict[Role, ColumnElement[bool]] = {
        Role.CLERK: Case.status.in_([Status.SUBMITTED, Status.ACCEPTED, Status.REPLIED]),
        Role.HANDLER: and_(Case.status.in_([Status.DISPATCHED, Status.HANDLING]), mine_or_nobodys),
        Role.LEAD: or_(
            Case.status == Status.DISPATCHED,
            and_(Case.status == Status.REPLY_REVIEW, ordinary, Case.kind == Kind.COMPLAINT),
        ),
        Role.SUPERVISOR: or_(
            and_(
                Case.status == Status.REPLY_REVIEW,
                or_(Case.outcome.in_(sorted(REFUSALS)), Case.kind == Kind.RECTIFICATION),
            ),
            left_alone(),
        ),
    }
    return turns.get(seat.role, false())


def _asks(seat: Seat, actor: Actor) -> ColumnElement[bool]:
    """Say at which cases somebody else's request waits for this seat."""
    return exists().where(
        Approval.region_id == Case.region_id,
        Approval.subject_id == Case.id,
        Approval.state == ApprovalState.PENDING,
        Approval.decider_role == seat.role,
        Approval.asked_by.notin_(sorted({actor.user_id or 0, actor.holder_of(seat)})),
    )


def _returned_to(seat: Seat, actor: Actor) -> ColumnElement[bool]:
    """Say which cases came back to this seat: a reply sent back, or a case to be done again."""
    mine_or_nobodys = or_(Case.handler_id.is_(None), Case.handler_id == actor.holder_of(seat))
    held: dict[Role, ColumnElement[bool]] = {
        Role.CLERK: Case.status == Status.ACCEPTED,
        Role.HANDLER: and_(Case.status == Status.HANDLING, mine_or_nobodys),
        Role.LEAD: Case.status == Status.HANDLING,
        Role.SUPERVISOR: Case.status.in_([Status.ACCEPTED, Status.HANDLING]),
    }
    sent_back = exists().where(
        Reply.region_id == Case.region_id,
        Reply.case_id == Case.id,
        Reply.round == Case.round,
        Reply.review == Review.SENT_BACK,
    )
    return and_(held.get(seat.role, false()), or_(Case.round > 0, sent_back))
