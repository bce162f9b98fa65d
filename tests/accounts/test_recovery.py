"""Recovery codes: ten, shown once, each good once, made only by whoever has the phone."""

import re
import threading

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.accounts import recovery, staffing
from desk.accounts.models import RecoveryCode, User
from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.kernel.db import db, end_read, transaction
from tests.accounts.test_second_factor import (
    AT,
    app,
    clerk,
    clock,
    code,
    enrolled,
    is_in,
    lines,
    now_code,
    password,
)

__all__ = ["app", "clerk", "clock"]
PAGE = "/account/recovery"
Clock = time_machine.Traveller


def made(client: FlaskClient, seed: bytes, clock: Clock) -> list[str]:
    clock.shift(60)
    answer = client.post(PAGE, data={"code": now_code(seed)})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return re.findall(r"<code[^>]*>([A-Z2-7-]{19})</code>", answer.get_data(as_text=True))


@pytest.fixture
def codes(client: FlaskClient, clerk: int, clock: Clock) -> list[str]:
    return made(client, enrolled(client), clock)


def test_ten_codes_are_shown_once_and_none_is_kept_in_the_open(
    client: FlaskClient, clerk: int, clock: Clock
) -> None:
    seed = enrolled(client)
    assert client.post(PAGE, data={"code": "000000"}).status_code == 422
    assert client.post(PAGE, data={"code": ""}).status_code == 422
    codes = made(client, seed, clock)
    assert len(set(codes)) == 10
    page = client.get(PAGE).get_data(as_text=True)
    assert "10 / 10" in page
    assert not any(one in page for one in codes)
    end_read()
    kept = b"".join(bytes(row.code_h) for row in db.session.scalars(select(RecoveryCode)))
    bodies = str([line.body for line in db.session.scalars(select(LedgerLine))])
    assert not any(one.replace("-", "").encode() in kept or one in bodies for one in codes)
    assert lines("recovery_codes_made") == 1
    again = made(client, seed, clock)
    assert not set(again) & set(codes)
    client.post("/account/sign-out")
    password(client)
    assert code(client, codes[0]) == 422
    assert code(client, again[0]) == 303


def test_each_opens_the_door_once_however_it_is_typed(
    client: FlaskClient, codes: list[str]
) -> None:
    client.post("/account/sign-out")
    password(client)
    assert "备用验证码" in client.get(f"{AT}?by=recovery").get_data(as_text=True)
    assert code(client, codes[0].lower().replace("-", " ")) == 303
    assert is_in(client)
    assert "9 / 10" in client.get(PAGE).get_data(as_text=True)
    client.post("/account/sign-out")
    password(client)
    assert code(client, codes[0]) == 422
    assert not is_in(client)
    for wrong in ("A" * 16, "AAAA-AAAA-AAAA-AAA", "a\0b", "１" * 16, "ﬀ" * 16):
        assert code(client, wrong) == 422
    assert lines("recovery_code_used") == 1
    db.session.remove()
    assert faults() == []


def test_a_code_opens_nothing_without_the_password_nor_for_another(
    client: FlaskClient, codes: list[str], clerk: int
) -> None:
    client.post("/account/sign-out")
    assert client.post(AT, data={"code": codes[0]}).status_code == 403
    end_read()
    hashed = recovery.hashes_of([codes[0]], clerk + 1)[0]
    kept = {bytes(row.code_h) for row in db.session.scalars(select(RecoveryCode))}
    assert hashed not in kept
    assert recovery.hashes_of([codes[0]], clerk)[0] in kept


def test_wrong_codes_are_throttled_with_wrong_passwords(
    client: FlaskClient, codes: list[str], clock: Clock
) -> None:
    client.post("/account/sign-out")
    password(client)
    for _n in range(10):
        clock.shift(9)
        assert code(client, "B" * 16) == 422
    clock.shift(9)
    assert code(client, codes[0]) == 422
    assert not is_in(client)


def test_a_new_way_in_ends_all_codes(client: FlaskClient, codes: list[str], clerk: int) -> None:
    with transaction():
        recovery.forget(clerk)
    assert recovery.left(clerk) == 0
    assert "forget_codes" in vars(staffing)


def test_of_two_at_the_same_time_one_is_refused(
    app: Flask, client: FlaskClient, codes: list[str], clerk: int
) -> None:
    client.post("/account/sign-out")
    browsers = [app.test_client() for _n in range(2)]
    for browser in browsers:
        password(browser)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda one=one: found.append(code(one, codes[1])))
        for one in browsers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 422]
    end_read()
    assert db.session.get_one(User, clerk).totp_e is not None
