"""Adding to the sums, just before the ledger line."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any, cast

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


_values_of = attrgetter(*(one.name for one in fields(Leaf)))

FEW = 20
"""From here on one statement for all rows costs less than one for each."""

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
    region, measure, on, department, hall, window, item, channel, party = _values_of(leaf)
    return (
        (region, measure, "d", on, department, hall, window, 0, channel, party),
        (region, measure, "m", on.replace(day=1), department, hall, window, item, channel, party),
    )


def coarse_grains_of(leaf: Leaf) -> tuple[tuple[object, ...], ...]:
    """Give the three coarse rows: its department by day and by month, its item by month."""
    region, measure, on, department = leaf.region_id, leaf.measure, leaf.on_date, leaf.department_id
    month = on.replace(day=1)
    return (
        (region, measure, "u", on, department, 0, 0, 0, "", ""),
        (region, measure, "t", month, department, 0, 0, 0, "", ""),
        (region, measure, "i", month, 0, 0, 0, leaf.item_id, "", ""),
    )


def add(leaves: Iterable[tuple[Leaf, int]], *, alone: bool = False) -> None:
    """Add each number to its leaf. Rows are touched in the order of their key: no deadlocks.

    Whoever is `alone`, the only one ever to add to these measures, adds coarse rows as well: where
    many add at once, everybody would wait for the same few.
    """
    sums: Counter[tuple[object, ...]] = Counter()
    for leaf, n in leaves:
        for key in (*grains_of(leaf), *(coarse_grains_of(leaf) if alone else ())):
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
    if dialect_name() == "postgresql" and len(rows) > FEW:
        _add_many(rows)
        return
    statement = insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=list(KEYS), set_={"n": table.c.n + statement.excluded.n}
    )
    db.session.connection().execute(statement, rows)


def _add_many(rows: Sequence[dict[str, Any]]) -> None:
    """Add to many rows in one statement, in the order of their key."""
    names = (*KEYS, "n", "total")
    lists = tuple([row[name] for row in rows] for name in names)
    db.session.connection().exec_driver_sql(
        f"INSERT INTO tallies ({', '.join(names)}) SELECT * FROM unnest("  # noqa: S608
        "%s::int[], %s::text[], %s::text[], %s::date[], %s::int[], %s::int[], %s::int[], "
        "%s::int[], %s::text[], %s::text[], %s::bigint[], %s::bigint[]) "
        "ON CONFLICT ON CONSTRAINT pk_tallies DO UPDATE SET n = tallies.n + EXCLUDED.n",
        lists,
    )
