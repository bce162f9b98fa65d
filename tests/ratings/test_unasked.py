"""Kiosks that were away while the hall was open, and windows that send links to some only."""

from datetime import timedelta

import pytest
from flask import Flask

from desk.doctor import findings as looks
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.ids import uuid7
from desk.organisation.models import Region, Window
from desk.ratings import selftest
from desk.ratings.detectors.places import Finding
from desk.ratings.detectors.seen import Limits, Rule
from desk.ratings.models import Kiosk, KioskGap, RatingChannel, ServiceEvent
from desk.ratings.unasked import findings
from tests import make
from tests.ratings import given as people

NOW = make.MONDAY + timedelta(hours=6)


def found(place: people.Hall) -> list[Finding]:
    end_read()
    region = db.session.get_one(Region, place.region_id)
    return findings(region, Limits(sent_of=5), now=NOW)


def test_a_kiosk_unplugged_by_day_is_named_and_one_asleep_is_not(app: Flask) -> None:
    place = people.hall()
    maker = make.user(make.Role.ADMIN, place.region_id).id
    spans = (
        ("by-day", make.MONDAY, make.MONDAY + timedelta(minutes=45)),
        ("by-night", make.MONDAY + timedelta(hours=8), make.MONDAY + timedelta(hours=22)),
    )
    with transaction():
        for code, since, until in spans:
            kiosk = Kiosk(
                region_id=place.region_id, id=uuid7(NOW), window_id=place.window_id, code=code,
                made_by=maker, made_at=NOW, last_n=0, last_seq=0,
            )  # fmt: skip
            db.session.add(kiosk)
            db.session.flush()
            db.session.add(
                KioskGap(
                    region_id=place.region_id, kiosk_id=kiosk.id, from_at=since, until_at=until
                )
            )
    assert found(place) == [Finding("by-day", Rule.KIOSK_GAP, 45, 0)]


@pytest.mark.parametrize(("sent", "named"), [(0, False), (4, True), (6, False)])
def test_a_window_that_asks_some_only_is_named(app: Flask, sent: int, named: bool) -> None:
    place = people.hall()
    for n in range(6):
        link_of(place, drawn=n < sent)
    code = db.session.get_one(Window, place.window_id).code
    assert found(place) == ([Finding(code, Rule.UNSENT, 6 - sent, 6)] if named else [])


def link_of(place: people.Hall, *, drawn: bool) -> None:
    from sqlalchemy import delete, select

    from desk.ratings.models import RatingToken

    people.link(place, now=NOW, channel=RatingChannel.SMS)
    with transaction():
        event = db.session.scalars(
            select(ServiceEvent).order_by(ServiceEvent.id.desc()).limit(1)
        ).one()
        event.phone_e = b"sealed"
        if not drawn:
            db.session.execute(delete(RatingToken).where(RatingToken.service_event_id == event.id))


def test_the_doctor_says_when_bad_ratings_do_not_get_through(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.hall()
    assert told() is True
    selftest.run(utc_now())
    assert told() is True
    assert told(days=3) is False


def told(days: int = 0) -> bool:
    now = utc_now() + timedelta(days=days)
    return next(one.well for one in looks(now) if one.what == "ratings")


def test_the_doctor_names_a_channel_that_is_shut(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.hall()
    monkeypatch.setattr(selftest, "_tap", lambda *_: None)
    selftest.run(utc_now())
    with app.test_request_context():
        words = next(one for one in looks(utc_now()) if one.what == "ratings")
    assert (words.well, "kiosk 1" in words.words) == (False, True)
