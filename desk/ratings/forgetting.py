"""Forgetting from which device and by whom a rating was given, once that has served its purpose."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from desk.kernel.db import db, transaction
from desk.ratings.models import Rating

KEPT: tuple[tuple[InstrumentedAttribute[Any], timedelta], ...] = (
    (Rating.device_h, timedelta(days=30)),
    (Rating.rater_h, timedelta(days=731)),
    (Rating.address_h, timedelta(days=7)),
    (Rating.ticket_h, timedelta(days=8)),
)
"""How long the mark of a device and that of a rater are kept (settled.md 6.13, product.md 8).

Addresses serve detectors that look at a day (C37), numbers the week in which an occasion may come.
"""
AT_ONCE = 500


def forget_marks(now: datetime) -> None:
    """Set old marks to nothing, some hundred at a time; the ratings themselves stay."""
    for mark, kept in KEPT:
        while _forget_some(mark, now - kept):
            continue


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
