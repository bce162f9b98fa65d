"""Showing somebody with a receipt that the first line of their case still stands."""

import hmac
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from desk.audit import verifying
from desk.audit.chain import GENESIS
from desk.audit.models import LedgerLine, LedgerSeal, LedgerStream
from desk.audit.seals import is_signed, unpack
from desk.kernel.db import db

DIGITS = 16
SEALS_LOOKED_AT, AT_ONCE = 300, 10
HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Proved:
    """What the ledger says to a receipt: when the line was written, and what holds it since.

    `seal_no` is None while no seal holds it, or where finding the first that does takes too long.
    """

    at: datetime
    holds: bool
    sealed: bool
    seal_no: int | None = None
    sealed_at: datetime | None = None
    anchored_at: datetime | None = None


def parse_digits(typed: str) -> str | None:
    """Read the digits of a receipt's proof as people type them; None when they cannot be any."""
    plain = unicodedata.normalize("NFKC", typed).lower()
    found = "".join(c for c in plain if not c.isspace() and c not in "-·.")
    return found if len(found) == DIGITS and set(found) <= HEXADECIMAL else None


def prove(region_id: int, stream: str, digits: str, public: bytes) -> Proved | None:
    """Hold a receipt against the chain it belongs to; None when it is not the receipt of it."""
    first = db.session.execute(
        select(LedgerLine.at, LedgerLine.hash).where(
            LedgerLine.region_id == region_id, LedgerLine.stream == stream, LedgerLine.seq == 1
        )
    ).first()
    known = bytes(first.hash if first else GENESIS).hex()[:DIGITS]
    if not hmac.compare_digest(known, digits) or first is None:
        return None
    holds = not verifying.faults_of(region_id, stream)
    head = db.session.get(LedgerStream, (region_id, stream))
    sealed = head is not None and head.sealed_seq > 0
    seal = _first_seal(region_id, stream, first.at) if sealed else None
    if seal is None:
        return Proved(first.at, holds, sealed)
    signed = is_signed(public, bytes(seal.signature), bytes(seal.hash))
    anchored = db.session.scalar(
        select(LedgerSeal.anchored_at)
        .where(
            LedgerSeal.region_id == region_id,
            LedgerSeal.no >= seal.no,
            LedgerSeal.anchored_at.is_not(None),
        )
        .order_by(LedgerSeal.no)
        .limit(1)
    )
    return Proved(first.at, holds and signed, sealed, seal.no, seal.sealed_at, anchored)


def _first_seal(region_id: int, stream: str, since: datetime) -> LedgerSeal | None:
    """Find the first seal that holds a chain, if it holds what the chain says."""
    for row in _seals(region_id, since):
        for leaf in unpack(bytes(row.leaves)):
            if leaf.stream == stream:
                return row if leaf.head == _hash_at(region_id, stream, leaf.seq) else None
    return None


def _seals(region_id: int, since: datetime) -> Iterator[LedgerSeal]:
    """Give the seals made since an instant, a few at a time, and not for ever."""
    no = 0
    for _ in range(SEALS_LOOKED_AT // AT_ONCE):
        rows = db.session.scalars(
            select(LedgerSeal)
            .where(
                LedgerSeal.region_id == region_id,
                LedgerSeal.sealed_at >= since,
                LedgerSeal.no > no,
            )
            .order_by(LedgerSeal.no)
            .limit(AT_ONCE)
        ).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        no = rows[-1].no


def _hash_at(region_id: int, stream: str, seq: int) -> bytes | None:
    found = db.session.scalar(
        select(LedgerLine.hash).where(
            LedgerLine.region_id == region_id, LedgerLine.stream == stream, LedgerLine.seq == seq
        )
    )
    return bytes(found) if found is not None else None
