"""Whoever sends a text is shown what stands out in it, and decides."""

import re
from datetime import timedelta

import pytest
import time_machine

from desk.casework.words import IdentityMode, Status
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Code
from desk.organisation.queries import forget_kept
from tests import make
from tests.workbench.pages import APPROVAL, CALL, REPLY, Pages, another

NUMBER = "13800138000"
ODD = ("", "no", "yes", "1" * 5_000, "有\0字", "0" * 16)


def mark_in(page: str) -> str:
    """Give the value that says: exactly this was looked at."""
    found = re.search(r'name="sure" value="([0-9a-f]{16})"', page)
    assert found is not None
    return found[1]


def contacted(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    pages.do("handler", "acts/contact", **CALL)


def phrase() -> None:
    with transaction():
        db.session.add(
            Code(
                list="phrases",
                code="P01",
                zh="请耐心等待",
                en="please be patient",
                position=1,
                attrs={"instead_zh": "写明日期", "instead_en": "give a date"},
            )
        )
    forget_kept()


def test_a_reply_with_a_number_in_it_waits_for_its_author(pages: Pages) -> None:
    phrase()
    contacted(pages)
    told = {**REPLY, "action": f"已通知 {NUMBER} 来领证，请耐心等待。"}
    answer = pages.post("handler", "submit_reply", **told)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"<mark>{NUMBER}</mark>" in page
    assert "<mark>请耐心等待</mark>" in page
    assert "写明日期" in page
    assert f"已通知 {NUMBER} 来领证" in page
    assert pages.desk.case.status is Status.HANDLING
    for odd in ODD:
        assert pages.post("handler", "submit_reply", sure=odd, **told).status_code == 422
    pages.do("handler", "submit_reply", sure=mark_in(page), **told)
    assert pages.desk.case.status is Status.REPLY_REVIEW


def test_saying_that_it_is_meant_so_holds_for_what_was_shown_alone(pages: Pages) -> None:
    first = pages.post("clerk", "acts/message", text=f"请回电 {NUMBER}")
    assert first.status_code == 422
    mark = mark_in(first.get_data(as_text=True))
    other = pages.post("clerk", "acts/message", text="请回电 13900139000", sure=mark)
    assert other.status_code == 422
    pages.do("clerk", "acts/message", text=f"请回电 {NUMBER}", sure=mark)
    assert f"请回电 {NUMBER}" in pages.get("clerk")


def test_a_good_reply_goes_out_at_once(pages: Pages) -> None:
    contacted(pages)
    assert 'name="sure"' not in pages.get("handler", "?do=submit_reply")
    pages.do("handler", "submit_reply", **REPLY)


def test_the_reviewer_sees_what_the_author_saw(pages: Pages) -> None:
    contacted(pages)
    told = {**REPLY, "action": f"已通知 {NUMBER} 来领证。", "basis": "口头要求"}
    page = pages.post("handler", "submit_reply", **told).get_data(as_text=True)
    pages.do("handler", "submit_reply", sure=mark_in(page), **told)
    for form in ("approve_reply", "send_back"):
        page = pages.get("lead", f"?do={form}")
        assert f"<mark>{NUMBER}</mark>" in page
        assert "没有写明依据" in page
    assert f"<mark>{NUMBER}</mark>" not in pages.get("lead")
    pages.do("lead", "approve_reply", **APPROVAL)


def test_a_reply_that_stood_elsewhere_before_says_so_to_both(pages: Pages) -> None:
    long = "经核查，窗口收件时使用了旧的材料清单，因此多要了一份证明，现在已经按照新的清单收件。"
    told = {**REPLY, "facts": long, "action": f"收件并办结：{long}"}
    contacted(pages)
    pages.do("handler", "submit_reply", **told)
    first = pages.desk.number
    another(pages.desk)
    contacted(pages)
    answer = pages.post("handler", "submit_reply", **told)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "100%" in page
    assert first not in page[page.index("<main") :]
    pages.do("handler", "submit_reply", sure=mark_in(page), **told)
    assert "100%" in pages.get("lead", "?do=approve_reply")


@pytest.mark.parametrize(
    ("who", "form", "fields"),
    [
        ("clerk", "ask_supplement", {"text": "补：{N}"}),
        ("clerk", "withdraw", {"text": "来电撤回 {N}"}),
        ("clerk", "acts/message", {"text": "{承诺日期}前答复"}),
        ("clerk", "acts/message", {"text": "卡号 4111 1111 1111 1111"}),
        ("clerk", "acts/message", {"text": "证件 11010519491231002X"}),
    ],
)
def test_every_text_read_outside_is_looked_over(
    pages: Pages, who: str, form: str, fields: dict[str, str]
) -> None:
    given = {name: text.replace("{N}", NUMBER) for name, text in fields.items()}
    answer = pages.post(who, form, **given)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "<mark>" in page
    pages.do(who, form, sure=mark_in(page), **given)


@time_machine.travel(make.MONDAY + timedelta(hours=4))
def test_a_request_the_complainant_will_read_is_looked_over(pages: Pages) -> None:
    contacted(pages)
    given = {"days": "2", "text": f"等 {NUMBER} 回电"}
    answer = pages.post("handler", "requests/ask_extension", **given)
    assert answer.status_code == 422
    mark = mark_in(answer.get_data(as_text=True))
    pages.do("handler", "requests/ask_extension", sure=mark, **given)


def test_a_note_may_hold_a_number_unless_the_department_may_not_know_who(pages: Pages) -> None:
    pages.do("clerk", "acts/note", text=f"回电 {NUMBER}")
    another(pages.desk, identity_mode=IdentityMode.CONFIDENTIAL)
    assert pages.post("clerk", "acts/note", text=f"回电 {NUMBER}").status_code == 422
    end_read()
    pages.do("clerk", "accept", complexity="general", item="none")
    given = {"department": str(pages.desk.department.id), "brief": f"机主 {NUMBER} 要求核实"}
    assert pages.post("clerk", "dispatch", **given).status_code == 422


def test_another_department_asked_for_its_part_never_learns_who(pages: Pages) -> None:
    pages.do("clerk", "accept", complexity="general", item="none")
    other = make.department(pages.desk.region.id, "区税务局")
    asked = {"task_1_department": str(other.id), "task_1_brief": f"核对 {NUMBER} 的完税记录"}
    given = {"department": str(pages.desk.department.id), **asked}
    answer = pages.post("clerk", "dispatch", **given)
    assert answer.status_code == 422
    pages.do("clerk", "dispatch", sure=mark_in(answer.get_data(as_text=True)), **given)


def test_what_leaves_at_once_can_be_stopped_in_the_browser(pages: Pages) -> None:
    for form, stops in (("message", True), ("note", False), ("ask_supplement", True)):
        assert ("data-countdown" in pages.get("clerk", f"?do={form}")) is stops
    pages.desk.to(Status.REPLY_REVIEW)
    assert "data-countdown" in pages.get("lead", "?do=approve_reply")
    assert "data-countdown" not in pages.get("lead", "?do=send_back")
