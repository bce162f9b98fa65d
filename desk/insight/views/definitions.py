"""How every figure is made, for everybody, with a worked example of each."""

from collections.abc import Mapping

from flask import render_template
from flask.typing import ResponseReturnValue

from desk.access.doors import public
from desk.insight.dashboard import PROGRESS
from desk.insight.indicators import (
    BY_KEY,
    RANKED_FROM,
    REGISTRY,
    SHOWN_FROM,
    Figure,
    Indicator,
    Method,
    Unit,
    figure,
    measures_of,
)
from desk.insight.views.doors import blueprint


@blueprint.get("/definitions")
@public
def definitions() -> ResponseReturnValue:
    """Explain every figure from its one definition."""
    return render_template(
        "insight/definitions.html",
        groups=[
            (letter, [(one, example(one)) for one in REGISTRY if one.key.startswith(letter)])
            for letter in ("W", "E", "K")
        ],
        by_key=BY_KEY,
        progress=PROGRESS,
        shown_from=SHOWN_FROM,
        ranked_from=RANKED_FROM,
    )


def example(indicator: Indicator) -> Figure:
    """Work an indicator out of invented sums, by the same function as every page."""
    return figure(indicator, invented(indicator), BY_KEY.__getitem__)


def invented(indicator: Indicator) -> Mapping[str, int]:
    """Invent sums that a reader can follow: 40, 32, 24 … of what is divided."""
    if indicator.method is Method.QUANTILE:
        return dict(zip(indicator.numerator, (2, 9, 14, 6, 4), strict=False))
    if indicator.unit is Unit.DAYS:
        how = next(iter(indicator.numerator)).rpartition(".")[0]
        return {f"{how}.sum": 70, f"{how}.2": 14, f"{how}.3": 14}
    whole = {name: max(4, 40 - 8 * n) for n, name in enumerate(measures_of([indicator]))}
    above = sum(whole[name] for name in indicator.numerator)
    below = [name for name in indicator.denominator if name not in indicator.numerator]
    return {**whole, **dict.fromkeys(below[:1], 2 * above)}
