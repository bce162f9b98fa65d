"""Choosing the rule that says how long a step may take: plain values, no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ANY = "any"
EVERY_HALL = 0


@dataclass(frozen=True, slots=True)
class RuleKey:
    """What a rule is for; hall 0 is every hall, `any` every complexity or party."""

    step: str
    hall_id: int = EVERY_HALL
    complexity: str = ANY
    party: str = ANY


@dataclass(frozen=True, slots=True)
class Rule:
    """How long it may take, from when to when; `depth` is how near the region is that says so."""

    key: RuleKey
    n: int
    unit: str
    active_from: date
    active_to: date | None = None
    depth: int = 0

    def fits(self, asked: RuleKey, on: date) -> bool:
        """Tell whether the rule speaks of this on that day."""
        return (
            self.key.step == asked.step
            and self.key.hall_id in (EVERY_HALL, asked.hall_id)
            and self.key.complexity in (ANY, asked.complexity)
            and self.key.party in (ANY, asked.party)
            and self.active_from <= on
            and (self.active_to is None or on <= self.active_to)
        )

    def rank(self) -> tuple[int, bool, bool, bool, date]:
        """Say how closely it speaks: the nearest region first, then hall, complexity, party."""
        return (
            self.depth,
            self.key.hall_id != EVERY_HALL,
            self.key.complexity != ANY,
            self.key.party != ANY,
            self.active_from,
        )


def best(rules: Iterable[Rule], asked: RuleKey, on: date) -> Rule | None:
    """Find the rule that speaks most closely of this on that day."""
    return max((rule for rule in rules if rule.fits(asked, on)), key=Rule.rank, default=None)
