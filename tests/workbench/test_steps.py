"""Every step staff can take, through its page: the ordinary way, and the ways back."""

import re

import pytest

from desk.audit.queries import faults, lines_of
from desk.casework.queries.context import context_of
from desk.casework.words import Result, Status
from desk.casework.workflow import offers
from desk.kernel.clock import utc_now
from desk.workbench.views.case import STAFF_MOVES
from tests import make
from tests.workbench.pages import ANSWERS, APPROVAL, BRIEF, CALL, REPLY, Pages, rectification


def status(pages: Pages) -> Status:
    return pages.desk.case.status


def test_a_complaint_from_filed_to_closed(pages: Pages) -> None:
    pages.to_replied()
    assert status(pages) is Status.REPLIED
    pages.do("clerk2", "close_solved", text="办好了，谢谢。", **ANSWERS)
    case = pages.desk.case
    assert (case.status, case.result) == (Status.CLOSED, Result.SOLVED)
    page = pages.get("clerk2")
    for told in ("facts", "basis", "action", "next_step", "contact", "evidence"):
        assert REPLY[told] in page
    assert "办好了，谢谢。" in page
    assert "结果 5 分，态度 4 分" in page
    assert faults() == []


def test_missing_papers_are_asked_for_and_supplied(pages: Pages) -> None:
    pages.do("clerk", "ask_supplement", text="请补退件凭证。")
    assert status(pages) is Status.SUPPLEMENT
    pages.do("clerk", "supply", text="退件便条")
    assert status(pages) is Status.SUBMITTED
    assert "请补退件凭证。" in pages.get("clerk")


def test_a_reply_goes_back_and_comes_again(pages: Pages) -> None:
    pages.desk.to(Status.REPLY_REVIEW)
    pages.do("lead", "send_back", text="没有写依据的条款。")
    assert status(pages) is Status.HANDLING
    assert "没有写依据的条款。" in pages.get("handler")
    returned = pages.browser("handler").get("/desk/").get_data(as_text=True)
    assert "退回重办" in returned
    pages.do("handler", "submit_reply", **REPLY)
    pages.do("lead", "approve_reply", **APPROVAL)
    assert status(pages) is Status.REPLIED


def test_not_content_is_done_again(pages: Pages) -> None:
    pages.to_replied()
    pages.do("clerk2", "redo", text="证书上名字写错了。")
    case = pages.desk.case
    assert (case.status, case.round) == (Status.HANDLING, 1)
    pages.answer()
    pages.do("clerk2", "close_solved", **ANSWERS)
    pages.do("supervisor", "reopen", text="回头看发现没有解决。")
    assert pages.desk.case.round == 2


def test_what_cannot_be_done_ends_unsolved_by_the_supervisor(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    pages.do("handler", "acts/contact", **CALL)
    pages.do("handler", "submit_reply", **{**REPLY, "outcome": "EXPLAINED", "evidence": ""})
    assert pages.post("lead", "approve_reply", **APPROVAL).status_code == 409
    pages.do("supervisor", "approve_reply", **APPROVAL)
    pages.do("supervisor", "close_unsolved", text="法律不允许，可以申请复议。")
    assert (status(pages), pages.desk.case.result) == (Status.CLOSED, Result.UNSOLVED)


def test_withdrawn_for_the_complainant_and_taken_up_again(pages: Pages) -> None:
    pages.do("clerk", "withdraw", text="11月24日来电，自愿撤回。")
    assert status(pages) is Status.WITHDRAWN
    pages.do("supervisor", "restore", text="来电要求继续办理。")
    assert status(pages) is Status.SUBMITTED


def test_calls_without_an_answer_say_how_many_are_missing(pages: Pages) -> None:
    pages.to_replied()
    for _ in range(2):
        pages.do("clerk2", "acts/contact", channel="phone", reached="no", note="")
    page = pages.get("clerk2", "?do=close_unconfirmed")
    assert re.search(r'id="blocked-close_unconfirmed".*?2.*?1.*?</p>', page, re.DOTALL)
    assert "dk-act__form" not in page
    assert pages.post("clerk2", "close_unconfirmed").status_code == 409
    assert status(pages) is Status.REPLIED


def test_a_bad_rating_is_verified_put_right_and_closed(pages: Pages) -> None:
    rectification(pages.desk)
    early = pages.post("clerk", "acts/verdict", verdict="true", note="有录像")
    assert early.status_code == 409
    pages.do("clerk", "acts/contact", **CALL)
    pages.do("clerk", "acts/verdict", verdict="true", note="有录像")
    assert pages.post("clerk", "dispatch_rectification", department="").status_code == 422
    pages.do(
        "clerk", "dispatch_rectification", department=str(pages.desk.department.id), brief=BRIEF
    )
    pages.do("handler", "sign")
    pages.do("handler", "submit_reply", **REPLY)
    assert pages.post("lead", "approve_reply", **APPROVAL).status_code == 409
    pages.do("supervisor", "approve_reply", **APPROVAL)
    pages.do("clerk2", "close_solved", **ANSWERS)
    assert status(pages) is Status.CLOSED
    assert faults() == []


def test_taking_assigning_writing_and_noting(pages: Pages) -> None:
    pages.desk.to(Status.DISPATCHED)
    pages.do("handler", "acts/take")
    handler, lead = (pages.desk.people[who].user_id for who in ("handler", "lead"))
    assert pages.desk.case.handler_id == handler
    pages.do("lead", "acts/assign", user=str(lead))
    assert pages.desk.case.handler_id == lead
    pages.do("handler", "acts/message", text="我们明天上午给您回电。")
    pages.do("handler", "acts/note", text="内部：已约档案室。")
    page = pages.get("clerk")
    assert "我们明天上午给您回电。" in page
    assert "内部：已约档案室。" in page
    whats = [line.what for line in lines_of(pages.desk.region.id, f"c/{pages.desk.id.hex}")]
    assert whats[-4:] == ["take", "assign", "add_message", "add_note"]


def test_the_story_can_be_read_by_side(pages: Pages) -> None:
    pages.do("clerk", "acts/message", text="公开的话")
    pages.do("clerk", "acts/note", text="内部的话")
    assert "内部的话" not in pages.get("clerk", "?show=public")
    internal = pages.get("clerk", "?show=internal")
    assert "公开的话" not in internal
    assert "内部的话" in internal
    assert "公开的话" in pages.get("clerk", "?show=nonsense")


@pytest.mark.parametrize(
    "where",
    [Status.ACCEPTED, Status.DISPATCHED, Status.HANDLING, Status.REPLY_REVIEW, Status.REPLIED,
     Status.CLOSED],
)  # fmt: skip
def test_the_bar_offers_exactly_what_the_table_allows(pages: Pages, where: Status) -> None:
    desk = pages.desk.to(where)
    unseen = {"handler", "lead"} if where is Status.ACCEPTED else set()
    for who in {"clerk", "handler", "lead", "supervisor"} - unseen:
        page = pages.get(who)
        context = context_of(desk.case, desk.people[who], now=utc_now())
        allowed = offers(context.situation, context.permissions)
        free = {offer.row.move for offer in allowed if offer.blocked is None}
        for move in STAFF_MOVES:
            assert (f"?do={move}#act" in page) == (move in free), (who, move)
        for offer in allowed:
            stands = f'id="blocked-{offer.row.move}"' in page
            assert stands == (offer.blocked is not None), (who, offer.row.move)


def test_after_a_step_the_next_case_opens(pages: Pages) -> None:
    other = [make_another(pages) for _ in range(2)]
    answer = pages.post("clerk", "ask_supplement", text="缺一份", next="1")
    assert answer.status_code == 303
    assert answer.location in {f"/desk/cases/{number}" for number in other}
    pages.desk.number = answer.location.rsplit("/", 1)[1]
    on = pages.browser("clerk").get(f"{pages.url}/next")
    back = pages.browser("clerk").get(f"{pages.url}/previous")
    assert {on.location, back.location} >= {"/desk/queue"}


def make_another(pages: Pages) -> str:
    return make.case(pages.desk.region.id, pages.desk.hall.id).number
