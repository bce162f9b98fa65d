"""How a line of the ledger is hashed; plain arithmetic over plain values."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)
_write = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the ledger does not hold, and in what way."""

    region_id: int
    stream: str
    seq: int
    what: str


def canonical(body: Mapping[str, Any] | None) -> bytes:
    """Write a body as the bytes that are hashed: sorted keys, no spaces, UTF-8."""
    return _write(body or {}).encode()


def body_hash(salt: bytes, body: Mapping[str, Any] | None) -> bytes:
    """Hash a body with its salt, so that an erased body still has its place in the chain."""
    return hashlib.sha256(salt + canonical(body)).digest()


def moment(at: datetime) -> str:
    """Write an instant as it is hashed: UTC, to the microsecond. Such texts sort as their times."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def line_hash(
    prev: bytes, stream: str, seq: int, at: str, actor: str, what: str, hashed_body: bytes
) -> bytes:
    """Hash a line onto the one before it; `at` as `moment` writes it, `actor` as `actor_text`."""
    text = f"{stream}\x1f{seq}\x1f{at}\x1f{actor}\x1f{what}".encode()
    return hashlib.sha256(prev + text + hashed_body).digest()


def actor_text(
    kind: str,
    user_id: int | None,
    role: str | None,
    from_status: str | None,
    to_status: str | None,
    visibility: str,
    request_id: str | None,
) -> str:
    """Write who acted, what status changed, who may read of it and in which request, as hashed."""
    return (
        f"{kind}\x1e{user_id or ''}\x1e{role or ''}\x1e{from_status or ''}\x1e{to_status or ''}"
        f"\x1e{visibility}\x1e{request_id or ''}"
    )
