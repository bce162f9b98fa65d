"""Sealing what was written."""

from datetime import datetime
from typing import cast

import structlog
from sqlalchemy import Table, bindparam, select, update

from desk.audit import chain, seals
from desk.audit.models import LedgerSeal, LedgerStream
from desk.audit.seals import Leaf
from desk.kernel.db import db

AT_ONCE = 5000
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
    no, prev = (last.no + 1, bytes(last.hash)) if last else (1, chain.GENESIS)
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
