"""What a figure is, and how it is worked out from the sums of its measures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

NOT_RECORDED = _l("What it needs is not recorded yet.")
ONE, HALF = Fraction(1), Fraction(1, 2)


class Unit(StrEnum):
    """What a figure is counted in."""

    SHARE = "share"
    PER_HUNDRED = "per_hundred"
    PER_TEN_THOUSAND = "per_ten_thousand"
    PER_CASE = "per_case"
    POINTS = "points"
    DAYS = "days"


TIMES = {Unit.PER_HUNDRED: 100, Unit.PER_TEN_THOUSAND: 10_000}


class Direction(StrEnum):
    """Which way is better; some figures are better neither way."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Method(StrEnum):
    """How numerator and denominator become the value."""

    RATIO = "ratio"
    REST = "rest"
    """One less the ratio."""
    MIX = "mix"
    """A weighted sum of other figures; without one of them there is none."""
    QUANTILE = "quantile"
    """The smallest number of days within which so many of all were done."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a figure is: its name, its formula in words, and what is added up for it.

    Measures map to the weight with which they are added. `missing` says why it cannot be worked out
    yet; then it has no value, whatever the sums say.
    """

    key: str
    name: LazyString
    formula: LazyString
    numerator: Mapping[str, Fraction]
    denominator: Mapping[str, Fraction]
    direction: Direction
    exclusions: LazyString
    unit: Unit = Unit.SHARE
    method: Method = Method.RATIO
    mix: Mapping[str, Fraction] = field(default_factory=dict)
    share: Fraction = HALF
    missing: LazyString | None = None

    @property
    def higher_is_better(self) -> bool:
        return self.direction is Direction.UP

    @property
    def measures(self) -> tuple[str, ...]:
        """Everything that is added up for it, each once."""
        return tuple(dict.fromkeys((*self.numerator, *self.denominator)))


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it came out. 0 of 0 has no value."""

    indicator: Indicator
    num: Fraction
    den: int | Fraction
    mixed: Fraction | None = None

    @property
    def exact(self) -> Fraction | None:
        """The value as a fraction, in the indicator's unit."""
        if self.indicator.missing is not None:
            return None
        if self.indicator.method in {Method.MIX, Method.QUANTILE}:
            return self.mixed
        if not self.den:
            return None
        ratio = self.num / self.den
        if self.indicator.method is Method.REST:
            return 1 - ratio
        return ratio * TIMES.get(self.indicator.unit, 1)

    @property
    def value(self) -> float | None:
        exact = self.exact
        return None if exact is None else float(exact)


def ones(*measures: str) -> dict[str, Fraction]:
    """Add each of these once."""
    return dict.fromkeys(measures, ONE)


def figure(
    indicator: Indicator,
    sums: Mapping[str, int],
    lookup: Callable[[str], Indicator] | None = None,
) -> Figure:
    """Work a figure out of the sums of its measures; a mix asks `lookup` for its parts."""
    num, den = _added(indicator.numerator, sums), _added(indicator.denominator, sums)
    mixed = None
    if indicator.method is Method.MIX and lookup is not None:
        mixed = _mixed(indicator, sums, lookup)
    elif indicator.method is Method.QUANTILE:
        mixed = quantile(
            {days_of(measure): sums.get(measure, 0) for measure in indicator.numerator},
            indicator.share,
        )
    return Figure(indicator, num, int(den) if den.denominator == 1 else den, mixed)


def _added(weights: Mapping[str, Fraction], sums: Mapping[str, int]) -> Fraction:
    whole, parts = 0, Fraction(0)
    for measure, weight in weights.items():
        n = sums.get(measure, 0)
        if weight == 1:
            whole += n
        elif n:
            parts += weight * n
    return parts + whole


def _mixed(
    indicator: Indicator, sums: Mapping[str, int], lookup: Callable[[str], Indicator]
) -> Fraction | None:
    total = Fraction(0)
    for key, weight in indicator.mix.items():
        part = figure(lookup(key), sums, lookup).exact
        if part is None:
            return None
        total += weight * part
    return total


def days_of(bucket: str) -> int:
    """Read the number of days a bucket of a histogram stands for: `reply.net.3` is three."""
    return int(bucket.rpartition(".")[2])


def quantile(counts: Mapping[int, int], share: Fraction) -> Fraction | None:
    """Give the smallest value within which at least that share of all lies; None for none."""
    whole = sum(counts.values())
    if not whole:
        return None
    needed, below = share * whole, 0
    for value in sorted(counts):
        below += counts[value]
        if below >= needed:
            return Fraction(value)
    return None
