"""Drawing a sample that anybody can draw again: plain values, no clock, no chance but the seed."""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from math import ceil
from uuid import UUID


class CampaignKind(StrEnum):
    """What is looked at: closings, withdrawals, refusals to accept, or closings long after."""

    AUDIT = "audit"
    WITHDRAWN = "withdrawn"
    DIVERSION = "diversion"
    LOOK_BACK = "look_back"


class Stratum(StrEnum):
    """Why a case is in the pot it is drawn from."""

    REFUSED = "refused"
    ON_SPOT = "on_spot"
    LAPSED = "lapsed"
    OTHER = "other"
    WITHDRAWN = "withdrawn"
    DIVERTED = "diverted"
    RED = "red"
    LEGACY = "legacy"
    LATER = "later"


SHARES: dict[Stratum, Fraction] = {
    Stratum.REFUSED: Fraction(1, 5),
    Stratum.ON_SPOT: Fraction(1, 5),
    Stratum.LAPSED: Fraction(1, 5),
    Stratum.OTHER: Fraction(1, 20),
    Stratum.WITHDRAWN: Fraction(1),
    Stratum.DIVERTED: Fraction(1, 5),
    Stratum.RED: Fraction(1),
    Stratum.LEGACY: Fraction(1),
    Stratum.LATER: Fraction(1, 10),
}
"""How much of each pot is drawn, rounded up: so of all closings never less than a twentieth."""

Pots = Mapping[Stratum, Iterable[UUID]]


def draw(seed: str, pots: Pots, shares: Mapping[Stratum, Fraction]) -> dict[UUID, Stratum]:
    """Draw from each pot its share, rounded up; the same seed and pots always give the same.

    Each case is hashed with the seed, and those with the smallest hashes are drawn: whoever knows
    a case beforehand cannot know the seed, which is made once the pots are full.
    """
    found: dict[UUID, Stratum] = {}
    for stratum in Stratum:
        ranked = sorted(set(pots.get(stratum, ())), key=lambda key: (_rank(seed, key), key))
        for key in ranked[: ceil(len(ranked) * shares.get(stratum, Fraction(0)))]:
            found[key] = stratum
    return found


def _rank(seed: str, key: UUID) -> bytes:
    return hashlib.sha256(f"{seed}/{key.hex}".encode()).digest()


def written(pots: Pots) -> dict[str, list[str]]:
    """Write pots so that the database keeps them, in one order whoever writes them."""
    return {s.value: sorted(key.hex for key in pots[s]) for s in Stratum if pots.get(s)}


def read(kept: Mapping[str, Iterable[str]]) -> dict[Stratum, list[UUID]]:
    """Read pots as they were kept."""
    return {Stratum(name): [UUID(key) for key in keys] for name, keys in kept.items()}
