"""Who reaches a case, who learns whose it is, and what is written down when they ask."""

import pytest
from flask import Flask

from desk.access.actors import Seat
from desk.access.permissions import Role
from desk.audit.queries import lines_of
from desk.casework.disclosure import is_hidden, may_know, may_read, title_for
from desk.casework.words import AuthorKind, IdentityMode, Kind, MessageKind, Status
from desk.kernel.clock import utc_now
from tests import make
from tests.casework.test_life import Desk
from tests.workbench.pages import BRIEF, RATER, REPLY, Pages, elsewhere, rectification

HALL = Seat(Role.CLERK, frozenset({1}), hall_id=1)
REGION = Seat(Role.SUPERVISOR, frozenset({1}))
UNIT = Seat(Role.HANDLER, frozenset({1}), department_id=1)
ACTS = ("take", "assign", "contact", "verdict", "message", "note")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("mode", list(IdentityMode))
def test_the_rule_of_who_may_know(kind: Kind, mode: IdentityMode) -> None:
    named = kind is Kind.COMPLAINT and mode is IdentityMode.REAL
    assert is_hidden(kind, mode) is not named
    assert may_know(kind, mode, [UNIT]) is named
    assert may_know(kind, mode, [HALL])
    assert may_know(kind, mode, [REGION])
    assert may_know(kind, mode, [UNIT, HALL])
    assert not may_know(kind, mode, [])


def test_the_rule_of_what_may_be_read() -> None:
    staff, theirs = AuthorKind.STAFF, AuthorKind.COMPLAINANT
    for author, kind, about in (
        (theirs, MessageKind.MESSAGE, None),
        (theirs, MessageKind.REASON, "redo"),
        (staff, MessageKind.SUPPLEMENT, "supply"),
        (staff, MessageKind.REASON, "withdraw"),
        (staff, MessageKind.NOTE, "record_verdict"),
    ):
        assert may_read(author, kind, about, knows=True)
        assert not may_read(author, kind, about, knows=False)
    assert may_read(staff, MessageKind.REASON, "redo", knows=False)
    assert may_read(staff, MessageKind.NOTE, None, knows=False)
    assert title_for("他的标题", "窗口写的\n第二行", knows=False) == "窗口写的"
    assert title_for("他的标题", None, knows=False) == ""
    assert title_for("他的标题", "窗口写的", knows=True) == "他的标题"


def hidden_case(pages: Pages, mode: str) -> None:
    """Look at a case whose complainant the department may not know."""
    desk = pages.desk
    if mode == "rectification":
        rectification(desk)
        return
    anonymous = mode == "anonymous"
    receipt = make.case(
        desk.region.id,
        desk.hall.id,
        identity_mode=IdentityMode(mode),
        party=None if anonymous else make.PERSON,
        title="我是欧阳，三号窗口的小李刁难我",
        story="我叫欧阳·试，11月20日去窗口。",
        wish="让小李道歉。",
        named_text="三号窗口小李",
        own_reference="业务号 88123",
        item_words="欧阳家的过户",
        needs=("elderly",),
    )
    desk.number, desk.id = receipt.number, receipt.case.id


def bring_to_department(pages: Pages, mode: str) -> None:
    department = {"department": str(pages.desk.department.id), "brief": BRIEF}
    if mode == "rectification":
        pages.do("clerk", "acts/contact", channel="phone", reached="yes", note=f"{RATER}说是真的")
        pages.do("clerk", "acts/verdict", verdict="true", note=f"{RATER}给了录音")
        pages.do("clerk", "dispatch_rectification", **department)
        return
    pages.do("clerk", "ask_supplement", text="请补凭证。")
    pages.do("clerk", "supply", text="欧阳交来一张退件条")
    pages.do("clerk", "accept", complexity="general", item="none")
    assert pages.post("clerk", "dispatch", department=department["department"]).status_code == 422
    pages.do("clerk", "dispatch", **department)
    pages.do("clerk", "acts/contact", channel="phone", reached="yes", note="欧阳接的电话")


SECRETS = (
    "欧阳", "欧**", "13800138000", "person@example.org", "小李", "88123", "让小李道歉", "老年人",
    "退件条",
)  # fmt: skip


@pytest.mark.parametrize("mode", ["confidential", "anonymous", "rectification"])
def test_a_department_reads_only_the_brief(pages: Pages, mode: str) -> None:
    hidden_case(pages, mode)
    bring_to_department(pages, mode)
    for who in ("handler", "lead"):
        browser = pages.browser(who)
        for url in (
            pages.url,
            f"{pages.url}?do=sign",
            f"{pages.url}?do=note",
            f"{pages.url}?do=reveal",
            "/desk/",
            "/desk/queue?tab=all",
        ):
            page = browser.get(url).get_data(as_text=True).split('<ul class="dk-legend"')[0]
            assert BRIEF[:20] in page, url
            for secret in SECRETS:
                assert secret not in page, (url, secret)
    pages.do("handler", "sign")
    if mode != "rectification":
        pages.do("handler", "submit_reply", **REPLY)
        assert "欧阳" in pages.get("clerk")
    for words in ("刁难", "欧阳", "小李", "道歉"):
        found = pages.browser("handler").get("/desk/queue", query_string={"q": words})
        assert f'href="{pages.url}"' not in found.get_data(as_text=True)


@pytest.mark.parametrize("mode", ["confidential", "anonymous", "rectification"])
def test_a_department_is_not_shown_contact_data(pages: Pages, mode: str) -> None:
    hidden_case(pages, mode)
    bring_to_department(pages, mode)
    good = {"category": "call", "reason": "需要给反映人打电话核实情况"}
    for who in ("handler", "lead"):
        answer = pages.browser(who).post(f"{pages.url}/reveal", data=good)
        assert answer.status_code == 403
        assert "13800138000" not in answer.get_data(as_text=True)
    assert "reveal" not in whats(pages)


def whats(pages: Pages) -> list[str]:
    return [line.what for line in lines_of(pages.desk.region.id, f"c/{pages.desk.id.hex}")]


def test_named_people_are_shown_to_their_department_with_a_line(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    assert "13800138000" not in pages.get("handler")
    good = {"category": "call", "reason": "首次联系反映人，约时间见面"}
    answer = pages.browser("handler").post(f"{pages.url}/reveal", data=good)
    assert answer.status_code == 200
    assert "13800138000" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "13800138000" not in pages.get("handler")
    line = lines_of(pages.desk.region.id, f"c/{pages.desk.id.hex}")[-1]
    assert (line.what, line.user_id) == ("reveal", pages.desk.people["handler"].user_id)
    assert line.body is not None
    assert (line.body["category"], "首次" in str(line.body)) == ("call", False)


def test_an_anonymous_complainant_has_nothing_to_show(app: Flask) -> None:
    pages = Pages(Desk(app, anonymous=True))
    good = {"category": "call", "reason": "想知道是谁反映的这件事"}
    assert pages.browser("clerk").post(f"{pages.url}/reveal", data=good).status_code == 409
    assert "reveal" not in whats(pages)


def test_whoever_filed_for_another_is_shown_too(pages: Pages) -> None:
    desk = pages.desk
    agent = make.PartyData(name="司马·代", phone="13900139000")
    receipt = make.case(desk.region.id, desk.hall.id, agent=agent)
    desk.number, desk.id = receipt.number, receipt.case.id
    good = {"category": "call", "reason": "回访前核对代办人的电话"}
    page = pages.browser("clerk").post(f"{pages.url}/reveal", data=good).get_data(as_text=True)
    assert "13900139000" in page
    assert "司马·代" in page


def main_of(answer: object) -> str:
    text = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    return str(text.split("<main")[1])


def test_strangers_find_the_same_as_nothing(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    absent = "/desk/cases/XZ-261120-000000-0"
    steps = ("sign", "accept", "submit_reply", "withdraw", "reveal", *(f"acts/{a}" for a in ACTS))
    data = {"version": "1", "text": "x", "category": "call", "reason": "想看看这是谁反映的"}
    for name, browser in elsewhere(pages.desk).items():
        here, nowhere = browser.get(pages.url), browser.get(absent)
        assert here.status_code == nowhere.status_code == 404, name
        assert main_of(here) == main_of(nowhere)
        for beside in ("next", "previous"):
            assert browser.get(f"{pages.url}/{beside}").status_code == 404
        for step in steps:
            here = browser.post(f"{pages.url}/{step}", data=data)
            nowhere = browser.post(f"{absent}/{step}", data=data)
            assert here.status_code == nowhere.status_code, (name, step)
            assert here.status_code in {403, 404}, (name, step)
            assert main_of(here) == main_of(nowhere), (name, step)
        for url in ("/desk/queue?tab=all", f"/desk/queue?q={pages.desk.number}", "/desk/"):
            assert f'href="{pages.url}"' not in browser.get(url).get_data(as_text=True)
    assert pages.desk.case.status is Status.HANDLING


@pytest.mark.parametrize(
    ("who", "step"),
    [
        ("supervisor", "accept"),
        ("clerk", "sign"),
        ("clerk", "submit_reply"),
        ("handler", "approve_reply"),
        ("lead", "close_unsolved"),
        ("clerk", "restore"),
        ("supervisor", "redo"),
    ],
)
def test_a_role_without_the_step_is_refused(pages: Pages, who: str, step: str) -> None:
    pages.desk.to(Status.HANDLING)
    before = (pages.desk.case.status, pages.desk.case.version)
    answer = pages.post(who, step, text="x")
    assert answer.status_code in {403, 409, 422}
    assert (pages.desk.case.status, pages.desk.case.version) == before


def test_nobody_calls_about_their_own_reply(pages: Pages) -> None:
    pages.to_replied()
    for who in ("handler", "lead"):
        assert pages.post(who, "acts/contact", channel="phone", reached="yes").status_code in {
            403,
            409,
        }
    assert utc_now() > pages.desk.case.filed_at
