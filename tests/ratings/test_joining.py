"""A rating given at a window before its service was told is joined to it later, once."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from desk.audit.queries import faults
from desk.casework.models import Case
from desk.casework.words import PartyKind
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Region
from desk.ratings import proving
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.flagging import hold
from desk.ratings.detectors.seen import Flag, Rule
from desk.ratings.forgetting import forget_marks
from desk.ratings.joining import join_open
from desk.ratings.models import Rating
from desk.ratings.reconciling import days_of
from desk.tally.queries import sums
from tests.ratings.hall import Place, furnish, occasion, ratings

NOW = timedelta(minutes=5)
PHONE = "13800138000"


@pytest.fixture
def place(app: Flask) -> Place:
    return furnish()


def scan(app: Flask, place: Place, level: int, **data: str) -> Rating:
    """Rate by the poster of the first window, on a phone of its own."""
    phone = app.test_client()
    phone.get(f"/rate/window/{place.code}")
    sent = {"level": str(level), **data}
    assert phone.post(f"/rate/window/{place.code}", data=sent).status_code == 303
    return ratings()[-1]


def told(place: Place, number: str, **changes: object) -> UUID:
    """Let an import tell of a service of half an hour ago."""
    now = utc_now()
    given = {
        "item_id": place.item, "window_id": place.window, "party_kind": PartyKind.BUSINESS,
    } | changes  # fmt: skip
    data = EventData(
        "hall", number, "1", place.department, place.hall, now - timedelta(minutes=30), **given
    )  # type: ignore[arg-type]
    with transaction():
        (made,) = take_events(place.region, [data], now=now)
    db.session.remove()
    return made


def stands(place: Place) -> list[tuple[int, bool, bool]]:
    """Say of each rating its level, whether it is scored, and whether it has an occasion."""
    db.session.expire_all()
    assert rebuilding.differences() == []
    assert faults() == []
    hour, now = timedelta(hours=1), utc_now()
    assert list(proving.faults(place.region, since=now - hour, until=now + hour)) == []
    region = db.session.get_one(Region, place.region)
    (day,) = days_of(region, region.local_day(now), region.local_day(now))
    assert day.difference == 0
    return [(one.level, one.scored, one.service_event_id is not None) for one in ratings()]


def test_every_level_waits_in_the_open_tier_and_counts_once_its_service_is_told(
    app: Flask, place: Place
) -> None:
    for level in range(1, 6):
        scan(app, place, level, ticket=f" a{level} ")
    join_open(utc_now())
    assert stands(place) == [(level, False, False) for level in range(1, 6)]
    events = [told(place, f"A{level}") for level in range(1, 6)]
    for _ in range(2):
        join_open(utc_now() + NOW)
    assert stands(place) == [(level, True, True) for level in range(1, 6)]
    assert [one.service_event_id for one in ratings()] == events
    assert {(one.item_id, one.party_kind) for one in ratings()} == {
        (place.item, PartyKind.BUSINESS)
    }
    names = [f"rating.{kind}.{n}" for kind in ("level", "unscored") for n in range(1, 6)]
    found = sums([place.region], names, grain="d", first=date.min, last=date.max)
    assert {key: n for key, n in found.items() if n} == {
        (f"rating.level.{n}",): 1 for n in range(1, 6)
    }
    assert db.session.scalar(select(func.count()).select_from(Case)) == 2


def test_one_service_is_joined_to_the_first_of_two_that_name_it(app: Flask, place: Place) -> None:
    scan(app, place, 5, ticket="B7")
    scan(app, place, 1, ticket="B7")
    told(place, "B7")
    join_open(utc_now() + NOW)
    assert stands(place) == [(5, True, True), (1, False, False)]


def test_a_telephone_finds_it_too_and_another_window_or_day_does_not(
    app: Flask, place: Place
) -> None:
    scan(app, place, 4, phone=PHONE)
    scan(app, place, 3, ticket="C3")
    scan(app, place, 2, ticket="C4")
    told(place, "C3", window_id=place.other)
    occasion(place, "C4", at=utc_now() - timedelta(hours=30))
    told(place, "P9", phone=PHONE)
    join_open(utc_now() + NOW)
    assert stands(place) == [(4, True, True), (3, False, False), (2, False, False)]


def test_what_names_nothing_or_was_rated_by_its_link_stays_open(app: Flask, place: Place) -> None:
    occasion(place, "D1")
    scan(app, place, 2, ticket="D1")
    scan(app, place, 5, ticket="D1")
    scan(app, place, 1)
    told(place, "D2")
    join_open(utc_now() + NOW)
    assert stands(place) == [(2, True, True), (5, False, False), (1, False, False)]


def test_one_that_is_held_opens_no_case_when_it_is_joined(app: Flask, place: Place) -> None:
    held = scan(app, place, 1, ticket="E1")
    with transaction():
        hold(place.region, Flag(held.id, Rule.MANY_ADDRESS, 20), now=utc_now())
    told(place, "E1")
    join_open(utc_now() + NOW)
    assert stands(place) == [(1, True, True)]
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_after_a_week_it_stays_unscored_and_its_number_is_forgotten(
    app: Flask, place: Place
) -> None:
    kept = scan(app, place, 5, ticket="F1")
    assert kept.ticket_h is not None
    assert b"F1" not in kept.ticket_h
    later = utc_now() + timedelta(days=9)
    told(place, "F1")
    join_open(later)
    forget_marks(later)
    assert stands(place) == [(5, False, False)]
    assert ratings()[0].ticket_h is None


def test_joined_beside_the_desk_is_found(app: Flask, place: Place) -> None:
    scan(app, place, 5)
    event = told(place, "G1")
    with transaction():
        db.session.execute(update(Rating).values(service_event_id=event, scored=True))
    end_read()
    hour, now = timedelta(hours=1), utc_now()
    (fault,) = proving.faults(place.region, since=now - hour, until=now + hour)
    assert fault.what is proving.Fault.CHANGED
