"""Giving files to the desk without its pages, and looking at what became of them."""

import io
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Flask

from desk.access.actors import Actor, complainant_of
from desk.files.actions import write_down
from desk.files.arriving import arriving, look_at_all
from desk.files.checking import check_due
from desk.files.kinds import STAFF_FAMILIES
from desk.files.models import StoredFile
from desk.kernel.db import db, transaction
from desk.kernel.scanner import Clamd
from desk.kernel.storage.store import Store, chunks
from desk.kernel.uploads import Upload

REGION = 1


def upload(content: bytes, name: str) -> Upload:
    return Upload(name, io.BytesIO(content), len(content))


def store_of(app: Flask) -> Store:
    found: Store = app.extensions["store"]
    return found


def give(
    app: Flask,
    content: bytes,
    name: str,
    *,
    now: datetime,
    region_id: int = REGION,
    by: Actor | None = None,
    kept_until: datetime | None = None,
) -> UUID:
    """Take one file in as the pages do."""
    looked = look_at_all([upload(content, name)], STAFF_FAMILIES)
    with arriving(store_of(app), looked, reserve=0) as arrived, transaction():
        rows = write_down(
            arrived, region_id, by=by or complainant_of(region_id), now=now, kept_until=kept_until
        )
        return rows[0].id


def check(app: Flask, *, now: datetime, clamd: str | None = None) -> int:
    """Do what the worker does once."""
    clock: Callable[[], datetime] = lambda: now  # noqa: E731
    return check_due(store_of(app), Clamd(clamd) if clamd else None, clock=clock)


def row(file_id: UUID, region_id: int = REGION) -> StoredFile:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(StoredFile, (region_id, file_id))


def read(app: Flask, key: str) -> bytes:
    given = store_of(app).open(key)
    try:
        return b"".join(chunks(given))
    finally:
        given.close()


def keys(app: Flask) -> set[str]:
    return {kept.key for kept in store_of(app).everything()}
