"""The author of a reply is warned, and decides."""

from desk.casework.words import Status
from tests.workbench.pages import CALL, REPLY, Pages


def test_a_reply_with_a_number_in_it_waits_for_its_author(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    pages.do("handler", "acts/contact", **CALL)
    told = {**REPLY, "action": "已通知 13800138000 来领证，请耐心等待。"}
    answer = pages.post("handler", "submit_reply", **told)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'name="sure"' in page
    assert "已通知 13800138000 来领证" in page
    assert pages.desk.case.status is Status.HANDLING
    for odd in ("", "no", "1" * 5_000, "有\0字"):
        assert pages.post("handler", "submit_reply", sure=odd, **told).status_code == 422
    pages.do("handler", "submit_reply", sure="yes", **told)
    assert pages.desk.case.status is Status.REPLY_REVIEW


def test_a_good_reply_goes_out_at_once(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    pages.do("handler", "acts/contact", **CALL)
    assert 'name="sure"' not in pages.get("handler", "?do=submit_reply")
    pages.do("handler", "submit_reply", **REPLY)
