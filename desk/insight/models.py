"""Tables of figures: what counts in one, how far the ledger was followed, and frozen months."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model, one_of


class Fact(Model):
    """Something that counts in a figure: of which case or improvement item, on which day, where.

    The sums of `tallies` are made of these, so the list behind a sum has exactly its rows. A fact
    never changes: what turned out otherwise gets `known_until`, and what holds instead begins then.
    """

    __tablename__ = "facts"
    __table_args__ = (
        Index("ix_facts_list", "region_id", "measure", "on_date", "subject_id", "n"),
        CheckConstraint("known_until IS NULL OR known_until >= known_from", "known_in_order"),
        CheckConstraint("weight > 0", "weighs_something"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    known_from: Mapped[datetime]
    known_until: Mapped[datetime | None]
    on_date: Mapped[date]
    department_id: Mapped[int] = mapped_column(default=0)
    hall_id: Mapped[int] = mapped_column(default=0)
    item_id: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str] = mapped_column(String(16), default="")
    party_kind: Mapped[str] = mapped_column(String(12), default="")
    weight: Mapped[int] = mapped_column(default=1)


class Followed(Model):
    """How far a region's ledger was followed: up to which seal, and when that seal was made.

    `leaves` is how many streams of the next seal were counted already.
    """

    __tablename__ = "followed"

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seal_no: Mapped[int]
    leaves: Mapped[int] = mapped_column(default=0)
    known_at: Mapped[datetime]


class UnitKind(StrEnum):
    """Whose figure it is: a region with all below it, or a department."""

    REGION = "region"
    DEPARTMENT = "department"


class FrozenFigure(Model):
    """A figure of a closed month. Revision 0 is the first; each later one says what changed since.

    `period` is the month, such as 2026-10; `as_of` since when it is known. Numbers are millionths.
    """

    __tablename__ = "figures"
    __table_args__ = (
        CheckConstraint("revision >= 0", "revision"),
        Index("ix_figures_as_of", "region_id", "as_of"),
    )

    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    indicator: Mapped[str] = mapped_column(String(8), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    unit_kind: Mapped[UnitKind] = mapped_column(one_of(UnitKind, "unit_kind"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    num: Mapped[int] = mapped_column(BigInteger)
    den: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[int | None] = mapped_column(BigInteger)
    definition_version: Mapped[int]
    as_of: Mapped[datetime]
