"""Twelve ways to force, fake, alter, suppress or double a rating: each refused, or found out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from desk.access.permissions import Role
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.ids import uuid7
from desk.organisation.models import Department, Hall, Region
from desk.ratings import proving
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.standing import decide
from desk.ratings.actions.taps import take_taps
from desk.ratings.fates import Outcome
from desk.ratings.kiosk_rules import Tap
from desk.ratings.loading import Teller
from desk.ratings.loading_ratings import load_ratings
from desk.ratings.models import EventSource, Kiosk, Rating, ServiceEvent, StandingCause
from desk.ratings.proving import Fault
from desk.ratings.reconciling import days_of
from desk.ratings.settling import settle_early
from tests import make
from tests.people import signed_in
from tests.ratings import given as people

HOUR = timedelta(hours=1)
TRIGGERS = ("no_update", "no_delete", "effective")


@pytest.fixture
def place(app: Flask) -> people.Hall:
    return people.hall()


def kept() -> list[Rating]:
    end_read()
    db.session.expire_all()
    return list(db.session.scalars(select(Rating).order_by(Rating.received_at, Rating.id)))


def found(place: people.Hall) -> set[Fault]:
    """Say what the proof finds wrong."""
    now = utc_now()
    end_read()
    faults = proving.faults(place.region_id, since=now - 40 * 24 * HOUR, until=now + HOUR)
    return {fault.what for fault in faults}


def unaccounted(place: people.Hall) -> list[int]:
    """Say for each of the last days how many ratings nobody can account for."""
    end_read()
    region = db.session.get_one(Region, place.region_id)
    today = region.local_day(utc_now())
    days = days_of(region, today - timedelta(days=40), today)
    return [one.difference for one in days if one.difference]


def holds(place: people.Hall) -> bool:
    return not found(place) and not unaccounted(place) and rebuilding.differences() == []


@contextmanager
def as_root() -> Iterator[Any]:
    """Act as somebody who may take the guards off, and does."""
    db.session.remove()
    with db.engine.begin() as connection:
        for name in TRIGGERS:
            on = " ON ratings" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER ratings_{name}{on}"))
        yield connection


def refused(statement: str) -> bool:
    """Tell whether the database refuses a statement said beside the desk."""
    db.session.remove()
    with db.engine.connect() as connection:
        try:
            connection.execute(text(statement))
        except Exception as error:  # noqa: BLE001 - each driver has its own
            return "never" in str(error) or "append-only" in str(error)
    return False


def teller(place: people.Hall, system: str) -> Teller:
    return Teller(db.session.get_one(Region, place.region_id), system, EventSource.API, system)


def told(place: people.Hall, system: str, **more: Any) -> Outcome:
    """Let a system tell of a five for occasion P1 of the hall's system."""
    line = {"project_no": "P1", "service_no": "1", "level": 5, "given_at": utc_now(), **more}
    (fate,) = load_ratings(teller(place, system), [line], now=utc_now())
    return fate.outcome


def occasion(place: people.Hall, *, at: datetime | None = None) -> UUID:
    """Serve somebody as occasion P1."""
    when = at or utc_now() - HOUR
    data = EventData(
        "hall", "P1", "1", place.department_id, place.hall_id, when, make.PartyKind.INDIVIDUAL,
        window_id=place.window_id,
    )  # fmt: skip
    with transaction():
        (key,) = take_events(place.region_id, [data], now=utc_now())
    return key


def test_1_a_link_played_again(client: FlaskClient, place: people.Hall) -> None:
    link = people.link(place, now=utc_now())
    codes = [client.post(f"/rate/{link}", data={"level": n}).status_code for n in ("4", "5", "5")]
    assert codes == [303, 410, 410]
    assert [rating.level for rating in kept()] == [4]
    assert holds(place)


def test_2_a_forged_link(client: FlaskClient, place: people.Hall) -> None:
    link = people.link(place, now=utc_now())
    for forged in (link[:-1], link[:-1] + ("A" if link[-1] != "A" else "B"), link.lower(), "XZ-5"):
        assert client.post(f"/rate/{forged}", data={"level": "5"}).status_code == 404
    assert kept() == []


def test_3_an_occasion_of_somebody_else(place: people.Hall) -> None:
    occasion(place)
    assert told(place, "rival", source_system="hall") is Outcome.REJECTED
    assert told(place, "rival") is Outcome.REJECTED
    assert kept() == []


def test_4_a_session_of_staff(client: FlaskClient, place: people.Hall) -> None:
    link = people.link(place, now=utc_now())
    actor = make.actor(Role.CLERK, place.region_id, hall_id=place.hall_id)
    staff = signed_in(client, actor, place.region_id)
    assert staff.post(f"/rate/{link}", data={"level": "5"}).status_code == 403
    assert kept() == []


def test_5_a_row_put_in_beside_the_desk(place: people.Hall) -> None:
    people.rating(place, 3, now=utc_now())
    slip_in(kept()[0], level=5)
    assert found(place) == {Fault.SLIPPED_IN}
    assert unaccounted(place) == [1]
    assert len(rebuilding.differences()) == 2


def slip_in(like: Rating, **change: Any) -> None:
    """Put in a row that nobody gave, as whoever holds the desk's own password could."""
    columns = [column.key for column in Rating.__table__.columns]
    row = {name: getattr(like, name) for name in columns}
    row |= {"id": uuid7(utc_now()), "service_event_id": None, "case_id": None, **change}
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(Rating.__table__.insert().values(row))


def test_6_a_day_of_long_ago(client: FlaskClient, place: people.Hall) -> None:
    link = people.link(place, now=utc_now())
    client.post(f"/rate/{link}", data={"level": "5", "given_at": "2020-01-01T00:00"})
    (rating,) = kept()
    assert rating.given_at == rating.received_at
    occasion(place)
    assert told(place, "hall", given_at=utc_now() - 30 * 24 * HOUR) is Outcome.REJECTED
    slip_in(rating, given_at=utc_now() - 20 * 24 * HOUR, received_at=utc_now() - 20 * 24 * HOUR)
    assert found(place) == {Fault.SLIPPED_IN}
    assert unaccounted(place) == [1]


def test_7_silence_sent_as_a_five(place: people.Hall) -> None:
    occasion(place)
    assert told(place, "hall", is_default=True) is Outcome.CREATED
    assert [(rating.round, rating.scored) for rating in kept()] == [(0, False)]
    assert published() == {}
    assert holds(place)


def published() -> dict[str, int]:
    """Say what the sums of people's own ratings hold."""
    end_read()
    rows = db.session.execute(
        text("SELECT measure, SUM(n) FROM tallies WHERE grain = 'd' GROUP BY measure")
    )
    return {name: int(n) for name, n in rows if name.startswith("rating.level.") and n}


@pytest.mark.parametrize("off", [timedelta(days=-9), timedelta(hours=3), timedelta(days=-400)])
def test_8_a_kiosk_with_another_clock(place: people.Hall, off: timedelta) -> None:
    event, now = occasion(place), utc_now()
    tap = Tap(1, 5, now + off, event, "")
    with transaction():
        kiosk = Kiosk(
            region_id=place.region_id,
            id=uuid7(now),
            window_id=place.window_id,
            code="K",
            last_seq=0,
        )
        take_taps(kiosk, [tap], sent_at=now + off, now=now)
        take_taps(kiosk, [tap], sent_at=now + off, now=now)
    assert [(rating.scored, rating.service_event_id) for rating in kept()] == [(False, None)]
    assert published() == {}
    assert holds(place)


def test_9_a_rating_deleted(place: people.Hall) -> None:
    people.rating(place, 3, now=utc_now())
    assert refused("DELETE FROM ratings")
    assert holds(place)
    with as_root() as connection:
        connection.execute(text("DELETE FROM ratings"))
    assert found(place) == {Fault.GONE}
    assert unaccounted(place) == [-1]


def test_10_a_level_edited(place: people.Hall) -> None:
    people.rating(place, 3, now=utc_now())
    assert refused("UPDATE ratings SET level = 5")
    assert refused("UPDATE ratings SET comment = 'x', level = 5")
    with as_root() as connection:
        connection.execute(text("UPDATE ratings SET level = 5"))
    assert found(place) == {Fault.CHANGED}
    assert len(rebuilding.differences()) == 4


def test_11_fives_pushed_without_an_occasion(place: people.Hall) -> None:
    hall = db.session.get_one(Hall, place.hall_id).code
    department = db.session.get_one(Department, place.department_id).code
    assert told(place, "hall") is Outcome.REJECTED
    told(place, "hall", hall=hall, department=department)
    assert (kept(), published()) == ([], {})
    settle_early(utc_now() + 8 * 24 * HOUR)
    assert [rating.scored for rating in kept()] == [False]
    assert published() == {}


def test_12_a_bad_rating_set_aside_by_nobody(place: people.Hall) -> None:
    rating = people.rating(place, 3, now=utc_now())
    assert refused("UPDATE ratings SET effective = false")
    assert refused("UPDATE ratings SET scored = false")
    set_aside(rating, "verdict", None)
    assert Fault.NO_LINE in found(place)
    assert unaccounted(place) == [-1]


def test_12_nor_by_one_alone(place: people.Hall) -> None:
    rating = people.rating(place, 3, now=utc_now())
    actor = make.actor(Role.SUPERVISOR, place.region_id)
    with pytest.raises(Exception, match="decided_by_two"), transaction():
        aside(rating, None, actor)
    with transaction():
        aside(rating, UUID(int=9), actor)
    assert found(place) == {Fault.ALONE}
    assert unaccounted(place) == []


def aside(rating: Rating, approval_id: UUID | None, actor: Any) -> None:
    decide(
        db.session.get_one(Rating, (rating.region_id, rating.id)),
        effective=False,
        cause=StandingCause.REVIEW,
        approval_id=approval_id,
        by=actor,
        now=utc_now(),
    )


def set_aside(rating: Rating, cause: str, approval_id: UUID | None) -> None:
    """Say beside the desk that a rating does not count, the way the database lets anybody."""
    from desk.ratings.models import RatingStanding

    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(
            RatingStanding.__table__.insert().values(
                region_id=rating.region_id, rating_id=rating.id, seq=1, effective=False,
                cause=cause, approval_id=approval_id, at=utc_now(),
            )
        )  # fmt: skip
        connection.execute(text("UPDATE ratings SET effective = false"))


def test_what_honest_people_do_holds(client: FlaskClient, place: people.Hall) -> None:
    for n in range(1, 6):
        link = people.link(place, now=utc_now())
        assert client.post(f"/rate/{link}", data={"level": str(n)}).status_code == 303
    occasion(place)
    assert told(place, "hall") is Outcome.CREATED
    assert isinstance(db.session.scalars(select(ServiceEvent)).first(), ServiceEvent)
    assert holds(place)
