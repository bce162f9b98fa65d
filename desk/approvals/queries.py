"""Finding requests."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from desk.approvals.models import Approval, ApprovalVote
from desk.approvals.words import ApprovalState
from desk.kernel.db import db

BATCH = 50
ABOUT = (
    select(Approval)
    .where(Approval.region_id == bindparam("region"), Approval.subject_id == bindparam("subject"))
    .order_by(Approval.asked_at, Approval.id)
)


def approvals_of(region_id: int, subject_id: UUID) -> Sequence[Approval]:
    """List every request about something, the oldest first."""
    return db.session.scalars(ABOUT, {"region": region_id, "subject": subject_id}).all()


def votes_on(approval: Approval) -> Sequence[ApprovalVote]:
    """List what was said about a request, the first word first."""
    return db.session.scalars(
        select(ApprovalVote)
        .where(
            ApprovalVote.region_id == approval.region_id,
            ApprovalVote.approval_id == approval.id,
        )
        .order_by(ApprovalVote.voted_at, ApprovalVote.user_id)
    ).all()


def due_alarms(*, now: datetime) -> Sequence[tuple[int, UUID, UUID]]:
    """List up to 50 pending requests the desk has to do something about, as (region, id, subject).

    The longest overdue come first.
    """
    rows = db.session.execute(
        select(Approval.region_id, Approval.id, Approval.subject_id)
        .where(Approval.state == ApprovalState.PENDING, Approval.alarm_at <= now)
        .order_by(Approval.alarm_at, Approval.id)
        .limit(BATCH)
    ).all()
    return [(region_id, key, subject_id) for region_id, key, subject_id in rows]
