"""Writing to the ledger: the last thing a transaction does before it commits."""

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select, update

from desk.access.actors import Actor
from desk.audit import chain
from desk.audit.models import LedgerLine, LedgerStream, Visibility
from desk.kernel.db import db

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
    db.session.execute(
        insert(LedgerLine).values(
            region_id=region_id,
            stream=stream,
            seq=seq,
            at=now,
            actor_kind=by.kind.value,
            user_id=by.user_id,
            role=role,
            what=what,
            from_status=from_status,
            to_status=to_status,
            visibility=visibility,
            body=dict(body or {}),
            salt=salt,
            body_hash=hashed_body,
            prev=prev,
            hash=digest,
            request_id=request,
        )
    )
    db.session.execute(
        update(LedgerStream)
        .where(LedgerStream.region_id == region_id, LedgerStream.stream == stream)
        .values(head=digest)
        .execution_options(synchronize_session=False)
    )
    return digest


def _advance(region_id: int, stream: str) -> tuple[int, bytes]:
    """Take the next number of a stream, opening the stream when there is none."""
    here = (LedgerStream.region_id == region_id, LedgerStream.stream == stream)
    row = db.session.execute(
        update(LedgerStream)
        .where(*here)
        .values(seq=LedgerStream.seq + 1)
        .returning(LedgerStream.seq, LedgerStream.head)
        .execution_options(synchronize_session=False)
    ).first()
    if row is not None:
        return row.seq, bytes(row.head)
    opened = _open_stream(region_id, stream)
    return opened or _advance(region_id, stream)


def _open_stream(region_id: int, stream: str) -> tuple[int, bytes] | None:
    table = cast("Table", LedgerStream.__table__)
    if db.session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_or_ignore  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import (  # type: ignore[assignment] # noqa: PLC0415
            insert as insert_or_ignore,
        )
    made = db.session.execute(
        insert_or_ignore(table)
        .values(region_id=region_id, stream=stream, seq=1, head=chain.GENESIS, sealed_seq=0)
        .on_conflict_do_nothing()
        .returning(table.c.seq)
    ).first()
    return (1, chain.GENESIS) if made else None


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
