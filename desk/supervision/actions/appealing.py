"""Objecting to a card, and deciding on it. A revoked card is kept and shown as revoked."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role, permissions_of
from desk.approvals.actions import Request, ask, vote
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, ApprovalState, Ballot
from desk.audit.actions import record
from desk.casework.actions.move import stream_of
from desk.casework.models import Case
from desk.casework.place import Place, place_of
from desk.casework.words import Complexity
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.organisation.queries import limit_of
from desk.supervision.models import Card, Revocation
from desk.supervision.queries import card_of
from desk.worktime.deadline import due

CARD = "card"
SHORTEST_EVIDENCE = 10


def may_appeal(card: Card, case: Case, actor: Actor) -> bool:
    """Tell whether somebody speaks for the unit of a card: its lead, or a clerk of its hall."""
    return any(
        Permission.CARD_APPEAL in permissions_of(seat.role)
        and case.region_id in seat.region_ids
        and (
            (card.department_id != 0 and seat.department_id == card.department_id)
            or (card.hall_id != 0 and seat.hall_id == card.hall_id)
        )
        for seat in actor.seats
    )


def appeal_until(card: Card, case: Case, now: datetime) -> datetime:
    """Say until when a unit may object to a card: counted from its issue."""
    return _end(place_of(case.region_id, case.hall_id, now), case, "card_appeal", card.issued_at)


def can_appeal(
    card: Card, case: Case, earlier: Approval | None, actor: Actor, now: datetime
) -> bool:
    """Tell whether somebody may object to a card now: once, in time, for their unit."""
    untouched = card.revoked_at is None and earlier is None
    return untouched and may_appeal(card, case, actor) and now <= appeal_until(card, case, now)


def appeal(key: UUID, evidence: str, *, by: Actor, now: datetime) -> Approval:
    """Object to a card with what shows that it is wrong; it stands until a supervisor decides.

    Raises NotAllowed for anybody but its unit, Conflict for a second objection, a revoked card or
    one issued too long ago, Invalid without evidence.
    """
    card, case, earlier = card_of(by, key)
    if not may_appeal(card, case, by):
        raise NotAllowed(_l("Only the unit that got the card can object to it."))
    if card.revoked_at is not None or earlier is not None:
        raise Conflict(_l("This card was objected to once, or counts no longer."))
    if now > appeal_until(card, case, now):
        raise Conflict(_l("The time to object to this card is over."))
    if len(evidence.strip()) < SHORTEST_EVIDENCE:
        raise Invalid(
            _l("Write what shows that the card is wrong, in at least 10 characters."), field="text"
        )
    place = place_of(case.region_id, case.hall_id, now)
    request = Request(
        region_id=card.region_id,
        kind=ApprovalKind.CARD_APPEAL,
        subject_kind=CARD,
        subject_id=card.id,
        hall_id=card.hall_id,
        department_id=card.department_id,
        decider_role=Role.SUPERVISOR,
        reason=evidence.strip(),
        payload={"level": card.level.value, "step": card.step.value},
        due_at=_end(place, case, "card_appeal_decision", now),
    )
    approval = ask(request, by=by, now=now)
    card.appeal_id = approval.id
    db.session.flush()
    _record(case, "appeal_card", card, by, now)
    return approval


def decide_appeal(key: UUID, *, uphold: bool, reason: str, by: Actor, now: datetime) -> Card:
    """Decide an objection to a card: upheld, the card is revoked and kept; refused, it stands.

    Raises NotAllowed for whoever objected and without the permission, Conflict when nothing is
    undecided, Invalid without a reason.
    """
    by.require(Permission.CARD_DECIDE)
    card, case, approval = card_of(by, key)
    if approval is None or approval.state is not ApprovalState.PENDING:
        raise Conflict(_l("Nobody objects to this card, or it has been decided."))
    if not reason.strip():
        raise Invalid(_l("Write why, so that the unit can follow it."), field="text")
    vote(approval, Ballot.GRANT if uphold else Ballot.REFUSE, reason.strip(), by=by, now=now)
    if uphold:
        card.revoked_at, card.revoked_for = now, Revocation.APPEAL
    db.session.flush()
    _record(case, "revoke_card" if uphold else "keep_card", card, by, now)
    return card


def _end(place: Place, case: Case, step: str, start: datetime) -> datetime:
    limit = limit_of(
        step,
        region=place.region,
        hall_id=case.hall_id,
        complexity=(case.complexity or Complexity.GENERAL).value,
        party=case.party_kind.value,
        on=place.day(start),
    )
    table = place.timetable
    return due(start, limit.n, limit.unit.value, table.calendar, table.hours, table.zone).due_at


def _record(case: Case, what: str, card: Card, by: Actor, now: datetime) -> None:
    body = {"version": case.version, "card": card.id.hex, "level": card.level.value}
    record(stream_of(case), what, region_id=case.region_id, by=by, now=now, body=body)
