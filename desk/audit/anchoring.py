"""Telling the newest seals to a second place, and holding ours against what it was told."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_, update

from desk.audit.chain import Fault, moment
from desk.audit.models import LedgerSeal
from desk.kernel.db import db
from desk.kernel.second_place import Place

EVERY = timedelta(hours=1)
Anchor = tuple[int, int, str]
"""Region, number of the seal, and the line the second place is given."""


def newest_seals() -> Sequence[LedgerSeal]:
    """Give the newest seal of each region."""
    newest = select(LedgerSeal.region_id, func.max(LedgerSeal.no)).group_by(LedgerSeal.region_id)
    return db.session.scalars(
        select(LedgerSeal)
        .where(tuple_(LedgerSeal.region_id, LedgerSeal.no).in_(newest))
        .order_by(LedgerSeal.region_id)
    ).all()


def to_anchor(public: bytes, *, now: datetime) -> list[Anchor]:
    """Give the newest seals the second place has to be told: one of each region an hour."""
    before = now - EVERY
    return [
        (seal.region_id, seal.no, line_of(seal, public))
        for seal in newest_seals()
        if seal.anchored_at is None and not _told_since(seal.region_id, before)
    ]


def _told_since(region_id: int, before: datetime) -> bool:
    last = last_anchored(region_id)
    return last is not None and last.anchored_at is not None and last.anchored_at > before


def line_of(seal: LedgerSeal, public: bytes) -> str:
    """Write a seal as the one line by which it can be known again, and its signature checked."""
    return json.dumps(
        {
            "region": seal.region_id,
            "seal": seal.no,
            "sealed_at": moment(seal.sealed_at),
            "hash": bytes(seal.hash).hex(),
            "signature": bytes(seal.signature).hex(),
            "ed25519": public.hex(),
        }
    )


def give(anchor: Anchor, place: Place) -> None:
    """Put an anchor into the second place; raises PlaceAway. No transaction may be open."""
    region_id, no, line = anchor
    place.keep(f"{region_id}/{no:012d}", line)


def mark(anchor: Anchor, *, now: datetime) -> None:
    """Write down that the second place has it: the only thing of a seal that is ever set."""
    region_id, no, _line = anchor
    db.session.execute(
        update(LedgerSeal)
        .where(
            LedgerSeal.region_id == region_id,
            LedgerSeal.no == no,
            LedgerSeal.anchored_at.is_(None),
        )
        .values(anchored_at=now)
    )


def last_anchored(region_id: int) -> LedgerSeal | None:
    """Give the newest seal of a region that the second place holds."""
    return db.session.scalars(
        select(LedgerSeal)
        .where(LedgerSeal.region_id == region_id, LedgerSeal.anchored_at.is_not(None))
        .order_by(LedgerSeal.no.desc())
        .limit(1)
    ).first()


def anchor_faults(lines: Iterable[str]) -> Iterator[Fault]:
    """Give each line the second place holds that is not our seal of that number.

    This is what finds a ledger whose newest part was cut off as a whole: lines, heads and seals.
    """
    ours: dict[tuple[int, int], str] = {
        (row.region_id, row.no): bytes(row.hash).hex()
        for row in db.session.execute(
            select(LedgerSeal.region_id, LedgerSeal.no, LedgerSeal.hash).execution_options(
                yield_per=1000
            )
        )
    }
    for at, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            key, hashed = (int(told["region"]), int(told["seal"])), str(told["hash"])
        except (ValueError, TypeError, KeyError):
            yield Fault(0, "anchors", at, "this line of the second place cannot be read")
            continue
        if key not in ours:
            yield Fault(key[0], "seals", key[1], "the second place holds a seal that is not here")
        elif ours[key] != hashed:
            yield Fault(key[0], "seals", key[1], "the second place holds another seal")
