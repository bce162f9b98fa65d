"""Holding rows and objects against each other, both ways."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, or_, select, tuple_

from desk.files.actions import BATCH, drop_held
from desk.files.models import StoredFile
from desk.files.words import WAITING, FileState
from desk.kernel.db import db, end_read, transaction
from desk.kernel.storage.store import Kept, Store, StoreError

GRACE = timedelta(days=1)
FEW = 20
LARGEST_SHARE = 10

log = structlog.get_logger()


@dataclass(slots=True)
class Report:
    """What was found: rows whose object is gone, and objects that no row has.

    `held_back` says that there were so many strays that the store may belong to another database;
    then nothing was removed.
    """

    objects: int = 0
    missing: list[UUID] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    unfinished: int = 0
    removed: int = 0
    held_back: bool = False


def tidy(store: Store, *, now: datetime) -> int:
    """Forget files whose draft is over, and remove what lay there; tell how many objects went."""
    removed = 0
    keys = [""]
    while keys:
        with transaction():
            keys = drop_held(before=now)
        removed += remove_objects(store, keys)
    return removed


def remove_objects(store: Store, keys: Iterable[str]) -> int:
    """Remove objects whose rows are gone; one that stays is found as a stray later."""
    removed = 0
    for key in keys:
        try:
            store.remove(key)
            removed += 1
        except StoreError as error:
            log.warning("object not removed", why=str(error))
    return removed


def reconcile(store: Store, *, now: datetime, remove: bool) -> Report:
    """Compare rows and objects, and remove strays older than a day if told to.

    A day's grace lets what is just arriving arrive.
    """
    report = Report()
    for some in _batches(store.everything()):
        report.objects += len(some)
        old = [kept.key for kept in some if kept.since < now - GRACE]
        report.strays += sorted(set(old) - _owned(old))
        end_read()
    for row in _rows():
        key = row.original_key or row.storage_key
        if store.find(key) is None and not _moved_on(row.id, key):
            report.missing.append(row.id)
    end_read()
    too_many = len(report.strays) > max(FEW, report.objects // LARGEST_SHARE)
    report.held_back = remove and too_many
    if remove and not report.held_back:
        report.removed = remove_objects(store, report.strays)
        report.unfinished = store.clear_unfinished(now - GRACE)
    return report


def _batches(kept: Iterator[Kept]) -> Iterator[Sequence[Kept]]:
    while some := list(islice(kept, BATCH)):
        yield some


def _owned(keys: Sequence[str]) -> set[str]:
    """List which of these keys some row still needs."""
    rows = db.session.execute(
        select(StoredFile.storage_key, StoredFile.original_key).where(
            StoredFile.disposed_at.is_(None),
            or_(
                and_(
                    StoredFile.storage_key.in_(keys),
                    StoredFile.state.in_([*WAITING, FileState.CLEAN]),
                ),
                StoredFile.original_key.in_(keys),
            ),
        )
    )
    return {key for row in rows for key in row if key}


def _rows() -> Iterator[Any]:
    """Go through the rows that need an object, by key and a batch at a time."""
    columns = (
        StoredFile.region_id,
        StoredFile.id,
        StoredFile.storage_key,
        StoredFile.original_key,
    )
    needs = and_(
        StoredFile.disposed_at.is_(None), StoredFile.state.in_([*WAITING, FileState.CLEAN])
    )
    after: tuple[int, UUID] = (-1, UUID(int=0))
    while True:
        statement = select(*columns).where(
            needs, tuple_(StoredFile.region_id, StoredFile.id) > after
        )
        ordered = statement.order_by(StoredFile.region_id, StoredFile.id).limit(BATCH)
        rows = db.session.execute(ordered).all()
        end_read()
        yield from rows
        if len(rows) < BATCH:
            return
        after = (rows[-1].region_id, rows[-1].id)


def _moved_on(file_id: UUID, key: str) -> bool:
    """Tell whether a row has moved on since it was read, so that it needs this object no more."""
    found = select(StoredFile.id).where(
        StoredFile.id == file_id,
        StoredFile.disposed_at.is_(None),
        or_(
            StoredFile.original_key == key,
            and_(StoredFile.original_key.is_(None), StoredFile.storage_key == key),
        ),
    )
    still = db.session.scalar(found) is not None
    end_read()
    return not still
