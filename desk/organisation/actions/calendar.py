"""Publishing the working days of a year."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update

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
    """Put the days named of a year in place of what was known; return how many days it changed.

    The nation's list is the whole year: days not named follow the weekday, so that the official
    notice (holidays and make-up days only) is enough. The list of a region below holds the days on
    which it differs; all others are those of the regions above. Raises Invalid for a day of another
    year.
    """
    wanted = days_kept(region, year, named)
    published = says_all(year, wanted)
    here = (
        CalendarDay.region_id == region.id,
        CalendarDay.on_date.between(date(year, 1, 1), date(year, 12, 31)),
    )
    known = {
        on: (kind, is_published)
        for on, kind, is_published in db.session.execute(
            select(CalendarDay.on_date, CalendarDay.kind, CalendarDay.published).where(*here)
        )
    }
    differ = {on: kind for on, kind in wanted.items() if known.get(on) != (kind, published)}
    gone = known.keys() - wanted.keys()
    if gone:
        db.session.execute(
            delete(CalendarDay).where(*here, CalendarDay.on_date.not_in(sorted(wanted)))
        )
    for on in differ.keys() & known.keys():
        db.session.execute(
            update(CalendarDay)
            .where(CalendarDay.region_id == region.id, CalendarDay.on_date == on)
            .values(day_row(region, on, differ[on], source, published=published))
        )
    add_days(
        [
            day_row(region, on, differ[on], source, published=published)
            for on in differ
            if on not in known
        ]
    )
    forget_kept()
    return len(differ) + len(gone)


def days_kept(region: Region, year: int, named: Mapping[date, DayKind]) -> dict[date, DayKind]:
    """Give the days a region's list of a year holds: every day for the nation, else those named."""
    whole = whole_year(year, named)
    return whole if region.parent_id is None else dict(named)


def says_all(year: int, days: Mapping[date, Any]) -> bool:
    """Tell whether a list is that of a whole year, not of exceptions: it begins with New Year.

    1 January is a holiday by law every year, so each official list names it; a list that does not
    publishes nothing, and dates that reach into its year stay provisional.
    """
    return date(year, 1, 1) in days


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


def day_row(
    region: Region, on: date, kind: DayKind, source: str, *, published: bool = True
) -> dict[str, Any]:
    return {
        "region_id": region.id,
        "on_date": on,
        "kind": kind,
        "is_workday": kind in WORKED,
        "published": published,
        "source": source,
    }


def add_days(rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), DAYS_A_CHUNK):
        db.session.execute(insert(CalendarDay), list(rows[start : start + DAYS_A_CHUNK]))
