"""A filing under way, kept on the server and readable only with the browser's own token."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from desk.files.actions import hold
from desk.intake.models import Draft
from desk.kernel.crypto import Undecipherable, token_hash
from desk.kernel.db import db
from desk.kernel.errors import Gone
from desk.kernel.vault import hashes, ring

LIVES = timedelta(days=7)
RECEIPT_LIVES = timedelta(minutes=30)
FILES = "files"

Entry = dict[str, Any]
"""What a draft knows of one of its files: id, name, and the hash of what came."""


def new_token() -> str:
    """Draw a token of 256 bits for a browser."""
    return secrets.token_urlsafe(32)


def _place(token_h: bytes) -> str:
    return f"drafts|body_e|{token_h.hex()}"


def keep(
    token: str, region_id: int, body: Mapping[str, Any], *, now: datetime, lives: timedelta = LIVES
) -> None:
    """Write a draft in place of what was there; the caller holds the transaction.

    Its files are what `change_files` made them, whatever the body says: a page that was opened
    before they came does not lose them. They are kept as long as the draft.
    """
    expires_at = now + lives
    row = _locked(token)
    files = _opened(token, row).get(FILES) if row is not None else None
    kept = {name: value for name, value in body.items() if name != FILES}
    if files:
        kept[FILES] = files
        hold(region_id, file_ids(kept), until=expires_at)
    if row is not None:
        row.body_e, row.expires_at = _sealed(token, kept), expires_at
        return
    sealed = _sealed(token, kept)
    db.session.add(
        Draft(token_h=token_hash(token), region_id=region_id, body_e=sealed, expires_at=expires_at)
    )


def change_files(
    token: str, change: Callable[[list[Entry]], list[Entry]], *, now: datetime
) -> list[Entry]:
    """Change which files hang on a draft, and give them; raises Gone when the draft is over.

    The row is locked first, so that two uploads at once lose nothing of each other.
    """
    row = _locked(token)
    body = _opened(token, row) if row is not None and row.expires_at > now else {}
    if row is None or not body or "number" in body:
        raise Gone(_l("This draft is over. Start again: nothing was sent."))
    before = file_ids(body)
    body[FILES] = change(list(body.get(FILES) or ()))
    row.body_e = _sealed(token, body)
    hold(row.region_id, file_ids(body), until=row.expires_at)
    hold(row.region_id, set(before) - set(file_ids(body)), until=now)
    return list(body[FILES])


def file_ids(body: Mapping[str, Any]) -> list[UUID]:
    """List the files that hang on a draft."""
    return [UUID(entry["id"]) for entry in body.get(FILES) or ()]


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
    row = db.session.get(Draft, token_hash(token))
    return {} if row is None or row.expires_at <= now else _opened(token, row)


def _locked(token: str) -> Draft | None:
    return db.session.get(Draft, token_hash(token), with_for_update=True)


def _opened(token: str, row: Draft) -> dict[str, Any]:
    key = hashes().token_key("draft", token.encode())
    try:
        body = json.loads(ring().open(key, bytes(row.body_e), aad=_place(bytes(row.token_h))))
    except Undecipherable:
        return {}
    return body if isinstance(body, dict) else {}


def discard(token: str, *, now: datetime) -> None:
    """Forget a draft and let go of its files; the caller holds the transaction."""
    row = _locked(token)
    if row is not None:
        hold(row.region_id, file_ids(_opened(token, row)), until=now)
        db.session.execute(delete(Draft).where(Draft.token_h == row.token_h))
