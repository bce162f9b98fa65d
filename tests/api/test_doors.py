"""Who may knock: tokens, what they are good for, how much and how often; answers for programs."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.access.permissions import Role
from desk.api.models import ApiClient
from desk.api.views import doors
from desk.audit.models import LedgerLine
from desk.kernel.db import db, end_read
from desk.kernel.throttle import Limit
from tests import make, people
from tests.api.systems import EVENTS, NDJSON, Town, let_in, tell, town


@pytest.fixture
def place(app: Flask) -> Town:
    return town()


@pytest.fixture
def token(place: Town) -> dict[str, str]:
    return let_in(place)


def test_without_a_token_that_holds_nothing_opens(client: FlaskClient, place: Town) -> None:
    for wrong in (None, "Bearer", "Bearer XZ-nothing", "Basic eDp5", "Bearer " + "x" * 5000):
        answer = client.get(EVENTS, headers={"Authorization": wrong} if wrong else {})
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert (answer.json["status"], answer.json["title"]) == (401, "Unauthorized")
        assert answer.json["detail"]


def test_being_signed_in_as_staff_opens_nothing_here(
    app: Flask, client: FlaskClient, place: Town
) -> None:
    actor = make.actor(Role.SUPERVISOR, place.region_id)
    browser = people.signed_in(client, actor, place.region_id)
    assert browser.get(EVENTS).status_code == 401


def test_a_token_in_an_address_is_refused_and_none_is_kept_in_the_open(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    secret = token["Authorization"].split()[1]
    assert client.get(f"{EVENTS}?access_token={secret}", headers=token).status_code == 400
    end_read()
    kept = db.session.scalars(select(ApiClient)).one()
    assert secret.encode() not in bytes(kept.token_h)
    bodies = [line.body for line in db.session.scalars(select(LedgerLine))]
    assert secret not in str(bodies)


def test_the_commands_let_a_system_in_and_shut_it_out(
    app: Flask, client: FlaskClient, place: Town
) -> None:
    run = app.test_cli_runner()
    two = ["--granted-by", "a", "--confirmed-by", "b"]
    create = ["desk", "api-client", "create", "hall-a", "--scope", "events:read"]
    alone = run.invoke(args=[*create, "--granted-by", "a", "--confirmed-by", "a"])
    assert "second person" in alone.output
    made = run.invoke(args=[*create, *two])
    secret = made.output.splitlines()[1]
    header = {"Authorization": f"Bearer {secret}"}
    assert client.get(EVENTS, headers=header).status_code == 200
    listed = run.invoke(args=["desk", "api-client", "list"]).output
    assert "hall-a" in listed
    assert secret not in listed
    number = listed.split("\t")[0]
    assert run.invoke(args=["desk", "api-client", "disable", number]).exit_code == 0
    assert client.get(EVENTS, headers=header).status_code == 401
    own = run.invoke(args=["desk", "api-client", "create", "Desk", "--scope", "events:read", *two])
    assert "the desk's own" in own.output


def test_whoever_comes_too_often_is_told_when_to_come_again(
    client: FlaskClient, place: Town, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "PER_TOKEN", Limit("api", "2/minute"))
    codes = [client.get(EVENTS, headers=token) for _ in range(3)]
    assert [answer.status_code for answer in codes] == [200, 200, 429]
    assert int(codes[2].headers["Retry-After"]) > 0
    monkeypatch.setattr(doors, "WRONG_TOKEN", Limit("api-wrong-token", "2/minute"))
    wrong = {"Authorization": "Bearer XZ-nothing"}
    guesses = [client.get(EVENTS, headers=wrong).status_code for _ in range(3)]
    assert guesses == [401, 401, 429]


UNREADABLE: list[tuple[bytes, str, str | None, int]] = [
    (b"{}", "text/plain", None, 415),
    (b"{}", "application/json; charset=utf-16", None, 415),
    (b"<x/>", "application/xml", None, 415),
    (b"a=1", "application/x-www-form-urlencoded", None, 415),
    (b"{}", NDJSON, "br", 415),
    (b"{}", "application/json", "gzip", 415),
    (b"not packed", NDJSON, "gzip", 400),
    (gzip.compress(b"{}" * 100)[:-9], NDJSON, "gzip", 400),
    (b"", NDJSON, None, 400),
    (b"\n\n", NDJSON, None, 400),
    (b"", "application/json", None, 400),
    (b"[]", "application/json", None, 400),
    (b"[" * 50_000, "application/json", None, 400),
    (b"\xef\xbb\xbf{}", "application/json", None, 400),
    (b'{"a":"' + b"9" * 70_000 + b'"}', "application/json", None, 413),
]


def test_what_cannot_be_read_is_refused_as_a_whole(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    for body, kind, encoding, status in UNREADABLE:
        extra = {"Content-Encoding": encoding} if encoding else {}
        answer = client.post(EVENTS, data=body, content_type=kind, headers=token | extra)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), body
        assert "Traceback" not in answer.get_data(as_text=True)


def test_a_small_package_that_unpacks_large_is_refused(
    client: FlaskClient, place: Town, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.api.reading.LARGEST_UNPACKED", 1_000_000)
    bomb = gzip.compress(b" " * 5_000_000)
    answer = client.post(
        EVENTS, data=bomb, content_type=NDJSON, headers=token | {"Content-Encoding": "gzip"}
    )
    assert (len(bomb) < 6_000, answer.status_code) == (True, 413)


def test_too_many_lines_are_refused_with_the_number_that_may_come(
    client: FlaskClient, place: Town, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.api.reading.MOST_LINES", 3)
    answer = tell(client, [place.event(n) for n in range(4)], token)
    assert answer.status_code == 413
    assert "3" in answer.json["detail"]


def test_an_odd_key_or_page_is_refused(
    client: FlaskClient, place: Town, token: dict[str, str]
) -> None:
    for key in ("abc", "x" * 65, "with spaces in the key", "ключ-ключ-ключ-ключ"):
        headers = token | {"Idempotency-Key": key.encode().decode("latin-1")}
        assert client.post(EVENTS, json=place.event(1), headers=headers).status_code == 422
    for query in ("limit=0", "limit=-1", "limit=1000000000", "limit=١", "limit=1e2",
                  "after=nothing", "after=" + "9" * 40):  # fmt: skip
        assert client.get(f"{EVENTS}?{query}", headers=token).status_code == 422, query


def test_what_is_not_there_is_told_as_a_problem_too(client: FlaskClient, place: Town) -> None:
    for path, status in (("/api/v1/nothing", 404), ("/api/v2", 404)):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    wrong = client.delete(EVENTS)
    assert (wrong.status_code, wrong.mimetype) == (405, "application/problem+json")
    assert "POST" in wrong.headers["Allow"]
