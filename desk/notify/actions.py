"""Owing a letter, and trying a dead one again. The caller holds the transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from desk.kernel.db import db
from desk.kernel.ids import uuid7
from desk.notify.letters import LETTERS
from desk.notify.models import Channel, Letter
from desk.notify.sealing import seal
from desk.notify.troubles import Trouble


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

    A secret, such as a one-time link, is encrypted and forgotten once the letter is posted. The
    context may hold only the fields its row in `LETTERS` lists; raises KeyError for an unknown
    template and ValueError for a field that is not listed.
    """
    stray = set(context) - LETTERS[template]
    if stray:
        raise ValueError(f"{template} may not carry {sorted(stray)}")
    letter_id = uuid7(now)
    db.session.execute(
        insert(Letter).values(
            region_id=region_id,
            id=letter_id,
            secret_e=seal(letter_id, secret) if secret else None,
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


def retry(region_id: int, letter_id: UUID, *, now: datetime) -> bool:
    """Give a dead letter another two days; False when it is not dead, or its party is erased."""
    found = db.session.execute(
        update(Letter)
        .where(
            Letter.region_id == region_id,
            Letter.id == letter_id,
            Letter.dead_at.isnot(None),
            Letter.last_error != Trouble.ERASED.value,
        )
        .values(dead_at=None, retried_at=now, not_before=now, attempts=0)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).first()
    return found is not None
