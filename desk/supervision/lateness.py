"""How late a limit is, and on which day it runs out: the instants between which it then lies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from desk.casework.ladder import LATE_DAYS, Level
from desk.worktime.calendar import ONE_DAY, Hours, WorkCalendar, local_day, spans

AHEAD = 5
TRIES = 400
LEVELS = (Level.RED, Level.YELLOW, Level.BLUE, Level.AMBER)
"""From the latest to what is only about to be late."""


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A working day to come, and the instants between which a limit runs out on it."""

    on: date
    after: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Edges:
    """Until which instant a limit must have run out to be at a level now.

    `soon` is the next closing: what runs out until then is about to be late.
    """

    red: datetime
    yellow: datetime
    now: datetime
    soon: datetime
    days: tuple[DayAhead, ...]

    def bounds(self, level: Level) -> tuple[datetime | None, datetime]:
        """Give the instants a limit at this level ran out after (None: any) and until."""
        found: dict[Level, tuple[datetime | None, datetime]] = {
            Level.RED: (None, self.red),
            Level.YELLOW: (self.red, self.yellow),
            Level.BLUE: (self.yellow, self.now),
            Level.AMBER: (self.now, self.soon),
        }
        return found[level]

    def level(self, due_at: datetime) -> Level | None:
        """Say how late a limit is; None where it is not yet about to be late."""
        for level in LEVELS:
            if due_at <= self.bounds(level)[1]:
                return level
        return None


def edges(now: datetime, calendar: WorkCalendar, hours: Hours, zone: str) -> Edges:
    """Find the edges of a moment: one comparison then says what `ladder.rungs` says.

    They hold for limits that did not stand still once they had run out.
    """
    gone = list(islice(_closed(now, calendar, hours, zone), 1 + max(LATE_DAYS.values())))
    closings = [closing for _day, closing in gone]
    to_come = list(islice(_to_close(now, calendar, hours, zone), AHEAD))
    before, days = now, []
    for day, closing in to_come:
        days.append(DayAhead(day, before, closing))
        before = closing
    return Edges(
        red=_at(closings, LATE_DAYS[Level.RED], now),
        yellow=_at(closings, LATE_DAYS[Level.YELLOW], now),
        now=now,
        soon=to_come[0][1] if to_come else now,
        days=tuple(days),
    )


def closing_back(
    now: datetime, n: int, calendar: WorkCalendar, hours: Hours, zone: str
) -> datetime:
    """Give the closing that lies `n` working days back; 0 is the last one."""
    gone = [closing for _day, closing in islice(_closed(now, calendar, hours, zone), n + 1)]
    return _at(gone, n, now)


def _at(closings: list[datetime], n: int, now: datetime) -> datetime:
    """Give the nth closing back; where the hall worked on fewer days, nothing is that late."""
    return closings[n] if n < len(closings) else now - timedelta(days=10 * TRIES)


def _closed(
    now: datetime, calendar: WorkCalendar, hours: Hours, zone: str
) -> Iterator[tuple[date, datetime]]:
    """Give the days that have closed, the last one first."""
    day = local_day(now, zone)
    for _ in range(TRIES):
        worked = spans(day, calendar, hours, zone)
        if worked and worked[-1][1] <= now:
            yield day, worked[-1][1]
        day -= ONE_DAY


def _to_close(
    now: datetime, calendar: WorkCalendar, hours: Hours, zone: str
) -> Iterator[tuple[date, datetime]]:
    """Give the days that have still to close, the next one first."""
    day = local_day(now, zone)
    for _ in range(TRIES):
        worked = spans(day, calendar, hours, zone)
        if worked and worked[-1][1] > now:
            yield day, worked[-1][1]
        day += ONE_DAY
