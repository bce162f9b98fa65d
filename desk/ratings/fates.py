"""What became of each line that a system told: plain values."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    CREATED = "created"
    KNOWN = "known"
    WAITING = "waiting"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a line cannot be taken: a code for programs, the field, a sentence for people."""

    code: str
    reason: object
    field: str | None = None

    def sentence(self) -> str:
        """Say it in one line, beginning with the field."""
        return f"{self.field}: {self.reason}" if self.field else str(self.reason)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one line; `id` is that of a row it made."""

    outcome: Outcome
    id: UUID | None = None
    wrong: Wrong | None = None


def tally(fates: Iterable[Fate]) -> Counter[Outcome]:
    """Count fates, with a 0 for each that did not happen."""
    found = Counter(dict.fromkeys(Outcome, 0))
    found.update(fate.outcome for fate in fates)
    return found
