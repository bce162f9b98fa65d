"""How long `verify-ledger` takes: a ledger of any length, made once, sealed and then checked.

    python bench/ledger.py [--lines 1000000] [--database URL]

Every case has ten lines; every 300 lines are sealed together, as in a busy five minutes. Without a
URL it makes an SQLite file of its own and removes it.
"""

import argparse
import resource
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Table, insert, select, text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from desk.audit import chain, seals  # noqa: E402
from desk.audit.models import LedgerLine, LedgerSeal, LedgerStream  # noqa: E402
from desk.audit.seals import Leaf, public_key  # noqa: E402
from desk.audit.verifying import faults  # noqa: E402
from desk.casework.models import Case  # noqa: E402
from desk.casework.queries.replay import replay_faults  # noqa: E402
from desk.kernel.db import db, end_read, transaction  # noqa: E402
from tests import make  # noqa: E402
from tests.conftest import running_app  # noqa: E402

CASE_LINES = 10
A_SEAL = 300
SALT = bytes(16)
EVERY = timedelta(minutes=5)
STATUSES = ("submitted", "supplement") * (CASE_LINES // 2)
Row = dict[str, Any]


def main() -> int:
    """Fill, check, and print how long both took and how much memory the checking needed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lines", type=int, default=1_000_000)
    arguments.add_argument("--database")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/ledger.sqlite"
        with running_app(url) as app:
            app.test_cli_runner().invoke(args=["desk", "migrate"], catch_exceptions=False)
            seed = app.extensions["settings"].seal_seed()
            started = time.monotonic()
            fill(given.lines // CASE_LINES, seed)
            before, filled, cpu = _memory_mb(), time.monotonic(), time.process_time()
            found = [*faults(public_key(seed))]
            walked = time.monotonic()
            found += [*replay_faults()]
            done, cpu = time.monotonic(), time.process_time() - cpu
    print(f"{given.lines:,} lines on {url.split(':')[0]}, made in {filled - started:.0f} s")
    print(
        f"chains and seals {walked - filled:.1f} s, statuses {done - walked:.1f} s, "
        f"of it {cpu:.1f} s of CPU here"
    )
    print(f"memory {before:.0f} MB before, {_memory_mb():.0f} MB at most; {len(found)} faults")
    print(*found[:5], sep="\n")
    return 1 if found else 0


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(cases: int, seed: bytes) -> None:
    """Write that many cases with their chains, a block of 300 cases at a time, and seal them."""
    region = make.region()
    template = make.case(region.id, make.hall(region.id).id).case
    table = cast("Table", Case.__table__)
    row = db.session.execute(select(table).where(table.c.id == template.id)).mappings().one()
    columns = {**row, "status": STATUSES[-1]}
    end_read()
    key, prev, no = seals.key_of(seed), chain.GENESIS, 0
    for first in range(0, cases, A_SEAL):
        ids = [UUID(int=n + 1) for n in range(first, min(first + A_SEAL, cases))]
        heads = {f"c/{one.hex}": chain.GENESIS for one in ids}
        lines, sealed = list[Row](), list[Row]()
        filed_at = make.MONDAY + (no + 1) * EVERY
        for seq in range(1, CASE_LINES + 1):
            no += 1
            at = make.MONDAY + no * EVERY
            added = [_line(region.id, stream, seq, head, at) for stream, head in heads.items()]
            heads = {line["stream"]: line["hash"] for line in added}
            lines += added
            leaves = sorted(Leaf(stream, seq, head) for stream, head in heads.items())
            sealed.append(_seal(region.id, no, prev, leaves, at + EVERY / 5, key))
            prev = sealed[-1]["hash"]
        with transaction():
            db.session.execute(
                insert(table),
                [
                    columns | {"id": one, "number": one.hex[-12:], "filed_at": filed_at}
                    for one in ids
                ],
            )
            db.session.execute(insert(LedgerLine), lines)
            db.session.execute(insert(LedgerSeal), sealed)
            db.session.execute(
                insert(LedgerStream),
                [
                    {
                        "region_id": region.id,
                        "stream": stream,
                        "seq": CASE_LINES,
                        "head": head,
                        "sealed_seq": CASE_LINES,
                    }
                    for stream, head in heads.items()
                ],
            )
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(
                text("VACUUM ANALYZE")
            )


def _line(region_id: int, stream: str, seq: int, prev: bytes, at: datetime) -> Row:
    body = {"version": seq, "seen": seq - 1, "round": 0, "department": None, "item": None}
    before = STATUSES[seq - 2] if seq > 1 else None
    after, what = STATUSES[seq - 1], "submit" if seq == 1 else "supply"
    hashed = chain.body_hash(SALT, body)
    who = chain.actor_text("staff", 7, "clerk", before, after, "public", None)
    digest = chain.line_hash(prev, stream, seq, chain.moment(at), who, what, hashed)
    return {
        "region_id": region_id,
        "stream": stream,
        "seq": seq,
        "at": at,
        "actor_kind": "staff",
        "user_id": 7,
        "role": "clerk",
        "what": what,
        "from_status": before,
        "to_status": after,
        "visibility": "public",
        "body": body,
        "salt": SALT,
        "body_hash": hashed,
        "prev": prev,
        "hash": digest,
        "request_id": None,
    }


def _seal(
    region_id: int, no: int, prev: bytes, leaves: list[Leaf], at: datetime, key: Ed25519PrivateKey
) -> Row:
    root = seals.root_of(leaves)
    hashed = seals.seal_hash(prev, region_id, no, root, len(leaves), at)
    return {
        "region_id": region_id,
        "no": no,
        "prev": prev,
        "root": root,
        "n": len(leaves),
        "leaves": seals.pack(leaves),
        "sealed_at": at,
        "hash": hashed,
        "signature": key.sign(hashed),
    }


if __name__ == "__main__":
    sys.exit(main())
