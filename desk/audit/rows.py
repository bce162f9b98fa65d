"""Reading a whole ledger, a line at a time, as fast as the database gives it."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text

from desk.audit.chain import actor_text, moment
from desk.kernel.db import db, without_time_limit

AT_ONCE = 2000
ALL = """
    SELECT l.region_id, l.stream, l.seq, l.at, l.what, l.actor_kind, l.user_id, l.role,
           l.from_status, l.to_status, l.visibility, l.request_id,
           l.body, l.salt, l.body_hash, l.prev, l.hash, s.seq, s.head, s.sealed_seq
    FROM ledger l
    LEFT JOIN ledger_streams s ON s.region_id = l.region_id AND s.stream = l.stream
    {where}
    ORDER BY l.region_id, l.stream, l.seq
"""
ONE = "WHERE l.region_id = :region_id AND l.stream = :stream"


class Line(NamedTuple):
    """A line as it is hashed, with what the table of streams says of its chain.

    `head` is (last number, hash of the last line, number up to which it is sealed).
    """

    region_id: int
    stream: str
    seq: int
    at: str
    what: str
    actor_kind: str
    actor: str
    body: Any
    salt: bytes | None
    body_hash: bytes
    prev: bytes
    hash: bytes
    head: tuple[int, bytes, int] | None


def lines(region_id: int | None = None, stream: str | None = None) -> Iterator[Line]:
    """Give every line, chain by chain and in order, or those of one chain.

    The order of chains is the database's own.
    """
    if stream is None:
        without_time_limit()
        rows = db.session.execute(
            text(ALL.format(where="")), execution_options={"yield_per": AT_ONCE}
        )
    else:
        rows = db.session.execute(
            text(ALL.format(where=ONE)), {"region_id": region_id, "stream": stream}
        )
    for row in rows:
        yield Line(
            row[0],
            row[1],
            row[2],
            _at(row[3]),
            row[4],
            row[5],
            actor_text(row[5], row[6], row[7], row[8], row[9], row[10], row[11]),
            row[12],
            row[13] and bytes(row[13]),
            bytes(row[14]),
            bytes(row[15]),
            bytes(row[16]),
            None if row[17] is None else (row[17], bytes(row[18]), row[19]),
        )


def _at(stored: str | datetime) -> str:
    """Write the instant as it was hashed; SQLite hands over its own text."""
    if isinstance(stored, str):
        return f"{stored[:10]}T{stored[11:]}+00:00"
    return moment(stored)


def body_of(line: Line) -> Any:
    """Read a body; raises ValueError when it is no JSON any more."""
    return json.loads(line.body) if isinstance(line.body, str) else line.body
