"""How alike two texts are, by the pairs of characters they share."""

from collections.abc import Iterable

from desk.kernel import grams

SHORTEST_TO_COMPARE = 80
LONGEST_COMPARED = 1_000
WHOLE = 100


def likeness(one: str, other: str) -> float:
    """Measure how alike two texts are: 0 nothing in common, 1 the same."""
    return _share(_pairs(one), _pairs(other))


def likest(text: str, earlier: Iterable[str]) -> float:
    """Give the greatest likeness to any of the earlier texts; 0 for a text too short to judge.

    Of each text the first 1,000 characters are compared, so that the cost is bounded.
    """
    if len(text) < SHORTEST_TO_COMPARE:
        return 0.0
    mine, most = _pairs(text[:LONGEST_COMPARED]), 0.0
    for other in earlier:
        theirs = _pairs(other[:LONGEST_COMPARED])
        fewer, more = sorted((len(mine), len(theirs)))
        if more and fewer / more > most:
            most = max(most, _share(mine, theirs))
    return most


def shares(text: str, others: Iterable[str]) -> list[float]:
    """Measure how alike each of the others is to a text, the first 1,000 characters of each."""
    mine = _pairs(text[:LONGEST_COMPARED])
    return [_share(mine, _pairs(other[:LONGEST_COMPARED])) for other in others]


def percent(share: float) -> int:
    """Write a likeness as whole per cent."""
    return round(share * WHOLE)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(grams.pairs(grams.normalise(text)))


def _share(left: frozenset[str], right: frozenset[str]) -> float:
    together = len(left | right)
    return len(left & right) / together if together else 0.0
