"""How a date came about, line by line, for the person who has to wait for it."""

from collections.abc import Iterable, Iterator, Sequence
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
from desk.worktime.course import Change, ChangeKind, Course, Pause, followed
from desk.worktime.deadline import (
    INSTANT,
    WORKING_DAY,
    WORKING_HOUR,
    day_zero,
    due_day,
    elapsed,
)

ONE_HOUR = timedelta(hours=1)


class LineKind(StrEnum):
    """What a line says."""

    ROUND = "round"
    AFTER_HOURS = "after_hours"
    START_DAY = "start_day"
    COUNTED = "counted"
    MAKEUP = "makeup"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSURE = "closure"
    PAUSED = "paused"
    WENT_ON = "went_on"
    STANDS = "stands"
    EXTENDED = "extended"
    LIMITED = "limited"
    CORRECTED = "corrected"
    PROVISIONAL = "provisional"
    DUE = "due"


OFF = {WEEKEND: LineKind.WEEKEND, HOLIDAY: LineKind.HOLIDAY, CLOSURE: LineKind.CLOSURE}
TOLD = {ChangeKind.LIMITED: LineKind.LIMITED, ChangeKind.CORRECTED: LineKind.CORRECTED}


@dataclass(frozen=True, slots=True)
class Line:
    """Days `first` to `last` (the same for one day); `number` the units full, `at` an instant.

    `why` is the word for a reason, `was` the day it was due before.
    """

    kind: LineKind
    first: date
    last: date
    number: int | None = None
    at: datetime | None = None
    why: str = ""
    was: date | None = None


def explain(
    start: datetime, n: int, unit: str, calendar: WorkCalendar, hours: Hours, zone: str
) -> tuple[Line, ...]:
    """Explain `due(start, n, unit, …)`: the last line is its date, the last number is `n`."""
    return explain_course(Course(start, n, unit), calendar, hours, zone)


def explain_course(
    course: Course, calendar: WorkCalendar, hours: Hours, zone: str
) -> tuple[Line, ...]:
    """Explain `runs_out(course, …)`: the last line is its date.

    Each day that counts has a line, each run of days that do not has one; calendar days all count,
    in one line. The number of a line is how many units are full at its end, so that the last one is
    the limit with all that was added to it. Raises as `due` does.
    """
    outcome, (n, unit) = followed(course, calendar, hours, zone), course.limit()
    due_at = outcome.deadline.due_at
    first, last = local_day(course.started_at, zone), due_day(due_at, zone)
    walk = _Walk(calendar, hours, zone, outcome.pauses)
    if unit == WORKING_DAY:
        lines = walk.by_day(course.started_at, last, n, _extensions(course, zone))
    elif unit == WORKING_HOUR:
        lines = walk.by_hour(course.started_at, due_at)
    else:
        days = (last - first).days
        lines = [
            Line(LineKind.START_DAY, first, first, at=course.started_at),
            Line(LineKind.COUNTED, first + ONE_DAY, last, number=days),
        ]
    lines += _happened(course, unit, outcome.pauses, zone)
    if outcome.deadline.provisional:
        lines += _guessed(first, last, calendar)
    full = n + course.extended() if unit == WORKING_DAY else lines_full(lines, n)
    return (*lines, Line(LineKind.DUE, last, last, number=full, at=due_at))


def lines_full(lines: Sequence[Line], n: int) -> int:
    """Give the number of the last line that counts; `n` where none does."""
    numbers = [line.number for line in lines if line.kind in _NUMBERED]
    return numbers[-1] or n if numbers else n


_NUMBERED = frozenset({LineKind.COUNTED, LineKind.MAKEUP})


def _extensions(course: Course, zone: str) -> list[Line]:
    return [
        Line(LineKind.EXTENDED, local_day(c.at, zone), local_day(c.at, zone), number=c.n)
        for c in course.changes
        if c.kind is ChangeKind.EXTENDED
    ]


def _happened(course: Course, unit: str, pauses: Sequence[Pause], zone: str) -> list[Line]:
    """Tell what happened to a clock and stands not among its days, in order of time."""
    told: list[tuple[datetime, Line]] = []
    if unit != WORKING_DAY:
        told += [(pause.first, _stood(pause, zone)) for pause in pauses]
        told += [
            (change.at, line)
            for change, line in zip(
                (c for c in course.changes if c.kind is ChangeKind.EXTENDED),
                _extensions(course, zone),
                strict=True,
            )
        ]
    told += [(c.at, _change(c, zone)) for c in course.changes if c.kind in TOLD]
    since = course.stands_since()
    if since is not None:
        day = local_day(since, zone)
        why = next(c.why for c in reversed(course.changes) if c.kind is ChangeKind.PAUSED)
        told.append((since, Line(LineKind.STANDS, day, day, at=since, why=why)))
    return [line for _at, line in sorted(told, key=lambda entry: entry[0])]


def _stood(pause: Pause, zone: str) -> Line:
    first, last = local_day(pause.first, zone), local_day(pause.last, zone)
    return Line(LineKind.PAUSED, first, last, why=pause.why)


def _change(change: Change, zone: str) -> Line:
    day = local_day(change.at, zone)
    was = due_day(change.was, zone) if change.was else None
    return Line(
        TOLD[change.kind], day, day, number=change.n or None, at=change.at, why=change.why, was=was
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    calendar: WorkCalendar
    hours: Hours
    zone: str
    pauses: Sequence[Pause] = ()

    def by_day(
        self, start: datetime, last: date, limit: int, extensions: Sequence[Line]
    ) -> list[Line]:
        filed = local_day(start, self.zone)
        zero = day_zero(start, self.calendar, self.hours, self.zone)
        lines = []
        if zero != filed:
            lines.append(Line(LineKind.AFTER_HOURS, filed, filed, at=start))
            lines += self._off(_days(filed + ONE_DAY, zero - ONE_DAY))
        lines.append(Line(LineKind.START_DAY, zero, zero, at=start if zero == filed else None))
        number, starts_anew, left = 0, self._pause_on(zero) is not None, list(extensions)
        for how, run in groupby(_days(zero + ONE_DAY, last), self._how):
            if not isinstance(how, bool):
                days = list(run)
                lines.append(Line(LineKind.PAUSED, days[0], days[-1], why=how.why))
                continue
            if not how:
                lines += self._off(run)
                continue
            for day in run:
                if starts_anew:
                    lines.append(Line(LineKind.WENT_ON, day, day))
                    starts_anew = False
                    continue
                if number >= limit and left:
                    added = left.pop(0)
                    lines.append(added)
                    limit += added.number or 0
                number += 1
                lines.append(self._counted(day, number))
        return lines

    def _how(self, day: date) -> bool | Pause:
        """Tell whether a day is open, or in which pause it ended."""
        return self._is_open(day) and (self._pause_on(day) or True)

    def _pause_on(self, day: date) -> Pause | None:
        worked = spans(day, self.calendar, self.hours, self.zone)
        if not worked:
            return None
        closing = worked[-1][1]
        return next((p for p in self.pauses if p.first < closing <= p.last), None)

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
        """Add up what of a day was worked from the start to the end, pauses left out."""
        worked = spans(day, self.calendar, self.hours, self.zone)
        total = timedelta()
        for opens, closes in worked:
            first, last = max(opens, start), min(closes, end) if end else closes
            total += max(timedelta(), last - first)
            for pause in self.pauses if end else ():
                total -= max(timedelta(), min(last, pause.last) - max(first, pause.first))
        return total

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
