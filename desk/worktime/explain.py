"""How a date came about, line by line, for the person who has to wait for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from desk.worktime.calendar import (
    CLOSURE,
    HOLIDAY,
    MAKEUP,
    ONE_DAY,
    WEEKEND,
    Hours,
    WorkCalendar,
    local_day,
    spans,
)
from desk.worktime.deadline import (
    INSTANT,
    WORKING_DAY,
    WORKING_HOUR,
    day_zero,
    due,
    due_day,
    elapsed,
)

ONE_HOUR = timedelta(hours=1)


class LineKind(StrEnum):
    """What a line says."""

    AFTER_HOURS = "after_hours"
    START_DAY = "start_day"
    COUNTED = "counted"
    MAKEUP = "makeup"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSURE = "closure"
    PROVISIONAL = "provisional"
    DUE = "due"


OFF = {WEEKEND: LineKind.WEEKEND, HOLIDAY: LineKind.HOLIDAY, CLOSURE: LineKind.CLOSURE}


@dataclass(frozen=True, slots=True)
class Line:
    """Days `first` to `last` (the same for one day); `number` the units full, `at` an instant."""

    kind: LineKind
    first: date
    last: date
    number: int | None = None
    at: datetime | None = None


def explain(
    start: datetime, n: int, unit: str, calendar: WorkCalendar, hours: Hours, zone: str
) -> tuple[Line, ...]:
    """Explain `due(start, n, unit, …)`: the last line is its date, the last number is `n`.

    Each day that counts has a line, each run of days that do not has one; calendar days all count,
    in one line. The number of a line is how many units are full at its end. Raises as `due` does.
    """
    deadline = due(start, n, unit, calendar, hours, zone)
    first, last = local_day(start, zone), due_day(deadline.due_at, zone)
    walk = _Walk(calendar, hours, zone)
    if unit == WORKING_DAY:
        lines = walk.by_day(start, last)
    elif unit == WORKING_HOUR:
        lines = walk.by_hour(start, deadline.due_at)
    else:
        lines = [
            Line(LineKind.START_DAY, first, first, at=start),
            Line(LineKind.COUNTED, first + ONE_DAY, last, number=n),
        ]
    if deadline.provisional:
        lines += _guessed(first, last, calendar)
    return (*lines, Line(LineKind.DUE, last, last, number=n, at=deadline.due_at))


@dataclass(frozen=True, slots=True)
class _Walk:
    calendar: WorkCalendar
    hours: Hours
    zone: str

    def by_day(self, start: datetime, last: date) -> list[Line]:
        filed = local_day(start, self.zone)
        zero = day_zero(start, self.calendar, self.hours, self.zone)
        lines = []
        if zero != filed:
            lines.append(Line(LineKind.AFTER_HOURS, filed, filed, at=start))
            lines += self._off(_days(filed + ONE_DAY, zero - ONE_DAY))
        lines.append(Line(LineKind.START_DAY, zero, zero, at=start if zero == filed else None))
        number = 0
        for open_, run in groupby(_days(zero + ONE_DAY, last), self._is_open):
            if not open_:
                lines += self._off(run)
                continue
            for day in run:
                number += 1
                lines.append(self._counted(day, number))
        return lines

    def by_hour(self, start: datetime, end: datetime) -> list[Line]:
        filed, last = local_day(start, self.zone), due_day(end, self.zone)
        lines: list[Line] = []
        if not elapsed(start, start + INSTANT, self.calendar, self.hours, self.zone):
            lines.append(Line(LineKind.AFTER_HOURS, filed, filed, at=start))
        spent = timedelta()
        for opened, run in groupby(_days(filed, last), lambda day: bool(self._spent(day, start))):
            days = list(run)
            if not opened:
                lines += self._off(day for day in days if day != filed)
                continue
            for day in days:
                spent += self._spent(day, start, end)
                lines.append(self._counted(day, spent // ONE_HOUR))
        return lines

    def _spent(self, day: date, start: datetime, end: datetime | None = None) -> timedelta:
        worked = spans(day, self.calendar, self.hours, self.zone)
        return sum(
            (
                max(timedelta(), (min(closes, end) if end else closes) - max(opens, start))
                for opens, closes in worked
            ),
            timedelta(),
        )

    def _is_open(self, day: date) -> bool:
        return bool(spans(day, self.calendar, self.hours, self.zone))

    def _counted(self, day: date, number: int) -> Line:
        makeup = self.calendar.kind(day) == MAKEUP
        return Line(LineKind.MAKEUP if makeup else LineKind.COUNTED, day, day, number=number)

    def _off(self, days: Iterable[date]) -> Iterator[Line]:
        """Merge neighbouring days that do not count for the same reason."""
        for kind, run in groupby(days, self._why_off):
            found = list(run)
            yield Line(kind, found[0], found[-1])

    def _why_off(self, day: date) -> LineKind:
        return OFF.get(self.calendar.kind(day), LineKind.CLOSURE)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _guessed(first: date, last: date, calendar: WorkCalendar) -> Iterator[Line]:
    for year in range(first.year, last.year + 1):
        begin, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        if calendar.is_provisional(begin):
            yield Line(LineKind.PROVISIONAL, begin, end)
