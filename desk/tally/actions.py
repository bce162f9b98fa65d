"""Adding to the sums, just before the ledger line."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from typing import cast

from sqlalchemy import Table

from desk.kernel.db import db, dialect_name
from desk.tally.models import Tally


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one fact is counted under; 0 and empty mean "no such dimension"."""

    region_id: int
    measure: str
    on_date: date
    department_id: int = 0
    hall_id: int = 0
    window_id: int = 0
    item_id: int = 0
    channel: str = ""
    party_kind: str = ""


KEYS = (
    "region_id",
    "measure",
    "grain",
    "on_date",
    "department_id",
    "hall_id",
    "window_id",
    "item_id",
    "channel",
    "party_kind",
)


def grains_of(leaf: Leaf) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Give the two rows a fact is counted in: its day without item, its month with item."""
    region, measure, on, department, hall, window, item, channel, party = astuple(leaf)
    return (
        (region, measure, "d", on, department, hall, window, 0, channel, party),
        (region, measure, "m", on.replace(day=1), department, hall, window, item, channel, party),
    )


def add(leaves: Iterable[tuple[Leaf, int]]) -> None:
    """Add each number to its leaf. Rows are touched in the order of their key: no deadlocks."""
    sums: Counter[tuple[object, ...]] = Counter()
    for leaf, n in leaves:
        for key in grains_of(leaf):
            sums[key] += n
    rows = [
        {**dict(zip(KEYS, key, strict=True)), "n": n, "total": 0}
        for key, n in sorted(sums.items(), key=lambda pair: str(pair[0]))
        if n
    ]
    if not rows:
        return
    if dialect_name() == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import (  # type: ignore[assignment] # noqa: PLC0415
            insert,
        )
    table = cast("Table", Tally.__table__)
    statement = insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=list(KEYS), set_={"n": table.c.n + statement.excluded.n}
    )
    db.session.connection().execute(statement, rows)
