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
    if not replace(token, body, now=now, lives=lives):
        sealed, expires_at = _sealed(token, body), now + lives
        db.session.add(
            Draft(
                token_h=token_hash(token), region_id=region_id, body_e=sealed, expires_at=expires_at
            )
        )


def replace(token: str, body: Mapping[str, Any], *, now: datetime, lives: timedelta) -> bool:
    """Write over a draft and tell whether there was one; what was discarded stays discarded."""
    row = db.session.get(Draft, token_hash(token))
    if row is None:
        return False
    row.body_e, row.expires_at = _sealed(token, body), now + lives
    return True


def _sealed(token: str, body: Mapping[str, Any]) -> bytes:
    key = hashes().token_key("draft", token.encode())
    text = json.dumps(body, ensure_ascii=False)
    return ring().seal(key, text, aad=_place(token_hash(token)))


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
