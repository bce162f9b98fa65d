"""Writing files down, and what becomes of them. The caller holds the transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, tuple_, update

from desk.access.actors import Actor, ActorKind
from desk.files.incoming import Arrived
from desk.files.models import StoredFile
from desk.files.words import ByKind, FileState
from desk.kernel.db import db
from desk.kernel.ids import uuid7
from desk.kernel.storage.store import new_key

BATCH = 200
BY = {
    ActorKind.STAFF: ByKind.STAFF,
    ActorKind.COMPLAINANT: ByKind.COMPLAINANT,
    ActorKind.SYSTEM: ByKind.SYSTEM,
}


def write_down(
    arrived: Sequence[Arrived],
    region_id: int,
    *,
    by: Actor,
    now: datetime,
    kept_until: datetime | None = None,
) -> list[StoredFile]:
    """Write down what lies in the store; `kept_until` bounds what belongs only to a draft."""
    rows = [
        StoredFile(
            region_id=region_id,
            id=uuid7(now),
            name=one.name,
            media_type=one.kind.media_type,
            size=one.digest.size,
            sha256=one.digest.sha256,
            received_sha256=one.digest.sha256,
            storage_key=new_key(),
            original_key=one.key,
            state=FileState.RECEIVED,
            by_kind=BY[by.kind],
            by_user_id=by.user_id,
            added_at=now,
            kept_until=kept_until,
            not_before=now,
            attempts=0,
            breaks=0,
        )
        for one in arrived
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def hold(region_id: int, ids: Iterable[UUID], *, until: datetime | None) -> None:
    """Keep files of a draft until an instant; with None for good, because a case has them now."""
    wanted = list(ids)
    if not wanted:
        return
    db.session.execute(
        update(StoredFile)
        .where(StoredFile.region_id == region_id, StoredFile.id.in_(wanted))
        .where(StoredFile.kept_until.is_not(None))
        .values(kept_until=until)
        .execution_options(synchronize_session=False)
    )


def drop_held(*, before: datetime) -> list[str]:
    """Forget a batch of files nobody kept, and name the objects that may now be removed."""
    old = select(StoredFile.region_id, StoredFile.id).where(StoredFile.kept_until < before)
    gone = db.session.execute(
        delete(StoredFile)
        .where(tuple_(StoredFile.region_id, StoredFile.id).in_(old.limit(BATCH)))
        .returning(StoredFile.storage_key, StoredFile.original_key)
        .execution_options(synchronize_session=False)
    )
    return [key for row in gone for key in row if key is not None]


def dispose(region_id: int, ids: Iterable[UUID], *, now: datetime) -> list[str]:
    """End the keeping of files: the rows stay and say so, the objects named may be removed.

    Called when a case is disposed of; what was never there or is gone already is left alone.
    """
    rows = db.session.scalars(
        select(StoredFile)
        .where(StoredFile.region_id == region_id, StoredFile.id.in_(list(ids)))
        .where(StoredFile.disposed_at.is_(None))
        .with_for_update()
    ).all()
    keys = [key for row in rows for key in (row.storage_key, row.original_key) if key]
    for row in rows:
        row.disposed_at, row.original_key, row.leased_until = now, None, None
    db.session.flush()
    return keys
