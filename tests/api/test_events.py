"""Occasions come in one by one or many at once: each once, none lost, bad lines named."""

import itertools
import json
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from desk.access.scopes import ApiScope
from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.insight import rebuilding
from desk.kernel.db import db, end_read
from desk.ratings.actions.events import digest_of
from desk.ratings.applicants import hash_of_phone
from desk.ratings.models import EventSource, ServiceEvent
from desk.ratings.told import EventTold, read_line, read_lines
from tests.api.systems import EVENTS, Town, let_in, tell, town


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


@pytest.fixture
def token(place: Town) -> dict[str, str]:
    return let_in(place)


def events() -> list[ServiceEvent]:
    end_read()
    return list(db.session.scalars(select(ServiceEvent).order_by(ServiceEvent.id)))


def sums_hold() -> bool:
    end_read()
    return rebuilding.differences() == [] and faults() == []


def test_one_is_taken_and_told_again_changes_nothing(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    told = place.event(1, phone="138 0013 8000", stage=3, party_kind="business")
    first = client.post(EVENTS, json=told, headers=token)
    again = client.post(EVENTS, json=told, headers=token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json["result"], again.json["result"]) == ("created", "known")
    (event,) = events()
    assert (str(event.id), event.source, event.source_system) == (
        first.json["id"], EventSource.API, "hall-a",
    )  # fmt: skip
    assert (event.hall_id, event.department_id, event.stage) == (
        place.hall_id, place.department_id, 3,
    )  # fmt: skip
    assert event.item_version_id is not None
    assert event.applicant_h == hash_of_phone("13800138000")
    assert event.phone_e is not None
    assert b"138" not in event.phone_e
    assert sums_hold()


@pytest.mark.parametrize("packed", [False, True])
def test_many_are_taken_and_each_line_is_answered(
    client: FlaskClient, place: Town, token: dict[str, str], packed: bool
) -> None:
    lines: list[Any] = [
        place.event(1),
        place.event(2, hall="nowhere"),
        b"{not json",
        b"",
        place.event(1),
        place.event(3, surprise=1),
        place.event(4, occurred_at="2999-01-01T00:00:00Z"),
        place.event(5, source_system="somebody-else"),
        json.dumps(place.event(6)).replace('"hall"', '"project_no": "P7", "hall"').encode(),
        b"x" * 20_000,
        place.event(8, is_test=True),
    ]
    answer = tell(client, lines, token, packed=packed)
    again = tell(client, lines, token, packed=packed)
    assert (answer.status_code, again.status_code) == (207, 207)
    results = [line["result"] for line in answer.json["results"]]
    assert results == [
        "created", "rejected", "rejected", "known", *["rejected"] * 5, "created",
    ]  # fmt: skip
    assert [(e["line"], e["field"], e["code"]) for e in answer.json["errors"]] == [
        (2, "hall", "invalid"),
        (3, None, "not_json"),
        (5, "surprise", "extra_forbidden"),
        (6, "occurred_at", "invalid"),
        (7, "source_system", "invalid"),
        (8, "project_no", "doubled"),
        (9, None, "too_long"),
    ]
    assert all(error["message"] for error in answer.json["errors"])
    assert (again.json["created"], again.json["known"]) == (0, 3)
    assert [e.project_no for e in events()] == ["P1", "P8"]
    assert sums_hold()


def test_a_chunk_is_one_line_of_the_ledger_with_the_hash_of_its_rows(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    tell(client, [place.event(n) for n in range(30)], token)
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "events_told")).all()
    assert len(lines) == 1
    assert lines[0].body is not None
    assert lines[0].body["n"] == 30
    assert lines[0].body["sha256"] == digest_of(events())
    assert {event.batch_key.hex for event in events() if event.batch_key} == {
        lines[0].body["batch"]
    }


def test_several_chunks_make_no_more_and_no_less(
    client: FlaskClient, place: Town, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.ratings.loading.CHUNK", {"sqlite": 40, "postgresql": 40})
    told = [place.event(n % 100, party_kind=("individual", "business")[n % 2]) for n in range(130)]
    answer = tell(client, told, token)
    assert (answer.json["created"], answer.json["known"]) == (100, 30)
    assert len(events()) == 100
    assert sums_hold()


def test_a_key_is_answered_the_same_again_and_for_nothing_else(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    key = {"Idempotency-Key": "0123456789abcdef-1"}
    first = client.post(EVENTS, json=place.event(1), headers=token | key)
    again = client.post(EVENTS, json=place.event(1), headers=token | key)
    other = client.post(EVENTS, json=place.event(2), headers=token | key)
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert other.status_code == 422
    many = {"Idempotency_Key": "0123456789abcdef-2"}
    lines = [place.event(3), place.event(4, hall="nowhere")]
    one, two = (tell(client, lines, token, **many) for _ in range(2))
    assert one.json["created"] == two.json["created"] == 1
    assert one.json["errors"] == two.json["errors"]
    assert tell(client, [place.event(5)], token, **many).status_code == 422
    assert len(events()) == 2


def test_two_systems_may_use_the_same_numbers_and_read_only_their_own(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    other = let_in(place, "hall-b")
    for who in (token, other):
        assert tell(client, [place.event(n) for n in range(3)], who).json["created"] == 3
    pages, path = [], f"{EVENTS}?limit=2"
    while path:
        page = client.get(path, headers=token)
        assert page.status_code == 200
        pages.append([event["project_no"] for event in page.json["events"]])
        path = page.json["next"]
    assert pages == [["P0", "P1"], ["P2"]]
    shown = client.get(EVENTS, headers=other).json["events"][0]
    assert (shown["hall"], shown["window"], shown["item"]) == (place.hall, place.window, place.item)
    assert not {"phone", "applicant"} & shown.keys()


def test_writers_of_the_same_lines_neither_lock_each_other_nor_double(
    app: Flask, place: Town, token: dict[str, str]
) -> None:
    told = [place.event(n) for n in range(120)]
    gate, outcomes = threading.Barrier(8), []

    def write(turn: int) -> None:
        lines = told if turn % 2 else told[::-1]
        with app.app_context():
            gate.wait()
            outcomes.append(tell(app.test_client(), lines, token).status_code)

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [200] * 8
    assert db.session.scalar(select(func.count()).select_from(ServiceEvent)) == 120
    assert sums_hold()


WORDS = st.one_of(st.text(max_size=6), st.integers(), st.booleans(), st.none())
FIELD = st.sampled_from(["project_no", "service_no", "hall", "stage", "nonsense", "occurred_at"])


@settings(max_examples=60)
@given(st.lists(st.one_of(st.binary(max_size=30), st.dictionaries(FIELD, WORDS)), max_size=8))
def test_reading_many_says_of_each_line_what_reading_it_alone_says(lines: list[Any]) -> None:
    raw = [
        (line if isinstance(line, bytes) else json.dumps(line).encode()).replace(b"\n", b" ")
        for line in [*lines, {"project_no": "P", "service_no": "1", "hall": "H",
                              "occurred_at": "2026-11-20T10:42:00Z"}]
    ]  # fmt: skip
    assert read_lines(EventTold, raw) == [read_line(EventTold, line) for line in raw]


@pytest.mark.parametrize(
    "line",
    [
        b"{},{}", b"[]", b"null", b"1", b'"x"', b"{", b"{}x", b"[" * 50_000, b'{"a":NaN}',
        b'{"project_no":"\\ud800"}', b"\xff\xfe", b"{/*x*/}", b'{"project_no":"a",}',
    ],
)  # fmt: skip
def test_what_is_not_one_object_is_no_line(line: bytes) -> None:
    (alone,) = read_lines(EventTold, [line])
    assert getattr(alone, "code", None) in {"not_json", "missing"}


BAD = [
    {"project_no": 1}, {"project_no": ""}, {"project_no": "a\0b"}, {"project_no": "x" * 81},
    {"project_no": None}, {"project_no": ["P"]}, {"service_no": True}, {"stage": "3"},
    {"stage": 4}, {"stage": 10**30}, {"stage": 1.5}, {"is_test": "false"}, {"is_test": 1},
    {"party_kind": "robot"}, {"occurred_at": 1_700_000_000}, {"occurred_at": "soon"},
    {"occurred_at": "0001-01-01T00:00:00+14:00"}, {"occurred_at": "١٢٣"}, {"phone": "12"},
    {"hall": "HALL"}, {"window": "W"}, {"item": "I"}, {"clerk": "nobody"}, {"__proto__": 1},
    {"id": "x"}, {"project_no": "a\u202eb"},
]  # fmt: skip


def test_bad_input_is_refused_by_name_and_changes_nothing(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    for change in BAD:
        answer = client.post(EVENTS, json=place.event(1) | change, headers=token)
        assert answer.status_code == 422, change
        assert answer.mimetype == "application/problem+json"
        (wrong,) = answer.json["errors"]
        assert wrong["field"] in change, change
    without_department = place.event(1)
    del without_department["item"], without_department["window"]
    assert client.post(EVENTS, json=without_department, headers=token).status_code == 422
    assert events() == []


def test_scopes_keep_tokens_to_what_they_are_for(client: FlaskClient, place: Town) -> None:
    combinations = itertools.product([ApiScope.EVENTS_READ, ApiScope.RATINGS_WRITE])
    for (scope,) in combinations:
        token = let_in(place, scopes=[scope])
        assert client.post(EVENTS, json=place.event(1), headers=token).status_code == 403
    assert events() == []
