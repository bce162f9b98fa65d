"""How the dates of a case came about, line by line, as its rows tell it."""

from collections.abc import Sequence

from desk.casework.courses import course_of
from desk.casework.models import CaseClock
from desk.casework.words import PROMISES
from desk.organisation.queries import Timetable
from desk.worktime.deadline import due_day
from desk.worktime.explain import Line, LineKind, explain_course


def lines_of(clock: CaseClock, table: Timetable) -> Sequence[Line]:
    """Explain the date of one clock."""
    return explain_course(course_of(clock), table.calendar, table.hours, table.zone)


def promise_lines(clocks: Sequence[CaseClock], table: Timetable) -> Sequence[Line]:
    """Explain the day promised last; nothing before one was.

    Where the case is done again, the first line says so, and which day was promised before.
    """
    promises = [clock for clock in clocks if clock.step in PROMISES]
    if not promises:
        return ()
    *before, last = promises
    lines = lines_of(last, table)
    if not before:
        return lines
    day = table.local_day(last.started_at)
    was = due_day(before[-1].due_at, table.zone)
    again = Line(LineKind.ROUND, day, day, number=last.round + 1, at=last.started_at, was=was)
    return (again, *lines)
