"""What an import makes of each row: plain values."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desk.access.actors import Actor
from desk.casework.queries.dates import Plan
from desk.organisation.models import Region


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Into:
    """Where rows go, who sends them and when."""

    region: Region
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line it begins on, what becomes of it, what it is about, and why it cannot be.

    A good row has a `reason` too where something is remarked about it.
    """

    line: int
    outcome: Outcome
    about: str
    reason: object | None = None


@dataclass(slots=True)
class Report:
    """What became of all rows, or would; `plan` is what becomes of the dates of open cases."""

    lines: list[Line] = field(default_factory=list)
    plan: Plan | None = None
    added: list[str] = field(default_factory=list)

    def add(self, line: int, outcome: Outcome, about: str, reason: object | None = None) -> None:
        """Keep what became of a row."""
        self.lines.append(Line(line, outcome, about, reason))

    def count(self, outcome: str) -> int:
        """Count the rows with this outcome."""
        return self.counted[Outcome(outcome)]

    @property
    def counted(self) -> Counter[Outcome]:
        return Counter(line.outcome for line in self.lines)

    @property
    def is_good(self) -> bool:
        """Tell whether every row can be taken."""
        return bool(self.lines) and not self.counted[Outcome.BAD]

    def worst_first(self, most: int) -> list[Line]:
        """List rows to look at, those at fault first, then remarks."""
        return sorted(
            self.lines, key=lambda one: (one.outcome is not Outcome.BAD, one.reason is None)
        )[:most]
