"""Written down for somebody: shown by a scan, held, and counted only when two others have seen it."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from desk.access.permissions import Role
from desk.audit.queries import faults
from desk.casework.models import Case
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.ratings.models import RatingChannel, RatingEntry, ServiceEvent
from tests import make
from tests.files.corpus import picture
from tests.files.give import check
from tests.people import signed_in
from tests.ratings.hall import Place, furnish, occasion, ratings

PAGE = "/desk/invite/paper"


@pytest.fixture
def place(app: Flask) -> Place:
    return furnish()


@pytest.fixture
def clerk(app: Flask, place: Place) -> FlaskClient:
    actor = make.actor(Role.CLERK, place.region, hall_id=place.hall)
    return signed_in(app.test_client(), actor, place.region)


def supervisor(app: Flask, place: Place) -> FlaskClient:
    return signed_in(app.test_client(), make.actor(Role.SUPERVISOR, place.region), place.region)


def enter(clerk: FlaskClient, number: str, level: int, **changes: object) -> int:
    """Write a rating down with its scan; give what the desk answered."""
    sent = {
        "number": number, "level": str(level), "channel": "paper", "comment": "纸上这么写的",
        "files": (io.BytesIO(picture()), "scan.jpg"), **changes,
    }  # fmt: skip
    data = {name: value for name, value in sent.items() if value is not None}
    return clerk.post(PAGE, data=data, content_type="multipart/form-data").status_code


def cases() -> int:
    end_read()
    return db.session.scalar(select(func.count()).select_from(Case)) or 0


def test_every_level_waits_for_two_others_and_then_counts(
    app: Flask, place: Place, clerk: FlaskClient
) -> None:
    for level in range(1, 6):
        occasion(place, f"P{level}")
        channel = "phone" if level == 3 else "paper"
        assert enter(clerk, f"p{level}", level, channel=channel) == 303
    assert [(r.level, r.effective) for r in ratings()] == [(n, False) for n in range(1, 6)]
    assert {r.channel for r in ratings()} == {RatingChannel.PAPER, RatingChannel.PHONE}
    assert cases() == 0
    assert rebuilding.differences() == []
    check(app, now=utc_now())
    one, two = supervisor(app, place), supervisor(app, place)
    for rating in ratings():
        held = f"/supervision/ratings/held/{rating.id}"
        scan = f"/supervision/held/{rating.id}/scan"
        assert scan in one.get(held).get_data(as_text=True)
        assert one.get(scan).mimetype == "image/jpeg"
        proposed = {"do": "propose", "stands": "yes", "why": "与扫描件一致"}
        assert one.post(held, data=proposed).status_code == 303
        answer = {"do": "answer", "agree": "yes", "reason": "看过扫描件"}
        assert one.post(held, data=answer).status_code == 403
        assert two.post(held, data=answer).status_code == 303
    assert [rating.effective for rating in ratings()] == [True] * 5
    assert cases() == 2
    assert rebuilding.differences() == []
    assert faults() == []


def test_without_a_scan_an_occasion_or_a_second_time_nothing_is_written_down(
    app: Flask, place: Place, clerk: FlaskClient
) -> None:
    occasion(place, "P1")
    assert enter(clerk, "P1", 5, files=None) == 422
    assert enter(clerk, "P9", 5) == 422
    assert enter(clerk, "P1", 5, channel="kiosk") == 422
    assert enter(clerk, "P1", 9) == 422
    assert enter(clerk, "P1", 5, files=(io.BytesIO(b"MZ\0"), "x.exe")) == 422
    assert ratings() == []
    assert enter(clerk, "P1", 2) == 303
    assert enter(clerk, "P1", 5) == 422
    assert [rating.level for rating in ratings()] == [2]


def test_nobody_writes_down_a_rating_of_their_own_service(app: Flask, place: Place) -> None:
    one, two = (make.actor(Role.CLERK, place.region, hall_id=place.hall) for _n in range(2))
    event = occasion(place, "P1")
    with transaction():
        db.session.get_one(ServiceEvent, (place.region, event)).clerk_id = one.user_id
    served, colleague = (signed_in(app.test_client(), who, place.region) for who in (one, two))
    assert enter(served, "P1", 5) == 409
    assert ratings() == []
    assert enter(colleague, "P1", 1) == 303
    assert [rating.level for rating in ratings()] == [1]


def test_others_neither_write_down_nor_open_the_scan(
    app: Flask, place: Place, clerk: FlaskClient
) -> None:
    occasion(place, "P1")
    enter(clerk, "P1", 1)
    check(app, now=utc_now())
    (rating,) = ratings()
    scan = f"/supervision/held/{rating.id}/scan"
    handler = make.actor(Role.HANDLER, place.region, department_id=place.department)
    for browser, code in (
        (clerk, 403),
        (signed_in(app.test_client(), handler, place.region), 403),
        (app.test_client(), 302),
    ):
        assert browser.get(scan).status_code == code
    assert supervisor(app, place).post(PAGE, data={}).status_code == 403
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.execute(text("UPDATE rating_entries SET entered_by = 1"))
    assert db.session.scalar(select(func.count()).select_from(RatingEntry)) == 1
