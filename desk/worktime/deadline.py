"""When a limit runs out. The start day does not count for days; the minute counts for hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.worktime.calendar import ONE_DAY, Hours, WorkCalendar, spans

FARTHEST = 4000
WORKING_DAY, WORKING_HOUR, CALENDAR_DAY = "working_day", "working_hour", "calendar_day"


class NoWorkingTime(ValueError):
    """The hall never works, so nothing can ever be due."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant in UTC; provisional when a day of an unpublished year had to be guessed."""

    due_at: datetime
    provisional: bool


def due(
    start: datetime, n: int, unit: str, calendar: WorkCalendar, hours: Hours, zone: str
) -> Deadline:
    """Say when `n` units from `start` (an instant) run out.

    Started outside working hours counts as started at the next opening. Working days end at the
    close of business of day n; calendar days at the end of day n.
    """
    if n < 1:
        raise ValueError("a limit is at least 1")
    if unit == WORKING_DAY:
        return _days(start, n, calendar, hours, zone)
    if unit == WORKING_HOUR:
        return _hours(start, timedelta(hours=n), calendar, hours, zone)
    if unit == CALENDAR_DAY:
        local = start.astimezone(ZoneInfo(zone)).date() + timedelta(days=n + 1)
        end = datetime.combine(local, time(), ZoneInfo(zone)).astimezone(UTC)
        return Deadline(end, provisional=False)
    raise ValueError(f"no such unit: {unit}")


def day_zero(start: datetime, calendar: WorkCalendar, hours: Hours, zone: str) -> date:
    """Tell which day counts as the start: today while open or opening later, else the next one."""
    local = start.astimezone(ZoneInfo(zone)).date()
    for day, worked in _workdays(local, calendar, hours, zone):
        if worked[-1][1] > start:
            return day
    raise NoWorkingTime


def shift_by_pause(
    due_at: datetime,
    paused_at: datetime,
    resumed_at: datetime,
    calendar: WorkCalendar,
    hours: Hours,
    zone: str,
) -> Deadline:
    """Move a deadline by the working time of a pause; never forward."""
    paused = elapsed(paused_at, resumed_at, calendar, hours, zone)
    if not paused:
        return Deadline(due_at, provisional=False)
    moved = _hours(due_at, paused, calendar, hours, zone)
    return Deadline(max(due_at, moved.due_at), moved.provisional)


def elapsed(
    start: datetime, end: datetime, calendar: WorkCalendar, hours: Hours, zone: str
) -> timedelta:
    """Add up the working time between two instants."""
    total = timedelta()
    if end <= start:
        return total
    day = start.astimezone(ZoneInfo(zone)).date()
    last = end.astimezone(ZoneInfo(zone)).date()
    while day <= last:
        for opens, closes in spans(day, calendar, hours, zone):
            total += max(timedelta(), min(closes, end) - max(opens, start))
        day += ONE_DAY
    return total


def working_days_between(first: date, last: date, calendar: WorkCalendar) -> int:
    """Count the working days after `first` up to and including `last`; negative when it is past."""
    if last < first:
        return -working_days_between(last, first, calendar)
    count, day = 0, first
    while day < last:
        day += ONE_DAY
        count += calendar.is_workday(day)
    return count


def _workdays(
    first: date, calendar: WorkCalendar, hours: Hours, zone: str
) -> Iterator[tuple[date, tuple[tuple[datetime, datetime], ...]]]:
    day = first
    for _ in range(FARTHEST):
        worked = spans(day, calendar, hours, zone)
        if worked:
            yield day, worked
        day += ONE_DAY
    raise NoWorkingTime


def _days(start: datetime, n: int, calendar: WorkCalendar, hours: Hours, zone: str) -> Deadline:
    zero = day_zero(start, calendar, hours, zone)
    following = _workdays(zero + ONE_DAY, calendar, hours, zone)
    for counted, (day, worked) in enumerate(following, 1):
        if counted == n:
            first = start.astimezone(ZoneInfo(zone)).date()
            return Deadline(worked[-1][1], _guessed(first, day, calendar))
    raise NoWorkingTime


def _hours(
    start: datetime, length: timedelta, calendar: WorkCalendar, hours: Hours, zone: str
) -> Deadline:
    left = length
    first = start.astimezone(ZoneInfo(zone)).date()
    for day, worked in _workdays(first, calendar, hours, zone):
        for opens, closes in worked:
            begin = max(opens, start)
            if begin >= closes:
                continue
            if left <= closes - begin:
                return Deadline(begin + left, _guessed(first, day, calendar))
            left -= closes - begin
    raise NoWorkingTime


def _guessed(first: date, last: date, calendar: WorkCalendar) -> bool:
    return calendar.is_provisional(first) or calendar.is_provisional(last)
