"""Telling people of what fell due: one notice a person and kind, however much came at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, update

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.accounts.queries import heads_of, people, seated
from desk.approvals.events import ApprovalAsked, ApprovalDecided
from desk.approvals.words import ApprovalKind
from desk.casework.ladder import CARDS, SEVERITY, Level
from desk.casework.models import Case, CaseClock
from desk.casework.queries.scope import within
from desk.kernel.db import db
from desk.notify.actions import Reader, tell
from desk.notify.notices import Notice
from desk.organisation.queries import home_day
from desk.supervision.models import Card
from desk.supervision.queries import cards_within

AT_ONCE = 300
FOR_HEADS = frozenset({Level.YELLOW, Level.RED})
KINDS = {Level.REMINDER: Notice.REMINDER, Level.AMBER: Notice.AMBER}
LISTS = {
    Notice.REMINDER: "/desk/queue?tab=turn",
    Notice.AMBER: "/desk/queue?tab=today",
    Notice.CARD: "/supervision/cards",
}

Unit = tuple[int, int, int]
"""Region, department and hall; of the last two at least one is 0."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A level somebody has to be told of, with its case and who has that in hand."""

    card: UUID
    level: Level
    case_id: UUID
    number: str
    handler_id: int | None
    issued_at: datetime

    @property
    def kind(self) -> Notice:
        return KINDS.get(self.level, Notice.CARD)


def untold_units() -> Sequence[Unit]:
    """List the units that have not been told of everything that fell due."""
    rows = db.session.execute(
        select(Card.region_id, Card.department_id, Card.hall_id)
        .where(Card.told_at.is_(None))
        .distinct()
        .order_by(Card.region_id, Card.department_id, Card.hall_id)
    )
    return [(region_id, department_id, hall_id) for region_id, department_id, hall_id in rows]


def tell_unit(unit: Unit, *, now: datetime) -> bool:
    """Tell the people of a unit of up to 300 levels nobody was told of; False when none was left.

    Of each run of a clock only the most severe level is told, and of a clock that has stopped
    meanwhile only a card; of a revoked card nothing. The caller holds the transaction.
    """
    rows = _untold(unit)
    if not rows:
        return False
    db.session.execute(
        update(Card)
        .where(Card.region_id == unit[0], Card.id.in_([card.id for card, *_ in rows]))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    owed = _worst(rows)
    day = home_day(now)
    first = _first_told(unit, owed, day)
    for user, actor in people(first | _told_too(unit, owed, day, of_all=not first), day):
        reader = Reader(user.id, user.lang, user.email_e is not None)
        seen = _seen_by(actor, unit[0], owed)
        for kind in LISTS:
            mine = [(one, seen[one.card]) for one in owed if one.kind is kind and one.card in seen]
            mine = [pair for pair in mine if _is_theirs(pair[0], actor, of_all=not first)]
            _tell(kind, reader, mine, unit, now=now)
    return True


def _untold(unit: Unit) -> Sequence[Any]:
    statement = (
        select(Card, Case.number, Case.handler_id, CaseClock.stopped_at)
        .join(Case, and_(Case.region_id == Card.region_id, Case.id == Card.case_id))
        .join(
            CaseClock,
            and_(
                CaseClock.region_id == Card.region_id,
                CaseClock.case_id == Card.case_id,
                CaseClock.step == Card.step,
                CaseClock.n == Card.n,
            ),
        )
        .where(
            Card.region_id == unit[0],
            Card.department_id == unit[1],
            Card.hall_id == unit[2],
            Card.told_at.is_(None),
        )
        .order_by(Card.issued_at, Card.id)
        .limit(AT_ONCE)
        .with_for_update(of=Card)
    )
    return db.session.execute(statement).all()


def _worst(rows: Iterable[Any]) -> list[Owed]:
    """Keep of each run of a clock the most severe level that still means something."""
    found: dict[tuple[Any, ...], Owed] = {}
    for card, number, handler_id, stopped_at in rows:
        if card.revoked_at is not None or (stopped_at is not None and card.level not in CARDS):
            continue
        run = (card.case_id, card.step, card.n)
        known = found.get(run)
        if known is None or SEVERITY[known.level] < SEVERITY[card.level]:
            found[run] = Owed(card.id, card.level, card.case_id, number, handler_id, card.issued_at)
    return list(found.values())


def _first_told(unit: Unit, owed: Sequence[Owed], day: date) -> set[int]:
    """Name who has the cases in hand and who leads them; from yellow on also who heads the unit."""
    region_id, department_id, hall_id = unit
    if not department_id and not hall_id:
        return set()
    place = {"region_id": region_id, "hall_id": hall_id, "department_id": department_id}
    found = set(seated(Role.LEAD if department_id else Role.CLERK, day, **place))
    if department_id:
        found.update(one.handler_id for one in owed if one.handler_id is not None)
    if any(one.level in FOR_HEADS for one in owed):
        found.update(heads_of(day, **place))
    return found


def _told_too(unit: Unit, owed: Sequence[Owed], day: date, *, of_all: bool) -> set[int]:
    """Name the supervisors, who hear of red cards, and of all where nobody else would."""
    if not of_all and all(one.level is not Level.RED for one in owed):
        return set()
    region_id, department_id, hall_id = unit
    return set(
        seated(
            Role.SUPERVISOR, day, region_id=region_id, hall_id=hall_id, department_id=department_id
        )
    )


def _seen_by(actor: Actor, region_id: int, owed: Sequence[Owed]) -> dict[UUID, bool]:
    """Give the cards somebody may see, each with whether its case can be opened too."""
    rows = db.session.execute(
        select(Card.id, within(actor, Permission.CASE_READ))
        .join(Case, and_(Case.region_id == Card.region_id, Case.id == Card.case_id))
        .where(
            Card.region_id == region_id,
            Card.id.in_([one.card for one in owed]),
            cards_within(actor),
        )
    )
    return {key: bool(opens) for key, opens in rows}


def _is_theirs(one: Owed, actor: Actor, *, of_all: bool) -> bool:
    """Leave out what others hear of: a handler of theirs, a head of cards from yellow on.

    Supervisors hear of red cards, and of everything where nobody else would.
    """
    roles = set(actor.roles)
    if roles == {Role.HANDLER}:
        is_head = any(seat.is_head for seat in actor.seats)
        mine = one.handler_id == actor.user_id or (one.handler_id is None and not is_head)
        return mine or (is_head and one.level in FOR_HEADS)
    return of_all or roles != {Role.SUPERVISOR} or one.level is Level.RED


def _tell(
    kind: Notice,
    reader: Reader,
    mine: Sequence[tuple[Owed, bool]],
    unit: Unit,
    *,
    now: datetime,
) -> None:
    if not mine:
        return
    one, opens = mine[0]
    context = {"path": LISTS[kind]}
    subject_id = None
    if len(mine) == 1:
        at_case = kind is not Notice.CARD
        context["path"] = (
            f"/desk/cases/{one.number}" if at_case else f"/supervision/cards/{one.card}"
        )
        if opens:
            subject_id = one.case_id
            context["number"] = one.number
        elif at_case:
            return
    tell(
        kind,
        [reader],
        region_id=unit[0],
        key=f"{one.card.hex}/{one.issued_at.isoformat()}/{len(mine)}",
        context=context,
        now=now,
        subject_id=subject_id,
    )


def tell_of_objection(news: ApprovalAsked) -> None:
    """Tell the supervisors that a unit objects to a card."""
    approval = news.approval
    if approval.kind is not ApprovalKind.CARD_APPEAL:
        return
    day = home_day(news.at)
    found = seated(
        approval.decider_role,
        day,
        region_id=approval.region_id,
        hall_id=approval.hall_id,
        department_id=approval.department_id,
    )
    _tell_of_card(Notice.DECISION, set(found) - {approval.asked_by}, news, day)


def tell_of_ruling(news: ApprovalDecided) -> None:
    """Tell whoever objected to a card what was decided."""
    if news.approval.kind is ApprovalKind.CARD_APPEAL:
        _tell_of_card(Notice.DECIDED, {news.approval.asked_by}, news, home_day(news.at))


def _tell_of_card(
    kind: Notice, user_ids: set[int], news: ApprovalAsked | ApprovalDecided, day: date
) -> None:
    approval = news.approval
    readers = [
        Reader(user.id, user.lang, user.email_e is not None)
        for user, actor in people(user_ids, day)
        if _may_see(actor, approval.region_id, approval.subject_id)
    ]
    tell(
        kind,
        readers,
        region_id=approval.region_id,
        key=approval.id.hex,
        context={"path": f"/supervision/cards/{approval.subject_id}"},
        now=news.at,
    )


def _may_see(actor: Actor, region_id: int, card_id: UUID) -> bool:
    found = db.session.scalar(
        select(Card.id)
        .join(Case, and_(Case.region_id == Card.region_id, Case.id == Card.case_id))
        .where(Card.region_id == region_id, Card.id == card_id, cards_within(actor))
    )
    return found is not None
