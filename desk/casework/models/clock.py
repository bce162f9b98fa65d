"""The clocks of a case: what has to happen by when, and whether it did."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.words import Complexity, Step
from desk.kernel.db import Model, one_of

RUNNING = text("stopped_at IS NULL")
ALARMED = text("stopped_at IS NULL AND alarm_at IS NOT NULL")


class CaseClock(Model):
    """One run of a clock. `paused_s` is the working time, in seconds, it stood still.

    `alarm_at` is the next instant at which the desk itself has to do something about it, and
    `climbed_at` the instant up to which the ladder was followed. `changes` is what happened to it,
    oldest first (`desk.casework.courses`); `complexity` is what its limit was taken for.
    """

    __tablename__ = "case_clocks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_clocks_case"
        ),
        Index(
            "uq_case_clocks_running",
            "region_id",
            "case_id",
            "step",
            unique=True,
            postgresql_where=RUNNING,
            sqlite_where=RUNNING,
        ),
        Index("ix_case_clocks_alarm", "alarm_at", postgresql_where=ALARMED, sqlite_where=ALARMED),
        Index("ix_case_clocks_step", "region_id", "step", "department_id", "due_at"),
        CheckConstraint("due_at >= started_at", "due_after_start"),
        CheckConstraint("stopped_at IS NULL OR stopped_at >= started_at", "stop_after_start"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[Step] = mapped_column(one_of(Step, "step"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round: Mapped[int]
    complexity: Mapped[Complexity] = mapped_column(one_of(Complexity, "complexity"))
    started_at: Mapped[datetime]
    limit_n: Mapped[int]
    unit: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime]
    first_due_at: Mapped[datetime]
    provisional: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    paused_at: Mapped[datetime | None]
    paused_s: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None]
    met: Mapped[bool | None]
    department_id: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None]
    alarm_at: Mapped[datetime | None]
    climbed_at: Mapped[datetime | None]
