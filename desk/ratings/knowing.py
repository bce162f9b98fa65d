"""What was known of ratings and occasions once: what had come, and the last word on each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, select, true

from desk.audit.models import LedgerLine
from desk.kernel.ids import MILLISECOND, floor_of
from desk.ratings.models import Rating, RatingStanding

JOINED = "rating_joined"
"""The line that says a rating of the open tier was joined to its occasion."""


def had_come(key: Any, known: datetime | None) -> ColumnElement[bool]:
    """Give the condition that a row was written by an instant: its id says when. None is now.

    What a system told long after it was given (`received_at` may be theirs) came when we wrote it.
    """
    return true() if known is None else key < floor_of(known + MILLISECOND)


def was_rated(known: datetime | None) -> ColumnElement[bool]:
    """Give the condition that a rating had come by an instant, with its occasion.

    One that was joined to it later was in the open tier then, and counts in no figure.
    """
    if known is None:
        return true()
    joined_since = select(LedgerLine.body["rating"].as_string()).where(
        LedgerLine.region_id == Rating.region_id,
        LedgerLine.what == JOINED,
        LedgerLine.at > known,
        LedgerLine.body["rating"].as_string() == func.replace(cast(Rating.id, String), "-", ""),
    )
    return and_(had_come(Rating.id, known), ~exists(joined_since.correlate(Rating)))


def counted_at(known: datetime | None) -> ColumnElement[bool]:
    """Tell whether a rating counted by the last word said on it until an instant. None is now."""
    if known is None:
        return Rating.effective.expression
    last_word = (
        select(RatingStanding.effective)
        .where(
            RatingStanding.region_id == Rating.region_id,
            RatingStanding.rating_id == Rating.id,
            RatingStanding.at <= known,
        )
        .order_by(RatingStanding.seq.desc())
        .limit(1)
        .correlate(Rating)
        .scalar_subquery()
    )
    return func.coalesce(last_word, true())


def decided_since(known: datetime) -> ColumnElement[bool]:
    """Give the condition that something was said on a rating after an instant."""
    return exists().where(
        RatingStanding.region_id == Rating.region_id,
        RatingStanding.rating_id == Rating.id,
        RatingStanding.at > known,
    )
