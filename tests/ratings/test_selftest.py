"""Every night one and two stars go through every channel, are voided, and are missed when gone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.casework.models import Case
from desk.files.models import StoredFile
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.kernel.paging import Place
from desk.notify.models import Letter
from desk.ratings import nightly, proving, selftest
from desk.ratings.actions.standing import standings_of
from desk.ratings.kiosks import kiosks_page
from desk.ratings.models import Kiosk, Rating, RatingEntry
from desk.ratings.reconciling import days_of
from desk.tally.models import Tally
from tests import make
from tests.ratings import given as people

ALL = {(channel.value, level) for channel in selftest.CHANNELS for level in (1, 2)}


@pytest.fixture
def place(app: Flask) -> Iterator[people.Hall]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield people.hall()
    app.config["WTF_CSRF_ENABLED"] = False


def all_given() -> list[Rating]:
    end_read()
    db.session.expire_all()
    return list(db.session.scalars(select(Rating).order_by(Rating.channel, Rating.level)))


def test_bad_ratings_get_through_every_channel_and_count_in_nothing(place: people.Hall) -> None:
    now = utc_now()
    result = selftest.run(now)
    assert result is not None
    assert (set(result.tried), result.missing) == (ALL, ())
    given = all_given()
    assert {(rating.channel.value, rating.level) for rating in given} == ALL
    assert {(rating.is_test, rating.effective) for rating in given} == {(True, False)}
    assert {standings_of(rating)[-1].rule for rating in given} == {c for c, _level in ALL}
    assert db.session.scalar(select(func.count()).select_from(Tally)) == 0
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    void = select(LedgerLine.visibility).where(LedgerLine.what == "rating_set_aside")
    assert set(db.session.scalars(void)) == {"public"}
    region = db.session.get_one(make.Region, place.region_id)
    (today,) = days_of(region, region.local_day(now), region.local_day(now))
    assert (today.raw, today.published, today.excluded) == (16, 0, {"test": 16})
    hour = timedelta(hours=1)
    assert list(proving.faults(place.region_id, since=now - hour, until=now + hour)) == []
    assert faults() == []
    assert rebuilding.differences() == []


def test_twice_in_a_night_tries_nothing_again(place: people.Hall) -> None:
    now = utc_now()
    selftest.run(now)
    again = selftest.run(now + timedelta(minutes=1))
    assert again is not None
    assert again.missing == ()
    assert len(all_given()) == 16


BROKEN = {
    "desk.ratings.views.kiosk.take_taps": ["kiosk"],
    "desk.ratings.selftest.enter": ["paper", "phone"],
    "desk.ratings.views.by_link.giving.give": ["link", "sms", "web"],
}
"""What may break of the desk, and the channels that then take nothing."""


@pytest.mark.parametrize("broken", BROKEN)
def test_a_channel_that_takes_no_bad_rating_raises_an_alarm(
    place: people.Hall, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    supervisor = make.user(make.Role.SUPERVISOR, place.region_id)
    monkeypatch.setattr(broken, lambda *_, **__: [])
    now = utc_now()
    nightly.self_test(now)
    end_read()
    region = db.session.get_one(make.Region, place.region_id)
    day = region.local_day(now)
    (night,) = selftest.nights(place.region_id, day - timedelta(days=7), day)
    assert night.missing == tuple((name, level) for name in BROKEN[broken] for level in (1, 2))
    told = db.session.execute(select(Letter.user_id, Letter.template)).all()
    assert [tuple(row) for row in told] == [(supervisor.id, "alarm")]


def test_what_it_needs_for_that_is_left_with_nobody(place: people.Hall) -> None:
    selftest.run(utc_now())
    end_read()
    kiosks = db.session.execute(select(Kiosk.made_by, Kiosk.revoked_at)).all()
    assert [(by, at is not None) for by, at in kiosks] == [(None, True), (None, True)]
    assert set(db.session.scalars(select(RatingEntry.entered_by))) == {None}
    assert all(db.session.scalars(select(StoredFile.disposed_at)))
    supervisor = make.actor(make.Role.SUPERVISOR, place.region_id)
    assert list(kiosks_page(supervisor, Place(), now=utc_now()).rows) == []


def test_before_anything_is_set_up_nothing_is_tried(app: Flask) -> None:
    make.region()
    assert selftest.run(utc_now()) is None
