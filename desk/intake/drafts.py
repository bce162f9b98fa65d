"""A filing under way, kept on the server and readable only with the browser's own token."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from desk.intake.models import Draft
from desk.kernel.crypto import Undecipherable, token_hash
from desk.kernel.db import db
from desk.kernel.vault import hashes, ring

LIVES = timedelta(days=7)
RECEIPT_LIVES = timedelta(minutes=30)


def new_token() -> str:
    """Draw a token of 256 bits for a browser."""
    return secrets.token_urlsafe(32)


def _place(token_h: bytes) -> str:
    return f"drafts|body_e|{token_h.hex()}"


def keep(
    token: str, region_id: int, body: Mapping[str, Any], *, now: datetime, lives: timedelta = LIVES
) -> None:
    """Write a draft in place of what was there; the caller holds the transaction."""
    token_h = token_hash(token)
    key = hashes().token_key("draft", token.encode())
    sealed = ring().seal(key, json.dumps(body, ensure_ascii=False), aad=_place(token_h))
    row = db.session.get(Draft, token_h)
    if row is None:
        db.session.add(
            Draft(token_h=token_h, region_id=region_id, body_e=sealed, expires_at=now + lives)
        )
        return
    row.body_e, row.expires_at = sealed, now + lives


def read(token: str | None, *, now: datetime) -> dict[str, Any]:
    """Read a draft; an absent, old or foreign one is empty."""
    if not token:
        return {}
    token_h = token_hash(token)
    row = db.session.get(Draft, token_h)
    if row is None or row.expires_at <= now:
        return {}
    key = hashes().token_key("draft", token.encode())
    try:
        body = json.loads(ring().open(key, bytes(row.body_e), aad=_place(token_h)))
    except Undecipherable:
        return {}
    return body if isinstance(body, dict) else {}


def discard(token: str) -> None:
    """Forget a draft; the caller holds the transaction."""
    db.session.execute(delete(Draft).where(Draft.token_h == token_hash(token)))
