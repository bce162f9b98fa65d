"""Every figure: one definition, one function. Plain arithmetic over sums of named measures."""

from collections.abc import Mapping, Sequence

from desk.insight.indicators.catalogue import CATALOGUE
from desk.insight.indicators.definition import (
    Direction,
    Figure,
    Indicator,
    Method,
    Unit,
    figure,
    quantile,
)
from desk.insight.indicators.handling import HANDLING, IN_TIME
from desk.insight.indicators.outcomes import OUTCOMES, SOLVED
from desk.insight.indicators.ratings import ALL_LEVELS, BAD, GOOD, RATED, RATINGS, STRICT
from desk.insight.indicators.statistics import (
    RANKED_FROM,
    SHOWN_FROM,
    Signal,
    hidden,
    out_of_ordinary,
    progress,
    wilson_lower,
)

__all__ = [
    "ALL_LEVELS",
    "BAD",
    "BY_KEY",
    "CASES",
    "CATALOGUE",
    "DEFINITION_VERSION",
    "GOOD",
    "INDICATORS",
    "IN_TIME",
    "MEASURES",
    "RANKED_FROM",
    "RATED",
    "RATINGS",
    "REGISTRY",
    "SHOWN_FROM",
    "SOLVED",
    "STRICT",
    "Direction",
    "Figure",
    "Indicator",
    "Method",
    "Signal",
    "Unit",
    "figure",
    "figures",
    "hidden",
    "measures_of",
    "out_of_ordinary",
    "progress",
    "quantile",
    "wilson_lower",
]

DEFINITION_VERSION = 2
"""Goes up when a definition changes; a frozen month keeps the one it was made by."""

CASES: Sequence[Indicator] = sorted(
    (*HANDLING, *OUTCOMES), key=lambda one: (int(one.key[1:].rstrip("bcdef")), one.key)
)
REGISTRY: Sequence[Indicator] = (*RATINGS, *CASES, *CATALOGUE)
BY_KEY: Mapping[str, Indicator] = {indicator.key: indicator for indicator in REGISTRY}
INDICATORS: Sequence[Indicator] = (GOOD, STRICT, BAD, RATED, IN_TIME, SOLVED)
"""Those the public board shows."""


def measures_of(indicators: Sequence[Indicator]) -> tuple[str, ...]:
    """List what is added up for some indicators, the parts of mixed ones too, each once."""
    wanted = [*indicators, *(BY_KEY[key] for one in indicators for key in one.mix)]
    return tuple(dict.fromkeys(measure for one in wanted for measure in one.measures))


MEASURES = measures_of(INDICATORS)


def figures(indicators: Sequence[Indicator], sums: Mapping[str, int]) -> dict[str, Figure]:
    """Work several figures out of the same sums."""
    return {one.key: figure(one, sums, BY_KEY.__getitem__) for one in indicators}
