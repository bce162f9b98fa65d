"""The second factor: made known once, asked for each time, a code good once, lost with two people."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from desk.access.permissions import Role
from desk.accounts import passwords, totp
from desk.accounts.models import User
from desk.approvals.models import Approval
from desk.audit.models import LedgerLine
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.settings import Settings, SettingsError
from tests import make
from tests.conftest import running_app
from tests.people import signed_in

PASSWORD = make.PASSWORD
AT = "/account/second-factor"


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """An app as in life: with a second factor."""
    with running_app(database_url, second_factor=True) as running:
        yield running


@pytest.fixture
def clerk(app: Flask) -> int:
    region = make.region()
    hall = make.hall(region.id)
    user = make.user(Role.CLERK, region.id, hall_id=hall.id, login="clerk")
    with transaction():
        person = db.session.get_one(User, user.id)
        person.password_hash = passwords.hash_password(PASSWORD, memory_kib=64)
    found = person.id
    db.session.remove()
    return found


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.MONDAY, tick=False) as traveller:
        yield traveller


def password(client: FlaskClient, **more: str) -> TestResponse:
    return client.post("/account/sign-in", data={"login": "clerk", "password": PASSWORD, **more})


def offered(client: FlaskClient) -> tuple[bytes, dict[str, str]]:
    """Read the seed a page offers, and the field that carries it along."""
    page = client.get(AT).get_data(as_text=True)
    shown = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)
    kept = re.search(r'name="seed"[^>]*value="([^"]+)"', page)
    assert shown
    assert kept
    return totp.read_seed(shown.group(1)), {"seed": kept.group(1)}


def code(client: FlaskClient, typed: str, **more: str) -> int:
    return client.post(AT, data={"code": typed, **more}).status_code


def now_code(seed: bytes, back: int = 0) -> str:
    return totp.code_at(seed, totp.step_of(utc_now()) - back)


def enrolled(client: FlaskClient) -> bytes:
    """Sign in for the first time and make a telephone known."""
    assert password(client).location == AT
    seed, kept = offered(client)
    assert code(client, now_code(seed), **kept) == 303
    return seed


def is_in(client: FlaskClient) -> bool:
    return client.get("/desk/").status_code == 200


def lines(what: str) -> int:
    end_read()
    return len(db.session.scalars(select(LedgerLine).where(LedgerLine.what == what)).all())


def test_the_first_sign_in_makes_a_phone_known_and_opens_nothing_before(
    app: Flask, client: FlaskClient, clerk: int, clock: object
) -> None:
    assert password(client, next="/desk/queue").location == AT
    assert not is_in(client)
    seed, kept = offered(client)
    assert code(client, "000000", **kept) == 422
    assert not is_in(client)
    assert offered(client)[0] != seed
    answer = client.post(AT, data={"code": now_code(seed), **kept})
    assert (answer.status_code, answer.location) == (303, "/desk/queue")
    assert is_in(client)
    end_read()
    person = db.session.get_one(User, clerk)
    assert seed not in bytes(person.totp_e or b"")
    assert totp.written(seed).encode() not in bytes(person.totp_e or b"")
    assert (lines("factor_made_known"), lines("signed_in"), lines("sign_in_refused")) == (1, 1, 1)


def test_a_seed_offered_to_somebody_else_is_not_taken(
    app: Flask, client: FlaskClient, clerk: int, clock: object
) -> None:
    other = make.user(Role.SUPERVISOR, 1)
    with app.test_request_context():
        from desk.accounts.forms import CodeForm
        from desk.accounts.views.factor import _seed

        form = CodeForm()
        seed = _seed(other, form)
    password(client)
    assert code(client, now_code(seed), seed=str(form.seed.data)) == 422


def test_a_code_is_taken_once_also_by_another_browser(
    app: Flask, client: FlaskClient, clerk: int, clock: time_machine.Traveller
) -> None:
    seed = enrolled(client)
    other = app.test_client()
    assert password(other).location == AT
    assert code(other, now_code(seed)) == 422
    clock.shift(timedelta(seconds=30))
    assert code(other, now_code(seed, back=1)) == 422
    spoken = now_code(seed)
    assert code(other, f"{spoken[:3]} {spoken[3:]}") == 303
    third = app.test_client()
    password(third)
    assert code(third, spoken) == 422
    assert (is_in(other), is_in(third)) == (True, False)


def test_only_this_half_minute_and_the_one_before_open(
    app: Flask, client: FlaskClient, clerk: int, clock: time_machine.Traveller
) -> None:
    seed = enrolled(client)
    clock.shift(timedelta(minutes=2))
    other = app.test_client()
    password(other)
    for typed in (now_code(seed, back=2), now_code(seed, back=-1), "", "1234567", "١٢٣٤٥٦", "a\0b"):
        assert code(other, typed) == 422, typed
    assert code(other, now_code(seed, back=1)) == 303


def test_ten_wrong_codes_lock_although_the_password_is_right(
    app: Flask, client: FlaskClient, clerk: int, clock: time_machine.Traveller
) -> None:
    seed = enrolled(client)
    clock.shift(timedelta(minutes=1))
    other = app.test_client()
    for _ in range(10):
        clock.shift(timedelta(seconds=9))
        password(other)
        code(other, "000000")
    assert password(other).status_code == 422
    assert code(other, now_code(seed)) == 422
    clock.shift(timedelta(minutes=16))
    password(other)
    assert code(other, now_code(seed)) == 303


def test_a_password_alone_is_forgotten_after_five_minutes_and_by_another_password(
    app: Flask, client: FlaskClient, clerk: int, clock: time_machine.Traveller
) -> None:
    seed = enrolled(client)
    clock.shift(timedelta(minutes=1))
    other = app.test_client()
    password(other)
    clock.shift(timedelta(minutes=5, seconds=1))
    assert code(other, now_code(seed)) == 403
    assert other.get(AT).location == "/account/sign-in"
    password(other)
    with transaction():
        person = db.session.get_one(User, clerk)
        person.password_hash = passwords.hash_password("another one entirely", memory_kib=64)
    assert code(other, now_code(seed)) == 403
    assert code(app.test_client(), now_code(seed)) == 403


def test_whoever_lost_the_phone_gets_a_new_way_in_from_two_administrators(
    app: Flask, client: FlaskClient, clerk: int, clock: time_machine.Traveller
) -> None:
    enrolled(client)
    admins = [make.actor(Role.ADMIN, 1) for _ in range(2)]
    browsers = [signed_in(app.test_client(), admin, 1) for admin in admins]
    where = f"/admin/people/{clerk}"
    assert browsers[0].post(f"{where}/ask-link", data={"reason": "手机丢了"}).status_code == 303
    end_read()
    assert db.session.get_one(User, clerk).totp_e is not None
    request = db.session.scalars(select(Approval)).one()
    data = {"chosen": f"{request.region_id}-{request.id}", "ballot": "grant"}
    granted = browsers[1].post("/admin/confirmations", data=data)
    assert granted.status_code == 303
    link = re.search(
        r"/account/link/[\w-]+", browsers[1].post(f"{where}/link").get_data(as_text=True)
    )
    assert link
    new = "stapled horses battery yard"
    assert app.test_client().post(link.group(0), data={"password": new}).status_code == 303
    assert not is_in(client)
    fresh = app.test_client()
    assert password(fresh, password=new).location == AT
    seed, kept = offered(fresh)
    assert code(fresh, now_code(seed), **kept) == 303


def test_of_two_who_send_the_same_code_at_once_one_is_let_in(
    app: Flask, client: FlaskClient, clerk: int, clock: time_machine.Traveller
) -> None:
    seed = enrolled(client)
    clock.shift(timedelta(minutes=1))
    end_read()
    barrier, found = threading.Barrier(2), []

    def send() -> None:
        browser = app.test_client()
        password(browser)
        barrier.wait()
        found.append(code(browser, now_code(seed)))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 422]


def test_only_the_demo_does_without() -> None:
    secrets = {
        name: letter * 40
        for name, letter in zip(
            ("DESK_SECRET_KEY", "DESK_DATA_KEYS", "DESK_INDEX_KEY", "DESK_SEAL_KEY"),
            "abcd",
            strict=True,
        )
    }
    life = {
        **secrets,
        "DESK_DATABASE_URL": "postgresql://x",
        "DESK_BASE_URL": "https://desk.example",
        "DESK_SECOND_FACTOR": "0",
    }
    assert Settings.from_env(life).second_factor
    assert not Settings.from_env({**secrets, "DESK_DEMO": "1"}).second_factor
    with pytest.raises(SettingsError):
        Settings.from_env({})
