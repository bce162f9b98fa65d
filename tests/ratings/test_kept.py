"""What the database lets nobody change of a rating, column by column, also of later ones."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Column, update

from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.ratings.actions.keeping import RatingData, Way, keep
from desk.ratings.forgetting import forget_marks
from desk.ratings.models import Rating, RatingChannel
from desk.ratings.occasions import Spot
from tests.ratings.hall import furnish, ratings

MARKS = ("rater_h", "device_h", "address_h", "ticket_h")
MAY_CHANGE = {"effective", "service_event_id", "case_id", *MARKS}
OTHER = {bytes: b"x", int: 3, str: "x", bool: None, datetime: datetime(2020, 1, 1, tzinfo=UTC), date: date(2020, 1, 1), UUID: UUID(int=7), list: ["x"], dict: ["x"]}  # fmt: skip


def other_value(column: Column[object], now: object) -> object:
    """Give a value of the column's type that is not the one it has."""
    words = getattr(column.type, "enum_class", None)
    if words is not None:
        return next(word for word in words if word is not now)
    if isinstance(now, bool):
        return not now
    return OTHER[type(now) if now is not None else column.type.python_type]


def test_nothing_of_a_rating_changes_but_what_may(app: Flask) -> None:
    place = furnish()
    spot = Spot(place.region, place.hall, place.department, place.window)
    way = Way(channel=RatingChannel.QR, **{mark: mark.encode()[:16] for mark in MARKS})
    with transaction():
        kept = keep(spot, RatingData(1), way, now=utc_now())
        values = {column.key: getattr(kept, column.key) for column in Rating.__table__.columns}
    columns = [c for c in Rating.__table__.columns if c.key not in MAY_CHANGE]
    assert len(columns) >= 20
    for column in columns:
        new = other_value(column, values[column.key])
        with pytest.raises(Exception, match="never edited"), transaction():
            db.session.execute(update(Rating).values({column.key: new}))
    for column in MARKS:
        with pytest.raises(Exception, match="never edited"), transaction():
            db.session.execute(update(Rating).values({column: b"other"}))
        with transaction():
            db.session.execute(update(Rating).values({column: None}))
        with pytest.raises(Exception, match="never edited"), transaction():
            db.session.execute(update(Rating).values({column: b"other"}))


def test_devices_and_addresses_are_forgotten_after_a_month_or_a_week_and_raters_after_two_years(
    app: Flask,
) -> None:
    place = furnish()
    spot = Spot(place.region, place.hall, place.department, place.window)
    way = Way(channel=RatingChannel.QR, **{mark: mark.encode()[:16] for mark in MARKS})
    now = utc_now()
    for days in (1, 9, 31, 735):
        with transaction():
            keep(spot, RatingData(2), way, now=now - timedelta(days=days))
    forget_marks(now)
    kept = ["".join(mark[0] for mark in MARKS if getattr(one, mark)) for one in ratings()]
    assert kept == ["", "r", "rd", "rdat"]
