"""Cards: whose they are to see, their lists and their counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.casework.ladder import CARDS, Cause, Level
from desk.casework.models import Case, CaseClock
from desk.casework.queries.scope import not_named, within
from desk.casework.words import Step
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.supervision.models import Card

PAGE = 30
MOST = 300
KEPT_STATEMENTS = 256


class Standing(StrEnum):
    """How a card stands."""

    IN_FORCE = "in_force"
    APPEALED = "appealed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class CardRow:
    """What a list shows of a card; `number` leads to the case only where `reachable` says so."""

    id: UUID
    number: str
    level: Level
    step: Step
    cause: Cause
    department_id: int
    hall_id: int
    fell_due_at: datetime
    issued_at: datetime
    standing: Standing
    reachable: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of cards is narrowed to; None is everything."""

    level: Level | None = None
    standing: Standing | None = None
    department_id: int | None = None
    hall_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def cards_within(actor: Actor) -> ColumnElement[bool]:
    """Give the condition for the cards somebody may see: those of their unit, or of their region.

    A unit sees its cards also when the case has moved on. Whoever a case names sees none of it.
    """
    seats = actor.seats_for(Permission.CARDS_SEE)
    return and_(or_(false(), *(_seat(seat) for seat in seats)), not_named(actor))


def _seat(seat: Seat) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [Card.region_id.in_(sorted(seat.region_ids))]
    if seat.department_id:
        conditions.append(Card.department_id == seat.department_id)
    elif seat.hall_id:
        conditions.append(Card.hall_id == seat.hall_id)
    return and_(*conditions)


def cards(
    actor: Actor, wanted: Wanted, cursor: Cursor | None, *, size: int = PAGE
) -> Page[CardRow]:
    """List cards, the newest first."""
    statement = after(
        _rows(actor).where(*_narrow(wanted)),
        cursor,
        Card.issued_at,
        Card.id,
        newest_first=True,
    ).limit(size + 1)
    rows = [_row(row) for row in db.session.execute(statement)]
    return page_of(rows, cursor, size, lambda row: (row.issued_at, row.id))


def to_decide(actor: Actor) -> Sequence[CardRow]:
    """List the cards whose unit objects and waits for a decision, the longest waiting first."""
    if not actor.may(Permission.CARD_DECIDE):
        return []
    statement = (
        _rows(actor)
        .where(Approval.state == ApprovalState.PENDING, Approval.asked_by != (actor.user_id or 0))
        .order_by(Approval.due_at, Card.id)
        .limit(PAGE)
    )
    return [_row(row) for row in db.session.execute(statement)]


def counts(actor: Actor, wanted: Wanted) -> dict[tuple[int, int], dict[Level, int]]:
    """Count the cards in force of each unit (department, hall) and level."""
    statement = (
        select(Card.department_id, Card.hall_id, Card.level, func.count())
        .join(Case, and_(Case.region_id == Card.region_id, Case.id == Card.case_id))
        .outerjoin(
            Approval, and_(Approval.region_id == Card.region_id, Approval.id == Card.appeal_id)
        )
        .where(
            cards_within(actor),
            Card.level.in_(sorted(CARDS)),
            Card.revoked_at.is_(None),
            *_narrow(wanted),
        )
        .group_by(Card.department_id, Card.hall_id, Card.level)
    )
    found: dict[tuple[int, int], dict[Level, int]] = {}
    for department_id, hall_id, level, n in db.session.execute(statement):
        found.setdefault((department_id, hall_id), {})[level] = n
    return found


def red_cards(actor: Actor, wanted: Wanted) -> Sequence[CardRow]:
    """List the red cards in force for the bulletin, unit by unit, the first 300."""
    statement = (
        _rows(actor)
        .where(*_narrow(wanted), Card.level == Level.RED, Card.revoked_at.is_(None))
        .order_by(Card.department_id, Card.hall_id, Card.issued_at, Card.id)
        .limit(MOST)
    )
    return [_row(row) for row in db.session.execute(statement)]


def cards_at(case: Case, clocks: Iterable[CaseClock], actor: Actor) -> Sequence[tuple[Card, bool]]:
    """List the cards of a case, each with whether this person may open it; notices are none.

    Nothing is asked of the database where no clock has climbed.
    """
    climbed = any(clock.climbed_at is not None for clock in clocks)
    if not climbed or not actor.may(Permission.CARDS_SEE):
        return []
    key = {"region_id": case.region_id, "case_id": case.id}
    rows = db.session.execute(_cards_at(actor), key)
    return [(card, bool(may_open)) for card, may_open in rows]


@lru_cache(maxsize=KEPT_STATEMENTS)
def _cards_at(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Build the question of `cards_at` once for each person."""
    return (
        select(Card, cards_within(actor))
        .join(Case, and_(Case.region_id == Card.region_id, Case.id == Card.case_id))
        .where(
            Card.region_id == bindparam("region_id"),
            Card.case_id == bindparam("case_id"),
            Card.level.in_(sorted(CARDS)),
        )
        .order_by(Card.fell_due_at, Card.id)
    )


def card_of(actor: Actor, key: UUID) -> tuple[Card, Case, Approval | None]:
    """Find a card with its case and the appeal against it, locked when a transaction is open.

    Raises NotFound in the same words for one that is absent and one out of reach.
    """
    statement: Select[*tuple[Any, ...]] = (
        select(Card, Case)
        .join(Case, and_(Case.region_id == Card.region_id, Case.id == Card.case_id))
        .where(Card.id == key, Card.level.in_(sorted(CARDS)), cards_within(actor))
    )
    if is_writing():
        statement = statement.with_for_update(of=(Card, Case)).execution_options(
            populate_existing=True
        )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound(_l("There is no such card, or it is not yours to see."))
    card, case = row
    appeal = db.session.get(Approval, (card.region_id, card.appeal_id)) if card.appeal_id else None
    return card, case, appeal


def clock_of(card: Card) -> CaseClock:
    """Give the run of a clock that a card was issued for."""
    return db.session.get_one(CaseClock, (card.region_id, card.case_id, card.step, card.n))


def is_reachable(actor: Actor, case: Case) -> bool:
    """Tell whether somebody may open the case of a card."""
    here = and_(Case.region_id == case.region_id, Case.id == case.id)
    found = select(Case.id).where(here, within(actor, Permission.CASE_READ))
    return db.session.scalar(found) is not None


def standing_of(revoked_at: datetime | None, appeal: ApprovalState | None) -> Standing:
    """Say how a card stands."""
    if revoked_at is not None:
        return Standing.REVOKED
    return Standing.APPEALED if appeal is ApprovalState.PENDING else Standing.IN_FORCE


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Card.id,
            Case.number,
            Card.level,
            Card.step,
            Card.cause,
            Card.department_id,
            Card.hall_id,
            Card.fell_due_at,
            Card.issued_at,
            Card.revoked_at,
            Approval.state,
            within(actor, Permission.CASE_READ).label("reachable"),
        )
        .join(Case, and_(Case.region_id == Card.region_id, Case.id == Card.case_id))
        .outerjoin(
            Approval, and_(Approval.region_id == Card.region_id, Approval.id == Card.appeal_id)
        )
        .where(cards_within(actor), Card.level.in_(sorted(CARDS)))
    )


def _row(row: Any) -> CardRow:
    standing = standing_of(row.revoked_at, row.state)
    return CardRow(
        id=row.id,
        number=row.number,
        level=row.level,
        step=row.step,
        cause=row.cause,
        department_id=row.department_id,
        hall_id=row.hall_id,
        fell_due_at=row.fell_due_at,
        issued_at=row.issued_at,
        standing=standing,
        reachable=bool(row.reachable),
    )


def _narrow(wanted: Wanted) -> list[ColumnElement[bool]]:
    pending = and_(Card.revoked_at.is_(None), Approval.state == ApprovalState.PENDING)
    standings: dict[Standing, ColumnElement[bool]] = {
        Standing.REVOKED: Card.revoked_at.is_not(None),
        Standing.APPEALED: pending,
        Standing.IN_FORCE: and_(
            Card.revoked_at.is_(None),
            or_(Approval.state.is_(None), Approval.state != ApprovalState.PENDING),
        ),
    }
    found: list[tuple[object, Callable[[], ColumnElement[bool]]]] = [
        (wanted.level, lambda: Card.level == wanted.level),
        (wanted.standing, lambda: standings[wanted.standing or Standing.IN_FORCE]),
        (wanted.department_id, lambda: Card.department_id == wanted.department_id),
        (wanted.hall_id, lambda: Card.hall_id == wanted.hall_id),
        (wanted.since, lambda: Card.issued_at >= wanted.since),
        (wanted.until, lambda: Card.issued_at < wanted.until),
    ]
    return [condition() for given, condition in found if given is not None]
