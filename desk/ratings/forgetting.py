"""Forgetting from which device and by whom a rating was given, once that has served its purpose."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from desk.files.actions import dispose
from desk.files.models import StoredFile
from desk.kernel.db import db, end_read, transaction
from desk.kernel.storage.store import Store
from desk.ratings.models import Rating, RatingPhoto

RATER_KEPT = timedelta(days=731)
KEPT: tuple[tuple[InstrumentedAttribute[Any], timedelta], ...] = (
    (Rating.device_h, timedelta(days=30)),
    (Rating.rater_h, RATER_KEPT),
    (Rating.address_h, timedelta(days=7)),
    (Rating.ticket_h, timedelta(days=8)),
)
"""How long the mark of a device and that of a rater are kept (settled.md 6.13, product.md 8).

Addresses serve detectors that look at a day (C37), numbers the week in which an occasion may come.
"""
AT_ONCE = 500


def forget_marks(now: datetime) -> None:
    """Set old marks to nothing, some hundred at a time; the ratings themselves stay."""
    forget_photos(now)
    for mark, kept in KEPT:
        while _forget_some(mark, now - kept):
            continue


def forget_photos(now: datetime) -> None:
    """Remove photos once they are as old as the mark of a rater may be; their rows stay."""
    store: Store = current_app.extensions["store"]
    old = (
        select(RatingPhoto.region_id, RatingPhoto.file_id)
        .join(
            Rating,
            (Rating.region_id == RatingPhoto.region_id) & (Rating.id == RatingPhoto.rating_id),
        )
        .join(
            StoredFile,
            (StoredFile.region_id == RatingPhoto.region_id)
            & (StoredFile.id == RatingPhoto.file_id),
        )
        .where(Rating.received_at < now - RATER_KEPT, StoredFile.disposed_at.is_(None))
        .limit(AT_ONCE)
    )
    while found := db.session.execute(old).all():
        end_read()
        with transaction():
            keys = [key for row in found for key in dispose(row[0], [row[1]], now=now)]
        for key in keys:
            store.remove(key)


def _forget_some(mark: InstrumentedAttribute[Any], before: datetime) -> int:
    old = (
        select(Rating.region_id, Rating.id)
        .where(mark.is_not(None), Rating.received_at < before)
        .limit(AT_ONCE)
    )
    with transaction():
        keys = [tuple(row) for row in db.session.execute(old)]
        if keys:
            db.session.execute(
                update(Rating)
                .where(tuple_(Rating.region_id, Rating.id).in_(keys))
                .values({mark.key: None})
                .execution_options(synchronize_session=False)
            )
    return len(keys)
