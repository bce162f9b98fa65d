"""Answering a request that was sent twice as it was answered the first time."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, select

from desk.intake.models import RequestKey
from desk.kernel.db import db, dialect_name
from desk.kernel.errors import Invalid

KEY = re.compile(r"[A-Za-z0-9._:~-]{16,64}", re.ASCII)


def checked_key(key: str | None) -> str | None:
    """Read an Idempotency-Key; raises Invalid for one that is too short, too long or odd."""
    if key is not None and KEY.fullmatch(key) is None:
        raise Invalid(
            _l("An Idempotency-Key has 16 to 64 letters, digits or any of . _ : ~ -"),
            field="Idempotency-Key",
        )
    return key


def earlier_answer(
    region_id: int, client_id: int, key: str | None, digest: bytes
) -> dict[str, Any] | None:
    """Give what a key was answered; raises Invalid when it came with another body."""
    if key is None:
        return None
    row = db.session.scalar(
        select(RequestKey)
        .where(
            RequestKey.region_id == region_id,
            RequestKey.client == name_of(client_id),
            RequestKey.key == key,
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    if bytes(row.body_h) != digest:
        raise Invalid(
            _l("This Idempotency-Key was used for something else."), field="Idempotency-Key"
        )
    return dict(row.answer)


def keep_answer(
    region_id: int,
    client_id: int,
    key: str | None,
    digest: bytes,
    answer: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep an answer under its key; one that is kept already stays. Inside a transaction."""
    if key is None:
        return
    if dialect_name() == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import (  # type: ignore[assignment] # noqa: PLC0415
            insert,
        )
    db.session.connection().execute(
        insert(cast("Table", RequestKey.__table__))
        .values(
            region_id=region_id,
            client=name_of(client_id),
            key=key,
            body_h=digest,
            answer=dict(answer),
            made_at=now,
        )
        .on_conflict_do_nothing()
    )


def name_of(client_id: int) -> str:
    """Name a client as keys of requests are kept by."""
    return f"api/{client_id}"
