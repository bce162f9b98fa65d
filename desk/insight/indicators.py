"""Every figure: one definition, one function. Plain arithmetic over sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SHOWN_FROM = 10
RANKED_FROM = 30
Z = 1.96
"""The 95 % bound of Wilson's interval."""

ONE, HALF = Fraction(1), Fraction(1, 2)
ALL_LEVELS = tuple(f"rating.level.{n}" for n in (5, 4, 3, 2, 1))


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a figure is: its name, its formula in words, and what is added up for it."""

    key: str
    name: LazyString
    formula: LazyString
    numerator: Mapping[str, Fraction]
    denominator: tuple[str, ...]
    higher_is_better: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it came out. 0 of 0 has no value."""

    indicator: Indicator
    num: Fraction
    den: int

    @property
    def value(self) -> float | None:
        return float(self.num / self.den) if self.den else None


def _ones(*measures: str) -> dict[str, Fraction]:
    return dict.fromkeys(measures, ONE)


GOOD = Indicator(
    "E3",
    _l("Good ratings"),
    _l("Ratings “very satisfied”, “satisfied” and “basically satisfied” ÷ all ratings."),
    _ones(*ALL_LEVELS[:3]),
    ALL_LEVELS,
    higher_is_better=True,
)
STRICT = Indicator(
    "E4",
    _l("Good ratings, strict"),
    _l("Ratings “very satisfied” and “satisfied” ÷ all ratings."),
    _ones(*ALL_LEVELS[:2]),
    ALL_LEVELS,
    higher_is_better=True,
)
BAD = Indicator(
    "E5",
    _l("Bad ratings"),
    _l("Ratings “dissatisfied” and “very dissatisfied” ÷ all ratings."),
    _ones(*ALL_LEVELS[3:]),
    ALL_LEVELS,
    higher_is_better=False,
)
RATED = Indicator(
    "E2",
    _l("Services rated"),
    _l("Ratings given by those served ÷ service occasions. Silence is never a rating."),
    _ones(*ALL_LEVELS),
    ("event",),
    higher_is_better=True,
)
IN_TIME = Indicator(
    "W11",
    _l("Answers in time"),
    _l("Answers sent by the promised date ÷ answers sent in the month."),
    _ones("case.replied_in_time"),
    ("case.replied",),
    higher_is_better=True,
)
SOLVED = Indicator(
    "W7",
    _l("Solved, as complainants say"),
    _l(
        "(Closed as solved + half of those partly solved) ÷ cases closed with an answer from the "
        "complainant or as not solved. Unconfirmed ones are in neither."
    ),
    {"case.result.solved": ONE, "case.result.part": HALF},
    ("case.result.solved", "case.result.part", "case.result.unsolved"),
    higher_is_better=True,
)
INDICATORS: Sequence[Indicator] = (GOOD, STRICT, BAD, RATED, IN_TIME, SOLVED)

MEASURES = tuple(
    dict.fromkeys(
        measure
        for indicator in INDICATORS
        for measure in (*indicator.numerator, *indicator.denominator)
    )
)


def figure(indicator: Indicator, sums: Mapping[str, int]) -> Figure:
    """Compute a figure from the sums of its measures."""
    num = sum(
        (weight * sums.get(measure, 0) for measure, weight in indicator.numerator.items()),
        Fraction(0),
    )
    return Figure(indicator, num, sum(sums.get(m, 0) for m in indicator.denominator))


def wilson_lower(good: int, n: int) -> float | None:
    """Give the lower 95 % bound of a share, by which units are ranked; None for nothing."""
    if n == 0:
        return None
    share = good / n
    centre = share + Z * Z / (2 * n)
    spread = Z * sqrt((share * (1 - share) + Z * Z / (4 * n)) / n)
    return (centre - spread) / (1 + Z * Z / n)


def hidden(cells: Mapping[int, int], *, least: int = SHOWN_FROM) -> frozenset[int]:
    """Name the cells that may not be published beside their total.

    Every cell below `least` is hidden; if the hidden ones together could still be worked out from
    the total and are fewer than `least`, the smallest published one is hidden too.
    """
    small = {key for key, n in cells.items() if 0 < n < least}
    while small and (len(small) == 1 or sum(cells[key] for key in small) < least):
        rest = sorted((n, key) for key, n in cells.items() if key not in small and n)
        if not rest:
            break
        small.add(rest[0][1])
    return frozenset(small)
