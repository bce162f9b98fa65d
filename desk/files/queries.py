"""Questions about files. Who may see which is for the room that owns the link to say."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from desk.files.models import StoredFile
from desk.files.words import WAITING
from desk.kernel.db import db


def files_of(region_id: int, ids: Iterable[UUID]) -> Sequence[StoredFile]:
    """List files by their ids, in the order in which they were given."""
    wanted = list(ids)
    if not wanted:
        return ()
    return db.session.scalars(
        select(StoredFile)
        .where(StoredFile.region_id == region_id, StoredFile.id.in_(wanted))
        .order_by(StoredFile.id)
    ).all()


def is_waiting(now: datetime) -> ColumnElement[bool]:
    """Give the condition for a file whose turn to be looked into has come."""
    return and_(
        StoredFile.state.in_(WAITING),
        StoredFile.disposed_at.is_(None),
        StoredFile.not_before <= now,
        or_(StoredFile.leased_until.is_(None), StoredFile.leased_until < now),
    )


def any_waiting(now: datetime) -> bool:
    """Tell whether there is a file to look into, without taking the write lock."""
    found = select(StoredFile.id).where(is_waiting(now)).limit(1)
    return db.session.scalar(found) is not None


def waiting_since(before: datetime) -> int:
    """Count the files that have waited for their check since before an instant."""
    statement = select(func.count()).where(
        StoredFile.state.in_(WAITING),
        StoredFile.disposed_at.is_(None),
        StoredFile.added_at < before,
    )
    return db.session.scalar(statement) or 0
