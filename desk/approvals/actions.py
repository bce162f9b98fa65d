"""Asking and deciding. The caller holds the transaction and the lock of what it is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.approvals.events import ApprovalAsked, ApprovalDecided
from desk.approvals.models import Approval, ApprovalVote
from desk.approvals.queries import approvals_of
from desk.approvals.words import OUTLIVE_MOVES, ApprovalKind, ApprovalState, Ballot
from desk.kernel.db import db
from desk.kernel.errors import Conflict, NotAllowed
from desk.kernel.events import announce
from desk.kernel.ids import uuid7


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, about what, of whom and until when; `needed` votes grant it."""

    region_id: int
    kind: ApprovalKind
    subject_kind: str
    subject_id: UUID
    hall_id: int
    department_id: int
    decider_role: Role
    reason: str
    payload: dict[str, Any]
    due_at: datetime
    alarm_at: datetime | None = None
    needed: int = 1


def ask(request: Request, *, by: Actor, now: datetime) -> Approval:
    """Put a request before whoever decides.

    Raises Conflict while another of its kind about the same thing is undecided, NotAllowed for
    anybody who is not a member of staff.
    """
    if by.user_id is None:
        raise NotAllowed(_l("Only staff can ask for this."))
    earlier = approvals_of(request.region_id, request.subject_id)
    if any(a.kind is request.kind and a.state is ApprovalState.PENDING for a in earlier):
        raise Conflict(_l("This has been asked for and is waiting for a decision."))
    approval = Approval(
        region_id=request.region_id,
        id=uuid7(now),
        kind=request.kind,
        subject_kind=request.subject_kind,
        subject_id=request.subject_id,
        hall_id=request.hall_id,
        department_id=request.department_id,
        decider_role=request.decider_role,
        asked_by=by.user_id,
        asked_at=now,
        reason=request.reason,
        payload=request.payload,
        needed=request.needed,
        state=ApprovalState.PENDING,
        due_at=request.due_at,
        alarm_at=request.alarm_at,
    )
    db.session.add(approval)
    db.session.flush()
    announce(ApprovalAsked(approval, now))
    return approval


def vote(approval: Approval, ballot: Ballot, reason: str, *, by: Actor, now: datetime) -> None:
    """Say yes, no or "passed on" to a request, and decide it when that was the last word needed.

    Raises Conflict once it is decided or for a second word of the same person, NotAllowed for
    whoever asked.
    """
    if approval.state is not ApprovalState.PENDING:
        raise Conflict(_l("This request has been decided. Look again where the case stands."))
    if by.user_id is None or by.user_id == approval.asked_by:
        raise NotAllowed(_l("You asked for this. Somebody else must decide."))
    key = (approval.region_id, approval.id, by.user_id)
    if db.session.get(ApprovalVote, key) is not None:
        raise Conflict(_l("You have said what you think of this. Somebody else must decide."))
    db.session.add(
        ApprovalVote(
            region_id=approval.region_id,
            approval_id=approval.id,
            user_id=by.user_id,
            asked_by=approval.asked_by,
            verdict=ballot,
            reason=reason,
            voted_at=now,
        )
    )
    db.session.flush()
    if ballot is Ballot.REFUSE:
        _decide(approval, ApprovalState.REFUSED, now)
    elif ballot is Ballot.GRANT and grants_of(approval) >= approval.needed:
        _decide(approval, ApprovalState.GRANTED, now)


def pass_on(
    approval: Approval, role: Role, *, due_at: datetime, alarm_at: datetime | None, now: datetime
) -> None:
    """Put a request before somebody else: it was endorsed, or nobody answered in time."""
    approval.decider_role = role
    approval.due_at = due_at
    approval.alarm_at = alarm_at
    announce(ApprovalAsked(approval, now))


def run_out(approval: Approval, *, now: datetime) -> None:
    """Refuse a request because it was not decided while it could still be granted."""
    _decide(approval, ApprovalState.REFUSED, now)


def void(region_id: int, subject_id: UUID, *, now: datetime) -> int:
    """Set aside what is still undecided about something that has moved on; give how many.

    What does not hang on where the thing stands, such as an appeal against a rating, is kept.
    """
    open_ones = [
        a
        for a in approvals_of(region_id, subject_id)
        if a.state is ApprovalState.PENDING and a.kind not in OUTLIVE_MOVES
    ]
    for approval in open_ones:
        approval.state = ApprovalState.VOID
        approval.decided_at = now
        approval.alarm_at = None
    return len(open_ones)


def grants_of(approval: Approval) -> int:
    """Count who has said yes to a request."""
    count = select(func.count()).where(
        ApprovalVote.region_id == approval.region_id,
        ApprovalVote.approval_id == approval.id,
        ApprovalVote.verdict == Ballot.GRANT,
    )
    return db.session.scalar(count) or 0


def _decide(approval: Approval, state: ApprovalState, now: datetime) -> None:
    approval.state = state
    approval.decided_at = now
    approval.alarm_at = None
    announce(ApprovalDecided(approval, now))
