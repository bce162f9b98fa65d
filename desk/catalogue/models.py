"""Tables of the catalogue: an item, and what it promised from when to when."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model, one_of

WAITING = text("state = 'waiting'")


class DayUnit(StrEnum):
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


class Item(Model):
    """A matter of the catalogue, under the code the outside knows it by."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("region_id", "code"),
        Index(None, "department_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    code: Mapped[str] = mapped_column(String(80))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    active_to: Mapped[date | None]


class ItemVersion(Model):
    """What an item promised in a time. Days are whole numbers of `legal_unit`, `promised_unit`.

    `visits` is how often somebody must come (None: not stated); `reach` lists how far away it may
    be done (`across_provinces`, `cluster`, `cross_region`); `level` is the level that decides it.
    """

    __tablename__ = "item_versions"
    __table_args__ = (
        UniqueConstraint("item_id", "version"),
        Index(None, "item_id", "valid_from"),
        CheckConstraint("legal_n IS NULL OR legal_n >= 0", "legal_n"),
        CheckConstraint("promised_n IS NULL OR promised_n >= 0", "promised_n"),
        CheckConstraint("visits IS NULL OR visits >= 0", "visits"),
        CheckConstraint("(legal_n IS NULL) = (legal_unit IS NULL)", "legal_has_unit"),
        CheckConstraint("(promised_n IS NULL) = (promised_unit IS NULL)", "promised_has_unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    version: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    name_zh: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str | None] = mapped_column(String(400))
    type: Mapped[str] = mapped_column(String(40), default="")
    level: Mapped[str] = mapped_column(String(24), default="")
    legal_n: Mapped[int | None]
    legal_unit: Mapped[DayUnit | None] = mapped_column(one_of(DayUnit, "legal_unit"))
    promised_n: Mapped[int | None]
    promised_unit: Mapped[DayUnit | None] = mapped_column(one_of(DayUnit, "promised_unit"))
    visits: Mapped[int | None]
    online: Mapped[bool] = mapped_column(default=False)
    instant: Mapped[bool] = mapped_column(default=False)
    ratable: Mapped[bool] = mapped_column(default=True)
    reach: Mapped[list[str]] = mapped_column(JSON)
    materials: Mapped[list[str]] = mapped_column(JSON)
    guide: Mapped[dict[str, Any]] = mapped_column(JSON)


class ItemDoc(Model):
    """The bigrams of an item's name and department, for search as one types."""

    __tablename__ = "item_docs"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("items.id"), primary_key=True, autoincrement=False
    )
    text: Mapped[str] = mapped_column(Text)


class ChangeState(StrEnum):
    """How far a change of an item is."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class ItemChange(Model):
    """A change of what an item promises, asked for by one administrator and decided by another.

    `said` is the whole entry as it shall hold from `valid_from` on.
    """

    __tablename__ = "item_changes"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", "decided_has_time"),
        CheckConstraint(
            "decided_by IS NULL OR (state = 'taken_back') = (decided_by = asked_by)", "by_another"
        ),
        Index(
            "uq_item_changes_waiting",
            "item_id",
            unique=True,
            postgresql_where=WAITING,
            sqlite_where=WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    valid_from: Mapped[date]
    state: Mapped[ChangeState] = mapped_column(one_of(ChangeState, "state"))
    asked_by: Mapped[int]
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(300))
