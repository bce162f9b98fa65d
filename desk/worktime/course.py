"""What moves a date after its clock has started, and the date that follows from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from desk.worktime.calendar import ONE_DAY, Hours, WorkCalendar, local_day, spans
from desk.worktime.deadline import (
    CALENDAR_DAY,
    INSTANT,
    WORKING_DAY,
    WORKING_HOUR,
    Deadline,
    due,
    due_day,
    shift_by_pause,
)


class ChangeKind(StrEnum):
    """What happened to a running clock."""

    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    LIMITED = "limited"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to a clock.

    `n` is the working days an extension adds, or with `unit` the other limit that counts from the
    start. `was` is the instant it was due before, `why` a word for the reason; both only tell.
    """

    kind: ChangeKind
    at: datetime
    n: int = 0
    unit: str = ""
    why: str = ""
    was: datetime | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A limit from its start, with what happened to it, oldest first.

    `n` and `unit` are the limit it was started with; another one replaces it from the start.
    """

    started_at: datetime
    n: int
    unit: str
    changes: tuple[Change, ...] = ()

    def limit(self) -> tuple[int, str]:
        """Give the limit that counts: the last one set."""
        limits = [(c.n, c.unit) for c in self.changes if c.kind is ChangeKind.LIMITED]
        return limits[-1] if limits else (self.n, self.unit)

    def extended(self) -> int:
        """Give the working days that were added."""
        return sum(c.n for c in self.changes if c.kind is ChangeKind.EXTENDED)

    def stands_since(self) -> datetime | None:
        """Tell since when it stands still, if it does."""
        turns = [c for c in self.changes if c.kind in {ChangeKind.PAUSED, ChangeKind.RESUMED}]
        return turns[-1].at if turns and turns[-1].kind is ChangeKind.PAUSED else None

    def then(self, change: Change) -> "Course":
        """Give the same course with one thing more."""
        return replace(self, changes=(*self.changes, change))


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that stood still and has ended; `why` is the word for its reason."""

    first: datetime
    last: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """When a course runs out, and the pauses that count: those begun before it had run out."""

    deadline: Deadline
    pauses: tuple[Pause, ...] = ()


def runs_out(course: Course, calendar: WorkCalendar, hours: Hours, zone: str) -> Deadline:
    """Say when a course runs out; what happened to it is already in it.

    A limit in working days gives back each working day at whose end it stood still, one in
    calendar days each midnight, one in hours the working time. A pause that began when the limit
    had run out gives back nothing. Raises as `due` does.
    """
    return followed(course, calendar, hours, zone).deadline


def followed(course: Course, calendar: WorkCalendar, hours: Hours, zone: str) -> Outcome:
    """Follow a course to its end, and say which of its pauses counted."""
    n, unit = course.limit()
    deadline = due(course.started_at, n, unit, calendar, hours, zone)
    walk = _Walk(course.started_at, unit, calendar, hours, zone)
    counted: list[Pause] = []
    for change, pause in _with_pauses(course.changes):
        if change.kind is ChangeKind.EXTENDED:
            deadline = walk.later(deadline, change.n)
        elif pause is not None and pause.first < deadline.due_at:
            counted.append(pause)
            deadline = walk.given_back(deadline, pause)
    return Outcome(deadline, tuple(counted))


def closings_within(
    first: datetime, last: datetime, calendar: WorkCalendar, hours: Hours, zone: str
) -> int:
    """Count the working days that end after `first` and no later than `last`."""
    day, found = local_day(first, zone), 0
    while day <= local_day(last, zone):
        worked = spans(day, calendar, hours, zone)
        found += bool(worked) and first < worked[-1][1] <= last
        day += ONE_DAY
    return found


def _with_pauses(changes: Sequence[Change]) -> Iterator[tuple[Change, Pause | None]]:
    """Give each change, and with the end of a pause the whole of it."""
    begun: Change | None = None
    for change in changes:
        if change.kind is ChangeKind.PAUSED:
            begun = change
        elif change.kind is ChangeKind.RESUMED and begun is not None:
            yield change, Pause(begun.at, change.at, begun.why)
            begun = None
            continue
        yield change, None


@dataclass(frozen=True, slots=True)
class _Walk:
    started_at: datetime
    unit: str
    calendar: WorkCalendar
    hours: Hours
    zone: str

    def later(self, deadline: Deadline, days: int) -> Deadline:
        """Add working days to a date."""
        moved = due(deadline.due_at, days, WORKING_DAY, self.calendar, self.hours, self.zone)
        return self._since_start(moved.due_at)

    def given_back(self, deadline: Deadline, pause: Pause) -> Deadline:
        """Move a date by what a pause took."""
        if self.unit == WORKING_HOUR:
            shifted = shift_by_pause(
                deadline.due_at, pause.first, pause.last, self.calendar, self.hours, self.zone
            )
            return self._since_start(shifted.due_at)
        if self.unit == CALENDAR_DAY:
            nights = (local_day(pause.last, self.zone) - local_day(pause.first, self.zone)).days
            return self._midnights(deadline, nights)
        closings = closings_within(pause.first, pause.last, self.calendar, self.hours, self.zone)
        return self.later(deadline, closings) if closings else deadline

    def _midnights(self, deadline: Deadline, nights: int) -> Deadline:
        if not nights:
            return deadline
        last = deadline.due_at - INSTANT
        return due(last, nights, CALENDAR_DAY, self.calendar, self.hours, self.zone)

    def _since_start(self, due_at: datetime) -> Deadline:
        first, last = local_day(self.started_at, self.zone), due_day(due_at, self.zone)
        return Deadline(due_at, self._is_provisional(first, last))

    def _is_provisional(self, first: date, last: date) -> bool:
        return self.unit != CALENDAR_DAY and self.calendar.is_provisional(first, last)
