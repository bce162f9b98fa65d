"""When somebody may be called and what a call brings: plain values, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from desk.casework.words import Solved

CALL_HOURS = "call_hours"
USUAL = (("08:30", "12:00"), ("13:30", "20:00"))
"""When calls are made unless a region chose otherwise: not early, not at noon, not at night."""
CONTENT_FROM = 3


class Reached(StrEnum):
    """What came of ringing: an answer, nothing, or the wish to be called another time."""

    YES = "yes"
    NO = "no"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Call:
    """What a call brought for one case. Whatever was not said is None, never a default.

    `text` is a note where the case can close, and otherwise what is still missing.
    """

    reached: Reached
    in_time: bool | None = None
    solved: Solved | None = None
    result_score: int | None = None
    attitude_score: int | None = None
    text: str = ""
    again_at: datetime | None = None


def may_ring(at: datetime, hours: Sequence[Sequence[str]], zone: str) -> bool:
    """Tell whether people may be called at an instant, by the clock of the place."""
    clock = f"{at.astimezone(ZoneInfo(zone)):%H:%M}"
    return any(opens <= clock <= closes for opens, closes in hours)


def hours_text(hours: Sequence[Sequence[str]]) -> str:
    """Write call hours as people read them."""
    return ", ".join(f"{opens}–{closes}" for opens, closes in hours)


def is_enough(solved: Solved | None, result_score: int | None) -> bool:
    """Tell whether such an answer lets a case be closed; otherwise it is done again."""
    content = result_score is None or result_score >= CONTENT_FROM
    return solved is Solved.YES or (solved is Solved.PART and content)
