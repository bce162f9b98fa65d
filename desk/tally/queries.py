"""Reading the sums."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from desk.kernel.db import db
from desk.tally.models import Tally

DIMENSIONS = {
    "department_id": Tally.department_id,
    "hall_id": Tally.hall_id,
    "window_id": Tally.window_id,
    "item_id": Tally.item_id,
    "channel": Tally.channel,
    "party_kind": Tally.party_kind,
    "on_date": Tally.on_date,
}


def sums(
    region_ids: Collection[int],
    measures: Collection[str],
    *,
    grain: str,
    first: date,
    last: date,
    by: tuple[str, ...] = (),
    where: Mapping[str, int | str] | None = None,
) -> dict[tuple[object, ...], int]:
    """Sum measures over days `first` to `last`: {(measure, *dimensions named in `by`): n}."""
    values = {
        "region_ids": sorted(region_ids),
        "measures": sorted(measures),
        "grain": grain,
        "first": first,
        "last": last,
        **(where or {}),
    }
    statement = _sums_by(by, tuple(where or ()))
    rows: Sequence[Any] = db.session.connection().execute(statement, values).all()
    return {tuple(row[:-1]): int(row[-1]) for row in rows}


@cache
def _sums_by(by: tuple[str, ...], where: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Build the statement of one way of summing once."""
    columns = [Tally.measure, *(DIMENSIONS[name] for name in by)]
    return (
        select(*columns, func.sum(Tally.n))
        .where(
            Tally.region_id.in_(bindparam("region_ids", expanding=True)),
            Tally.measure.in_(bindparam("measures", expanding=True)),
            Tally.grain == bindparam("grain"),
            Tally.on_date.between(bindparam("first"), bindparam("last")),
            *(DIMENSIONS[name] == bindparam(name) for name in where),
        )
        .group_by(*columns)
    )
