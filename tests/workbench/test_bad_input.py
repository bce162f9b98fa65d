"""What people and machines send that nobody meant: said, kept, and nothing changed."""

from collections.abc import Callable
from html import escape

import pytest

from desk.audit.queries import lines_of
from desk.casework.words import Status
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read
from desk.kernel.ids import uuid7
from desk.kernel.paging import Cursor
from tests import make
from tests.workbench.pages import ANSWERS, APPROVAL, BRIEF, CALL, REPLY, Pages, rectification

LONG = "长" * 5_001
NUL = "有\0字"
TEXTS = (LONG, NUL, "   \n  ", "")
CHOICES = ("", "unknown", "١٢٣", str(10**30), "-1", "0", "' OR 1=1", "POLICY", NUL)
NUMBERS = ("0", "-1", str(10**30), "١", "abc", "1;2", "999999999", "1.5", NUL)


def submitted(_pages: Pages) -> None:
    """A case as it was filed."""


def at(status: Status) -> Callable[[Pages], None]:
    def bring(pages: Pages) -> None:
        pages.desk.to(status)

    return bring


def contacted(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    pages.do("handler", "acts/contact", **CALL)


def verified(pages: Pages) -> None:
    rectification(pages.desk)
    pages.do("clerk", "acts/contact", **CALL)


TEXT = {"text": "说清楚要补什么。"}
FORMS = {
    "ask_supplement": (submitted, "clerk", TEXT, {"text": TEXTS}),
    "accept": (
        submitted,
        "clerk",
        {"complexity": "general", "item": "listed", "item_words": "不动产转移登记"},
        {
            "complexity": CHOICES,
            "item": CHOICES[1:],
            "item_words": ("没有这个事项", "x" * 201, NUL, "一行\n两行", "%", "_"),
        },
    ),
    "withdraw": (submitted, "clerk", TEXT, {"text": TEXTS}),
    "dispatch": (
        at(Status.ACCEPTED),
        "clerk",
        {"brief": BRIEF},
        {"department": ("", *NUMBERS), "brief": (LONG, NUL)},
    ),
    "submit_reply": (
        contacted,
        "handler",
        REPLY,
        {
            **dict.fromkeys(("facts", "basis", "action", "next_step", "evidence"), TEXTS),
            "contact": ("联" * 501, NUL, ""),
            "outcome": CHOICES,
        },
    ),
    "approve_reply": (
        at(Status.REPLY_REVIEW),
        "lead",
        APPROVAL,
        {
            "root_cause": ("", "R00", "r02", str(10**30), NUL, "x" * 5_000),
            "responsibility": CHOICES,
        },
    ),
    "send_back": (at(Status.REPLY_REVIEW), "lead", TEXT, {"text": TEXTS}),
    "close_solved": (
        at(Status.REPLIED),
        "clerk2",
        ANSWERS,
        {
            "in_time": CHOICES,
            "solved": (*CHOICES, "no"),
            "result_score": ("", "0", "6", "-1", "4.5", "١", str(10**30), NUL),
            "attitude_score": ("", "0", "6", "null", "five"),
            "text": (LONG, NUL),
        },
    ),
    "redo": (at(Status.REPLIED), "clerk2", TEXT, {"text": TEXTS}),
    "reopen": (at(Status.CLOSED), "clerk", TEXT, {"text": TEXTS}),
    "acts/contact": (
        at(Status.HANDLING),
        "handler",
        CALL,
        {
            "channel": (*CHOICES, "online"),
            "reached": (*CHOICES, "true"),
            "note": (LONG, NUL),
        },
    ),
    "acts/verdict": (
        verified,
        "clerk",
        {"verdict": "true", "note": "看了录像。"},
        {"verdict": (*CHOICES, "malicious"), "note": TEXTS},
    ),
    "acts/assign": (at(Status.HANDLING), "lead", {}, {"user": ("", *NUMBERS)}),
    "acts/message": (submitted, "clerk", TEXT, {"text": TEXTS}),
    "acts/note": (submitted, "clerk", TEXT, {"text": TEXTS}),
    "reveal": (
        submitted,
        "clerk",
        {"category": "call", "reason": "回访前核对一下联系电话"},
        {
            "category": CHOICES,
            "reason": ("", "看看", " " * 30, "长" * 201, NUL, "一行字一行字一行字\n两行"),
        },
    ),
}


def stands(pages: Pages) -> tuple[object, ...]:
    end_read()
    case = pages.desk.case
    lines = lines_of(case.region_id, f"c/{case.id.hex}")
    return case.status, case.version, case.handler_id, case.department_id, len(lines)


@pytest.mark.parametrize("what", FORMS)
def test_what_cannot_be_taken_is_said_and_kept(pages: Pages, what: str) -> None:
    bring, who, good, bad = FORMS[what]
    bring(pages)
    before = stands(pages)
    for field, values in bad.items():
        for value in values:
            answer = pages.post(who, what, **{**good, field: value})
            page = answer.get_data(as_text=True)
            assert answer.status_code == 422, (field, value[:20], answer.status_code)
            assert "govuk-error-summary" in page, (field, value[:20])
            for name, kept in good.items():
                shown = escape(kept) in page
                assert shown or name == field, (field, value[:20], name)
    assert stands(pages) == before


@pytest.mark.parametrize("what", FORMS)
def test_a_field_sent_twice_is_refused(pages: Pages, what: str) -> None:
    bring, who, good, bad = FORMS[what]
    bring(pages)
    before = stands(pages)
    field = next(iter(bad))
    data = {"version": str(pages.desk.case.version), **good, field: ["x", "y"]}
    answer = pages.browser(who).post(f"{pages.url}/{what}", data=data)
    assert 400 <= answer.status_code < 500
    assert stands(pages) == before


def test_fields_that_do_not_belong_to_a_step_are_left_out(pages: Pages) -> None:
    pages.desk.to(Status.DISPATCHED)
    pages.do(
        "handler",
        "sign",
        status="closed",
        department="999999",
        outcome="DONE",
        result="solved",
        root_cause="R02",
        handler_id="1",
        text="不该留下的话",
    )
    case = pages.desk.case
    assert (case.status, case.department_id) == (Status.HANDLING, pages.desk.department.id)
    assert (case.outcome, case.root_cause) == (None, None)
    assert "不该留下的话" not in pages.get("handler")


def test_an_item_or_a_person_of_another_place_is_refused(pages: Pages) -> None:
    far = make.region("YZ", "110000", limits=False)
    there = make.department(far.id, "别处的部门")
    item = make.item(far.id, there.id, "别处的事项")
    fields = {"complexity": "general", "item": "listed"}
    assert pages.post("clerk", "accept", **fields, item_words="别处的事项").status_code == 422
    assert pages.post("clerk", "accept", **fields, item_code=item.code).status_code == 422
    pages.desk.to(Status.ACCEPTED)
    away = pages.post("clerk", "dispatch", department=str(there.id), brief=BRIEF)
    assert away.status_code == 422
    pages.desk.go("dispatch", "clerk", department_id=pages.desk.department.id)  # type: ignore[arg-type]
    stranger = pages.desk.people["clerk"].user_id
    assert pages.post("lead", "acts/assign", user=str(stranger)).status_code == 422


def test_a_code_of_no_item_is_refused(pages: Pages) -> None:
    before = stands(pages)
    for code in ("9" * 31, NUL, "x" * 5_000, "' OR 1=1"):
        fields = {"complexity": "general", "item": "listed", "item_code": code}
        assert pages.post("clerk", "accept", **fields).status_code == 422, code[:20]
    assert stands(pages) == before


def test_there_is_no_door_for_steps_of_others(pages: Pages) -> None:
    before = stands(pages)
    for step in ("submit", "confirm", "lapse_confirm", "open_rectification", "ACCEPT", "%00"):
        assert pages.post("clerk", step, text="x").status_code in {404, 405}, step
    assert stands(pages) == before


def test_no_step_can_be_jumped(pages: Pages) -> None:
    before = stands(pages)
    fields = {**ANSWERS, **APPROVAL, **TEXT}
    for step in ("close_solved", "approve_reply", "sign", "restore", "redo"):
        for who in ("clerk", "supervisor"):
            assert pages.post(who, step, **fields).status_code in {403, 409, 422}, (who, step)
    assert stands(pages) == before


def test_a_number_of_no_case_is_not_found(pages: Pages) -> None:
    browser = pages.browser("clerk")
    for number in ("x", "XZ-261123-482915-8", "XZ" * 500, "-", "١٢٣", "XZ--", "%00"):
        for path in ("", "/next", "?do=accept"):
            assert browser.get(f"/desk/cases/{number}{path}").status_code == 404, number[:20]


def odd_cursors() -> list[str]:
    good = Cursor(utc_now(), uuid7(utc_now())).text()
    return [good[:-3], good + "A", good.swapcase(), "../..", "[]", "e30", "bnVsbA", "1" * 201]


def test_a_tampered_cursor_is_refused_in_words(pages: Pages) -> None:
    browser = pages.browser("clerk")
    for cursor in odd_cursors():
        answer = browser.get("/desk/queue", query_string={"tab": "all", "at": cursor})
        assert answer.status_code == 422, cursor
        assert "<main" in answer.get_data(as_text=True)


def test_an_odd_wish_opens_no_form(pages: Pages) -> None:
    for do in ("reveal", "nonsense", "close_solved", "<script>", "x" * 3_000, "١"):
        answer = pages.browser("clerk").get(pages.url, query_string={"do": do})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "dk-act__form" not in page
        assert "<script>" not in page
