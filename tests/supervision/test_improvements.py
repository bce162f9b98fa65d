"""Improvement items: from a case to the outcome it allows, through the doors, on both databases."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.permissions import Role
from desk.audit.queries import faults, lines_of
from desk.casework.actions.move import stream_of
from desk.casework.actions.undertakings import unlink_undertaking
from desk.casework.words import ContactKind, Outcome, Status
from desk.improvement.models import Undertaking
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, NotFound
from desk.kernel.paging import read_cursor
from desk.organisation.queries import home_timetable
from desk.supervision import improvements as queries
from desk.supervision.actions.improving import Plan, finish_improvement, open_improvement
from tests import make
from tests.supervision.test_card_pages import Cards, main_of

LIST = "/supervision/improvements"
HOSTILE = ("", " ", "a\x00b", "١٢٣", str(10**30), "字" * 2001)


@pytest.fixture
def desk(app: Flask) -> Cards:
    found = Cards(app)
    found.flow.to(Status.HANDLING)
    return found


def given(desk: Cards, **changes: str) -> dict[str, str]:
    due = home_timetable(utc_now()).local_day(utc_now()) + timedelta(days=30)
    return {
        "cases": desk.flow.number,
        "title": "不再重复收取证明",
        "measure": "与税务系统对接。",
        "department": str(desk.flow.department.id),
        "due_on-year": str(due.year),
        "due_on-month": str(due.month),
        "due_on-day": str(due.day),
        **changes,
    }


def only() -> Undertaking:
    end_read()
    return db.session.scalars(select(Undertaking)).one()


def test_an_item_is_opened_done_with_proof_and_reopened(desk: Cards) -> None:
    number = desk.flow.number
    related = f"/desk/cases/{number}/related"
    assert f"{LIST}/new?case={number}" in desk.page("lead", related)
    assert f"{LIST}/new" not in desk.page("handler", related)
    assert number in desk.page("lead", f"{LIST}/new?case={number}")
    lead, supervisor = desk.browser("lead"), desk.browser("supervisor")
    answer = lead.post(f"{LIST}/new", data=given(desk))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    one = only()
    path = f"{LIST}/{one.id}"
    assert str(one.id) in desk.page("handler", related)
    assert str(one.id) in desk.page("handler", f"{related}?part=card")
    assert number in desk.page("lead", path)
    twice = lead.post(f"{path}/link", data={"cases": number})
    assert twice.status_code == 422
    proof = "办事指南已修订并公布。"
    done = {"version": "1", "proof": proof, "after": "1件"}
    assert supervisor.post(f"{path}/done", data=done).status_code == 403
    assert lead.post(f"{path}/done", data={**done, "version": "7"}).status_code == 409
    assert lead.post(f"{path}/done", data=done).status_code == 303
    again = lead.post(f"{path}/done", data={**done, "version": "2"})
    assert (again.status_code, proof in again.get_data(as_text=True)) == (409, True)
    assert str(one.id) in desk.page("lead", f"{LIST}?state=done")
    assert str(one.id) not in desk.page("lead", f"{LIST}?state=open")
    due = {key: text for key, text in given(desk).items() if key.startswith("due_on")}
    assert lead.post(f"{path}/reopen", data={**due, "version": "2"}).status_code == 403
    assert supervisor.post(f"{path}/reopen", data={**due, "version": "2"}).status_code == 303
    assert str(one.id) in desk.page("supervisor", f"{LIST}?state=open")
    assert supervisor.post(f"{path}/unlink", data={"cases": number}).status_code == 303
    assert number not in main_of(desk.page("supervisor", path))
    end_read()
    whats = [line.what for line in lines_of(one.region_id, one.stream)]
    assert whats == ["open_improvement", "finish_improvement", "reopen_improvement"]
    acts = [line.what for line in lines_of(one.region_id, stream_of(desk.flow.case))]
    assert acts[-2:] == ["link_improvement", "unlink_improvement"]
    assert not list(faults())


def test_policy_is_offered_and_approved_only_with_an_open_item(desk: Cards) -> None:
    flow = desk.flow
    page = f"/desk/cases/{flow.number}?do=submit_reply"
    choice = 'value="POLICY"'
    flow.call("handler", ContactKind.FIRST)
    shown = desk.page("handler", page)
    assert 'value="EXPLAINED"' in shown
    assert choice not in shown
    with transaction():
        plan = Plan(flow.number, "统一处置", "建立清单", flow.department.id, flow.now.date())
        key = open_improvement(plan, by=flow.people["lead"], now=flow.now).id
    assert choice in desk.page("handler", page)
    flow.reply(Outcome.POLICY)
    with transaction():
        finish_improvement(
            key, "清单已经建立并公布。", None, version=1, by=flow.people["lead"], now=flow.now
        )
    with pytest.raises(Conflict):
        flow.approve(Outcome.POLICY)
    with transaction():
        db.session.get_one(Undertaking, (flow.region.id, key)).done_at = None
        one = db.session.get_one(Undertaking, (flow.region.id, key))
        one.state = "open"  # type: ignore[assignment]
    flow.approve(Outcome.POLICY)
    assert flow.case.status is Status.REPLIED
    with pytest.raises(Conflict), transaction():
        one = db.session.get_one(Undertaking, (flow.region.id, key))
        unlink_undertaking(flow.number, one, by=flow.people["supervisor"], now=flow.now)


def test_who_finds_an_item_and_how_the_list_pages(desk: Cards) -> None:
    flow = desk.flow
    people = flow.people
    with transaction():
        keys = [
            open_improvement(
                Plan(flow.number, f"第{n}项", "整改", flow.department.id, flow.now.date()),
                by=people["supervisor"],
                now=flow.now + timedelta(minutes=n),
            ).id
            for n in range(3)
        ]
    path = f"{LIST}/{keys[0]}"
    absent = f"{LIST}/{UUID(int=7)}"
    for who, found in (
        ("lead", 200), ("handler", 200), ("supervisor", 200), ("clerk", 200),
        ("lead2", 404), ("handler2", 404), ("admin", 403),
    ):  # fmt: skip
        answer = desk.browser(who).get(path)
        assert answer.status_code == found, who
        if found == 404:
            nowhere = desk.browser(who).get(absent).get_data(as_text=True)
            assert main_of(answer.get_data(as_text=True)) == main_of(nowhere)
            assert str(keys[0]) not in desk.page(who, LIST)
            refused = desk.browser(who).post(f"{LIST}/new", data=given(desk))
            assert refused.status_code == (422 if who == "lead2" else 403)
    end_read()
    first = queries.improvements(people["lead"], None, None, size=2)
    assert [one.id for one in first.rows] == [keys[2], keys[1]]
    second = queries.improvements(people["lead"], None, read_cursor(first.next), size=2)
    assert [one.id for one in second.rows] == [keys[0]]
    stranger = make.actor(Role.SUPERVISOR, make.region("QQ", "990000").id)
    with pytest.raises(NotFound):
        queries.improvement_of(stranger, keys[0])


def test_bad_input_gets_a_sentence_and_changes_nothing(desk: Cards) -> None:
    lead = desk.browser("lead")
    names = ("cases", "title", "measure", "department", "due_on-year")
    for name in names:
        for text in HOSTILE:
            if (name, text) in {("title", "١٢٣"), ("title", str(10**30))} or (
                name == "measure" and text in {"١٢٣", str(10**30)}
            ):
                continue
            answer = lead.post(f"{LIST}/new", data=given(desk, **{name: text}))
            assert answer.status_code == 422, (name, text)
    for changes in (
        {"cases": "ZZ-2026-0000001"}, {"cases": f"{desk.flow.number} 胡写"},
        {"due_on-year": "2020"}, {"due_on-year": "2999"},
        {"department": str(desk.flow.other.id)},
    ):  # fmt: skip
        answer = lead.post(f"{LIST}/new", data=given(desk, **changes))
        assert answer.status_code == 422, changes
        assert "与税务系统对接。" in answer.get_data(as_text=True)
    end_read()
    assert db.session.scalars(select(Undertaking)).all() == []
    for query in ("?state=nonsense", "?at=nonsense", "?state=%00"):
        assert lead.get(f"{LIST}{query}").status_code in {400, 404, 422}, query
    assert lead.get(f"{LIST}/new?case={'9' * 999}").status_code == 200
    raw = lead.post(
        f"{LIST}/new",
        data=b"cases=%ED%A0%80&cases=2",
        content_type="application/x-www-form-urlencoded",
    )
    assert raw.status_code in {400, 422}
