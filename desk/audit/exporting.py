"""The ledger as lines of JSON that somebody else can check without us."""

import json
from collections.abc import Iterator

from sqlalchemy import select

from desk.audit.chain import actor_text
from desk.audit.models import LedgerLine, LedgerSeal
from desk.audit.seals import unpack
from desk.kernel.db import db


def export(public: bytes) -> Iterator[str]:
    """Give the public key, every seal and every line of every chain; no body leaves the house."""
    yield json.dumps({"kind": "key", "ed25519": public.hex()})
    seals = select(LedgerSeal).order_by(LedgerSeal.region_id, LedgerSeal.no)
    for seal in db.session.scalars(seals.execution_options(yield_per=10)):
        yield json.dumps(
            {
                "kind": "seal",
                "region": seal.region_id,
                "no": seal.no,
                "prev": bytes(seal.prev).hex(),
                "at": seal.sealed_at.isoformat(timespec="microseconds"),
                "signature": bytes(seal.signature).hex(),
                "leaves": [
                    [leaf.stream, leaf.seq, leaf.head.hex()] for leaf in unpack(bytes(seal.leaves))
                ],
            }
        )
    lines = select(LedgerLine).order_by(LedgerLine.region_id, LedgerLine.stream, LedgerLine.seq)
    for line in db.session.scalars(lines.execution_options(yield_per=1000)):
        yield json.dumps(
            {
                "kind": "line",
                "region": line.region_id,
                "stream": line.stream,
                "seq": line.seq,
                "at": line.at.isoformat(timespec="microseconds"),
                "actor": actor_text(
                    line.actor_kind, line.user_id, line.role, line.from_status, line.to_status
                ),
                "what": line.what,
                "body_hash": bytes(line.body_hash).hex(),
                "hash": bytes(line.hash).hex(),
            }
        )
