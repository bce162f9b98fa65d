"""Tokens as pages: one asks, another confirms and sees the token once; ends, uses, shutting out."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from desk.access.permissions import Role
from desk.api.models import ApiClient
from desk.approvals.models import Approval
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from tests import make
from tests.administration.office import HOSTILE, NUL, Office, whole
from tests.administration.test_limits import day
from tests.api.systems import EVENTS
from tests.people import signed_in

NEW, LIST = "/admin/systems/new", "/admin/systems/"


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def wanted(office: Office, **changes: object) -> dict[str, object]:
    last = office.region.local_day(utc_now()) + timedelta(days=30)
    return {
        "system": "hall-a", "name": "排队机", "region": office.region.code,
        "scopes": ["events:write", "events:read"], "reason": "接入排队系统",
        **day("last_on", last), **changes,
    }  # fmt: skip


def request_path() -> str:
    end_read()
    one = db.session.scalars(select(Approval).order_by(Approval.asked_at.desc())).first()
    assert one is not None
    return f"/admin/systems/requests/{one.region_id}-{one.id}"


def let_in(office: Office, **changes: object) -> str:
    office.do(NEW, **wanted(office, **changes))
    answer = office.post(request_path(), "admin2", ballot="grant")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r'id="token"[^>]*value="([^"]+)"', answer.get_data(as_text=True))
    assert found
    return found[1]


def comes_in(office: Office, token: str) -> int:
    end_read()
    headers = {"Authorization": f"Bearer {token}"}
    return office.app.test_client().get(EVENTS, headers=headers).status_code


def test_two_people_let_a_system_in_and_one_shuts_it_out(office: Office) -> None:
    assert "排队机" not in office.get(LIST)
    token = let_in(office)
    assert comes_in(office, token) == 200
    page = office.get(LIST)
    assert "排队机" in page
    assert token not in page
    end_read()
    (client,) = db.session.scalars(select(ApiClient))
    assert (client.system, sorted(client.scopes)) == ("hall-a", ["events:read", "events:write"])
    assert client.granted_by != client.confirmed_by
    assert client.used_at is not None
    office.do(f"/admin/systems/{client.id}/shut-out", "admin3")
    assert comes_in(office, token) == 401
    said = [line for line in office.lines() if line.what.startswith("api_client")]
    assert [line.what for line in said] == [
        "api_client_asked", "api_client_made", "api_client_disabled",
    ]  # fmt: skip
    assert token not in str([line.body for line in said])
    assert whole()


def test_nobody_confirms_what_they_asked_for_and_nothing_twice(office: Office) -> None:
    office.do(NEW, **wanted(office))
    path = request_path()
    office.refused(path, 403, ballot="grant")
    assert db.session.scalars(select(ApiClient)).all() == []
    office.refused(path, 422, "admin2", ballot="refuse")
    office.refused(path, 422, "admin2", ballot="odd")
    office.do(path, "admin2", ballot="refuse", reason="系统还没有上线")
    assert "系统还没有上线" in office.get(LIST)
    office.refused(path, 409, "admin3", ballot="grant")
    office.refused(f"{path}/withdraw", 409)
    office.do(NEW, **wanted(office))
    path = request_path()
    office.refused(f"{path}/withdraw", 403, "admin2")
    office.do(f"{path}/withdraw")
    office.refused(path, 409, "admin2", ballot="grant")
    assert db.session.scalars(select(ApiClient)).all() == []


def test_a_request_for_a_system_is_none_for_a_person(office: Office) -> None:
    office.do(NEW, **wanted(office))
    assert "排队机" not in office.get("/admin/confirmations", "admin2")
    office.get("/admin/people", "admin2")
    key = request_path().rpartition("/")[2]
    office.refused("/admin/confirmations", 409, "admin2", ballot="grant", chosen=key)


def test_a_token_ends_after_its_last_day(office: Office) -> None:
    token = let_in(office)
    after = office.region.local_day(utc_now()) + timedelta(days=31)
    with time_machine.travel(utc_now() + timedelta(days=29), tick=False):
        assert comes_in(office, token) == 200
    with time_machine.travel(utc_now() + timedelta(days=32), tick=False):
        assert comes_in(office, token) == 401
    end_read()
    (client,) = db.session.scalars(select(ApiClient))
    assert client.expires_at is not None
    assert office.region.local_day(client.expires_at) == after


def test_what_cannot_be_is_said_and_kept(office: Office) -> None:
    bad = (
        *({name: text} for name in ("system", "name", "reason") for text in (*HOSTILE, "")),
        {"system": "a\tb"}, {"scopes": []}, {"scopes": ["all"]},
        {"scopes": [NUL]}, {"region": "110000"}, {"region": ""}, {"last_on-year": "2020"},
        {"last_on-year": "2099"}, {"last_on-day": "١"}, {"last_on-month": str(10**30)},
        {"system": "desk"},
    )  # fmt: skip
    for change in bad:
        if change == {"reason": "x" * 500}:
            continue
        answer = office.post(NEW, **wanted(office, **change))
        assert answer.status_code == 422, change
        if "name" not in change:
            assert "排队机" in answer.get_data(as_text=True)
    end_read()
    assert db.session.scalars(select(Approval)).all() == []
    for key in ("x", "1-x", "1-00000000-0000-7000-8000-000000000007", f"{10**30}-1", "١-1"):
        assert office.post(f"/admin/systems/requests/{key}", ballot="grant").status_code == 404
    for number in ("0", "99", "x", str(10**30)):
        assert office.post(f"/admin/systems/{number}/shut-out").status_code == 404


def test_other_regions_and_other_roles_see_none_of_it(office: Office) -> None:
    let_in(office)
    office.do(NEW, **wanted(office, name="第二个"))
    path = request_path()
    elsewhere = make.region(short_code="YZ", code="420606")
    other = signed_in(office.app.test_client(), make.actor(Role.ADMIN, elsewhere.id), elsewhere.id)
    page = other.get(LIST).get_data(as_text=True)
    assert "排队机" not in page
    assert "第二个" not in page
    assert other.post(path, data={"ballot": "grant"}).status_code == 404
    end_read()
    number = db.session.scalars(select(ApiClient.id)).one()
    assert other.post(f"/admin/systems/{number}/shut-out").status_code == 404
    for role in (Role.SUPERVISOR, Role.AUDITOR):
        someone = signed_in(
            office.app.test_client(), make.actor(role, office.region.id), office.region.id
        )
        assert someone.get(LIST).status_code == 403


def test_what_was_to_end_before_it_is_confirmed_is_refused(office: Office) -> None:
    today: date = office.region.local_day(utc_now())
    office.do(NEW, **wanted(office, **day("last_on", today)))
    path = request_path()
    with time_machine.travel(utc_now() + timedelta(days=2), tick=False):
        office.browsers.clear()
        office.refused(path, 409, "admin2", ballot="grant")
