"""How a deadline is told: words, a date, and how much of the time is gone."""

from dataclasses import dataclass
from datetime import datetime

from desk.organisation.queries import Timetable
from desk.worktime.deadline import working_days_between

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
