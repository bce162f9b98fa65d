"""The story of a case as its page tells it: by day, all of it or one side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from desk.casework.queries.story import Told
from desk.organisation.queries import Timetable


class Side(StrEnum):
    """Which part of the story somebody looks at."""

    ALL = "all"
    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day."""

    on: date
    told: Sequence[Told]


def sides(told: Sequence[Told]) -> list[tuple[Side, int]]:
    """Count what each side of the story holds; the complaint itself is public."""
    public = sum(1 for entry in told if entry.public)
    return [
        (Side.ALL, len(told) + 1),
        (Side.PUBLIC, public + 1),
        (Side.INTERNAL, len(told) - public),
    ]


def days(told: Iterable[Told], side: Side, table: Timetable) -> list[Day]:
    """Sort what happened by the days of the hall."""
    wanted = [entry for entry in told if side is Side.ALL or entry.public is (side is Side.PUBLIC)]
    return [
        Day(on, list(entries))
        for on, entries in groupby(wanted, key=lambda entry: table.local_day(entry.at))
    ]
