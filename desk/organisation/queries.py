"""Questions about places, days and limits."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock_time
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select

from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.organisation.limits import Rule, RuleKey, best
from desk.organisation.models import (
    CalendarDay,
    Code,
    Department,
    Hall,
    LimitUnit,
    Region,
    Setting,
    SlaRule,
    Window,
)
from desk.worktime.calendar import Hours, WorkCalendar

KEPT_SECONDS = 30
Row = TypeVar("Row", Region, Hall)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a hall works: days, hours, zone."""

    calendar: WorkCalendar
    hours: Hours
    zone: str

    def local_day(self, at: datetime) -> date:
        """Tell which day it is at the hall."""
        return at.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a step may take."""

    n: int
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One entry of a code list, with both its names."""

    code: str
    zh: str
    en: str
    attrs: Mapping[str, Any]

    def name(self, lang: str) -> str:
        """Give the name in a language (`zh_Hans` or `en`)."""
        return self.en if lang == "en" else self.zh


NOTHING: Mapping[tuple[int, int], Mapping[date, str]] = MappingProxyType({})
_kept: dict[object, tuple[float, Any]] = {}


def forget_kept() -> None:
    """Drop what was kept of calendar, hours and limits; after changing them, and between tests."""
    _kept.clear()


def keep(key: object, load: Callable[[], Any]) -> Any:
    """Keep a small answer for half a minute: every case asks for the same calendar."""
    engine = db.session.get_bind()
    kept = _kept.get((id(engine), key))
    if kept and time.monotonic() < kept[0]:
        return kept[1]
    answer = load()
    _kept[id(engine), key] = (time.monotonic() + KEPT_SECONDS, answer)
    return answer


def home_region() -> Region:
    """Find the region this desk is for, to be read; raises NotFound before there is one."""
    region = keep("home", partial(_copied, Region, Region.is_home.is_(True)))
    if region is None:
        forget_kept()
        raise NotFound(_l("This desk is not set up yet. An administrator must load a region."))
    return region  # type: ignore[no-any-return]


def region_kept(region_id: int) -> Region | None:
    """Give a region as it was within half a minute, to be read."""
    return keep(("region", region_id), partial(_copied, Region, Region.id == region_id))  # type: ignore[no-any-return]


def hall_kept(hall_id: int) -> Hall | None:
    """Give a hall as it was within half a minute, to be read."""
    return keep(("hall", hall_id), partial(_copied, Hall, Hall.id == hall_id))  # type: ignore[no-any-return]


def _copied(table: type[Row], condition: ColumnElement[bool]) -> Row | None:
    """Copy a row; it belongs to no session, so that every page and thread may read it."""
    found = _copies(table, select(table).where(condition).limit(1))
    return found[0] if found else None


def _copies(table: type[Row], statement: Select[*tuple[Any, ...]]) -> list[Row]:
    columns = table.__table__.columns
    rows = db.session.execute(statement.with_only_columns(*columns)).mappings()
    return [table(**row) for row in rows]


def region_by_code(code: str) -> Region:
    """Find a region by its code of GB/T 2260; raises NotFound for one that is not loaded."""
    region = db.session.scalar(select(Region).where(Region.code == code))
    if region is None:
        raise NotFound(_l("There is no region with the code %(code)s here.", code=code))
    return region


def hall_by_code(region_id: int, code: str) -> Hall:
    """Find a hall by its code; raises NotFound for one that is not there."""
    hall = db.session.scalar(select(Hall).where(Hall.region_id == region_id, Hall.code == code))
    if hall is None:
        raise NotFound(_l("There is no such hall."))
    return hall


def region_ids_below(region_id: int) -> frozenset[int]:
    """List a region and every region below it."""

    def load() -> frozenset[int]:
        path = db.session.scalar(select(Region.path).where(Region.id == region_id))
        if path is None:
            return frozenset()
        found = db.session.scalars(select(Region.id).where(Region.path.startswith(path)))
        return frozenset(found)

    return keep(("below", region_id), load)  # type: ignore[no-any-return]


def region_ids_above(region_id: int) -> frozenset[int]:
    """List a region and every region above it."""

    def load() -> frozenset[int]:
        path = db.session.scalar(select(Region.path).where(Region.id == region_id)) or ""
        codes = [part for part in path.split("/") if part]
        return frozenset(db.session.scalars(select(Region.id).where(Region.code.in_(codes))))

    return keep(("above", region_id), load)  # type: ignore[no-any-return]


def region_id_of(short_code: str) -> int:
    """Give the region whose case numbers begin with this; 0, which no region has, for none."""

    def load() -> dict[str | None, int]:
        named = select(Region.short_code, Region.id).where(Region.short_code.isnot(None))
        return {row.short_code: row.id for row in db.session.execute(named)}

    return int(keep("short codes", load).get(short_code, 0))


def halls_of(region_id: int, today: date) -> Sequence[Hall]:
    """List the halls of a region that are open to the public, to be read."""
    statement = (
        select(Hall)
        .where(Hall.region_id == region_id, (Hall.active_to.is_(None)) | (Hall.active_to >= today))
        .order_by(Hall.id)
    )
    return keep(("halls", region_id, today), partial(_copies, Hall, statement))  # type: ignore[no-any-return]


def departments_of(region_id: int, today: date) -> Sequence[Department]:
    """List the departments of a region that may be given work."""
    return db.session.scalars(
        select(Department)
        .where(
            Department.region_id == region_id,
            (Department.active_to.is_(None)) | (Department.active_to >= today),
        )
        .order_by(Department.code)
    ).all()


def names_of_departments(ids: Collection[int], lang: str) -> dict[int, str]:
    """Name departments, also those that take no work any more; each is kept for half a minute."""
    kept = {key: keep(("department", key), partial(_both_names, key)) for key in sorted(ids)}
    return {key: en if lang == "en" and en else zh for key, (zh, en) in kept.items()}


def _both_names(department_id: int) -> tuple[str, str]:
    row = db.session.execute(
        select(Department.name_zh, Department.name_en).where(Department.id == department_id)
    ).first()
    return (row[0], row[1]) if row else ("—", "—")


def names_of_halls(ids: Collection[int], lang: str) -> dict[int, str]:
    """Name halls, also closed ones; one there is not is left out."""
    rows = db.session.execute(
        select(Hall.id, Hall.name_zh, Hall.name_en).where(Hall.id.in_(sorted(ids)))
    )
    return {key: en if lang == "en" and en else zh for key, zh, en in rows}


def windows_of(hall_id: int, today: date) -> Sequence[Window]:
    """List the windows of a hall that are in use."""
    return db.session.scalars(
        select(Window)
        .where(
            Window.hall_id == hall_id, (Window.active_to.is_(None)) | (Window.active_to >= today)
        )
        .order_by(Window.code)
    ).all()


def codes_of(list_name: str, today: date) -> Sequence[CodeEntry]:
    """List a code list as it is valid on a day, in its own order."""

    def load() -> Sequence[CodeEntry]:
        rows = db.session.execute(
            select(Code.code, Code.zh, Code.en, Code.attrs)
            .where(
                Code.list == list_name,
                Code.active_from <= today,
                (Code.active_to.is_(None)) | (Code.active_to >= today),
            )
            .order_by(Code.position)
        )
        return [CodeEntry(*row) for row in rows]

    return keep(("codes", list_name, today), load)  # type: ignore[no-any-return]


def setting_of(key: str, region: Region, on: date) -> Any:
    """Give what a region, or the nearest above it, has chosen on a day; None for nothing."""
    codes = [part for part in region.path.split("/") if part]

    def load() -> Any:
        return db.session.scalar(
            select(Setting.value)
            .join(Region, Region.id == Setting.region_id)
            .where(Region.code.in_(codes), Setting.key == key, Setting.active_from <= on)
            .order_by(Region.path.desc(), Setting.active_from.desc())
            .limit(1)
        )

    return keep(("setting", key, region.path, on), load)


def timetable_of(hall: Hall, region: Region, around: datetime) -> Timetable:
    """Give the calendar (two years each way), the hours and the zone of a hall."""

    def load() -> Timetable:
        return Timetable(_calendar(region, around.year), _hours(hall.hours), region.time_zone)

    return keep(("timetable", hall.id, around.year), load)  # type: ignore[no-any-return]


def home_timetable(now: datetime) -> Timetable:
    """Give the days and hours of the desk's first hall; raises NotFound before there is one."""

    def load() -> Timetable:
        region = home_region()
        halls = halls_of(region.id, now.astimezone(ZoneInfo(region.time_zone)).date())
        if not halls:
            raise NotFound(_l("There is no such hall."))
        return timetable_of(halls[0], region, now)

    return keep(("home timetable", now.year), load)  # type: ignore[no-any-return]


def home_day(now: datetime) -> date:
    """Tell which day it is at this desk; the day of UTC before it has been set up."""

    def load() -> str:
        zone = db.session.scalar(select(Region.time_zone).where(Region.is_home).limit(1))
        return zone or "UTC"

    return now.astimezone(ZoneInfo(keep("home zone", load))).date()


def _calendar(
    region: Region, year: int, instead: Mapping[tuple[int, int], Mapping[date, str]] = NOTHING
) -> WorkCalendar:
    """Load the days of a region and those above it, the nearest last.

    `instead` holds lists of days, by region and year, that stand in place of what is kept of them.
    """
    first, last = date(year - 2, 1, 1), date(year + 2, 12, 31)
    codes = [part for part in region.path.split("/") if part]
    places = db.session.execute(
        select(Region.id).where(Region.code.in_(codes)).order_by(Region.path)
    ).scalars()
    days: dict[date, str] = {}
    years: set[int] = set()
    for place in places.all():
        rows = db.session.execute(
            select(CalendarDay.on_date, CalendarDay.kind, CalendarDay.published).where(
                CalendarDay.region_id == place, CalendarDay.on_date.between(first, last)
            )
        )
        for on, kind, published in rows:
            if (place, on.year) not in instead:
                days[on] = kind.value
                years |= {on.year} if published else set()
        for (of, named), wanted in instead.items():
            if of == place:
                days |= wanted
                years |= {named} if date(named, 1, 1) in wanted else set()
    return WorkCalendar.of(days, published_years=years)


def timetable_with(
    hall: Hall,
    region: Region,
    around: datetime,
    instead: Mapping[tuple[int, int], Mapping[date, str]],
) -> Timetable:
    """Give the timetable of a hall as it would be if these years were published so."""
    calendar = _calendar(region, around.year, instead)
    return Timetable(calendar, _hours(hall.hours), region.time_zone)


def _hours(raw: dict[str, Any]) -> Hours:
    return Hours(
        {
            int(weekday): tuple(
                (clock_time.fromisoformat(opens), clock_time.fromisoformat(closes))
                for opens, closes in intervals
            )
            for weekday, intervals in raw.items()
        }
    )


def limit_of(
    step: str, *, region: Region, hall_id: int, complexity: str, party: str, on: date
) -> Limit:
    """Find the limit of a step: the nearest region first, then hall, complexity, party.

    Raises NotFound when no rule covers the step, which is a fault of the set-up.
    """
    rule = best(rules_of(region), RuleKey(step, hall_id, complexity, party), on)
    if rule is None:
        raise NotFound(_l("No time limit is set for the step “%(step)s”.", step=step))
    return Limit(rule.n, LimitUnit(rule.unit))


def rules_of(region: Region) -> Sequence[Rule]:
    """List every rule that holds in a region, of all times: its own and those of the ones above."""
    codes = [part for part in region.path.split("/") if part]

    def load() -> list[Rule]:
        rows = db.session.execute(
            select(Region.path, SlaRule)
            .join(Region, Region.id == SlaRule.region_id)
            .where(Region.code.in_(codes))
        ).all()
        return [
            Rule(
                RuleKey(row.step, row.hall_id, row.complexity, row.party),
                row.limit_n,
                row.unit.value,
                row.active_from,
                row.active_to,
                path.count("/"),
            )
            for path, row in rows
        ]

    return keep(("rules", region.id), load)  # type: ignore[no-any-return]


def limit_rows(region_id: int) -> Sequence[SlaRule]:
    """List the rules a region has set itself, step by step, the newest of each first."""
    return db.session.scalars(
        select(SlaRule)
        .where(SlaRule.region_id == region_id)
        .order_by(
            SlaRule.step,
            SlaRule.hall_id,
            SlaRule.complexity,
            SlaRule.party,
            SlaRule.active_from.desc(),
        )
    ).all()
