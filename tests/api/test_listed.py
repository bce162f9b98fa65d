"""Systems read cases, items and figures of their region: by pages, tagged, and nothing of anybody."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from desk.access.permissions import Role
from desk.access.scopes import ApiScope
from desk.casework.actions.naming import declare_interest, name_staff
from desk.casework.models import Case
from desk.casework.words import IdentityMode, Kind
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from tests import make
from tests.api.systems import Town, let_in, town
from tests.ratings import given as people

LISTS = ("cases", "items", "indicators")
SECRET = "让我跑了三趟张三丰"


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


@pytest.fixture
def token(place: Town) -> dict[str, str]:
    return let_in(place)


def filed(place: Town, n: int, **changes: Any) -> list[str]:
    """File some cases that tell who and what, and give their numbers in order."""
    for _ in range(n):
        make.case(place.region_id, place.hall_id)
    with transaction():
        db.session.execute(update(Case).values(title=SECRET, story=SECRET, wish=SECRET, **changes))
    numbers = sorted(db.session.scalars(select(Case.number)))
    end_read()
    return numbers


def walk(client: FlaskClient, token: dict[str, str], name: str, size: int) -> list[dict[str, Any]]:
    """Follow the pages of a list to its end."""
    found, path = [], f"/api/v1/{name}?limit={size}"
    while path:
        answer = client.get(path, headers=token)
        assert answer.status_code == 200
        assert len(answer.json[name]) <= size
        found += answer.json[name]
        path = answer.json["next"]
    return found


def test_every_list_is_walked_by_key_and_nothing_comes_twice(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    numbers = filed(place, 7)
    for n in range(4):
        make.item(place.region_id, place.department_id, f"事项{n}")
    assert [one["number"] for one in walk(client, token, "cases", 3)] == numbers
    for name, key in (("items", "code"), ("indicators", "key")):
        whole = walk(client, token, name, 500)
        assert walk(client, token, name, 2) == whole
        keys = [one[key] for one in whole]
        assert keys == sorted(set(keys))
        assert len(keys) >= 5


def test_no_system_hears_of_a_case_that_names_staff_nor_the_item_of_a_hidden_complainant(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    item = make.item(place.region_id, place.department_id)
    open_one, named, declared, *hidden = filed(place, 5, item_id=item.id)
    clerk = make.actor(Role.CLERK, place.region_id, hall_id=place.hall_id)
    supervisor = make.user(Role.SUPERVISOR, place.region_id)
    modes: tuple[dict[str, Any], ...] = (
        {"identity_mode": IdentityMode.CONFIDENTIAL},
        {"identity_mode": IdentityMode.ANONYMOUS, "party_id": None, "repeat_key": None},
    )
    with transaction():
        for number, mode in zip(hidden, modes, strict=True):
            db.session.execute(update(Case).where(Case.number == number).values(**mode))
    with transaction():
        name_staff(named, supervisor.login, version=1, by=clerk, now=utc_now())
        declare_interest(declared, version=1, by=clerk, now=utc_now())
    told = {one["number"]: one["item"] for one in walk(client, token, "cases", 2)}
    assert told == {
        open_one: item.code, declared: item.code, hidden[0]: None, hidden[1]: None,
    }  # fmt: skip


def test_a_program_that_has_a_page_is_told_so_until_it_changes(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    (number,) = filed(place, 1)
    for name in LISTS:
        path = f"/api/v1/{name}"
        first = client.get(path, headers=token)
        tag = first.headers["ETag"]
        assert first.headers["Cache-Control"] == "private, no-cache"
        again = client.get(path, headers=token | {"If-None-Match": tag})
        assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)
        other = client.get(path, headers=token | {"If-None-Match": '"other"'})
        assert (other.status_code, other.json) == (200, first.json)
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 401
    tag = client.get("/api/v1/cases", headers=token).headers["ETag"]
    with transaction():
        db.session.execute(update(Case).where(Case.number == number).values(round=1))
    changed = client.get("/api/v1/cases", headers=token | {"If-None-Match": tag})
    assert (changed.status_code, changed.json["cases"][0]["round"]) == (200, 1)


def test_nothing_of_anybody_nor_what_was_said_is_told(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    filed(place, 1)
    told = client.get("/api/v1/cases", headers=token)
    (one,) = told.json["cases"]
    assert SECRET not in json.dumps(told.json, ensure_ascii=False)
    assert one.keys() == {
        "number", "kind", "status", "hall", "department", "item", "party_kind", "channel",
        "filed_on", "promised_on", "replied_on", "closed_on", "outcome", "result", "round",
    }  # fmt: skip
    assert len(one["filed_on"]) == len("2026-11-23")


def test_tests_are_left_out_and_a_bad_rating_is_told_the_next_day_without_its_item(
    app: Flask, client: FlaskClient
) -> None:
    hall = people.hall()
    now = utc_now()
    made = people.rating(hall, 1, now=now)
    assert made.case_id is not None
    from_here = Town(hall.region_id, "", hall.hall_id, "", 0, "", "", now)
    token = let_in(from_here)
    assert client.get("/api/v1/cases", headers=token).json["cases"] == []
    with transaction():
        db.session.execute(update(Case).values(filed_at=now - timedelta(days=1)))
    (one,) = client.get("/api/v1/cases", headers=token).json["cases"]
    assert (one["kind"], one["item"]) == (Kind.RECTIFICATION, None)
    with transaction():
        db.session.execute(update(Case).values(is_test=True))
    assert client.get("/api/v1/cases", headers=token).json["cases"] == []


def test_a_figure_of_few_has_no_value_and_none_is_of_today(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    answer = client.get("/api/v1/indicators?limit=500", headers=token).json
    assert all(one["value"] is None for one in answer["indicators"])
    today = utc_now().date().isoformat()
    assert all(one["from"][:7] == answer["month"] < today for one in answer["indicators"])
    for month in ("2999-01", "2026-13", "x", "", "٢٠٢٦-١٠", "2026-10-01"):
        wrong = client.get(f"/api/v1/indicators?month={month}", headers=token)
        assert (wrong.status_code, wrong.mimetype) == (422, "application/problem+json"), month


def test_a_token_opens_its_own_lists_of_its_own_region(client: FlaskClient, place: Town) -> None:
    (number,) = filed(place, 1)
    scopes = (ApiScope.CASES_READ, ApiScope.ITEMS_READ, ApiScope.INDICATORS_READ)
    for scope, name in zip(scopes, LISTS, strict=True):
        only = let_in(place, f"only-{name}", [scope])
        codes = {other: client.get(f"/api/v1/{other}", headers=only).status_code for other in LISTS}
        assert codes == {other: 200 if other == name else 403 for other in LISTS}
    other = people.hall("QT")
    there = let_in(Town(other.region_id, "", 0, "", 0, "", "", utc_now()))
    assert client.get("/api/v1/cases", headers=there).json["cases"] == []
    mine = client.get("/api/v1/cases", headers=let_in(place, "mine")).json["cases"]
    assert [one["number"] for one in mine] == [number]
    codes = [one["code"] for one in client.get("/api/v1/items", headers=there).json["items"]]
    assert place.item not in codes


def test_what_is_no_page_is_refused(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    for name in LISTS:
        for query in ("limit=501", "limit=x", "limit=", f"after={'x' * 200}"):
            answer = client.get(f"/api/v1/{name}?{query}", headers=token)
            assert answer.status_code == 422, (name, query)
        beyond = client.get(f"/api/v1/{name}?after=zzzz", headers=token)
        assert (beyond.json[name], beyond.json["next"]) == ([], None)
