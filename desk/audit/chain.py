"""How a line of the ledger is hashed; plain arithmetic over plain values."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)


def canonical(body: Mapping[str, Any] | None) -> bytes:
    """Write a body as the bytes that are hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        body or {}, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def body_hash(salt: bytes, body: Mapping[str, Any] | None) -> bytes:
    """Hash a body with its salt, so that an erased body still has its place in the chain."""
    return hashlib.sha256(salt + canonical(body)).digest()


def line_hash(
    prev: bytes, stream: str, seq: int, at: datetime, actor: str, what: str, hashed_body: bytes
) -> bytes:
    """Hash a line onto the one before it."""
    parts = (stream, str(seq), at.astimezone(UTC).isoformat(timespec="microseconds"), actor, what)
    text = "\x1f".join(parts).encode()
    return hashlib.sha256(prev + text + hashed_body).digest()


def actor_text(
    kind: str, user_id: int | None, role: str | None, from_status: str | None, to_status: str | None
) -> str:
    """Write who acted and what status changed, as it is hashed."""
    return "\x1e".join(str(part or "") for part in (kind, user_id, role, from_status, to_status))
