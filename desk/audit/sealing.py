"""Sealing what was written, and proving that everything sealed still stands."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

import structlog
from sqlalchemy import Table, bindparam, select, update

from desk.audit import seals
from desk.audit.models import LedgerLine, LedgerSeal, LedgerStream
from desk.audit.queries import Fault
from desk.audit.seals import Leaf
from desk.kernel.db import db

AT_ONCE = 5000
SLOWEST_COMMIT = timedelta(minutes=15)
"""A line may carry a time this much before the seal that came before it: it was being written."""

log = structlog.get_logger()


def seal(region_id: int, seed: bytes, *, now: datetime) -> LedgerSeal | None:
    """Seal up to 5,000 streams of a region that have grown; None when nothing has.

    Marks each stream with the number that was read, so a line committed meanwhile comes next time.
    The caller holds the transaction.
    """
    grown = db.session.execute(
        select(LedgerStream.stream, LedgerStream.seq, LedgerStream.head)
        .where(LedgerStream.region_id == region_id, LedgerStream.sealed_seq < LedgerStream.seq)
        .limit(AT_ONCE)
    ).all()
    if not grown:
        return None
    leaves = sorted(Leaf(row.stream, row.seq, bytes(row.head)) for row in grown)
    last = last_seal(region_id)
    no, prev = (last.no + 1, bytes(last.hash)) if last else (1, seals.GENESIS)
    root = seals.root_of(leaves)
    hashed = seals.seal_hash(prev, region_id, no, root, len(leaves), now)
    made = LedgerSeal(
        region_id=region_id,
        no=no,
        prev=prev,
        root=root,
        n=len(leaves),
        leaves=seals.pack(leaves),
        sealed_at=now,
        hash=hashed,
        signature=seals.key_of(seed).sign(hashed),
    )
    db.session.add(made)
    db.session.flush()
    table = cast("Table", LedgerStream.__table__)
    db.session.connection().execute(
        update(table)
        .where(table.c.region_id == region_id, table.c.stream == bindparam("of"))
        .values(sealed_seq=bindparam("upto")),
        [{"of": leaf.stream, "upto": leaf.seq} for leaf in leaves],
    )
    return made


def last_seal(region_id: int) -> LedgerSeal | None:
    """Give the newest seal of a region."""
    return db.session.scalar(
        select(LedgerSeal)
        .where(LedgerSeal.region_id == region_id)
        .order_by(LedgerSeal.no.desc())
        .limit(1)
    )


def regions_to_seal() -> list[int]:
    """List the regions in which a stream has grown since it was sealed."""
    return list(
        db.session.scalars(
            select(LedgerStream.region_id)
            .where(LedgerStream.sealed_seq < LedgerStream.seq)
            .distinct()
        )
    )


def regions_sealed() -> list[int]:
    """List the regions that have a seal."""
    return list(db.session.scalars(select(LedgerSeal.region_id).distinct()))


def announce_seal(made: LedgerSeal) -> None:
    """Say a seal where the database's administrator cannot unsay it: the log of the worker."""
    log.info(
        "ledger seal",
        region=made.region_id,
        no=made.no,
        streams=made.n,
        hash=bytes(made.hash).hex(),
        signature=bytes(made.signature).hex(),
    )


def seal_faults(public: bytes) -> list[Fault]:
    """Hold every seal against the chains: order, hash, signature, leaves, and dates between seals.

    Finds a stream whose sealed lines were changed, cut or removed together with their head, and a
    line dated before a seal that was already there when it was written.
    """
    found: list[Fault] = []
    for region_id in regions_sealed():
        found += _faults_of(region_id, public)
    return found


def _faults_of(region_id: int, public: bytes) -> Iterator[Fault]:
    prev, expected = seals.GENESIS, 1
    sealed: dict[str, tuple[int, datetime]] = {}
    rows = db.session.scalars(
        select(LedgerSeal)
        .where(LedgerSeal.region_id == region_id)
        .order_by(LedgerSeal.no)
        .execution_options(yield_per=10)
    )
    for row in rows:
        wrong = _fault_of_seal(row, prev, expected, public)
        if wrong:
            yield Fault(region_id, "seals", row.no, wrong)
        prev, expected = bytes(row.hash), row.no + 1
        try:
            leaves = seals.unpack(bytes(row.leaves))
        except ValueError:
            yield Fault(region_id, "seals", row.no, "its leaves cannot be read")
            continue
        yield from _faults_of_leaves(region_id, row, leaves, sealed)
    marked = db.session.execute(
        select(LedgerStream.stream, LedgerStream.sealed_seq)
        .where(LedgerStream.region_id == region_id)
        .order_by(LedgerStream.stream)
    )
    for stream, upto in marked:
        if upto != sealed.get(stream, (0,))[0]:
            yield Fault(region_id, stream, upto, "no seal holds it as far as it is marked")


def _fault_of_seal(row: LedgerSeal, prev: bytes, expected: int, public: bytes) -> str | None:
    if row.no != expected:
        return "a seal is missing"
    if bytes(row.prev) != prev:
        return "it does not follow the seal before"
    hashed = seals.seal_hash(prev, row.region_id, row.no, bytes(row.root), row.n, row.sealed_at)
    if hashed != bytes(row.hash):
        return "its hash does not fit"
    if not seals.is_signed(public, bytes(row.signature), hashed):
        return "it was not signed with our key"
    return None


def _faults_of_leaves(
    region_id: int, row: LedgerSeal, leaves: list[Leaf], sealed: dict[str, tuple[int, datetime]]
) -> Iterator[Fault]:
    if seals.root_of(leaves) != bytes(row.root) or len(leaves) != row.n:
        yield Fault(region_id, "seals", row.no, "its leaves do not give its root")
        return
    for leaf in leaves:
        before = sealed.get(leaf.stream)
        lines = db.session.execute(
            select(LedgerLine.seq, LedgerLine.at, LedgerLine.hash)
            .where(
                LedgerLine.region_id == region_id,
                LedgerLine.stream == leaf.stream,
                LedgerLine.seq > (before[0] if before else leaf.seq - 1),
                LedgerLine.seq <= leaf.seq,
            )
            .order_by(LedgerLine.seq)
        ).all()
        if not lines or lines[-1].seq != leaf.seq or bytes(lines[-1].hash) != leaf.head:
            yield Fault(region_id, leaf.stream, leaf.seq, f"it is not what seal {row.no} holds")
        for line in lines:
            early = before is not None and line.at < before[1] - SLOWEST_COMMIT
            if early or line.at > row.sealed_at + SLOWEST_COMMIT:
                yield Fault(region_id, leaf.stream, line.seq, "its date lies outside its seals")
        sealed[leaf.stream] = (leaf.seq, row.sealed_at)
