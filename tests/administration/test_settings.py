"""Marks a region chooses while the desk runs: from a day on, in the ledger, and never by accident."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from desk.access.permissions import Role
from desk.audit.models import LedgerLine
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.organisation.models import Region, Setting
from desk.ratings.lookout import limits_of
from tests import make
from tests.people import signed_in

AT = "/admin/settings"
GOOD = {
    "fast_s": "15", "late_days": "9", "per_device_day": "3", "per_phone_day": "4",
    "per_address_day": "5", "per_minute": "6", "run_least": "40", "text_equal": "3", "gap_min": "12",
}  # fmt: skip


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    region = make.region()
    make.hall(region.id)
    return signed_in(app.test_client(), make.actor(Role.ADMIN, region.id), region.id)


def send(admin: FlaskClient, seen: str = "", **changes: object) -> TestResponse:
    page = admin.get(AT).get_data(as_text=True)
    mark = seen or page.split('name="seen"')[1].split('value="')[1].split('"', maxsplit=1)[0]
    day = region().local_day(utc_now())
    parts = {f"active_from-{part}": str(getattr(day, part)) for part in ("year", "month", "day")}
    return admin.post(AT, data={**GOOD, **parts, "seen": mark, **changes})


def region() -> Region:
    end_read()
    return db.session.scalars(select(Region)).one()


def test_marks_hold_from_the_day_named_and_stand_in_the_ledger(admin: FlaskClient) -> None:
    today = region().local_day(utc_now())
    assert send(admin).status_code == 303
    limits = limits_of(region(), today)
    assert (limits.fast_s, limits.run_least, limits.gap_min) == (15, 40, 12)
    assert limits.run_chance == 1e-5
    assert limits_of(region(), today - timedelta(days=1)).fast_s == 20
    line = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "setting_chosen")).one()
    assert (line.body or {})["key"] == "rating_flags"
    page = admin.get(AT).get_data(as_text=True)
    assert 'value="15"' in page, page[page.index("fast_s") - 200 :][:600]


def test_whoever_changed_it_meanwhile_is_not_overwritten(admin: FlaskClient) -> None:
    page = admin.get(AT).get_data(as_text=True)
    mark = page.split('name="seen"')[1].split('value="')[1].split('"', maxsplit=1)[0]
    assert send(admin, fast_s="30").status_code == 303
    answer = send(admin, mark, fast_s="7")
    assert answer.status_code == 409
    assert 'value="7"' in answer.get_data(as_text=True)
    assert limits_of(region(), region().local_day(utc_now())).fast_s == 30


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("bad", ["", "-1", "1.5", "١٢", str(10**30), "a\0b", "999999"])
def test_what_is_no_number_is_refused_and_kept(admin: FlaskClient, name: str, bad: str) -> None:
    answer = send(admin, **{name: bad})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.get_data(as_text=True)
    assert db.session.query(Setting).filter_by(key="rating_flags").count() == 0


def test_a_day_that_is_over_is_refused(admin: FlaskClient) -> None:
    assert send(admin, **{"active_from-year": "2020"}).status_code == 422
