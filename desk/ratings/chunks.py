"""Holding what systems told against the lines the ledger has of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from desk.audit.models import LedgerLine
from desk.kernel.db import db, without_time_limit
from desk.ratings.actions import elsewhere, events
from desk.ratings.models import Rating, ServiceEvent

AT_ONCE = 2_000
KINDS: dict[str, tuple[type[ServiceEvent] | type[Rating], Callable[[Iterable[Any]], str]]] = {
    "events_told": (ServiceEvent, events.digest_of),
    "ratings_told": (Rating, elsewhere.digest_of),
}


@dataclass(frozen=True, slots=True)
class ChunkFault:
    """A chunk that is not what the ledger says it was."""

    region_id: int
    what: str
    batch: str
    fault: str


def chunk_faults() -> Iterator[ChunkFault]:
    """Find chunks of which rows were added, changed or taken away behind the desk's back.

    Reads every row that was told, in constant memory.
    """
    without_time_limit()
    for what, (model, digest_of) in KINDS.items():
        said = _said(what)
        query: Select[Any] = (
            select(model)
            .where(model.batch_key.isnot(None))
            .order_by(model.region_id, model.batch_key, model.id)
            .execution_options(yield_per=AT_ONCE)
        )
        for key, rows in groupby(db.session.scalars(query), _key_of):
            line = said.pop(key, None)
            digest = digest_of(rows)
            if line is None:
                yield ChunkFault(key[0], what, key[1].hex, "no line in the ledger")
            elif line != digest:
                yield ChunkFault(key[0], what, key[1].hex, "rows are not what was told")
        for region_id, batch in sorted(said):
            yield ChunkFault(region_id, what, batch.hex, "its rows are gone")


def _key_of(row: ServiceEvent | Rating) -> tuple[int, UUID]:
    if row.batch_key is None:
        raise ValueError("a row without a chunk")
    return row.region_id, row.batch_key


def _said(what: str) -> dict[tuple[int, UUID], str]:
    """Read the hashes the ledger keeps; a line whose body was erased says nothing."""
    rows = db.session.execute(
        select(LedgerLine.region_id, LedgerLine.body).where(LedgerLine.what == what)
    )
    return {
        (region_id, UUID(body["batch"])): str(body["sha256"]) for region_id, body in rows if body
    }
