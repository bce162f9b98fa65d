"""Who is writing at a case just now, told when a page is loaded; and two tabs of one person."""

from datetime import timedelta

import time_machine
from sqlalchemy import select

from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from desk.schedules import forget
from desk.writing.models import CaseDraft, Presence
from tests.workbench.pages import Pages, elsewhere

MINE, OTHER = "在第一个标签页写的", "在第二个标签页写的"


def name_of(pages: Pages, who: str) -> str:
    return pages.desk.people[who].name


def present() -> int:
    end_read()
    return len(db.session.scalars(select(Presence)).all())


def kept() -> list[CaseDraft]:
    end_read()
    return list(db.session.scalars(select(CaseDraft)))


def seen_on(page: str) -> str:
    return page.split('name="draft_seen"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def test_whoever_opens_a_form_is_named_to_others_for_two_minutes(pages: Pages) -> None:
    with time_machine.travel(utc_now(), tick=False) as clock:
        clerk, second = (pages.browser(who) for who in ("clerk", "clerk2"))
        assert clerk.get(pages.url).status_code == 200
        assert present() == 0
        clerk.get(f"{pages.url}?do=note")
        page = second.get(pages.url).get_data(as_text=True)
        assert f"正在填写：{name_of(pages, 'clerk')}" in page
        assert "正在填写" not in clerk.get(pages.url).get_data(as_text=True)
        clock.shift(timedelta(minutes=2))
        assert "正在填写" not in second.get(pages.url).get_data(as_text=True)
        pages.post("clerk", "drafts/note", text=MINE, draft_seen="")
        assert "正在填写" in second.get(pages.url).get_data(as_text=True)
        pages.do("clerk", "acts/note", text=MINE)
        assert "正在填写" not in second.get(pages.url).get_data(as_text=True)
        second.get(f"{pages.url}?do=note")
        forget(utc_now() + timedelta(hours=1))
        assert present() == 0


def test_a_form_that_does_not_open_and_one_without_words_name_nobody(pages: Pages) -> None:
    for do in ("nonsense", "close_solved", "sign", "reveal"):
        pages.browser("clerk").get(f"{pages.url}?do={do}")
    for stranger in elsewhere(pages.desk).values():
        assert stranger.get(f"{pages.url}?do=note").status_code == 404
    assert present() == 0


def test_the_second_tab_is_told_and_neither_text_is_lost(pages: Pages) -> None:
    first = seen_on(pages.get("clerk", "?do=note"))
    assert first == ""
    pages.do("clerk", "drafts/note", text=MINE, draft_seen=first)
    answer = pages.post("clerk", "drafts/note", text=OTHER, draft_seen=first)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert MINE in page
    assert OTHER in page
    assert MINE in pages.get("clerk", "?do=note")
    pages.do("clerk", "drafts/note", text=OTHER, draft_seen=first, over="yes")
    assert OTHER in pages.get("clerk", "?do=note")


def test_scripts_are_told_in_a_sentence(pages: Pages) -> None:
    browser, wanted = pages.browser("clerk"), {"Accept": "application/json"}
    path = f"{pages.url}/drafts/note"

    def keep(text: str, seen: str, **more: str) -> tuple[int, dict[str, str]]:
        data = {"text": text, "draft_seen": seen, **more}
        answer = browser.post(path, data=data, headers=wanted)
        return answer.status_code, answer.get_json()

    status, first = keep(MINE, "")
    assert (status, bool(first["mark"])) == (200, True)
    status, _told = keep(f"{MINE}，再加一句", first["mark"])
    assert status == 200
    status, told = keep(OTHER, first["mark"])
    assert (status, list(told)) == (409, ["errors"])
    assert keep(f"{MINE}，再加一句", first["mark"])[0] == 200
    assert keep("", "stale", discard="yes")[0] == 409
    assert len(kept()) == 1


def test_sending_in_one_tab_leaves_what_the_other_has_kept(pages: Pages) -> None:
    pages.do("clerk", "drafts/note", text=OTHER, draft_seen="")
    pages.do("clerk", "acts/note", text=MINE, draft_seen="2020-01-01T00:00:00.000000+00:00")
    assert OTHER in pages.get("clerk", "?do=note")
    seen = seen_on(pages.get("clerk", "?do=note"))
    pages.do("clerk", "acts/note", text=OTHER, draft_seen=seen)
    assert kept() == []


def test_the_mark_of_a_draft_may_be_anything(pages: Pages) -> None:
    pages.do("clerk", "drafts/note", text=MINE)
    for odd in ("x", "١٢٣", str(10**30), "2026-02-30", "<b>"):
        assert pages.post("clerk", "drafts/note", text=OTHER, draft_seen=odd).status_code == 409
        pages.do("clerk", "acts/message", text="答复", draft_seen=odd)
    assert len(kept()) == 1
