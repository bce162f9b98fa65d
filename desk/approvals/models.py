"""Tables of requests and of the votes on them. Ids only: the room stands below what it is about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.access.permissions import Role
from desk.approvals.words import ApprovalKind, ApprovalState, Ballot
from desk.kernel.db import Model, one_of

PENDING = text("state = 'pending'")
ALARMED = text("state = 'pending' AND alarm_at IS NOT NULL")


class Approval(Model):
    """One request. `needed` votes grant it, one refuses it; silence does neither.

    `hall_id` and `department_id` are 0 where it belongs to none. `alarm_at` is the next instant at
    which the desk itself has to do something about it.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "uq_approvals_pending",
            "region_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
        Index(
            "ix_approvals_decider",
            "region_id",
            "decider_role",
            "due_at",
            "id",
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
        Index("ix_approvals_alarm", "alarm_at", postgresql_where=ALARMED, sqlite_where=ALARMED),
        Index("ix_approvals_subject", "region_id", "subject_id", "asked_at"),
        CheckConstraint("needed BETWEEN 1 AND 2", "needed"),
        CheckConstraint("(state = 'pending') = (decided_at IS NULL)", "decided_has_time"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[ApprovalKind] = mapped_column(one_of(ApprovalKind, "kind"))
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[UUID]
    hall_id: Mapped[int] = mapped_column(default=0)
    department_id: Mapped[int] = mapped_column(default=0)
    decider_role: Mapped[Role] = mapped_column(one_of(Role, "decider_role"))
    asked_by: Mapped[int]
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    needed: Mapped[int] = mapped_column(default=1)
    state: Mapped[ApprovalState] = mapped_column(one_of(ApprovalState, "state"))
    due_at: Mapped[datetime]
    alarm_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]


class ApprovalVote(Model):
    """What one person said about a request; nobody says anything about their own, or twice."""

    __tablename__ = "approval_votes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "approval_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_approval_votes_approval",
        ),
        CheckConstraint("user_id <> asked_by", "not_own"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    approval_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asked_by: Mapped[int]
    verdict: Mapped[Ballot] = mapped_column(one_of(Ballot, "verdict"))
    reason: Mapped[str] = mapped_column(Text)
    voted_at: Mapped[datetime]
