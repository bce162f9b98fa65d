"""Writing to the ledger: the last thing a transaction does before it commits."""

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, insert, select, update

from desk.access.actors import Actor
from desk.audit import chain
from desk.audit.models import LedgerLine, LedgerStream, Visibility
from desk.kernel.db import db, dialect_name

LINES, STREAMS = cast("Table", LedgerLine.__table__), cast("Table", LedgerStream.__table__)
ADD_LINE = insert(LINES)
SET_HEAD = (
    update(STREAMS)
    .where(STREAMS.c.region_id == bindparam("region"), STREAMS.c.stream == bindparam("of"))
    .values(head=bindparam("digest"))
)

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def record(
    stream: str,
    what: str,
    *,
    region_id: int,
    by: Actor,
    now: datetime,
    from_status: str | None = None,
    to_status: str | None = None,
    visibility: Visibility = Visibility.TEAM,
    body: Mapping[str, Any] | None = None,
) -> bytes:
    """Append a line to a stream and return its hash.

    The body holds ids, codes and dates only, never a name, a number to call or a sentence somebody
    wrote. Locks the stream's row until the commit.
    """
    seq, prev = _advance(region_id, stream)
    salt = secrets.token_bytes(16)
    hashed_body = chain.body_hash(salt, body)
    role = by.roles[0].value if by.roles else None
    request = request_id.get()
    who = chain.actor_text(by.kind, by.user_id, role, from_status, to_status, visibility, request)
    digest = chain.line_hash(prev, stream, seq, chain.moment(now), who, what, hashed_body)
    line = {
        "region_id": region_id,
        "stream": stream,
        "seq": seq,
        "at": now,
        "actor_kind": by.kind.value,
        "user_id": by.user_id,
        "role": role,
        "what": what,
        "from_status": from_status,
        "to_status": to_status,
        "visibility": visibility,
        "body": dict(body or {}),
        "salt": salt,
        "body_hash": hashed_body,
        "prev": prev,
        "hash": digest,
        "request_id": request,
    }
    db.session.execute(ADD_LINE, line)
    db.session.execute(SET_HEAD, {"region": region_id, "of": stream, "digest": digest})
    return digest


def _advance(region_id: int, stream: str) -> tuple[int, bytes]:
    """Take the next number of a stream, opening the stream when there is none; locks its row."""
    first = {"region_id": region_id, "stream": stream, "seq": 1, "sealed_seq": 0}
    row = db.session.execute(_advancing(dialect_name()), {**first, "head": chain.GENESIS}).one()
    return row.seq, bytes(row.head)


@cache
def _advancing(dialect: str) -> Executable:
    """Build the statement once: ledger lines are the most frequent thing written."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_or_count  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import (  # type: ignore[assignment] # noqa: PLC0415
            insert as insert_or_count,
        )
    columns = STREAMS.c
    return (
        insert_or_count(STREAMS)
        .on_conflict_do_update(
            index_elements=[columns.region_id, columns.stream], set_={"seq": columns.seq + 1}
        )
        .returning(columns.seq, columns.head)
    )


def first_hash(region_id: int, stream: str) -> bytes:
    """Give the hash of a stream's first line, which a receipt prints."""
    return bytes(
        db.session.execute(
            select(LedgerLine.hash).where(
                LedgerLine.region_id == region_id,
                LedgerLine.stream == stream,
                LedgerLine.seq == 1,
            )
        ).scalar_one()
    )
