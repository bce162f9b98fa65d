"""The ledger as an auditor reads it: who, when, what and hashes, never what a line says."""

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_

from desk.audit import seals
from desk.audit.models import LedgerLine, LedgerSeal, LedgerStream
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.kernel.paging import LONGEST_CURSOR, NO_SUCH_PAGE
from desk.kernel.texts import storable

SIZE, SEALS = 50, 20
MOST_COUNTED = 1000
LONGEST_SEQ = 10**15


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of these regions, of one kind of stream, by somebody, of one name, until when.

    `hidden` are streams that are not shown: of cases that keep this auditor away.
    """

    regions: Collection[int]
    kind: str = ""
    user_id: int | None = None
    what: str = ""
    before: datetime | None = None
    hidden: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Traced:
    """A line without its body: the names of its fields, and what binds it to the others."""

    region_id: int
    stream: str
    seq: int
    at: datetime
    actor_kind: str
    user_id: int | None
    role: str | None
    what: str
    from_status: str | None
    to_status: str | None
    fields: tuple[str, ...]
    is_erased: bool
    body_hash: str
    hash: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A seal, and whether it is what it says: signed by our key, over its leaves, in a row."""

    seal: LedgerSeal
    is_signed: bool
    is_whole: bool
    follows: bool

    @property
    def holds(self) -> bool:
        return self.is_signed and self.is_whole and self.follows


def trail(wanted: Wanted, cursor: str | None) -> tuple[list[Traced], str | None]:
    """List lines, the newest first, and the cursor of the older; raises Invalid for a bad one."""
    statement = select(LedgerLine).where(LedgerLine.region_id.in_(wanted.regions))
    if wanted.kind:
        statement = statement.where(
            LedgerLine.stream.startswith(f"{wanted.kind}/", autoescape=True)
        )
    if wanted.user_id is not None:
        statement = statement.where(LedgerLine.user_id == wanted.user_id)
    if wanted.what:
        statement = statement.where(LedgerLine.what == wanted.what)
    if wanted.before is not None:
        statement = statement.where(LedgerLine.at < wanted.before)
    if wanted.hidden:
        statement = statement.where(LedgerLine.stream.not_in(wanted.hidden))
    key = tuple_(LedgerLine.at, LedgerLine.region_id, LedgerLine.stream, LedgerLine.seq)
    if cursor:
        statement = statement.where(key < tuple_(*_read(cursor)))
    ordered = statement.order_by(
        LedgerLine.at.desc(),
        LedgerLine.region_id.desc(),
        LedgerLine.stream.desc(),
        LedgerLine.seq.desc(),
    )
    rows = db.session.scalars(ordered.limit(SIZE + 1)).all()
    shown = [_traced(row) for row in rows[:SIZE]]
    return shown, _written(shown[-1]) if len(rows) > SIZE else None


def chain_of(region_id: int, stream: str, after: int) -> tuple[list[Traced], int | None]:
    """List a chain from its first line on, behind a number, and the number to go on from."""
    rows = db.session.scalars(
        select(LedgerLine)
        .where(
            LedgerLine.region_id == region_id, LedgerLine.stream == stream, LedgerLine.seq > after
        )
        .order_by(LedgerLine.seq)
        .limit(SIZE + 1)
    ).all()
    shown = [_traced(row) for row in rows[:SIZE]]
    return shown, shown[-1].seq if len(rows) > SIZE else None


def checked_seals(region_id: int, public: bytes, before: int | None) -> list[Checked]:
    """Give the seals of a region, the newest first, each recomputed and held against the last."""
    statement = select(LedgerSeal).where(LedgerSeal.region_id == region_id)
    if before is not None:
        statement = statement.where(LedgerSeal.no < before)
    rows = db.session.scalars(statement.order_by(LedgerSeal.no.desc()).limit(SEALS + 1)).all()
    return [
        _checked(row, rows[n + 1] if n + 1 < len(rows) else None, public)
        for n, row in enumerate(rows[:SEALS])
    ]


def unsealed(regions: Collection[int]) -> int:
    """Count the chains that have grown since their seal, up to a thousand."""
    some = (
        select(LedgerStream.stream)
        .where(LedgerStream.region_id.in_(regions), LedgerStream.sealed_seq < LedgerStream.seq)
        .limit(MOST_COUNTED)
        .subquery()
    )
    return db.session.scalars(select(func.count()).select_from(some)).one()


def _checked(row: LedgerSeal, last: LedgerSeal | None, public: bytes) -> Checked:
    root = seals.root_of(seals.unpack(bytes(row.leaves)))
    hashed = seals.seal_hash(
        bytes(row.prev), row.region_id, row.no, bytes(row.root), row.n, row.sealed_at
    )
    return Checked(
        row,
        is_signed=seals.is_signed(public, bytes(row.signature), bytes(row.hash)),
        is_whole=root == bytes(row.root) and hashed == bytes(row.hash),
        follows=row.no == 1
        or (last is not None and last.no == row.no - 1 and bytes(last.hash) == bytes(row.prev)),
    )


def _traced(row: LedgerLine) -> Traced:
    return Traced(
        row.region_id,
        row.stream,
        row.seq,
        row.at,
        row.actor_kind,
        row.user_id,
        row.role,
        row.what,
        row.from_status,
        row.to_status,
        tuple(sorted(row.body or {})),
        row.body is None,
        bytes(row.body_hash).hex(),
        bytes(row.hash).hex(),
        row.request_id,
    )


def _written(line: Traced) -> str:
    raw = json.dumps([line.at.isoformat(), line.region_id, line.stream, line.seq])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _read(text: str) -> Sequence[object]:
    try:
        if len(text) > LONGEST_CURSOR:
            raise ValueError(text[:20])
        padded = text + "=" * (-len(text) % 4)
        at, region_id, stream, seq = json.loads(
            base64.b64decode(padded.encode(), b"-_", validate=True)
        )
        found = datetime.fromisoformat(at)
        if found.tzinfo is None or not storable(stream) or type(region_id) is not int:
            raise ValueError(at)
        if type(seq) is not int or not (0 < seq < LONGEST_SEQ and 0 <= region_id < 10**9):
            raise ValueError(at)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid(NO_SUCH_PAGE) from error
    return found, region_id, stream, seq
