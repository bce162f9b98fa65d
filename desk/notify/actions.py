"""Owing a letter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from desk.kernel.db import db
from desk.kernel.ids import uuid7
from desk.kernel.vault import hashes, ring
from desk.notify.letters import LETTERS
from desk.notify.models import Channel, Letter


def write(
    template: str,
    *,
    region_id: int,
    party_id: UUID,
    channel: Channel,
    lang: str,
    dedupe_key: str,
    context: Mapping[str, Any],
    now: datetime,
    secret: str | None = None,
) -> None:
    """Owe a letter to a party; it is posted after the commit, never inside.

    A secret, such as a one-time link, is encrypted and forgotten once the letter is posted.

    Its context may hold only the fields its row in `LETTERS` lists; raises KeyError for an unknown
    template and ValueError for a field that is not listed.
    """
    stray = set(context) - LETTERS[template]
    if stray:
        raise ValueError(f"{template} may not carry {sorted(stray)}")
    letter_id = uuid7(now)
    key = hashes().token_key("letter", letter_id.bytes)
    sealed = ring().seal(key, secret, aad=f"letters|secret_e|{letter_id}") if secret else None
    db.session.execute(
        insert(Letter).values(
            region_id=region_id,
            id=letter_id,
            secret_e=sealed,
            dedupe_key=dedupe_key,
            template=template,
            lang=lang,
            channel=channel,
            party_id=party_id,
            context=dict(context),
            written_at=now,
            not_before=now,
            attempts=0,
        )
    )
