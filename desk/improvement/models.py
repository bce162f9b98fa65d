"""The table of what is undertaken so that a cause goes away."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from desk.improvement.words import UndertakingKind, UndertakingState
from desk.kernel.db import Model, one_of


class Undertaking(Model):
    """One cause that somebody mends for everyone: whose it is, until when, and what shows it."""

    __tablename__ = "undertakings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "parent_id"],
            ["undertakings.region_id", "undertakings.id"],
            name="fk_undertakings_parent",
        ),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", "done_has_time"),
        CheckConstraint("state = 'open' OR proof IS NOT NULL", "done_has_proof"),
        Index(None, "region_id", "state", "due_on"),
        Index(None, "region_id", "item_id", "root_cause"),
        Index("ix_undertakings_opened", "region_id", "opened_at", "id"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[UndertakingKind] = mapped_column(one_of(UndertakingKind, "kind"))
    parent_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(120))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    root_cause: Mapped[str | None] = mapped_column(String(12))
    owner_department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    owner_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date]
    state: Mapped[UndertakingState] = mapped_column(one_of(UndertakingState, "state"))
    measure_text: Mapped[str] = mapped_column(Text)
    indicator: Mapped[str | None] = mapped_column(String(120))
    before: Mapped[str | None] = mapped_column(String(60))
    after: Mapped[str | None] = mapped_column(String(60))
    proof: Mapped[str | None] = mapped_column(Text)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None]
    version: Mapped[int]

    @property
    def stream(self) -> str:
        """Name the item's chain in the ledger."""
        return f"undertaking/{self.id.hex}"
