"""The ladder: what happens as a limit runs down and out, and when. Plain values, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from desk.casework.words import Step
from desk.worktime.calendar import ONE_DAY, Hours, WorkCalendar, local_day, spans
from desk.worktime.course import ChangeKind, Course, Outcome, followed, runs_out
from desk.worktime.deadline import WORKING_DAY, WORKING_HOUR, elapsed

CLIMBED = frozenset(
    {
        Step.ACCEPT,
        Step.SIGN,
        Step.FIRST_CONTACT,
        Step.REPLY,
        Step.REWORK,
        Step.RATING_RECTIFY,
    }
)
"""The clocks that have a ladder: the first is the hall's, the others the department's."""
SHORTEST_WARNED = 2
ROUNDS_TO_RED = 2
TRIES = 400


class Level(StrEnum):
    """Two notices and three cards, from mild to severe."""

    REMINDER = "reminder"
    AMBER = "amber"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


STANDING_STILL = frozenset({ChangeKind.PAUSED, ChangeKind.RESUMED})
LATE_DAYS = {Level.YELLOW: 1, Level.RED: 3}
CARDS = frozenset({Level.BLUE, Level.YELLOW, Level.RED})
SEVERITY = {level: n for n, level in enumerate(Level)}


class Cause(StrEnum):
    """Why a level was reached."""

    TIME = "time"
    ROUNDS = "rounds"
    FALSE_CLOSURE = "false_closure"


@dataclass(frozen=True, slots=True)
class Rung:
    """A level and the instant it falls due."""

    level: Level
    at: datetime
    cause: Cause = Cause.TIME


def rungs(
    course: Course, calendar: WorkCalendar, hours: Hours, zone: str, *, rounds: int = 0
) -> tuple[Rung, ...]:
    """Say when a clock reaches each level, the earliest first.

    A limit of two working days or more is reminded of at half its time and again when one working
    day is left. Overdue is blue, overdue by one working day yellow, by three red, without the time
    it stood still; a clock that runs for the second rework or a later one is red from its start.
    """
    outcome = followed(course, calendar, hours, zone)
    due_at = outcome.deadline.due_at
    late = tuple(c for c in course.changes if c.kind in STANDING_STILL and c.at >= due_at)
    found = [
        Rung(Level.BLUE, due_at),
        *(
            Rung(
                level,
                runs_out(Course(due_at, n, WORKING_DAY, late), calendar, hours, zone).due_at,
            )
            for level, n in LATE_DAYS.items()
        ),
    ]
    if rounds >= ROUNDS_TO_RED:
        found.append(Rung(Level.RED, course.started_at, Cause.ROUNDS))
    n, unit = course.limit()
    if unit != WORKING_HOUR and n >= SHORTEST_WARNED:
        found.append(Rung(Level.REMINDER, _half_time(course, outcome, calendar, hours, zone)))
        found.append(Rung(Level.AMBER, _closing_before(due_at, calendar, hours, zone)))
    return tuple(sorted(found, key=lambda rung: (rung.at, SEVERITY[rung.level])))


def level_at(ladder: tuple[Rung, ...], now: datetime) -> Level | None:
    """Give the most severe level that has been reached."""
    reached = [rung.level for rung in ladder if rung.at <= now]
    return max(reached, key=SEVERITY.__getitem__, default=None)


def _half_time(
    course: Course, outcome: Outcome, calendar: WorkCalendar, hours: Hours, zone: str
) -> datetime:
    """Find the instant at which half the time is left; a time it stood still is not part of it."""
    start, due_at = course.started_at, outcome.deadline.due_at
    whole = elapsed(start, due_at, calendar, hours, zone)
    stood = sum(
        (elapsed(p.first, p.last, calendar, hours, zone) for p in outcome.pauses), timedelta()
    )
    left = max(whole - stood, timedelta()) / 2
    day, spent = local_day(start, zone), timedelta()
    while day <= local_day(due_at, zone):
        for opens, closes in spans(day, calendar, hours, zone):
            begin = max(opens, start)
            if begin >= closes:
                continue
            if spent + (closes - begin) >= whole - left:
                return begin + (whole - left - spent)
            spent += closes - begin
        day += ONE_DAY
    return due_at


def _closing_before(at: datetime, calendar: WorkCalendar, hours: Hours, zone: str) -> datetime:
    """Find the end of the last working day that ended before an instant."""
    day = local_day(at, zone)
    for _ in range(TRIES):
        worked = spans(day, calendar, hours, zone)
        if worked and worked[-1][1] < at:
            return worked[-1][1]
        day -= ONE_DAY
    return at
