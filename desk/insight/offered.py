"""What the catalogue offers on the last day of a scope: the sums, and the items behind each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func

from desk.catalogue.counting import COUNTS
from desk.catalogue.entry import WEEK
from desk.catalogue.models import Item, ItemVersion
from desk.catalogue.queries import offered
from desk.insight.scope import Scope
from desk.kernel.db import db

ITEMS = "item."
PAGE = 50
WHOLE, DAY = Fraction(1), Fraction(1, WEEK)
SUMS: Mapping[str, tuple[str, Fraction]] = {
    **{
        f"{ITEMS}{key}": (key, WHOLE)
        for key in (
            "offered", "ratable", "instant", "online", "one_visit", "no_visit", "visits_stated",
            "visits",
        )
    },
    "item.days_by_law": ("sevenths_by_law", DAY),
    "item.days_saved": ("sevenths_saved", DAY),
}  # fmt: skip
"""What each measure counts, and what a one of it is: an item, a visit, a seventh of a day."""

WEIGHED = frozenset({"item.visits", "item.days_by_law", "item.days_saved"})
"""Measures that add up what stands beside each item."""


@dataclass(frozen=True, slots=True)
class Row:
    """An item that is counted, and with how much."""

    id: int
    code: str
    name_zh: str
    name_en: str | None
    department_id: int
    weight: Fraction

    def name(self, lang: str) -> str:
        return (self.name_en or self.name_zh) if lang == "en" else self.name_zh


def sums_of_items(scope: Scope) -> Counter[str]:
    """Add up every measure of the catalogue: whole numbers but for working days."""
    keys = list(SUMS)
    columns = tuple(func.sum(COUNTS[SUMS[key][0]].added) for key in keys)
    row = db.session.execute(_narrowed(scope, columns)).one()
    found: Counter[str] = Counter()
    for key, n in zip(keys, row, strict=True):
        value = int(n or 0) * SUMS[key][1]
        found[key] = int(value) if value.denominator == 1 else value  # type: ignore[assignment]
    return found


def items_behind(
    scope: Scope, measure: str, *, after: int | None = None, size: int = PAGE
) -> tuple[Sequence[Row], int | None]:
    """List the items that a measure counts, by their ids, and after which the next page starts."""
    key, unit = SUMS[measure]
    counts = COUNTS[key]
    columns = (
        Item.id, Item.code, ItemVersion.name_zh, ItemVersion.name_en, Item.department_id,
        counts.weight,
    )  # fmt: skip
    statement = _narrowed(scope, columns).where(counts.which).order_by(Item.id).limit(size + 1)
    if after is not None:
        statement = statement.where(Item.id > after)
    rows = [
        Row(row[0], row[1], row[2], row[3], row[4], row[5] * unit)
        for row in db.session.execute(statement)
    ]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def _narrowed(scope: Scope, columns: tuple[Any, ...]) -> Select[Any]:
    statement = offered(columns, scope.region_ids, scope.last)
    if scope.department_id is not None:
        statement = statement.where(Item.department_id == scope.department_id)
    return statement if scope.item_id is None else statement.where(Item.id == scope.item_id)
