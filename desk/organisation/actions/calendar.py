"""Publishing the working days of a year."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update

from desk.kernel.csv_file import Fault, Row, rows_of
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.organisation.models import CalendarDay, DayKind, Region
from desk.organisation.queries import forget_kept
from desk.worktime.calendar import SATURDAY

DAYS_A_CHUNK = 500
FIRST_YEAR, LAST_YEAR = 2000, 2100
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Years = dict[int, dict[date, DayKind]]
WORKED = frozenset({DayKind.WORKDAY, DayKind.MAKEUP})


def publish_year(region: Region, year: int, named: Mapping[date, DayKind], *, source: str) -> int:
    """Put the published calendar of a year in place of what was known; return the days it changed.

    Days not named follow the weekday, so that the official notice (holidays and make-up days only)
    is enough. Raises Invalid for a day of another year.
    """
    wanted = whole_year(year, named)
    here = (
        CalendarDay.region_id == region.id,
        CalendarDay.on_date.between(date(year, 1, 1), date(year, 12, 31)),
    )
    known = {
        on: (kind, published)
        for on, kind, published in db.session.execute(
            select(CalendarDay.on_date, CalendarDay.kind, CalendarDay.published).where(*here)
        )
    }
    differ = {on: kind for on, kind in wanted.items() if known.get(on) != (kind, True)}
    for on in differ.keys() & known.keys():
        db.session.execute(
            update(CalendarDay)
            .where(CalendarDay.region_id == region.id, CalendarDay.on_date == on)
            .values(day_row(region, on, differ[on], source))
        )
    add_days([day_row(region, on, differ[on], source) for on in differ if on not in known])
    forget_kept()
    return len(differ)


def whole_year(year: int, named: Mapping[date, DayKind]) -> dict[date, DayKind]:
    """Say what kind every day of a year is; days not named follow the weekday.

    Raises Invalid for a year beyond any deadline, and for a day of another year.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(_l("The year %(year)s is out of range.", year=year))
    if any(on.year != year for on in named):
        raise Invalid(_l("The calendar of %(year)s names a day of another year.", year=year))
    return {on: named.get(on, _by_weekday(on)) for on in _days_of(year)}


def _days_of(year: int) -> Iterator[date]:
    on = date(year, 1, 1)
    while on.year == year:
        yield on
        on += timedelta(days=1)


def _by_weekday(on: date) -> DayKind:
    return DayKind.WEEKEND if on.weekday() >= SATURDAY else DayKind.WORKDAY


def days_in(path: Path, *, encoding: str = "utf-8") -> tuple[Years, list[Fault]]:
    """Read a calendar (`date`, `kind`) year by year, and say which rows cannot be taken."""
    years: Years = {}
    faults: list[Fault] = []
    for row in rows_of(path, ["date", "kind"], encoding=encoding):
        try:
            on, kind = _day_in(row)
            if on in years.setdefault(on.year, {}):
                raise Invalid(_l("This day stands there twice."))
        except Invalid as error:
            faults.append(Fault(row.line, error.message))
        else:
            years[on.year][on] = kind
    return years, faults


def _day_in(row: Row) -> tuple[date, DayKind]:
    if row.fault is not None:
        raise Invalid(row.fault)
    try:
        if not ISO_DATE.fullmatch(row.cells["date"].strip()):
            raise ValueError(row.cells["date"])
        on = date.fromisoformat(row.cells["date"].strip())
    except ValueError as error:
        raise Invalid(_l("Write the date as 2026-11-23, and format the column as text.")) from error
    kind = row.cells["kind"].strip()
    if kind not in set(DayKind):
        raise Invalid(_l("“%(kind)s” is none of %(all)s.", kind=kind[:40], all=", ".join(DayKind)))
    return on, DayKind(kind)


def day_row(region: Region, on: date, kind: DayKind, source: str) -> dict[str, Any]:
    return {
        "region_id": region.id,
        "on_date": on,
        "kind": kind,
        "is_workday": kind in WORKED,
        "published": True,
        "source": source,
    }


def add_days(rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), DAYS_A_CHUNK):
        db.session.execute(insert(CalendarDay), list(rows[start : start + DAYS_A_CHUNK]))
