"""Reading the sums."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

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
    columns = [Tally.measure, *(DIMENSIONS[name] for name in by)]
    statement = (
        select(*columns, func.sum(Tally.n))
        .where(
            Tally.region_id.in_(region_ids),
            Tally.measure.in_(measures),
            Tally.grain == grain,
            Tally.on_date.between(first, last),
        )
        .group_by(*columns)
    )
    for name, value in (where or {}).items():
        statement = statement.where(DIMENSIONS[name] == value)
    rows: Sequence[Any] = db.session.execute(statement).all()
    return {tuple(row[:-1]): int(row[-1]) for row in rows}
