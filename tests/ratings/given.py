"""Ratings for tests, given the way people give them. Each function commits."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.casework.words import PartyKind
from desk.kernel.db import db, end_read, transaction
from desk.ratings import queries
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.giving import RatingData, give
from desk.ratings.actions.keeping import Way, keep
from desk.ratings.actions.links import new_link
from desk.ratings.models import Rating, RatingChannel
from tests import make

_count = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Hall:
    """Where people are served in a test."""

    region_id: int
    hall_id: int
    department_id: int
    window_id: int
    item_id: int


def hall(short_code: str = "XZ") -> Hall:
    region = make.region(short_code, code="000000" if short_code == "XZ" else "000001")
    hall, department = make.hall(region.id), make.department(region.id)
    window = make.window(hall.id, department.id)
    item = make.item(region.id, department.id)
    return Hall(region.id, hall.id, department.id, window.id, item.id)


def link(
    place: Hall,
    *,
    now: datetime,
    served: datetime | None = None,
    is_test: bool = False,
    channel: RatingChannel = RatingChannel.LINK,
) -> str:
    """Serve somebody, and give them the link to say how it was."""
    data = EventData(
        "hall",
        f"P{next(_count)}",
        "1",
        place.department_id,
        place.hall_id,
        served or now - timedelta(hours=1),
        PartyKind.INDIVIDUAL,
        item_id=place.item_id,
        window_id=place.window_id,
        is_test=is_test,
    )
    with transaction():
        (event,) = take_events(place.region_id, [data], now=now)
        return new_link(place.region_id, event, channel, now=now)


def rating(
    place: Hall,
    level: int,
    *,
    now: datetime,
    served: datetime | None = None,
    is_test: bool = False,
    comment: str | None = None,
    clerk_id: int | None = None,
    given_at: datetime | None = None,
) -> Rating:
    """Let somebody who was served say how it was."""
    token = link(place, now=now, served=served, is_test=is_test)
    with transaction():
        opened = queries.opened_by(token)
        assert opened is not None
        opened.event.clerk_id = clerk_id
        if given_at is None:
            made = give(opened.token, opened.event, RatingData(level, comment=comment), now=now)
        else:
            way = Way(channel=RatingChannel.KIOSK, given_at=given_at)
            made = keep(opened.event, RatingData(level, comment=comment), way, now=now)
    db.session.refresh(made)
    db.session.expunge_all()
    end_read()
    return made
