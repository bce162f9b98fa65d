"""The conditions that narrow a list of cases: for each field some words of a closed list."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desk.casework.words import FINAL, CaseChannel, Status


class Field(StrEnum):
    """What a list can be narrowed by, in the order it is offered."""

    STATUS = "status"
    DUE = "due"
    FILED = "filed"
    CHANNEL = "channel"
    MARK = "mark"
    HALL = "hall"
    DEPARTMENT = "department"
    HANDLER = "handler"


class DueWithin(StrEnum):
    """How near the next date is; today counts in what comes after it."""

    OVERDUE = "overdue"
    TODAY = "today"
    TWO_DAYS = "2"
    FIVE_DAYS = "5"
    STILL = "still"


class FiledWithin(StrEnum):
    """How long ago a case was filed, in days of the hall."""

    TODAY = "today"
    WEEK = "7"
    FORTNIGHT = "14"
    MONTH = "30"
    LONGER = "older"


class Mark(StrEnum):
    """The seals beside a case."""

    BUSINESS = "business"
    ELDERLY = "elderly"
    DISABLED = "disabled"
    LANGUAGE = "language"
    MINOR = "minor"
    AGAIN = "again"
    AGENT = "agent"
    CONFIDENTIAL = "confidential"
    ESCALATED = "escalated"
    BAD_RATING = "bad_rating"


OF_THE_COMPLAINANT = frozenset(
    {Mark.BUSINESS, Mark.ELDERLY, Mark.DISABLED, Mark.LANGUAGE, Mark.MINOR, Mark.AGENT}
)
"""Seals that say who somebody is: they narrow nothing for those who may not know it."""

NOBODY = "none"
WORDS: Mapping[Field, tuple[str, ...]] = {
    Field.STATUS: tuple(status.value for status in Status if status not in FINAL),
    Field.DUE: tuple(DueWithin),
    Field.FILED: tuple(FiledWithin),
    Field.CHANNEL: tuple(CaseChannel),
    Field.MARK: tuple(Mark),
}
"""Every word of the fields that have a closed list."""

PLACES = (Field.HALL, Field.DEPARTMENT, Field.HANDLER)
MOST_PLACES = 20
ID = re.compile(r"[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a list is narrowed to: a case fits when it fits one word of every field named."""

    chosen: tuple[tuple[Field, tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.chosen)

    def __iter__(self) -> Iterator[tuple[Field, tuple[str, ...]]]:
        return iter(self.chosen)

    def of(self, field: Field) -> tuple[str, ...]:
        """Give the words chosen for a field; none when it does not narrow."""
        return next((words for name, words in self.chosen if name is field), ())

    def without(self, field: Field) -> "Conditions":
        """Leave one field out."""
        return Conditions(tuple((name, words) for name, words in self.chosen if name is not field))

    def pairs(self) -> list[tuple[str, str]]:
        """Write the conditions for a URL, always in the same order."""
        return [(field.value, word) for field, words in self.chosen for word in words]


NONE = Conditions()


def read_conditions(given: Mapping[str, Sequence[str]]) -> Conditions | None:
    """Read conditions as a URL carries them; None when one of them is no condition."""
    chosen = []
    for field in Field:
        words = tuple(word for word in given.get(field, ()) if word)
        if not words:
            continue
        known = _places(field, words) if field in PLACES else _listed(field, words)
        if known is None:
            return None
        chosen.append((field, known))
    return Conditions(tuple(chosen))


def _listed(field: Field, words: Sequence[str]) -> tuple[str, ...] | None:
    if not set(words) <= set(WORDS[field]):
        return None
    return tuple(word for word in WORDS[field] if word in words)


def _places(field: Field, words: Sequence[str]) -> tuple[str, ...] | None:
    ids = sorted({int(word) for word in words if ID.fullmatch(word)})
    others = {word for word in words if not ID.fullmatch(word)}
    nobody = {NOBODY} if field is Field.HANDLER else set()
    if not others <= nobody or len(ids) > MOST_PLACES:
        return None
    return (*sorted(others), *(str(one) for one in ids))
