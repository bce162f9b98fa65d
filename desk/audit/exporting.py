"""The ledger as lines of JSON that somebody else can check without us."""

import json
from collections.abc import Iterator

from sqlalchemy import select

from desk.audit.chain import moment
from desk.audit.models import LedgerSeal
from desk.audit.rows import lines
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
                "at": moment(seal.sealed_at),
                "signature": bytes(seal.signature).hex(),
                "leaves": [
                    [leaf.stream, leaf.seq, leaf.head.hex()] for leaf in unpack(bytes(seal.leaves))
                ],
            }
        )
    for line in lines():
        yield json.dumps(
            {
                "kind": "line",
                "region": line.region_id,
                "stream": line.stream,
                "seq": line.seq,
                "at": line.at,
                "actor": line.actor,
                "what": line.what,
                "body_hash": line.body_hash.hex(),
                "hash": line.hash.hex(),
            }
        )
