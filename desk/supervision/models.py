"""Tables of supervision."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.ladder import Cause, Level
from desk.casework.words import Step
from desk.kernel.db import Model, one_of

UNTOLD = text("told_at IS NULL")


class Revocation(StrEnum):
    """Why a card counts no longer."""

    APPEAL = "appeal"
    CORRECTED = "corrected"


class Card(Model):
    """A level of the ladder that a clock reached: a notice (reminder, amber) or a card.

    It is charged to whoever held the case when it fell due: a department, else a hall, else (both
    0) the review. Nothing is ever deleted: a revoked card stays, shown as such.
    """

    __tablename__ = "cards"
    __table_args__ = (
        UniqueConstraint("region_id", "case_id", "step", "n", "level"),
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_cards_case"
        ),
        ForeignKeyConstraint(
            ["region_id", "appeal_id"],
            ["approvals.region_id", "approvals.id"],
            name="fk_cards_appeal",
        ),
        CheckConstraint("department_id = 0 OR hall_id = 0", "one_unit"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_for IS NULL)", "revoked_has_cause"),
        CheckConstraint("issued_at >= fell_due_at", "issued_after_due"),
        Index("ix_cards_department", "region_id", "department_id", "issued_at", "id"),
        Index("ix_cards_issued", "region_id", "issued_at", "id"),
        Index(
            "ix_cards_untold",
            "region_id",
            "department_id",
            "hall_id",
            postgresql_where=UNTOLD,
            sqlite_where=UNTOLD,
        ),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    step: Mapped[Step] = mapped_column(one_of(Step, "step"))
    n: Mapped[int]
    level: Mapped[Level] = mapped_column(one_of(Level, "level"))
    cause: Mapped[Cause] = mapped_column(one_of(Cause, "cause"))
    department_id: Mapped[int] = mapped_column(default=0)
    hall_id: Mapped[int] = mapped_column(default=0)
    fell_due_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    appeal_id: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    revoked_for: Mapped[Revocation | None] = mapped_column(one_of(Revocation, "revoked_for"))
