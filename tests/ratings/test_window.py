"""Rating at a window by its poster: found by ticket or phone and scored, else shown only."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.audit.queries import faults
from desk.casework.models import Case
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.throttle import Throttle
from desk.organisation.actions.choices import choose
from desk.organisation.models import Region
from desk.ratings.models import RatingChannel
from desk.ratings.staff_ways import NETWORKS
from desk.tally.queries import sums
from tests import make
from tests.people import signed_in
from tests.ratings.hall import Place, furnish, occasion, ratings


@pytest.fixture
def place(app: Flask) -> Place:
    return furnish()


def send(app: Flask, code: str, **data: str) -> int:
    """Rate from a phone of its own."""
    phone = app.test_client()
    assert phone.get(f"/rate/window/{code}").status_code == 200
    return phone.post(f"/rate/window/{code}", data=data).status_code


def test_all_levels_are_kept_scored_with_a_ticket_and_open_without(
    app: Flask, place: Place
) -> None:
    for level in range(1, 6):
        event = occasion(place, f"A{level}")
        assert send(app, place.code, level=str(level), ticket=f" a{level} ") == 303
        assert send(app, place.code, level=str(level)) == 303
        found, unfound = ratings()[-2:]
        assert (found.level, found.scored, found.service_event_id) == (level, True, event)
        assert (unfound.level, unfound.scored, unfound.service_event_id) == (level, False, None)
    assert {rating.channel for rating in ratings()} == {RatingChannel.QR}
    assert db.session.scalar(select(func.count()).select_from(Case)) == 2
    kinds = ("rating.level", "rating.unscored")
    names = [f"{kind}.{level}" for kind in kinds for level in range(1, 6)]
    found_sums = sums([place.region], names, grain="d", first=date.min, last=date.max)
    assert found_sums == {(name,): 1 for name in names}
    assert rebuilding.differences() == []
    assert faults() == []


def test_nothing_tells_whether_an_occasion_was_found(app: Flask, place: Place) -> None:
    occasion(place, "A1")
    answers = []
    for ticket in ("A1", "A999", "A1"):
        phone = app.test_client()
        phone.get(f"/rate/window/{place.code}")
        answer = phone.post(f"/rate/window/{place.code}", data={"level": "5", "ticket": ticket})
        answers.append((answer.status_code, answer.location, answer.get_data()))
    assert len(set(answers)) == 1
    assert [rating.scored for rating in ratings()] == [True, False, False]


def test_another_windows_or_yesterdays_ticket_finds_nothing(app: Flask, place: Place) -> None:
    occasion(place, "B1", window=place.other)
    occasion(place, "C1", at=utc_now() - timedelta(hours=25))
    for ticket in ("B1", "C1"):
        assert send(app, place.code, level="5", ticket=ticket) == 303
    assert [rating.scored for rating in ratings()] == [False, False]


def test_a_phone_rates_a_window_once_in_half_a_day(app: Flask, place: Place) -> None:
    phone = app.test_client()
    phone.get(f"/rate/window/{place.code}")
    first = phone.post(f"/rate/window/{place.code}", data={"level": "4"})
    again = phone.post(f"/rate/window/{place.code}", data={"level": "5", "comment": "再说一句"})
    other = phone.post(f"/rate/window/{place.other_code}", data={"level": "5"})
    assert (first.status_code, again.status_code, other.status_code) == (303, 429, 303)
    assert "再说一句" in again.get_data(as_text=True)
    assert int(again.headers["Retry-After"]) > 3600
    first_device, other_device = (rating.device_h for rating in ratings())
    assert first_device == other_device
    assert first_device is not None


def test_guessing_tickets_is_slow(app: Flask, place: Place) -> None:
    codes = [send(app, place.code, level="5", ticket=f"A{n}") for n in range(11)]
    assert codes == [303] * 10 + [429]
    app.extensions["throttle"] = Throttle()
    assert send(app, place.code, level="5") == 303


def test_staff_and_their_networks_do_not_rate(app: Flask, place: Place) -> None:
    actor = make.actor(Role.CLERK, place.region, hall_id=place.hall)
    browser = signed_in(app.test_client(), actor, place.region)
    for verb in (browser.get, browser.post):
        assert verb(f"/rate/window/{place.code}", data={"level": "5"}).status_code == 403
    with transaction():
        choose(
            db.session.get_one(Region, place.region), NETWORKS, ["10.1.0.0/16"],
            active_from=date(2020, 1, 1), by=SYSTEM, now=utc_now(),
        )  # fmt: skip
    end_read()
    for address, code in (("10.1.2.3", 403), ("::ffff:10.1.2.3", 403), ("10.2.0.1", 303)):
        answer = app.test_client().post(
            f"/rate/window/{place.code}", data={"level": "5"},
            environ_base={"REMOTE_ADDR": address},
        )  # fmt: skip
        assert answer.status_code == code
    assert len(ratings()) == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"level": "6"},
        {"level": "5", "ticket": "A\0B"},
        {"level": "5", "ticket": "x" * 81},
        {"level": "5", "phone": "١٢٣"},
        {"level": "5", "phone": "123"},
        {"level": "5", "tags": "110"},
    ],
)
def test_what_cannot_be_taken_changes_nothing(
    app: Flask, place: Place, data: dict[str, str]
) -> None:
    assert app.test_client().post(f"/rate/window/{place.code}", data=data).status_code == 422
    assert ratings() == []


def test_a_rating_that_was_not_kept_uses_up_no_try(app: Flask, place: Place) -> None:
    phone = app.test_client()
    phone.get(f"/rate/window/{place.code}")
    wrong = phone.post(f"/rate/window/{place.code}", data={"level": "5", "tags": "110"})
    right = phone.post(f"/rate/window/{place.code}", data={"level": "5", "tags": "510"})
    assert (wrong.status_code, right.status_code) == (422, 303)


@pytest.mark.parametrize("code", ["nothing", "x" * 300, "办", "%00"])
def test_a_code_of_no_window_opens_nothing(client: FlaskClient, place: Place, code: str) -> None:
    assert client.get(f"/rate/window/{code}").status_code == 404
