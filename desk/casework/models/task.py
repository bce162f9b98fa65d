"""What a case asks of departments besides the one that answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.words import TaskState
from desk.kernel.db import Model, one_of

OPEN = text("state = 'open'")


class CaseTask(Model):
    """One question to another department; it reads `brief` and nothing else of the case."""

    __tablename__ = "case_tasks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_tasks_case"
        ),
        Index(
            "uq_case_tasks_open",
            "region_id",
            "case_id",
            "department_id",
            unique=True,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
        Index(
            "ix_case_tasks_open",
            "region_id",
            "department_id",
            "due_at",
            "id",
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
        Index("ix_case_tasks_ended", "region_id", "department_id", "ended_at", "id"),
        Index("ix_case_tasks_case", "region_id", "case_id", "asked_at"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", "ended_has_time"),
        CheckConstraint("(state = 'answered') = (answer IS NOT NULL)", "answered_has_answer"),
        CheckConstraint("answer IS NULL OR ended_by IS NOT NULL", "answered_by_somebody"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    round: Mapped[int]
    brief: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[TaskState] = mapped_column(one_of(TaskState, "state"))
    answer: Mapped[str | None] = mapped_column(Text)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
