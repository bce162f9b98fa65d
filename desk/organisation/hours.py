"""Office hours as people write them: 09:00-12:00, 13:30-17:30."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.kernel.errors import Invalid
from desk.kernel.texts import western_digits

WEEKDAYS = tuple(str(weekday) for weekday in range(7))
"""The keys of a hall's hours; 0 is Monday."""
MOST_INTERVALS = 6
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
BETWEEN = re.compile(r"[,;、，；]+|\n")
UNTIL = re.compile(r"\s*(?:[-–—~～至到])+\s*")

Intervals = list[list[str]]


def read_hours(text: str) -> Intervals:
    """Read the hours of a day; nothing written is a day on which it is shut.

    Raises Invalid for what is no time, an end before its beginning, and intervals that overlap.
    """
    plain = western_digits(text).replace("：", ":")
    parts = [part.strip() for part in BETWEEN.split(plain) if part.strip()]
    intervals = [[_clock(one) for one in UNTIL.split(part)] for part in parts]
    flat = [clock for interval in intervals for clock in interval]
    whole = all(len(interval) == 2 for interval in intervals)
    if not whole or flat != sorted(set(flat)) or len(intervals) > MOST_INTERVALS:
        raise Invalid(_l("Write the hours as 09:00-12:00,13:30-17:30, earliest first."))
    return intervals


def _clock(text: str) -> str:
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise Invalid(_l("Write the hours as 09:00-12:00,13:30-17:30, earliest first."))
    return f"{int(found[1]):02d}:{found[2]}"


def hours_text(intervals: Sequence[Sequence[str]]) -> str:
    """Write the hours of a day the way they are read."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in intervals)


def open_days(hours: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the days on which a hall opens at all, Monday first."""
    return {day: hours[day] for day in WEEKDAYS if hours.get(day)}
