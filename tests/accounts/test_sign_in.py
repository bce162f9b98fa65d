"""Signing in and out: one answer for every failure, sessions that end, and no lasting lock."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts import passwords
from desk.accounts.models import Membership, User, UserSession
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Busy, Invalid
from tests import make

PASSWORD = "correct horse battery staple"


@pytest.fixture
def clerk(app: Flask) -> User:
    region = make.region()
    hall = make.hall(region.id)
    user = make.user(Role.CLERK, region.id, hall_id=hall.id, login="clerk")
    with transaction():
        person = db.session.get_one(User, user.id)
        person.password_hash = passwords.hash_password(PASSWORD, memory_kib=64)
    db.session.remove()
    return user


def sign_in(client: FlaskClient, login: str = "clerk", password: str = PASSWORD, **more: str):
    return client.post("/account/sign-in", data={"login": login, "password": password, **more})


def test_the_right_password_opens_the_day(client: FlaskClient, clerk: User) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert client.get("/desk/").status_code == 200
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_every_failure_reads_the_same(client: FlaskClient, clerk: User) -> None:
    wrong = sign_in(client, password="wrong password here")
    unknown = sign_in(client, login="nobody")
    pages = {
        answer.get_data(as_text=True).replace("nobody", "clerk") for answer in (wrong, unknown)
    }
    assert (wrong.status_code, unknown.status_code, len(pages)) == (422, 422, 1)


def test_a_locked_account_unlocks_by_itself(client: FlaskClient, clerk: User) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        for _ in range(10):
            sign_in(client, password="wrong password here")
            clock.shift(timedelta(seconds=9))
        assert sign_in(client).status_code == 422
        clock.shift(timedelta(minutes=16))
        assert sign_in(client).status_code == 303


def test_no_more_than_three_sessions_and_a_revoked_one_is_dead(
    app: Flask, client: FlaskClient, clerk: User
) -> None:
    browsers = [app.test_client() for _ in range(4)]
    for browser in browsers:
        assert sign_in(browser).status_code == 303
    assert [b.get("/desk/").status_code for b in browsers] == [302, 200, 200, 200]
    mine = browsers[3].get("/account/sessions").get_data(as_text=True)
    other = mine.split('name="session" value="')[1].split('"')[0]
    browsers[3].post("/account/sessions/revoke", data={"session": other})
    assert sorted(b.get("/desk/").status_code for b in browsers) == [200, 200, 302, 302]


def test_signing_out_kills_the_token(client: FlaskClient, clerk: User) -> None:
    sign_in(client)
    token = client.get_cookie("desk")
    assert token is not None
    answer = client.post("/account/sign-out")
    assert "cookies" in answer.headers["Clear-Site-Data"]
    client.set_cookie("desk", token.value)
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 302), (8 * 60 + 1, 302)])
def test_a_session_ends_when_it_rests(
    client: FlaskClient, clerk: User, minutes: int, status: int
) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        sign_in(client)
        clock.shift(timedelta(minutes=minutes))
        assert client.get("/desk/").status_code == status


def test_only_the_hash_of_a_token_is_kept(client: FlaskClient, clerk: User) -> None:
    sign_in(client)
    token = client.get_cookie("desk")
    end_read()
    row = db.session.scalars(select(UserSession)).one()
    assert token is not None
    assert token.value.encode() not in bytes(row.token_h)


def test_a_lost_seat_counts_on_the_next_request(client: FlaskClient, clerk: User) -> None:
    sign_in(client)
    assert client.get("/desk/queue").status_code == 200
    with transaction():
        seat = db.session.scalars(select(Membership)).one()
        seat.to_on = seat.from_on
    assert client.get("/desk/queue").status_code == 403


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil", "https:evil", "javascript:alert(1)", "/%0d%0aX\n", ""]
)
def test_one_is_led_only_to_own_pages(client: FlaskClient, clerk: User, wanted: str) -> None:
    assert sign_in(client, next=wanted).location == "/desk/"


def test_a_page_asked_for_is_opened_after_signing_in(client: FlaskClient, clerk: User) -> None:
    assert client.get("/desk/queue").location == "/account/sign-in?next=/desk/queue"
    assert sign_in(client, next="/desk/queue").location == "/desk/queue"


@pytest.mark.parametrize(
    ("login", "password"),
    [("", ""), ("clerk", ""), ("clerk", "x" * 10_000), ("a\0b", "x"), ("x" * 65, "x"),
     ("clerk", "a\0" * 8)],
)  # fmt: skip
def test_odd_input_is_refused_without_hashing(
    client: FlaskClient, clerk: User, login: str, password: str
) -> None:
    assert sign_in(client, login=login, password=password).status_code == 422


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 129, "password1234", "clerk-has-a-word", "mydeskpassword", "a\0" * 8],
)
def test_weak_passwords_are_refused(app: Flask, password: str) -> None:
    with pytest.raises(Invalid):
        passwords.check_new(password, login="clerk")


def test_any_long_phrase_is_taken(app: Flask) -> None:
    for password in (" 春眠不觉晓 处处闻啼鸟 ", "correct horse battery staple"):
        passwords.check_new(password, login="clerk")


def test_more_than_ten_at_once_are_asked_to_wait(app: Flask) -> None:
    held = [passwords._line.acquire(blocking=False) for _ in range(10)]
    try:
        assert all(held)
        with pytest.raises(Busy):
            passwords.verify(None, "whatever it may be", memory_kib=64)
    finally:
        for _ in held:
            passwords._line.release()


def test_a_user_is_made_by_two_people(app: Flask) -> None:
    region = make.region()
    make.hall(region.id, code="H9")
    run = app.test_cli_runner()
    base = ["desk", "create-user", "new", "新人", "--role", "clerk", "--hall", "H9",
            "--granted-by", "a", "--password", PASSWORD]  # fmt: skip
    alone = run.invoke(args=[*base, "--confirmed-by", "a"])
    assert (alone.exit_code, "second person" in alone.output or "另一人" in alone.output) == (
        1,
        True,
    )
    two = run.invoke(args=[*base, "--confirmed-by", "b"])
    assert two.output.strip().endswith("new is known as clerk.")
