"""A supervisor's order: a named unit answers in writing by a day of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.casework.words import OrderState
from desk.kernel.db import Model, one_of

OPEN = text("state = 'open'")
UNTOLD = text("state = 'open' AND alarm_at IS NOT NULL")


class CaseOrder(Model):
    """One order. The unit is a department, or the hall where `department_id` is 0.

    What is wanted and what was answered stand in the story, under `asked_seq` and `answer_seq`;
    `alarm_at` is when somebody has to be told that the day has passed.
    """

    __tablename__ = "case_orders"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "case_id"], ["cases.region_id", "cases.id"], name="fk_case_orders_case"
        ),
        Index(
            "uq_case_orders_open",
            "region_id",
            "case_id",
            unique=True,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
        Index("ix_case_orders_alarm", "alarm_at", postgresql_where=UNTOLD, sqlite_where=UNTOLD),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", "ended_has_time"),
        CheckConstraint("(state = 'open') = (ended_by IS NULL)", "ended_by_somebody"),
        CheckConstraint("(state = 'answered') = (answer_seq IS NOT NULL)", "answered_has_answer"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"))
    department_id: Mapped[int] = mapped_column(default=0)
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    asked_seq: Mapped[int]
    due_at: Mapped[datetime]
    alarm_at: Mapped[datetime | None]
    state: Mapped[OrderState] = mapped_column(one_of(OrderState, "state"))
    answer_seq: Mapped[int | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
