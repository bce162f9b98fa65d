"""Tables of the organisation: small, and the same in every place."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from desk.kernel.db import Model, one_of

SINCE = date(2000, 1, 1)
"""From when on what the desk brings with it holds: before anything that is kept here."""


class RegionLevel(StrEnum):
    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class DayKind(StrEnum):
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "workday_makeup"
    CLOSURE = "closure"


class LimitUnit(StrEnum):
    WORKING_DAY = "working_day"
    WORKING_HOUR = "working_hour"
    CALENDAR_DAY = "calendar_day"


class Region(Model):
    """A node of the tree of GB/T 2260; `path` is the codes from the root, each ending in `/`."""

    __tablename__ = "regions"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("path"),
        UniqueConstraint("short_code"),
        CheckConstraint("short_code IS NULL OR length(short_code) BETWEEN 2 AND 4", "short_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("regions.id"))
    level: Mapped[RegionLevel] = mapped_column(one_of(RegionLevel, "level"))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(80))
    short_code: Mapped[str | None] = mapped_column(String(4))
    is_home: Mapped[bool] = mapped_column(default=False)
    time_zone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def local_day(self, at: datetime) -> date:
        """Tell which day it is there."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


class Hall(Model):
    """A service hall. `hours` is weekday (0 = Monday) -> list of [opens, closes] as HH:MM."""

    __tablename__ = "halls"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    code: Mapped[str] = mapped_column(String(32))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str] = mapped_column(String(32), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)
    active_to: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Department(Model):
    """Who answers. One that was merged or renamed names its successor (`succeeded_by_id`).

    `by_load`: cases that come in are given to whoever has the fewest open ones.
    """

    __tablename__ = "departments"
    __table_args__ = (UniqueConstraint("region_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    code: Mapped[str] = mapped_column(String(32))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    succeeded_by_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    by_load: Mapped[bool] = mapped_column(default=False, server_default=false())
    active_to: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Window(Model):
    """A window of a hall; `qr_code` is what its poster carries (random, region prefix)."""

    __tablename__ = "windows"
    __table_args__ = (UniqueConstraint("hall_id", "code"), UniqueConstraint("qr_code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    code: Mapped[str] = mapped_column(String(32))
    zone: Mapped[str] = mapped_column(String(80), default="")
    qr_code: Mapped[str] = mapped_column(String(40))
    active_to: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class CalendarDay(Model):
    """What kind of day a date is. The root region's days hold for the nation."""

    __tablename__ = "calendar_days"

    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(one_of(DayKind, "kind"))
    is_workday: Mapped[bool]
    published: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(String(80), default="")


class Code(Model):
    """One wording of an entry of a code list (reasons, diversions, rating tags), from when to when.

    An entry that says something new gets another row; what was said stays as it was.
    """

    __tablename__ = "codes"

    list: Mapped[str] = mapped_column(String(24), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    zh: Mapped[str] = mapped_column(String(120))
    en: Mapped[str] = mapped_column(String(160))
    attrs: Mapped[dict[str, Any]] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(default=0)
    active_from: Mapped[date] = mapped_column(primary_key=True, default=SINCE)
    active_to: Mapped[date | None]


class SlaRule(Model):
    """How long a step may take; `hall_id` 0 is every hall, `any` is every complexity or party."""

    __tablename__ = "sla_rules"
    __table_args__ = (
        UniqueConstraint("region_id", "hall_id", "step", "complexity", "party", "active_from"),
        CheckConstraint("limit_n > 0", "limit_n"),
        Index(None, "region_id", "step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"))
    hall_id: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(32))
    complexity: Mapped[str] = mapped_column(String(12))
    party: Mapped[str] = mapped_column(String(12))
    limit_n: Mapped[int]
    unit: Mapped[LimitUnit] = mapped_column(one_of(LimitUnit, "unit"))
    active_from: Mapped[date]
    active_to: Mapped[date | None]


class Setting(Model):
    """A choice a region has made, from a day on; what the desk ships holds where there is none."""

    __tablename__ = "settings"

    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    active_from: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    set_by: Mapped[str] = mapped_column(String(80))
