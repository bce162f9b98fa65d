"""Months as the hall counts them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTH = re.compile(r"^(20\d{2})-(0[1-9]|1[0-2])$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its first day, and its last."""

    first: date

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    @property
    def text(self) -> str:
        return f"{self.first:%Y-%m}"

    def before(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    def after(self) -> "Month":
        return Month(self.last + timedelta(days=1))

    def bounds(self, zone: str, *, until: date | None = None) -> tuple[datetime, datetime]:
        """Give its first instant and the first one after it (or after the day `until`)."""
        last = min(self.last, until) if until else self.last
        return _midnight(self.first, zone), _midnight(last + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def month_of(text: str | None, today: date) -> Month | None:
    """Read a month such as 2026-10; the present one for nothing, None for what is none."""
    if not text:
        return Month(today.replace(day=1))
    match = MONTH.match(text)
    if match is None:
        return None
    return Month(date(int(match.group(1)), int(match.group(2)), 1))
