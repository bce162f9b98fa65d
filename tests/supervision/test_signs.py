"""Signs of poor work: what is listed, what is not, and that each number is as long as its list."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from desk.access.permissions import Role
from desk.casework.models import Reply
from desk.casework.words import Outcome, Solved, Status
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from tests import make
from tests.casework.test_second_person import Flow
from tests.people import signed_in
from tests.supervision.test_samples import on
from tests.worktime.official import at

FRIDAY = at("2026-11-27 16:00")


@pytest.fixture
def flow(app: Flask) -> Flow:
    return Flow(app)


def page(flow: Flow, path: str, who: str = "supervisor") -> str:
    with on(FRIDAY):
        browser = signed_in(flow.app.test_client(), flow.people[who], flow.region.id)
        answer = browser.get(f"/supervision/{path}")
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def test_replies_that_repeat_an_earlier_one(flow: Flow) -> None:
    flow.to(Status.REPLY_REVIEW)
    assert flow.number not in page(flow, "quality?sign=alike")
    end_read()
    with transaction():
        db.session.query(Reply).one().likeness = 80
    seen = page(flow, "quality?sign=alike")
    assert flow.number in seen
    assert "80%" in seen
    assert flow.number not in page(flow, "quality?sign=alike&month=2026-10")


def test_complainants_asked_twice(flow: Flow) -> None:
    flow.go(Move.ASK_SUPPLEMENT, "clerk", text="请补一张照片")
    flow.go(Move.SUPPLY, "complainant", text="补了")
    assert flow.number not in page(flow, "quality?sign=twice")
    flow.go(Move.ASK_SUPPLEMENT, "clerk", text="再补一份证明")
    assert page(flow, "quality?sign=twice").count(f">{flow.number}<") == 1


def test_what_was_claimed_and_what_was_confirmed(flow: Flow) -> None:
    for solved, score in ((Solved.YES, 5), (Solved.PART, 4), (Solved.YES, 4)):
        flow.to(Status.REPLIED, Outcome.DONE)
        flow.go(
            Move.CLOSE_SOLVED, "clerk2", in_time=True, solved=solved, result_score=score,
            attitude_score=5,
        )  # fmt: skip
        receipt = make.case(flow.region.id, flow.hall.id)
        flow.number, flow.id = receipt.number, receipt.case.id
        flow.now = make.MONDAY
    seen = page(flow, "quality?sign=claims")
    assert "83.3%" in seen
    numbers = re.findall(r'href="/(supervision/quality/claims[^"]+)">(\d+)<', seen)
    assert sorted(int(n) for _address, n in numbers) == [1, 2, 3]
    for address, n in numbers:
        rows = page(flow, address.removeprefix("supervision/").replace("&amp;", "&"))
        assert rows.count('class="dk-ref"') == int(n)


def test_cases_at_which_nobody_does_anything(flow: Flow) -> None:
    flow.now -= timedelta(days=10)
    receipt = make.case(flow.region.id, flow.hall.id, flow.now)
    flow.number, flow.id = receipt.number, receipt.case.id
    flow.to(Status.HANDLING)
    seen = page(flow, "quality?sign=silent")
    assert flow.number in seen
    flow.now = at("2026-11-24 10:00")
    flow.reply(Outcome.DONE)
    assert flow.number not in page(flow, "quality?sign=silent")


def test_integrity_reads_numbers_and_no_case(flow: Flow) -> None:
    flow.people["integrity"] = make.actor(Role.INTEGRITY, flow.region.id)
    flow.go(Move.ASK_SUPPLEMENT, "clerk", text="请补一张照片")
    flow.go(Move.SUPPLY, "complainant", text="补了")
    flow.go(Move.ASK_SUPPLEMENT, "clerk", text="再补一份证明")
    seen = page(flow, "quality?sign=twice", "integrity")
    assert flow.number in seen
    assert f"/desk/cases/{flow.number}" not in seen
    assert "让我一趟一趟补材料" not in seen


def test_addresses_nobody_gave_out(flow: Flow) -> None:
    with on(FRIDAY):
        browser = signed_in(flow.app.test_client(), flow.people["supervisor"], flow.region.id)
        for query, status in (
            ("?sign=x", 404), ("?month=2026-13", 404), ("?at=zzz", 422), ("?sign=silent&at=zzz", 422),
            ("/claims?result=x", 404), ("/claims?department=%D9%A1", 422),
            ("/claims?department=999999999", 200), ("/claims", 200),
        ):  # fmt: skip
            assert browser.get(f"/supervision/quality{query}").status_code == status, query
        for who in ("clerk", "lead", "handler", "admin"):
            other = signed_in(flow.app.test_client(), flow.people[who], flow.region.id)
            assert other.get("/supervision/quality").status_code == 403
            assert other.get("/supervision/audits").status_code == 403
