"""Whom to call and ask: the cases that wait for it, what a call needs, who else is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission
from desk.casework.calling import CALL_HOURS, USUAL
from desk.casework.models import CallPlan, Case, Contact, Party, Reply
from desk.casework.place import Place
from desk.casework.queries.lists import PAGE, QueueRow, shown
from desk.casework.queries.scope import seat_condition
from desk.casework.words import ContactKind, IdentityMode, Review, Status
from desk.kernel.db import Instant, db
from desk.kernel.paging import Cursor, Page, page_of
from desk.organisation.queries import setting_of

COUNT_CAP = 100
KEPT_STATEMENTS = 128
MOST_TOGETHER = 4
"""Of how many other cases somebody is asked in one call."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How often a complainant was rung in this round without an answer, and when last."""

    times: int
    last: datetime


def calls(
    actor: Actor, *, now: datetime, cursor: Cursor | None, later: bool = False, size: int = PAGE
) -> Page[QueueRow]:
    """Give one page of those this person may call, oldest promise first.

    Nobody whose reply it is, or who reviewed it, is among the callers. With `later` those who
    asked to be called another time, which has not come.
    """
    backwards = bool(cursor and cursor.backwards)
    values: dict[str, object] = {"now": now}
    if cursor is not None:
        values |= {"at": cursor.at, "key": cursor.id}
    found: dict[tuple[datetime, UUID], QueueRow] = {}
    for seat in actor.seats_for(Permission.CASE_FOLLOW_UP):
        statement = _page_of(actor, seat, later, size + 1, cursor is not None, backwards)
        for row in db.session.connection().execute(statement, values):
            found[row.next_due_at, row.id] = QueueRow(*row)
    chosen = [found[key] for key in sorted(found, reverse=backwards)[: size + 1]]
    return page_of(chosen, cursor, size, lambda row: (row.next_due_at, row.id))


def call_counts(actor: Actor, *, now: datetime) -> tuple[int, int]:
    """Count those to call now and those to call later, each up to a hundred."""
    seats = actor.seats_for(Permission.CASE_FOLLOW_UP)

    def count(*, later: bool) -> int:
        keys = {
            key
            for seat in seats
            for key in db.session.scalars(
                select(Case.id).where(_waits(actor, seat, later)).limit(COUNT_CAP), {"now": now}
            )
        }
        return min(len(keys), COUNT_CAP)

    return count(later=False), count(later=True)


@lru_cache(maxsize=KEPT_STATEMENTS)
def _page_of(
    actor: Actor, seat: Seat, later: bool, size: int, starts_at_key: bool, backwards: bool
) -> Select[*tuple[Any, ...]]:
    here = tuple_(Case.next_due_at, Case.id)
    statement = shown().where(_waits(actor, seat, later))
    if starts_at_key:
        there = tuple_(bindparam("at", type_=Instant), bindparam("key", type_=Uuid))
        statement = statement.where(here < there if backwards else here > there)
    order = (Case.next_due_at, Case.id)
    return statement.order_by(*(one.desc() if backwards else one for one in order)).limit(
        literal_column(str(size), Integer)
    )


def _waits(actor: Actor, seat: Seat, later: bool) -> ColumnElement[bool]:
    """Say which cases wait for a call of this person; the statement is given `now`."""
    planned = exists().where(
        CallPlan.region_id == Case.region_id,
        CallPlan.case_id == Case.id,
        CallPlan.round == Case.round,
        CallPlan.at > bindparam("now", type_=Instant),
    )
    return and_(
        seat_condition(seat, actor),
        Case.status == Status.REPLIED,
        Case.party_id.isnot(None),
        _not_its_own(actor, seat),
        planned if later else ~planned,
    )


def _not_its_own(actor: Actor, seat: Seat) -> ColumnElement[bool]:
    """Leave out what this person, or whose seat it is, answered or reviewed in this round."""
    own = sorted({actor.user_id or 0, actor.holder_of(seat)})
    return ~exists().where(
        Reply.region_id == Case.region_id,
        Reply.case_id == Case.id,
        Reply.round == Case.round,
        Reply.review.in_([Review.APPROVED, Review.ON_SPOT]),
        or_(Reply.author_id.in_(own), Reply.reviewer_id.in_(own)),
    )


def tried(rows: Sequence[QueueRow]) -> dict[UUID, Tried]:
    """Tell for each of these cases how often nobody answered in its round, and when last."""
    if not rows:
        return {}
    found = db.session.execute(
        select(Contact.case_id, func.count(), func.max(Contact.at))
        .join(Case, and_(Case.region_id == Contact.region_id, Case.id == Contact.case_id))
        .where(
            tuple_(Contact.region_id, Contact.case_id).in_(
                [(row.region_id, row.id) for row in rows]
            ),
            Contact.kind == ContactKind.FOLLOW_UP,
            Contact.round == Case.round,
            ~Contact.reached,
        )
        .group_by(Contact.case_id)
    )
    return {key: Tried(n, at) for key, n, at in found}


def planned(rows: Sequence[QueueRow]) -> dict[UUID, datetime]:
    """Tell when those who named a time want to be called."""
    if not rows:
        return {}
    found = db.session.execute(
        select(CallPlan.case_id, CallPlan.at)
        .join(Case, and_(Case.region_id == CallPlan.region_id, Case.id == CallPlan.case_id))
        .where(
            tuple_(CallPlan.region_id, CallPlan.case_id).in_(
                [(row.region_id, row.id) for row in rows]
            ),
            CallPlan.round == Case.round,
        )
    )
    return dict(found)


def same_party(actor: Actor, case: Case, *, now: datetime) -> Sequence[Case]:
    """List other cases of the same person, same hall, that the same call can ask about.

    The same is whoever has the same number and the same masked name; a confidential case stays
    alone, and none of them shows up beside another.
    """
    if case.identity_mode is not IdentityMode.REAL or case.status is not Status.REPLIED:
        return ()
    mine = db.session.get(Party, (case.region_id, case.party_id)) if case.party_id else None
    if mine is None or mine.phone_h is None:
        return ()
    seats = actor.seats_for(Permission.CASE_FOLLOW_UP)
    return db.session.scalars(
        select(Case)
        .join(Party, and_(Party.region_id == Case.region_id, Party.id == Case.party_id))
        .where(
            or_(*(_waits(actor, seat, False) for seat in seats)),
            Case.region_id == case.region_id,
            Case.hall_id == case.hall_id,
            Case.id != case.id,
            Case.identity_mode == IdentityMode.REAL,
            Party.phone_h == mine.phone_h,
            Party.name_masked == mine.name_masked,
        )
        .order_by(Case.next_due_at, Case.id)
        .limit(MOST_TOGETHER),
        {"now": now},
    ).all()


def plan_of(case: Case) -> CallPlan | None:
    """Find when a complainant asked to be called about the answer of this round."""
    plan = db.session.get(CallPlan, (case.region_id, case.id))
    return plan if plan is not None and plan.round == case.round else None


def call_hours(place: Place, now: datetime) -> Sequence[Sequence[str]]:
    """Give the hours in which people are called there, as pairs of HH:MM."""
    chosen = setting_of(CALL_HOURS, place.region, place.day(now))
    return chosen or USUAL
