"""The counter: one page by keyboard, read back, a slip, and nothing twice."""

import threading
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from desk.access.permissions import Role
from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.casework.actions.phone_lookup import MOST_AN_HOUR, look_up
from desk.casework.models import Case
from desk.casework.queries.access import opened_by
from desk.casework.words import CaseChannel, IdentityMode
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import NotAllowed, TooMany
from tests import make
from tests.people import signed_in
from tests.workbench.pages import Pages, rectification

GOOD = {
    "channel": "window",
    "identity_mode": "real",
    "party_kind": "individual",
    "phone": "139 0013 9000",
    "name": "尉迟·试",
    "item_words": "过户",
    "item": "none",
    "reason": "R02",
    "visits": "3",
    "title": "第三次补同一份证明",
    "story": "八月交的表，\n这边说没收到 𠮷😀。",
    "wish": "一次说清",
}
LONG = "长" * 20_001
NUL = "有\0字"
CHOICES = ("unknown", "١٢٣", str(10**30), "-1", "' OR 1=1", NUL)
BAD = {
    "channel": ("", "web", "rating", *CHOICES),
    "hall": ("", "0", "1;2", *CHOICES),
    "identity_mode": ("", *CHOICES),
    "party_kind": ("", *CHOICES),
    "phone": ("", "12345", "١٣٨٠٠١٣٨٠٠٠", "1" * 50, str(10**30), NUL),
    "name": ("", " ", "长" * 81, NUL, "一行\n两行"),
    "email": ("a@", "a b@c.de", "x" * 300 + "@c.de", NUL),
    "item_words": ("", "x" * 201, NUL),
    "item": ("unknown", "١", NUL),
    "reason": ("", "R00", *CHOICES),
    "visits": ("100", "-1", "1.5", "١٢٣", str(10**30), NUL),
    "window": ("0", "1.0", *CHOICES),
    "tried_by": CHOICES,
    "own_reference": ("x" * 81, NUL),
    "title": ("", "  ", "长" * 201, NUL),
    "story": ("", " \n ", LONG, NUL),
    "wish": ("长" * 2_001, NUL),
    "named_text": ("长" * 201, NUL),
    "lang": CHOICES,
    "needs": CHOICES,
    "happened_on-year": ("2026", "١٢٣", "99999", str(10**30)),
}


def fields(pages: Pages, **changes: str) -> dict[str, str]:
    return {"hall": str(pages.desk.hall.id), **GOOD, **changes}


def write(pages: Pages, who: str = "clerk", **changes: str) -> TestResponse:
    return pages.browser(who).post("/desk/counter", data=fields(pages, **changes))


def seen_on(page: str) -> str:
    return page.split('name="seen"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def send(pages: Pages, who: str = "clerk", **changes: str) -> TestResponse:
    page = pages.browser(who).get("/desk/counter/check").get_data(as_text=True)
    data = {"seen": seen_on(page), "agreed": "yes", **changes}
    return pages.browser(who).post("/desk/counter/check", data=data)


def slip(pages: Pages, who: str = "clerk") -> str:
    return pages.browser(who).get("/desk/counter/slip").get_data(as_text=True)


def parts_of(page: str) -> tuple[str, str, str]:
    """Give number, code and verification code as the slip prints them."""
    number = page.split('class="desk-number">')[1].split("<", maxsplit=1)[0]
    code = page.split('class="desk-code">')[1].split("</dd>", maxsplit=1)[0]
    proof = page.split('class="desk-mono">')[1].split("<", maxsplit=1)[0].replace(" ", "")
    return number, code.replace("<span>", "").replace("</span>", ""), proof


def cases() -> int:
    end_read()
    return db.session.scalar(select(func.count()).select_from(Case)) or 0


def lookups() -> list[LedgerLine]:
    end_read()
    found = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "phone_lookup"))
    return list(found)


@pytest.mark.parametrize("channel", ["window", "phone", "letter"])
def test_a_walk_in_is_written_down_read_back_and_given_a_slip(pages: Pages, channel: str) -> None:
    answer = write(pages, channel=channel)
    assert (answer.status_code, answer.location) == (303, "/desk/counter/check")
    page = unescape(pages.browser("clerk").get("/desk/counter/check").get_data(as_text=True))
    assert "这边说没收到 𠮷😀" in page
    assert "9000" in page
    answer = send(pages)
    assert (answer.status_code, answer.location) == (303, "/desk/counter/slip")
    number, code, proof = parts_of(slip(pages))
    end_read()
    case = opened_by(number, code)
    assert case is not None
    assert (case.channel, case.hall_id) == (CaseChannel(channel), pages.desk.hall.id)
    assert len(proof) == 16
    first = db.session.scalars(
        select(LedgerLine).where(LedgerLine.stream == f"c/{case.id.hex}", LedgerLine.seq == 1)
    ).one()
    assert first.hash.hex()[:16] == proof
    assert (first.actor_kind, first.user_id) == ("staff", pages.desk.people["clerk"].user_id)
    assert faults() == []


def test_the_code_is_gone_once_the_next_person_comes(pages: Pages) -> None:
    write(pages)
    send(pages)
    _number, code, _proof = parts_of(slip(pages))
    assert pages.browser("clerk").get("/desk/counter").location == "/desk/counter/slip"
    answer = pages.browser("clerk").post("/desk/counter/next")
    assert (answer.status_code, answer.location) == (303, "/desk/counter")
    answer = pages.browser("clerk").get("/desk/counter/slip")
    assert (answer.status_code, answer.location) == (303, "/desk/counter")
    page = pages.browser("clerk").get("/desk/counter").get_data(as_text=True)
    assert code not in page
    assert GOOD["title"] not in page


def test_sent_twice_it_is_one_case(pages: Pages) -> None:
    before = cases()
    write(pages)
    page = pages.browser("clerk").get("/desk/counter/check").get_data(as_text=True)
    data = {"seen": seen_on(page), "agreed": "yes"}
    for _try in range(3):
        answer = pages.browser("clerk").post("/desk/counter/check", data=data)
        assert (answer.status_code, answer.location) == (303, "/desk/counter/slip")
    assert cases() == before + 1


def test_two_clicks_at_once_are_one_case(pages: Pages) -> None:
    before = cases()
    write(pages)
    page = pages.browser("clerk").get("/desk/counter/check").get_data(as_text=True)
    cookies = [pages.browser("clerk").get_cookie(name) for name in ("pub", "desk")]
    answers: list[int] = []

    def click() -> None:
        browser = pages.desk.app.test_client()
        for cookie in cookies:
            assert cookie is not None
            browser.set_cookie(cookie.key, cookie.value)
        data = {"seen": seen_on(page), "agreed": "yes"}
        answers.append(browser.post("/desk/counter/check", data=data).status_code)

    threads = [threading.Thread(target=click) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4
    assert cases() == before + 1


def test_nothing_is_sent_before_they_agree(pages: Pages) -> None:
    before = cases()
    write(pages)
    assert send(pages, agreed="").status_code == 422
    assert send(pages, seen="x").status_code == 422
    assert cases() == before
    write(pages, channel="letter")
    assert send(pages, agreed="").status_code == 303


def test_what_was_written_is_there_when_something_is_changed(pages: Pages) -> None:
    write(pages, **{"happened_on-year": "2026", "happened_on-month": "8"})
    page = unescape(pages.browser("clerk").get("/desk/counter").get_data(as_text=True))
    for value in ("139 0013 9000", "第三次补同一份证明", "这边说没收到 𠮷😀", "2026"):
        assert value in page
    assert 'name="happened_on-day" type="text" inputmode="numeric" value=""' in page


def test_what_cannot_be_taken_is_said_and_kept(pages: Pages) -> None:
    before = cases()
    for field, values in BAD.items():
        for value in values:
            answer = write(pages, **{field: value})
            page = unescape(answer.get_data(as_text=True))
            assert answer.status_code == 422, (field, value[:20], answer.status_code)
            assert "govuk-error-summary" in page, (field, value[:20])
            assert field == "story" or "这边说没收到 𠮷😀" in page, (field, value[:20])
    answer = pages.browser("clerk").get("/desk/counter/check")
    assert (answer.status_code, answer.location) == (303, "/desk/counter")
    assert cases() == before


def test_a_field_sent_twice_is_refused(pages: Pages) -> None:
    for field in ("phone", "title", "channel", "hall"):
        data = {**fields(pages), field: ["x", "y"]}
        for path in ("/desk/counter", "/desk/counter/phone", "/desk/counter/check"):
            answer = pages.browser("clerk").post(path, data=data)
            assert 400 <= answer.status_code < 500, (field, path)


def test_a_hall_or_window_of_others_is_refused(pages: Pages) -> None:
    far = make.hall(pages.desk.region.id)
    window = make.window(far.id)
    assert write(pages, hall=str(far.id)).status_code == 422
    assert write(pages, window=str(window.id)).status_code == 422
    answer = pages.browser("clerk").post(
        "/desk/counter/phone", data=fields(pages, hall=str(far.id))
    )
    assert answer.status_code == 422


def test_an_item_is_found_by_its_name_and_asked_for_otherwise(pages: Pages) -> None:
    assert write(pages, item="", item_words="转移登记").status_code == 422
    write(pages, item="", item_words=pages.item)
    send(pages)
    end_read()
    case = db.session.scalars(select(Case).where(Case.title == GOOD["title"])).one()
    assert case.item_id == pages.desk.item.id


def test_the_access_code_is_not_taken_into_the_text(pages: Pages) -> None:
    write(pages)
    send(pages)
    _number, code, _proof = parts_of(slip(pages))
    assert write(pages, story=f"码 {code}").location == "/desk/counter/slip"


@pytest.mark.parametrize("who", ["handler", "lead", "supervisor", "admin"])
def test_only_clerks_sit_at_the_counter(pages: Pages, who: str) -> None:
    browser = pages.browser(who)
    for path in ("/desk/counter", "/desk/counter/check", "/desk/counter/slip"):
        assert browser.get(path).status_code == 403
    for path in ("/desk/counter", "/desk/counter/phone", "/desk/counter/next"):
        assert browser.post(path, data=fields(pages)).status_code == 403


def test_what_one_clerk_wrote_another_does_not_see(pages: Pages) -> None:
    write(pages)
    cookie = pages.browser("clerk").get_cookie("pub")
    assert cookie is not None
    pages.browser("clerk2").set_cookie("pub", cookie.value)
    assert pages.browser("clerk2").get("/desk/counter/check").location == "/desk/counter"
    assert GOOD["title"] not in pages.browser("clerk2").get("/desk/counter").get_data(as_text=True)


def look(pages: Pages, phone: str, who: str = "clerk") -> TestResponse:
    data = fields(pages, phone=phone, title="", reason="")
    return pages.browser(who).post("/desk/counter/phone", data=data)


def test_earlier_cases_are_found_by_number_and_the_look_is_kept(pages: Pages) -> None:
    answer = look(pages, "138 0013 8000")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f"/desk/cases/{pages.desk.number}" in page
    assert "这边说没收到" in page
    line = lookups()[0]
    assert line.user_id == pages.desk.people["clerk"].user_id
    assert line.body == {"hall": pages.desk.hall.id, "cases": [pages.desk.id.hex]}
    assert f"/desk/cases/{pages.desk.number}" not in look(pages, "13900139000").get_data(True)


def test_hidden_cases_and_those_of_other_halls_are_not_found(pages: Pages) -> None:
    desk = pages.desk
    hall = make.hall(desk.region.id)
    hidden = [
        make.case(desk.region.id, desk.hall.id, identity_mode=IdentityMode.CONFIDENTIAL).number,
        make.case(desk.region.id, hall.id).number,
    ]
    mine = desk.number
    rectification(desk)
    page = look(pages, "13800138000").get_data(as_text=True)
    assert f"/desk/cases/{mine}" in page
    for number in (*hidden, desk.number):
        assert number not in page
    assert lookups()[0].body == {"hall": desk.hall.id, "cases": [desk.receipt.case.id.hex]}


def test_a_number_that_is_none_is_not_looked_for(pages: Pages) -> None:
    for phone in ("", "12345", "١٣٨٠٠١٣٨٠٠٠", str(10**30), NUL, "' OR 1=1"):
        answer = look(pages, phone)
        assert answer.status_code == 422, phone
        assert "这边说没收到" in answer.get_data(as_text=True)
    assert lookups() == []


def test_the_hour_has_twenty_look_ups(pages: Pages) -> None:
    desk, now = pages.desk, utc_now()
    clerk = desk.people["clerk"]

    def ask(minutes: int) -> int:
        with transaction():
            return look_up(
                "13800138000",
                region_id=desk.region.id,
                hall_id=desk.hall.id,
                by=clerk,
                now=now + timedelta(minutes=minutes),
            ).used

    region_id, hall_id = desk.region.id, desk.hall.id
    assert [ask(-30) for _n in range(MOST_AN_HOUR)] == list(range(1, MOST_AN_HOUR + 1))
    with pytest.raises(TooMany) as refused:
        ask(0)
    assert 0 < refused.value.retry_after <= 1800
    answer = look(pages, "13800138000")
    assert answer.status_code == 429
    assert "这边说没收到" in answer.get_data(as_text=True)
    assert look(pages, "13800138000", "clerk2").status_code == 200
    assert len(lookups()) == MOST_AN_HOUR + 1
    assert ask(31) == 1
    assert write(pages).status_code == 303
    far = make.actor(Role.CLERK, region_id, hall_id=make.hall(region_id).id)
    with pytest.raises(NotAllowed), transaction():
        look_up("13800138000", region_id=region_id, hall_id=hall_id, by=far, now=now)


def test_a_clerk_of_no_hall_is_told(pages: Pages) -> None:
    region = make.region("YZ", "110000", limits=False)
    away = make.actor(Role.CLERK, region.id, hall_id=make.hall(region.id).id)
    browser = signed_in(pages.desk.app.test_client(), away, pages.desk.region.id)
    assert browser.get("/desk/counter").status_code == 403


def test_the_page_opens_with_its_fields_in_the_order_they_are_asked(pages: Pages) -> None:
    page = pages.browser("clerk").get("/desk/counter").get_data(as_text=True)
    order = [page.index(f'name="{name}"') for name in ("phone", "name", "item_words", "story")]
    assert order == sorted(order)
    assert "autofocus" in page
    assert 'href="/desk/counter" aria-current="page"' in page
