"""The auditor's trail: every line, nothing of what it says, by key, and checked while one looks."""

import json
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.accounts.models import User
from desk.audit.actions import record
from desk.audit.models import LedgerLine
from desk.audit.sealing import seal
from desk.audit.trail import SIZE, Wanted, trail
from desk.casework.actions.naming import name_staff
from desk.casework.words import Status
from desk.kernel.db import db, dialect_name, end_read, transaction
from desk.settings import Settings
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app).to(Status.CLOSED)
    made.people["auditor"] = make.actor(Role.AUDITOR, made.region.id)
    settings: Settings = app.extensions["settings"]
    with transaction():
        seal(made.region.id, settings.seal_seed(), now=made.now)
    return made


@pytest.fixture
def auditor(app: Flask, desk: Desk) -> FlaskClient:
    browser = signed_in(app.test_client(), desk.people["auditor"], desk.region.id)
    browser.set_cookie("lang", "en")
    return browser


def page_of(browser: FlaskClient, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:400]
    return unescape(answer.get_data(as_text=True))


def stream(desk: Desk) -> str:
    return f"/audit/chain?region={desk.region.id}&stream=c/{desk.id.hex}"


def behind_the_back(statement: str) -> None:
    with transaction():
        if dialect_name() == "sqlite":
            for (name,) in db.session.execute(
                text(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%'"
                )
            ).all():
                db.session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("ledger", "ledger_seals", "ledger_streams"):
                db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        db.session.execute(text(statement))


def test_only_an_auditor_reads_it_and_nobody_writes(app: Flask, desk: Desk) -> None:
    for who in ("clerk", "handler", "lead", "supervisor", "admin"):
        browser = signed_in(app.test_client(), desk.people[who], desk.region.id)
        for path in ("/audit/", stream(desk), "/audit/seals"):
            assert browser.get(path).status_code == 403, (who, path)
    routes = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/audit")]
    assert all("POST" not in (rule.methods or ()) for rule in routes)


def test_fields_have_names_and_no_values(auditor: FlaskClient, desk: Desk) -> None:
    line = db.session.scalars(
        select(LedgerLine).where(LedgerLine.stream.startswith("c/"), LedgerLine.what == "dispatch")
    ).one()
    body, digest, hashed = (
        dict(line.body or {}),
        bytes(line.hash).hex(),
        bytes(line.body_hash).hex(),
    )
    assert body
    for path in ("/audit/?kind=c", stream(desk)):
        page = page_of(auditor, path)
        assert all(name in page for name in body)
        assert digest in page
        assert hashed in page
        assert json.dumps(body) not in page
        assert desk.number not in page
        assert "材料" not in page


def test_a_chain_that_was_changed_says_where(auditor: FlaskClient, desk: Desk) -> None:
    assert "it holds" in page_of(auditor, stream(desk))
    behind_the_back("UPDATE ledger SET what = 'refer' WHERE seq = 3 AND stream LIKE 'c/%'")
    assert re.search(r"does not hold\. Look at these lines: 3\b", page_of(auditor, stream(desk)))


def test_a_seal_that_was_changed_says_so(auditor: FlaskClient, desk: Desk) -> None:
    page = page_of(auditor, "/audit/seals")
    assert "holds" in page
    assert "does not hold" not in page
    behind_the_back("UPDATE ledger_seals SET n = n + 1")
    assert "it is not what its chains give" in page_of(auditor, "/audit/seals")


def test_whoever_a_case_names_finds_no_line_of_it(auditor: FlaskClient, desk: Desk) -> None:
    assert desk.id.hex in page_of(auditor, "/audit/")
    user = db.session.get_one(User, desk.people["auditor"].user_id)
    login = user.login
    other = make.case(desk.region.id, desk.hall.id)
    desk.number, desk.id = other.number, other.case.id
    version, now, clerk = desk.case.version, desk.now, desk.people["clerk"]
    end_read()
    with transaction():
        name_staff(desk.number, login, version=version, by=clerk, now=now)
    assert desk.id.hex not in page_of(auditor, "/audit/")
    page_of(auditor, stream(desk), 404)


def test_what_is_looked_for_is_found(auditor: FlaskClient, desk: Desk) -> None:
    login = db.session.get_one(User, desk.people["handler"].user_id).login
    rows = re.findall(r"line \d+", page_of(auditor, f"/audit/?who={login}"))
    assert len(rows) == 3
    assert len(re.findall(r"line \d+", page_of(auditor, "/audit/?what=accept"))) == 1
    assert "No line fits" in page_of(auditor, "/audit/?until=2026-11-22")
    assert "No line fits" not in page_of(auditor, "/audit/?until=2026-11-23")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("who=nobody", 422), ("kind=x", 422), ("kind=%00", 404), ("what=" + "x" * 60, 422),
        ("until=2026-02-30", 422), ("until=١٢٣", 422), ("until=" + "9" * 30, 422),
        ("until=9999-12-31", 422), ("at=x", 422), ("at=" + "A" * 300, 422), ("at=e30", 422),
        ("at=WyIyMDI2LTExLTIzVDAwOjAwOjAwKzAwOjAwIiwxLCJjL3giLDEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMF0", 422),
    ],
)  # fmt: skip
def test_odd_wishes_are_answered_in_words(auditor: FlaskClient, query: str, status: int) -> None:
    assert "<h1" in page_of(auditor, f"/audit/?{query}", status)


def test_odd_chains_and_seals_are_not_found(auditor: FlaskClient, desk: Desk) -> None:
    for query in (
        "",
        "region=1",
        "region=١&stream=c/x",
        f"region={10**30}&stream=c/x",
        "region=1&stream=" + "x" * 300,
    ):
        page_of(auditor, f"/audit/chain?{query}", 404)
    page_of(auditor, f"/audit/seals?before={10**30}", 422)
    assert "no seal yet" in page_of(auditor, "/audit/seals?before=1")


def test_lines_page_by_key(desk: Desk) -> None:
    desk.now = make.MONDAY
    with transaction():
        for n in range(2 * SIZE + 3):
            record(f"s/{n:03}", "nothing", region_id=desk.region.id, by=SYSTEM, now=desk.now)
    seen: list[tuple[str, int]] = []
    cursor = None
    wanted = Wanted([desk.region.id], what="nothing")
    for _ in range(3):
        rows, cursor = trail(wanted, cursor)
        seen += [(row.stream, row.seq) for row in rows]
    assert cursor is None
    assert len(seen) == len(set(seen)) == 2 * SIZE + 3
    assert seen == sorted(seen, reverse=True)
