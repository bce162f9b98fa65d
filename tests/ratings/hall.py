"""A hall with two windows and occasions at them, for the tests of the ways to rate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from desk.casework.words import PartyKind
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Code
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.models import Rating
from tests import make

TAGS = (
    ("510", "一次办结"), ("410", "可以预约"), ("310", "指引准确"), ("210", "多次提交"),
    ("110", "超过时限"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Keys only: whatever is needed is loaded where it is needed."""

    region: int
    hall: int
    department: int
    item: int
    window: int
    other: int
    code: str
    other_code: str


def furnish() -> Place:
    """Make a hall with two windows and one tag for each level."""
    region = make.region()
    hall, department = make.hall(region.id), make.department(region.id)
    item = make.item(region.id, department.id)
    window, other = (make.window(hall.id, department.id) for _ in range(2))
    with transaction():
        db.session.add_all(
            Code(list="rating_tags", code=code, zh=zh, en=zh, attrs={}, position=n)
            for n, (code, zh) in enumerate(TAGS)
        )
    place = Place(
        region.id, hall.id, department.id, item.id, window.id, other.id, window.qr_code,
        other.qr_code,
    )  # fmt: skip
    db.session.remove()
    return place


def occasion(
    place: Place, number: str, *, at: datetime | None = None, window: int | None = None
) -> UUID:
    """Make an occasion at the first window, or another, a quarter of an hour ago."""
    now = utc_now()
    data = EventData(
        "hall", number, "1", place.department, place.hall, at or now - timedelta(minutes=15),
        PartyKind.INDIVIDUAL, item_id=place.item, window_id=window or place.window,
    )  # fmt: skip
    with transaction():
        (made,) = take_events(place.region, [data], now=now)
    db.session.remove()
    return made


def ratings() -> list[Rating]:
    """List all ratings in the order in which they came."""
    end_read()
    return list(db.session.scalars(select(Rating).order_by(Rating.received_at, Rating.id)))
