"""What was measured of one item over the last twelve months that are over."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from sqlalchemy import select

from desk.board import book
from desk.board.book import NOTHING, SHOWN_FROM, Counted, Told
from desk.board.queries import MONTHS
from desk.catalogue.models import Item
from desk.insight.indicators import ALL_LEVELS, BY_KEY, Figure, figures, measures_of
from desk.kernel.db import db
from desk.tally.queries import sums
from desk.worktime.periods import Month

FILED = "case.filed"
FIGURES = tuple(BY_KEY[key] for key in ("K8", "W12b") if key in BY_KEY)


STEPS = (10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
"""How many there are is told of an item only so far: added up, exact numbers of items would give
away what the months of their department hide."""

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Measured:
    """What cases and ratings say of an item; what would show somebody small is left out.

    `visits` is how often complainants say they came (mean), `days` in how many working days half of
    the complaints were answered. `rated` and `complaints` say "so many or more", and the share of
    good ratings whole per cents, rounded down.
    """

    since: Month
    until: Month
    rated: Told
    complaints: int | None
    visits: Figure | None
    days: Figure | None


def measured_of(item: Item, last: Month) -> Measured:
    """Add up what was measured of an item to the month `last`.

    Its ratings are told beside those of the other items of its department, whose sum is published.
    """
    first = last
    for _n in range(MONTHS - 1):
        first = first.before()
    wanted = dict.fromkeys([*measures_of(FIGURES), FILED])
    found = sums(
        [item.region_id],
        wanted,
        grain="m",
        first=first.first,
        last=last.first,
        where={"item_id": item.id},
    )
    totals = {str(key[0]): n for key, n in found.items()}
    made = figures(FIGURES, totals)
    return Measured(
        since=first,
        until=last,
        rated=roughly(_ratings(item, first, last)),
        complaints=at_least(totals.get(FILED, 0)),
        visits=_shown(made.get("K8")),
        days=_shown(made.get("W12b"), sum(_buckets(totals).values())),
    )


def at_least(n: int) -> int | None:
    """Give the step that a number reaches; None below the first one."""
    return max((step for step in STEPS if step <= n), default=None)


def roughly(told: Told) -> Told:
    """Tell a count by the step it reaches, and its share in whole per cents, never too good."""
    if told.n is None:
        return NOTHING
    share = None if told.share is None else floor(told.share * HUNDRED) / HUNDRED
    return Told(at_least(told.n), share, told.few)


def _buckets(totals: Mapping[str, int]) -> dict[str, int]:
    names = BY_KEY["W12b"].numerator if "W12b" in BY_KEY else {}
    return {name: totals.get(name, 0) for name in names}


def _shown(one: Figure | None, n: int | None = None) -> Figure | None:
    if one is None or one.value is None:
        return None
    return one if (one.den if n is None else n) >= SHOWN_FROM else None


def _ratings(item: Item, first: Month, last: Month) -> Told:
    ids = db.session.scalars(select(Item.id).where(Item.department_id == item.department_id)).all()
    found = sums(
        [item.region_id],
        ALL_LEVELS,
        grain="m",
        first=first.first,
        last=last.first,
        by=("item_id",),
        where={"department_id": item.department_id},
    )
    units: dict[int, dict[int, int]] = {key: {} for key in ids}
    for (measure, key), n in found.items():
        units.setdefault(int(str(key)), {})[int(str(measure)[-1])] = n
    counted = {
        key: Counted(sum(levels.values()), levels.get(1, 0) + levels.get(2, 0))
        for key, levels in units.items()
        if any(levels.values())
    }
    return book.table(counted)[1].get(item.id, NOTHING)
