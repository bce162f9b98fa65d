"""What somebody types at a case is kept for them alone, and saved replies are put into it."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from desk.access.permissions import Role
from desk.casework.words import Status
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.schedules import forget
from desk.writing import drafts
from desk.writing.actions import ReplyText, add_reply
from desk.writing.models import CaseDraft
from desk.writing.words import Purpose, Reach
from tests import make
from tests.people import signed_in
from tests.workbench.pages import CALL, REPLY, Pages, elsewhere

TYPED = "已联系登记中心，明日回电。"


def rows() -> list[CaseDraft]:
    end_read()
    return list(db.session.scalars(select(CaseDraft)))


def saved(pages: Pages, purpose: Purpose, parts: dict[str, str], who: str = "handler") -> str:
    """Keep a reply of somebody's own, and give its key."""
    with transaction():
        row = add_reply(
            ReplyText("常用", purpose, parts, Reach.OWN, pages.desk.region.id),
            by=pages.desk.people[who],
            now=utc_now(),
        )
        return str(row.id)


def test_a_draft_is_shown_again_to_its_author_alone(pages: Pages) -> None:
    pages.do("clerk", "drafts/note", text=TYPED, keep="yes")
    assert TYPED in pages.get("clerk", "?do=note")
    assert "data-discard" in pages.get("clerk", "?do=note")
    assert TYPED not in pages.get("clerk2", "?do=note")
    assert TYPED not in pages.get("clerk", "?do=message")
    home = pages.browser("clerk").get("/desk/").get_data(as_text=True)
    assert f"{pages.desk.number}?do=note#act" in home
    assert "?do=note#act" not in pages.browser("clerk2").get("/desk/").get_data(as_text=True)


def test_the_database_alone_does_not_tell_what_a_draft_says(pages: Pages) -> None:
    pages.do("clerk", "drafts/note", text=TYPED)
    row = rows()[0]
    assert TYPED.encode() not in bytes(row.body_e)
    with transaction():
        stolen = CaseDraft(
            region_id=row.region_id,
            case_id=row.case_id,
            user_id=pages.desk.people["clerk2"].user_id,
            form="note",
            body_e=bytes(row.body_e),
            kept_at=row.kept_at,
            expires_at=row.expires_at,
        )
        db.session.add(stolen)
    assert TYPED not in pages.get("clerk2", "?do=note")


def test_what_was_sent_leaves_no_draft(pages: Pages) -> None:
    pages.do("clerk", "drafts/note", text=TYPED)
    pages.do("clerk", "drafts/message", text=TYPED)
    pages.do("clerk", "acts/note", text=TYPED)
    assert [row.form for row in rows()] == ["message"]
    assert pages.post("clerk", "acts/message", text="").status_code == 422
    assert [row.form for row in rows()] == ["message"]
    pages.desk.to(Status.HANDLING)
    pages.do("handler", "acts/contact", **CALL)
    pages.do("handler", "drafts/submit_reply", **REPLY)
    pages.do("handler", "submit_reply", **REPLY)
    pages.do("lead", "drafts/ask_extension", days="2", text="等批")
    assert sorted(row.form for row in rows()) == ["ask_extension", "message"]


def test_a_draft_can_be_thrown_away_and_runs_out(pages: Pages) -> None:
    pages.do("clerk", "drafts/note", text=TYPED)
    pages.do("clerk", "drafts/note", text=TYPED, discard="yes")
    assert rows() == []
    pages.do("clerk", "drafts/note", text=TYPED)
    pages.do("clerk", "drafts/note", text="  \n ")
    assert rows() == []
    pages.do("clerk", "drafts/note", text=TYPED)
    here = (pages.desk.case.region_id, pages.desk.id, pages.desk.people["clerk"].user_id or 0)
    end_read()
    later = utc_now() + timedelta(days=7, minutes=1)
    assert drafts.drafts_at(*here, now=later) == {}
    assert drafts.unsent(pages.desk.people["clerk"], now=later) == []
    forget(later)
    assert rows() == []


def test_every_kind_of_field_comes_back(pages: Pages) -> None:
    pages.do("clerk", "drafts/accept", complexity="complex", item="none", item_words="甲")
    page = pages.get("clerk", "?do=accept")
    assert re.search(r'value="complex"[^>]* checked', page)
    assert re.search(r'value="none"[^>]* checked', page)
    assert 'value="甲"' in page


def test_others_who_moved_the_case_since_are_told_of(pages: Pages) -> None:
    pages.do("clerk", "drafts/note", text=TYPED)
    assert 'id="clash"' not in pages.get("clerk", "?do=note")
    pages.do("clerk", "acts/message", text="我自己发的")
    assert 'id="clash"' not in pages.get("clerk", "?do=note")
    pages.do("clerk2", "acts/message", text="同事发的消息")
    page = pages.get("clerk", "?do=note")
    clash = page[page.index('id="clash"') :]
    assert "同事发的消息" in clash
    assert TYPED in clash
    pages.do("clerk", "acts/note", text=TYPED)


def test_a_page_with_scripts_is_told_the_time(pages: Pages) -> None:
    browser = pages.browser("clerk")
    asked = {"Accept": "application/json"}
    answer = browser.post(f"{pages.url}/drafts/note", data={"text": TYPED}, headers=asked)
    assert answer.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d", answer.get_json()["kept"])
    empty = browser.post(f"{pages.url}/drafts/note", data={"text": ""}, headers=asked)
    assert empty.get_json() == {"kept": None, "mark": "", "fields": {}}
    long = browser.post(f"{pages.url}/drafts/note", data={"text": "x" * 60_001}, headers=asked)
    assert (long.status_code, len(long.get_json()["errors"])) == (422, 1)


def test_a_saved_reply_is_put_behind_what_was_typed(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    pages.do("handler", "acts/contact", **CALL)
    key = saved(pages, Purpose.REPLY, {"facts": "{编号}：已核实。", "contact": "{联系方式}"})
    assert f'<option value="{key}">常用</option>' in pages.get("handler", "?do=submit_reply")
    pages.do(
        "handler",
        "drafts/submit_reply",
        facts="前一句。",
        action="已收件。",
        outcome="DONE",
        saved=key,
        insert="yes",
    )
    page = pages.get("handler", "?do=submit_reply")
    assert f"前一句。\n{pages.desk.number}：已核实。" in page
    assert "区政务服务大厅，0700-000000" in page
    assert "已收件。" in page
    assert re.search(r'value="DONE"[^>]* checked', page)


def test_scripts_get_the_fields_that_changed(pages: Pages) -> None:
    key = saved(pages, Purpose.NOTE, {"text": "见{item}"}, who="clerk")
    answer = pages.browser("clerk").post(
        f"{pages.url}/drafts/note",
        data={"text": "甲", "saved": key, "insert": "yes"},
        headers={"Accept": "application/json"},
    )
    assert answer.get_json()["fields"] == {"text": "甲\n见{item}"}


def test_nobody_is_given_what_is_not_offered_to_them(pages: Pages) -> None:
    theirs = saved(pages, Purpose.NOTE, {"text": "他人私藏"}, who="clerk2")
    for odd in (theirs, "", "x", "1" * 5_000, "有\0字", str(make.MONDAY)):
        answer = pages.post("clerk", "drafts/note", text=TYPED, saved=odd, insert="yes")
        assert answer.status_code in {303, 422}, odd
        assert "他人私藏" not in pages.get("clerk", "?do=note")


@pytest.mark.parametrize("form", ["reveal", "nothing", "take", "NOTE", "%00", "a" * 300])
def test_there_are_no_drafts_of_other_things(pages: Pages, form: str) -> None:
    assert pages.post("clerk", f"drafts/{form}", text=TYPED).status_code == 404
    assert rows() == []


@pytest.mark.parametrize("odd", ["有\0字", "١٢٣", "长" * 20_000, "<b>&", "e\u0301" * 9])
def test_whatever_is_typed_is_kept_or_refused_with_a_sentence(pages: Pages, odd: str) -> None:
    data = {"text": odd.encode("utf-8", "surrogatepass"), "version": str(10**30)}
    answer = pages.browser("clerk").post(f"{pages.url}/drafts/note", data=data)
    assert answer.status_code == 303
    assert pages.browser("clerk").get(f"{pages.url}?do=note").status_code == 200


def test_too_much_is_refused_and_shown_again(pages: Pages) -> None:
    answer = pages.post("clerk", "drafts/note", text="x" * 60_001)
    assert answer.status_code == 422
    assert "x" * 60_001 in answer.get_data(as_text=True)
    assert rows() == []


def test_strangers_and_recused_people_have_no_drafts_here(pages: Pages) -> None:
    for who, browser in elsewhere(pages.desk).items():
        assert browser.post(f"{pages.url}/drafts/note", data={"text": "甲"}).status_code == 404, who
    pages.do("clerk", "drafts/note", text=TYPED)
    pages.do("clerk2", "acts/name", login=login_of(pages, "clerk"))
    assert pages.post("clerk", "drafts/note", text=TYPED).status_code == 404
    assert "?do=note#act" not in pages.browser("clerk").get("/desk/").get_data(as_text=True)


def login_of(pages: Pages, who: str) -> str:
    statement = text("SELECT login FROM users WHERE id = :id")
    return str(db.session.scalar(statement, {"id": pages.desk.people[who].user_id}))


def test_a_draft_takes_no_token_of_another_session(pages: Pages) -> None:
    pages.desk.app.config["WTF_CSRF_ENABLED"] = True
    answer = pages.post("clerk", "drafts/note", text=TYPED, csrf_token="x")
    assert answer.status_code == 422
    assert TYPED in answer.get_data(as_text=True)
    assert rows() == []


def test_an_admin_finds_no_way_to_a_draft(pages: Pages) -> None:
    admin = make.actor(Role.ADMIN, pages.desk.region.id)
    browser = signed_in(pages.desk.app.test_client(), admin, pages.desk.region.id)
    assert browser.post(f"{pages.url}/drafts/note", data={"text": "甲"}).status_code == 403


def test_a_draft_is_plain_json_to_the_person_and_nothing_in_the_ledger(pages: Pages) -> None:
    pages.do("clerk", "drafts/note", text=TYPED)
    end_read()
    bodies = db.session.scalars(text("SELECT body FROM ledger")).all()
    assert TYPED not in json.dumps([str(body) for body in bodies], ensure_ascii=False)
