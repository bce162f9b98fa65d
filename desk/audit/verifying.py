"""Proving that the ledger is whole: one pass over its lines, and one over its seals before."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, text

from desk.audit import chain, seals
from desk.audit.chain import Fault, moment
from desk.audit.models import LedgerSeal
from desk.audit.rows import Line, body_of, lines
from desk.audit.scratch import Scratch, Sealed
from desk.audit.sealing import AT_ONCE
from desk.kernel.db import Instant, db

SLOWEST_COMMIT = timedelta(minutes=15)
"""A line may carry a time this much before the seal that came before it: it was being written."""

IMPORTED = ("system", "submit")
"""Only a complaint that was filed elsewhere and taken over may carry a date of long ago."""

NO_LINES = """
    SELECT region_id, stream, seq FROM ledger_streams s
    WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.region_id = s.region_id
                      AND l.stream = s.stream)
    ORDER BY region_id, stream
"""

WAITING = """
    SELECT s.region_id, count(*)
    FROM ledger_streams s
    JOIN ledger l ON l.region_id = s.region_id AND l.stream = s.stream AND l.seq = s.sealed_seq + 1
    JOIN ledger f ON f.region_id = s.region_id AND f.stream = s.stream AND f.seq = 1
    WHERE s.sealed_seq < s.seq AND l.at < :before
      AND NOT (f.actor_kind = :kind AND f.what = :what)
    GROUP BY s.region_id ORDER BY s.region_id
"""


def faults(public: bytes | None = None) -> Iterator[Fault]:
    """Give each place where the ledger does not hold; none means whole.

    Recomputes every chain, and with the public key every seal: order, hash, signature, leaves,
    and the dates of lines between seals. Memory does not grow with the ledger.
    """
    with closing(Scratch()) as scratch:
        if public is not None:
            yield from _seal_faults(public, scratch)
        yield from _chain_faults(scratch, sealed=public is not None)
        yield from (
            Fault(region_id, stream, seq, f"it is not what seal {no} holds")
            for region_id, stream, no, seq in scratch.left()
        )


def _chain_faults(scratch: Scratch, *, sealed: bool) -> Iterator[Fault]:
    walk: _Walk | None = None
    for line in lines():
        if walk is None or walk.of != (line.region_id, line.stream):
            yield from walk.end() if walk else ()
            walk = _Walk(line, scratch.take(line.region_id, line.stream), sealed=sealed)
        yield from walk.step(line)
    yield from walk.end() if walk else ()
    for region_id, stream, seq in db.session.execute(text(NO_LINES)).all():
        yield Fault(region_id, stream, seq, "head differs from last line")


def faults_of(region_id: int, stream: str) -> list[Fault]:
    """List where one chain does not hold, without its seals."""
    walk: _Walk | None = None
    found: list[Fault] = []
    for line in lines(region_id, stream):
        walk = walk or _Walk(line, [], sealed=False)
        found += walk.step(line)
    return [*found, *walk.end()] if walk else [Fault(region_id, stream, 0, "there is no line")]


def waiting_faults(now: datetime) -> list[Fault]:
    """List the regions where chains have waited for their seal for longer than they should.

    Chains that were taken over from elsewhere carry dates of long ago and are left out.
    """
    asked = text(WAITING).bindparams(bindparam("before", type_=Instant()))
    rows = db.session.execute(
        asked, {"before": now - SLOWEST_COMMIT, "kind": IMPORTED[0], "what": IMPORTED[1]}
    )
    return [
        Fault(region_id, "seals", 0, f"{n} chains have waited too long for their seal")
        for region_id, n in rows
    ]


class _Walk:
    """Goes along one chain with the seals that hold it, and says what does not fit."""

    def __init__(self, first: Line, leaves: list[Sealed], *, sealed: bool) -> None:
        self.of = (first.region_id, first.stream)
        self.head = first.head
        self.is_imported = (first.actor_kind, first.what) == IMPORTED
        self.leaves, self.at, self.sealed = leaves, 0, sealed
        self.seq, self.prev = 0, chain.GENESIS

    def step(self, line: Line) -> Iterator[Fault]:
        wrong = self._fault_of(line)
        if wrong:
            yield Fault(*self.of, line.seq, wrong)
        yield from self._hold_against_seal(line)
        self.seq, self.prev = line.seq, line.hash

    def _fault_of(self, line: Line) -> str | None:
        if line.seq != self.seq + 1:
            return "a line is missing"
        if line.prev != self.prev:
            return "it does not follow the line before"
        if not _is_own_body(line):
            return "its body was changed"
        expected = chain.line_hash(
            line.prev, line.stream, line.seq, line.at, line.actor, line.what, line.body_hash
        )
        return None if expected == line.hash else "its hash does not fit"

    def _hold_against_seal(self, line: Line) -> Iterator[Fault]:
        while self.at < len(self.leaves) and self.leaves[self.at].seq < line.seq:
            if self.leaves[self.at].seq > self.seq:
                yield self._not_sealed(self.leaves[self.at])
            self.at += 1
        if self.at == len(self.leaves):
            return
        leaf = self.leaves[self.at]
        exempt = self.at == 0 and self.is_imported and line.actor_kind == "system"
        early = leaf.earliest is not None and line.at < leaf.earliest and not exempt
        if early or line.at > leaf.latest:
            yield Fault(*self.of, line.seq, "its date lies outside its seals")
        if leaf.seq == line.seq and leaf.head != line.hash:
            yield self._not_sealed(leaf)

    def end(self) -> Iterator[Fault]:
        """Hold what is left: leaves no line reached, and the head of the chain."""
        for leaf in self.leaves[self.at :]:
            if leaf.seq > self.seq:
                yield self._not_sealed(leaf)
        if self.head is None or self.head[:2] != (self.seq, self.prev):
            yield Fault(*self.of, self.seq, "head differs from last line")
        if self.head and self.sealed:
            upto = self.leaves[-1].seq if self.leaves else 0
            if self.head[2] != upto:
                yield Fault(*self.of, self.head[2], "no seal holds it as far as it is marked")

    def _not_sealed(self, leaf: Sealed) -> Fault:
        return Fault(*self.of, leaf.seq, f"it is not what seal {leaf.no} holds")


def _is_own_body(line: Line) -> bool:
    """Tell whether a body is the one that was hashed; an erased one leaves neither body nor salt.

    Neither database can tell an empty salt from an erased one, so both must be gone together.
    """
    if line.salt is None:
        return line.body is None
    try:
        return chain.body_hash(line.salt, body_of(line)) == line.body_hash
    except (ValueError, TypeError):
        return False


def _seal_faults(public: bytes, scratch: Scratch) -> Iterator[Fault]:
    prev, expected, region_id, floor = chain.GENESIS, 1, None, None
    rows = db.session.scalars(
        select(LedgerSeal)
        .order_by(LedgerSeal.region_id, LedgerSeal.no)
        .execution_options(yield_per=10)
    )
    for row in rows:
        if row.region_id != region_id:
            prev, expected, region_id, floor = chain.GENESIS, 1, row.region_id, None
        wrong = _fault_of_seal(row, prev, expected, public)
        if wrong:
            yield Fault(region_id, "seals", row.no, wrong)
        prev, expected = bytes(row.hash), row.no + 1
        yield from _keep_leaves(row, floor, scratch)
        if row.n < AT_ONCE:
            floor = moment(row.sealed_at - SLOWEST_COMMIT)


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


def _keep_leaves(row: LedgerSeal, floor: str | None, scratch: Scratch) -> Iterator[Fault]:
    """Keep what a seal holds. Whatever a complete seal left out was written after it: `floor`."""
    try:
        leaves = seals.unpack(bytes(row.leaves))
    except ValueError:
        yield Fault(row.region_id, "seals", row.no, "its leaves cannot be read")
        return
    if seals.root_of(leaves) != bytes(row.root) or len(leaves) != row.n:
        yield Fault(row.region_id, "seals", row.no, "its leaves do not give its root")
        return
    latest = moment(row.sealed_at + SLOWEST_COMMIT)
    scratch.keep(
        (row.region_id, leaf.stream, row.no, leaf.seq, leaf.head, floor, latest) for leaf in leaves
    )
