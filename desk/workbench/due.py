"""How a deadline is told: words, a date, how much of the time is gone, how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.audit.models import LedgerLine
from desk.casework.explaining import lines_of
from desk.casework.holding import Holder, Told, held, stays
from desk.casework.models import CaseClock
from desk.casework.words import Status
from desk.organisation.queries import Timetable
from desk.worktime.deadline import working_days_between
from desk.worktime.explain import Line

NEAR_DAYS = 1
WHOLE = 100
DAYS_ON_BAR = 10
FAR_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Due:
    """`state` is still, open, soon, today or over; `days` the working days left, or late."""

    at: datetime | None
    state: str
    days: int
    share: int


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock, how it stands, and line by line how its date came about (not once it stopped)."""

    clock: CaseClock
    due: Due
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class HeldShown:
    """Who held a case: working time and time on the wall, each as hours and minutes."""

    holder: Holder
    department_id: int
    net: tuple[int, int]
    gross: tuple[int, int]


def held_by(lines: Sequence[LedgerLine], now: datetime, table: Timetable) -> list[HeldShown]:
    """Add up who held a case and for how long, from its chain; hours are rounded to minutes."""
    told = [
        Told(
            line.at,
            line.what,
            Status(line.to_status) if line.to_status else None,
            line.body or {},
        )
        for line in lines
    ]
    found = held(stays(told, now), table.calendar, table.hours, table.zone)
    return [
        HeldShown(h.holder, h.department_id, _hours_minutes(h.net), _hours_minutes(h.gross))
        for h in found
    ]


def _hours_minutes(length: timedelta) -> tuple[int, int]:
    return divmod(round(length.total_seconds() / 60), 60)


def due_of(due_at: datetime, now: datetime, table: Timetable) -> Due:
    """Say how a deadline stands at this moment."""
    if due_at.year == FAR_YEAR:
        return Due(None, "still", 0, 30)
    today, on = table.local_day(now), table.local_day(due_at)
    days = working_days_between(today, on, table.calendar)
    if due_at < now:
        return Due(due_at, "over", max(1, -days), WHOLE)
    share = max(5, WHOLE - days * WHOLE // DAYS_ON_BAR)
    if on == today:
        return Due(due_at, "today", 0, min(share, 95))
    return Due(due_at, "soon" if days <= NEAR_DAYS else "open", days, share)


def shown(clocks: Sequence[CaseClock], now: datetime, table: Timetable) -> list[ClockShown]:
    """Give each clock and how it stands, running ones first, by when they are due."""
    ordered = sorted(clocks, key=lambda c: (c.stopped_at is not None, c.due_at))
    return [
        ClockShown(
            clock,
            due_of(clock.due_at, now, table),
            () if clock.stopped_at else lines_of(clock, table),
        )
        for clock in ordered
    ]
