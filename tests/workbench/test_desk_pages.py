"""The desk through its doors: steps, refusals, both texts, and what a department may not learn."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from desk.casework.words import IdentityMode, Status
from desk.casework.workflow import Move
from desk.kernel.db import db
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def as_(desk: Desk, who: str) -> FlaskClient:
    return signed_in(desk.app.test_client(), desk.people[who], desk.region.id)


def test_a_step_by_form_moves_the_case(desk: Desk) -> None:
    clerk = as_(desk, "clerk")
    data = {"version": str(desk.case.version), "complexity": "general", "item": "none"}
    answer = clerk.post(f"/desk/cases/{desk.number}/accept", data=data)
    assert (answer.status_code, desk.case.status) == (303, Status.ACCEPTED)


def test_all_that_is_missing_is_said_at_once(desk: Desk) -> None:
    clerk = as_(desk, "clerk")
    answer = clerk.post(f"/desk/cases/{desk.number}/accept", data={"version": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count('href="#complexity') == 1
    assert 'href="#item' in page
    assert desk.case.status is Status.SUBMITTED


@pytest.mark.parametrize(
    "fields",
    [
        {"complexity": "huge"},
        {"complexity": "general", "item_words": "没有这个事项"},
        {"complexity": "general", "item_code": "9" * 31},
        {"complexity": "general", "item_words": "a\0b"},
        {"complexity": "general", "item_words": "x" * 201},
        {"complexity": "general", "item": "١٢٣"},
    ],
)
def test_bad_input_on_a_step_changes_nothing(desk: Desk, fields: dict[str, str]) -> None:
    version = str(desk.case.version)
    answer = as_(desk, "clerk").post(
        f"/desk/cases/{desk.number}/accept", data={"version": version, **fields}
    )
    assert answer.status_code == 422
    assert desk.case.status is Status.SUBMITTED


@pytest.mark.parametrize("department", ["0", "-1", str(10**30), "١", "abc", "1;2", "999999999"])
def test_a_department_that_is_not_listed_is_refused(desk: Desk, department: str) -> None:
    desk.to(Status.ACCEPTED)
    data = {"version": str(desk.case.version), "department": department}
    answer = as_(desk, "clerk").post(f"/desk/cases/{desk.number}/dispatch", data=data)
    assert answer.status_code == 422
    assert desk.case.status is Status.ACCEPTED


def test_two_people_on_one_case_the_second_sees_both_texts(desk: Desk) -> None:
    seen = str(desk.case.version)
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="先补一份")
    data = {"version": seen, "text": "我写了半天的话"}
    answer = as_(desk, "clerk2").post(f"/desk/cases/{desk.number}/acts/note", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "我写了半天的话" in page
    assert "窗口要求补正" in page


def test_out_of_reach_is_the_same_as_absent(desk: Desk) -> None:
    stranger = signed_in(
        desk.app.test_client(),
        make.actor(make.Role.CLERK, desk.region.id, hall_id=make.hall(desk.region.id).id),
        desk.region.id,
    )
    here = stranger.get(f"/desk/cases/{desk.number}")
    nowhere = stranger.get("/desk/cases/XZ-261120-000000-0")
    assert here.status_code == nowhere.status_code == 404
    strip = lambda answer: answer.get_data(as_text=True).split("<main")[1]  # noqa: E731
    assert strip(here) == strip(nowhere)


@pytest.mark.parametrize("mode", [IdentityMode.CONFIDENTIAL, IdentityMode.ANONYMOUS])
def test_a_department_learns_neither_who_nor_the_words(app: Flask, mode: IdentityMode) -> None:
    hidden = Desk(app, anonymous=mode is IdentityMode.ANONYMOUS)
    if mode is IdentityMode.CONFIDENTIAL:
        receipt = make.case(hidden.region.id, hidden.hall.id, identity_mode=mode)
        hidden.number, hidden.id = receipt.number, receipt.case.id
    hidden.to(Status.DISPATCHED)
    page = as_(hidden, "handler").get(f"/desk/cases/{hidden.number}").get_data(as_text=True)
    assert "请核对收件要求" in page
    for secret in ("第三次让补同一份证明", "一次说清还缺什么", "欧**", "欧阳", "13800138000"):
        assert secret not in page


def test_contact_data_is_shown_once_with_a_reason_and_a_line(desk: Desk) -> None:
    clerk = as_(desk, "clerk")
    url = f"/desk/cases/{desk.number}"
    assert "13800138000" not in clerk.get(url).get_data(as_text=True)
    short = clerk.post(f"{url}/reveal", data={"category": "call", "reason": "看看"})
    assert short.status_code == 422
    good = {"category": "call", "reason": "回访前核对一下联系电话"}
    shown = clerk.post(f"{url}/reveal", data=good)
    assert "13800138000" in shown.get_data(as_text=True)
    assert "13800138000" not in clerk.get(url).get_data(as_text=True)
    from desk.audit.queries import lines_of

    assert "reveal" in [line.what for line in lines_of(desk.region.id, f"c/{desk.id.hex}")]


def test_pages_cost_the_same_with_one_row_and_with_thirty(desk: Desk) -> None:
    clerk = as_(desk, "clerk")

    def statements(path: str) -> int:
        counted: list[str] = []
        listener = lambda *args: counted.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        assert clerk.get(path).status_code == 200
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(counted)

    statements("/desk/queue?tab=all")
    one = statements("/desk/queue?tab=all")
    for _ in range(30):
        make.case(desk.region.id, desk.hall.id)
    assert statements("/desk/queue?tab=all") == one
    assert one <= 20


@pytest.mark.parametrize(
    "query",
    ["at=xxx", "at=" + "A" * 300, "tab=nonsense", "q=" + "x" * 65, "at=WyJ4Il0", "q=%00"],
)
def test_odd_addresses_of_the_queue_are_answered(desk: Desk, query: str) -> None:
    assert 400 <= as_(desk, "clerk").get(f"/desk/queue?{query}").status_code < 500


@pytest.mark.parametrize("words", ["%", "_", "\\", "((((", "' OR 1=1--", "，。", "补材料", "趟"])
def test_searching_for_anything_is_safe_and_literal(desk: Desk, words: str) -> None:
    answer = as_(desk, "clerk").get("/desk/queue", query_string={"q": words})
    found = desk.number.split("-")[2] in answer.get_data(as_text=True)
    assert (answer.status_code, found) == (200, words in {"补材料", "趟"})


def test_a_number_in_the_search_opens_the_case(desk: Desk) -> None:
    typed = desk.number.lower().replace("-", " ")
    answer = as_(desk, "clerk").get("/desk/queue", query_string={"q": typed})
    assert answer.location == f"/desk/cases/{desk.number}"


def test_administrators_and_auditors_read_no_case(desk: Desk) -> None:
    browser = as_(desk, "admin")
    assert browser.get(f"/desk/cases/{desk.number}").status_code == 403
    assert browser.get("/desk/queue").status_code == 403
    assert browser.get("/desk/").status_code == 200
