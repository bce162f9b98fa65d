"""How a date came about, line by line, for the person who has to wait for it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from desk.worktime.calendar import CLOSURE, HOLIDAY, MAKEUP, ONE_DAY, WEEKEND, Hours, WorkCalendar
from desk.worktime.deadline import WORKING_DAY, day_zero, due


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
    """Days `first` to `last` (the same for one day); `number` is the day counted, `at` the hour."""

    kind: LineKind
    first: date
    last: date
    number: int | None = None
    at: datetime | None = None


def explain(
    start: datetime, n: int, unit: str, calendar: WorkCalendar, hours: Hours, zone: str
) -> tuple[Line, ...]:
    """Explain `due(start, n, unit, …)`: the last line is its date.

    Working days get a line for each day that counts and one for each run that does not; hours and
    calendar days get their start and their end.
    """
    deadline = due(start, n, unit, calendar, hours, zone)
    filed = start.astimezone(ZoneInfo(zone)).date()
    end = deadline.due_at.astimezone(ZoneInfo(zone)).date()
    lines: list[Line] = []
    if unit == WORKING_DAY:
        lines = _days(filed, start, end, calendar, hours, zone)
    else:
        lines = [Line(LineKind.START_DAY, filed, filed, at=start)]
    if deadline.provisional:
        lines.append(Line(LineKind.PROVISIONAL, end, end))
    lines.append(Line(LineKind.DUE, end, end, number=n, at=deadline.due_at))
    return tuple(lines)


def _days(
    filed: date, start: datetime, end: date, calendar: WorkCalendar, hours: Hours, zone: str
) -> list[Line]:
    zero = day_zero(start, calendar, hours, zone)
    lines: list[Line] = []
    if zero != filed:
        lines.append(Line(LineKind.AFTER_HOURS, filed, filed, at=start))
        lines += _off_run(filed + ONE_DAY, zero - ONE_DAY, calendar)
    lines.append(Line(LineKind.START_DAY, zero, zero, at=start if zero == filed else None))
    day, number = zero + ONE_DAY, 0
    while day <= end:
        if hours.on(day, calendar):
            number += 1
            kind = LineKind.MAKEUP if calendar.kind(day) == MAKEUP else LineKind.COUNTED
            lines.append(Line(kind, day, day, number=number))
            day += ONE_DAY
            continue
        run_end = day
        while run_end + ONE_DAY <= end and not hours.on(run_end + ONE_DAY, calendar):
            run_end += ONE_DAY
        lines += _off_run(day, run_end, calendar)
        day = run_end + ONE_DAY
    return lines


def _off_run(first: date, last: date, calendar: WorkCalendar) -> list[Line]:
    """Merge neighbouring days that do not count for the same reason."""
    lines: list[Line] = []
    day = first
    while day <= last:
        kind = OFF.get(calendar.kind(day), LineKind.CLOSURE)
        if lines and lines[-1].kind is kind:
            lines[-1] = Line(kind, lines[-1].first, day)
        else:
            lines.append(Line(kind, day, day))
        day += ONE_DAY
    return lines
