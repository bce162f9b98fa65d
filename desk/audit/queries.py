"""Reading the ledger, and proving that a stream is whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from desk.audit import chain
from desk.audit.models import LedgerLine, LedgerStream, Visibility
from desk.kernel.db import db


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain does not hold, and in what way."""

    region_id: int
    stream: str
    seq: int
    what: str


def lines_of(
    region_id: int, stream: str, *, visibility: Sequence[Visibility] = tuple(Visibility)
) -> Sequence[LedgerLine]:
    """List the lines of a stream in order, as far as they may be seen."""
    return db.session.scalars(
        select(LedgerLine)
        .where(
            LedgerLine.region_id == region_id,
            LedgerLine.stream == stream,
            LedgerLine.visibility.in_(visibility),
        )
        .order_by(LedgerLine.seq)
    ).all()


def faults() -> list[Fault]:
    """Recompute every chain and list each place where it does not hold; empty means whole."""
    found: list[Fault] = []
    heads = {
        (row.region_id, row.stream): (row.seq, bytes(row.head))
        for row in db.session.scalars(select(LedgerStream))
    }
    seen: dict[tuple[int, str], tuple[int, bytes]] = {}
    lines = db.session.scalars(
        select(LedgerLine)
        .order_by(LedgerLine.region_id, LedgerLine.stream, LedgerLine.seq)
        .execution_options(yield_per=1000)
    )
    for line in lines:
        key = (line.region_id, line.stream)
        last_seq, prev = seen.get(key, (0, chain.GENESIS))
        fault = _fault_of(line, last_seq, prev)
        if fault:
            found.append(Fault(*key, line.seq, fault))
        seen[key] = (line.seq, bytes(line.hash))
    return found + [
        Fault(*key, seen.get(key, (0, b""))[0], "head differs from last line")
        for key in sorted(heads.keys() | seen.keys())
        if heads.get(key) != seen.get(key)
    ]


def _fault_of(line: LedgerLine, last_seq: int, prev: bytes) -> str | None:
    if line.seq != last_seq + 1:
        return "a line is missing"
    if bytes(line.prev) != prev:
        return "it does not follow the line before"
    if line.salt is not None and chain.body_hash(line.salt, line.body) != bytes(line.body_hash):
        return "its body was changed"
    who = chain.actor_text(
        line.actor_kind, line.user_id, line.role, line.from_status, line.to_status
    )
    expected = chain.line_hash(
        prev, line.stream, line.seq, line.at, who, line.what, bytes(line.body_hash)
    )
    return None if expected == bytes(line.hash) else "its hash does not fit"
