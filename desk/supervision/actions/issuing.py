"""Issuing cards as the ladder is climbed, and taking back those a correction made untrue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import SYSTEM, Actor
from desk.audit.actions import record
from desk.audit.models import LedgerLine
from desk.audit.queries import lines_of
from desk.casework.actions.move import stream_of
from desk.casework.courses import ladder_of
from desk.casework.events import ClockDue, DateCorrected
from desk.casework.holding import Holder, Told, holder_at, stays
from desk.casework.ladder import CARDS, Cause, Level, Rung
from desk.casework.models import Case, CaseClock
from desk.casework.place import place_of
from desk.casework.queries.context import clocks_of
from desk.casework.words import PROMISES, REFUSALS, Kind, Status, Step
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.kernel.ids import uuid7
from desk.supervision.models import Card, Revocation

OF_THE_HALL = frozenset({Step.ACCEPT})


@dataclass(frozen=True, slots=True)
class Unit:
    """Who is charged; both 0 is the review by supervisors."""

    department_id: int = 0
    hall_id: int = 0


def issue(news: ClockDue) -> None:
    """Issue what a clock has reached, once for each level of each run of a clock.

    A notice is told again when its date had moved; so is a card a correction had taken back.
    """
    case, clock, rung = news.case, news.clock, news.rung
    known = _card_of(clock, rung.level)
    if known is None:
        _new_card(case, clock, rung, news.at)
    elif rung.level not in CARDS:
        known.fell_due_at, known.issued_at, known.told_at = rung.at, news.at, None
    elif known.revoked_for is Revocation.CORRECTED:
        known.fell_due_at, known.issued_at, known.told_at = rung.at, news.at, None
        known.revoked_at = known.revoked_for = None
        _record(case, f"card_{rung.level.value}", known, SYSTEM, news.at)


def take_back_corrected(news: DateCorrected) -> None:
    """Take back the cards of a clock whose date was put right and that is not so late after all."""
    case, clock = news.case, news.clock
    table = place_of(case.region_id, case.hall_id, news.at).timetable
    reached = {rung.level for rung in ladder_of(case, clock, table) if rung.at <= news.at}
    for card in _cards_of(clock):
        wrong = card.level in CARDS and card.cause is Cause.TIME and card.level not in reached
        if wrong and card.revoked_at is None:
            card.revoked_at, card.revoked_for = news.at, Revocation.CORRECTED
            _record(case, "card_corrected", card, SYSTEM, news.at)


def prove_false_closure(case: Case, *, by: Actor, now: datetime) -> Card:
    """Issue the red card of a closing that was found to be false, to the department that answered.

    For look-backs and audits. Raises Conflict where there is a red card for the same round already,
    or no answer was ever due.
    """
    promises = [clock for clock in clocks_of(case) if clock.step in PROMISES]
    if not promises:
        raise Conflict(_l("No answer was ever due in this case."))
    clock = max(promises, key=lambda c: (c.started_at, c.n))
    if _card_of(clock, Level.RED) is not None:
        raise Conflict(_l("There is a red card for this round already."))
    clock.climbed_at = now
    return _new_card(case, clock, Rung(Level.RED, now, Cause.FALSE_CLOSURE), now, by=by)


def _new_card(
    case: Case, clock: CaseClock, rung: Rung, now: datetime, *, by: Actor = SYSTEM
) -> Card:
    told = told_of(lines_of(case.region_id, stream_of(case)))
    unit = charged(case, clock, rung, told)
    card = Card(
        region_id=case.region_id,
        id=uuid7(now),
        case_id=case.id,
        step=clock.step,
        n=clock.n,
        level=rung.level,
        cause=rung.cause,
        department_id=unit.department_id,
        hall_id=unit.hall_id,
        fell_due_at=rung.at,
        issued_at=now,
    )
    db.session.add(card)
    db.session.flush()
    if rung.level in CARDS:
        _record(case, f"card_{rung.level.value}", card, by, now)
    return card


def told_of(lines: Sequence[LedgerLine]) -> list[Told]:
    """Read from the lines of a chain who held the case."""
    return [
        Told(
            line.at, line.what, Status(line.to_status) if line.to_status else None, line.body or {}
        )
        for line in lines
    ]


def charged(case: Case, clock: CaseClock, rung: Rung, told: Sequence[Told]) -> Unit:
    """Say who is charged: whoever held the case at the instant it fell due, not whoever has it now.

    A review by supervisors is charged to nobody's unit: the department had handed in its reply.
    """
    if clock.step in OF_THE_HALL:
        return Unit(hall_id=case.hall_id)
    if rung.cause is not Cause.TIME:
        return Unit(department_id=case.department_id or clock.department_id)
    stay = holder_at(stays(told, max(rung.at, case.filed_at)), rung.at)
    if stay is not None and stay.holder is Holder.DEPARTMENT:
        return Unit(department_id=stay.department_id)
    if stay is not None and stay.holder is Holder.REVIEW:
        by_supervisor = case.kind is Kind.RECTIFICATION or case.outcome in REFUSALS
        return Unit() if by_supervisor else Unit(department_id=stay.department_id)
    return Unit(hall_id=case.hall_id)


def _cards_of(clock: CaseClock) -> Sequence[Card]:
    return db.session.scalars(
        select(Card).where(
            Card.region_id == clock.region_id,
            Card.case_id == clock.case_id,
            Card.step == clock.step,
            Card.n == clock.n,
        )
    ).all()


def _card_of(clock: CaseClock, level: Level) -> Card | None:
    return next((card for card in _cards_of(clock) if card.level is level), None)


def _record(case: Case, what: str, card: Card, by: Actor, now: datetime) -> None:
    """Write a card into the chain of its case; nobody who has the case open is disturbed."""
    record(
        stream_of(case),
        what,
        region_id=case.region_id,
        by=by,
        now=now,
        body={
            "version": case.version,
            "card": card.id.hex,
            "step": card.step.value,
            "n": card.n,
            "department": card.department_id,
            "hall": card.hall_id,
            "fell_due_at": card.fell_due_at.isoformat(),
        },
    )
