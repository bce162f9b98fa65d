"""When a limit runs out. The start day does not count for days; the minute counts for hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from desk.worktime.calendar import ONE_DAY, Hours, Span, WorkCalendar, local_day, spans

LONGEST_LIMIT = 2000
LONGEST_CLOSURE = 400
INSTANT = timedelta(microseconds=1)
WORKING_DAY, WORKING_HOUR, CALENDAR_DAY = "working_day", "working_hour", "calendar_day"


class NoWorkingTime(ValueError):
    """Nothing is worked for more than a year, so nothing can ever be due."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant in UTC; provisional when a day of an unpublished year had to be guessed."""

    due_at: datetime
    provisional: bool


def due(
    start: datetime, n: int, unit: str, calendar: WorkCalendar, hours: Hours, zone: str
) -> Deadline:
    """Say when `n` units from `start` (an instant) run out.

    Started after closing or on a day off counts as started at the next opening. Working days end at
    the close of business of day n, working hours within the minute, calendar days at the end of
    day n. Raises ValueError for a limit outside 1 to 2,000, an unknown unit or a start without a
    zone, NoWorkingTime when the hall does not open for more than a year.
    """
    if not 1 <= n <= LONGEST_LIMIT:
        raise ValueError(f"a limit is 1 to {LONGEST_LIMIT}")
    first = local_day(start, zone)
    if unit == WORKING_DAY:
        return _days(start, n, calendar, hours, zone)
    if unit == WORKING_HOUR:
        return _worked(start, timedelta(hours=n), calendar, hours, zone)
    if unit == CALENDAR_DAY:
        end = datetime.combine(first + timedelta(days=n + 1), time(), ZoneInfo(zone))
        return Deadline(end.astimezone(UTC), provisional=False)
    raise ValueError(f"no such unit: {unit}")


def due_day(due_at: datetime, zone: str) -> date:
    """Name the last local day of a limit; one that runs out at midnight ends the day before."""
    return local_day(due_at - INSTANT, zone)


def day_zero(start: datetime, calendar: WorkCalendar, hours: Hours, zone: str) -> date:
    """Tell which day counts as the start: today until it closes, else the next one that opens."""
    for day, worked in _open_days(local_day(start, zone), calendar, hours, zone):
        if start <= worked[-1][1]:
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
    """Move a deadline back by the working time of a pause, never forward.

    A pause that began when the limit had already run out moves nothing: late stays late. The
    answer is provisional when the days from the pause to the new deadline are.
    """
    paused = elapsed(paused_at, resumed_at, calendar, hours, zone)
    if not paused or paused_at >= due_at:
        return Deadline(due_at, provisional=False)
    moved = _worked(due_at, paused, calendar, hours, zone)
    first, last = local_day(paused_at, zone), due_day(moved.due_at, zone)
    return Deadline(moved.due_at, calendar.is_provisional(first, last))


def elapsed(
    start: datetime, end: datetime, calendar: WorkCalendar, hours: Hours, zone: str
) -> timedelta:
    """Add up the working time between two instants; none when the end is not after the start."""
    total = timedelta()
    day, last = local_day(start, zone), local_day(end, zone)
    while day <= last:
        for opens, closes in spans(day, calendar, hours, zone):
            total += max(timedelta(), min(closes, end) - max(opens, start))
        day += ONE_DAY
    return total


def working_days_between(first: date, last: date, calendar: WorkCalendar) -> int:
    """Count the working days after `first` up to and including `last`; negative when it is past."""
    return calendar.workdays_until(last) - calendar.workdays_until(first)


def _open_days(
    first: date, calendar: WorkCalendar, hours: Hours, zone: str
) -> Iterator[tuple[date, tuple[Span, ...]]]:
    """Give the days with working time, until none comes for more than a year."""
    day, shut = first, 0
    while shut <= LONGEST_CLOSURE:
        worked = spans(day, calendar, hours, zone)
        shut = 0 if worked else shut + 1
        if worked:
            yield day, worked
        day += ONE_DAY


def _days(start: datetime, n: int, calendar: WorkCalendar, hours: Hours, zone: str) -> Deadline:
    zero = day_zero(start, calendar, hours, zone)
    counted = list(islice(_open_days(zero + ONE_DAY, calendar, hours, zone), n))
    if len(counted) < n:
        raise NoWorkingTime
    day, worked = counted[-1]
    first = local_day(start, zone)
    return Deadline(worked[-1][1], calendar.is_provisional(first, day))


def _worked(
    start: datetime, length: timedelta, calendar: WorkCalendar, hours: Hours, zone: str
) -> Deadline:
    left, first = length, local_day(start, zone)
    for day, worked in _open_days(first, calendar, hours, zone):
        for opens, closes in worked:
            begin = max(opens, start.astimezone(UTC))
            if begin >= closes:
                continue
            if left <= closes - begin:
                return Deadline(begin + left, calendar.is_provisional(first, day))
            left -= closes - begin
    raise NoWorkingTime
