"""One complaint, from a phone to closed and rated, and into the month's figures."""

import re
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, Page

from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.schedules import follow, seal
from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take


@dataclass(frozen=True)
class Words:
    """What somebody types in their language."""

    lang: str
    width: int
    item: str
    story: str
    name: str
    facts: str
    scripts: bool = False


CHINESE = Words(
    "zh_Hans",
    360,
    "不动产转移登记（存量房买卖）",
    "第三次让我补同一份证明。",
    "欧阳·小四",
    "窗口用了旧清单。",
)
ENGLISH = Words(
    "en", 1440, "Transfer of property", "The third time for the same paper.", "Ann O'Neil",
    "The window used an old list.",
)  # fmt: skip

pytestmark = pytest.mark.browser
MAIN = "button.govuk-button:not(.govuk-button--secondary):not(.govuk-button--text)"


def press(page: Page) -> None:
    """Press the main button of the page's form."""
    page.locator("main form button[type=submit]").last.click()


def file_complaint(page: Page, words: Words) -> tuple[str, str]:
    """Fill in the four steps and return number and access code."""
    page.goto("/")
    take(page, "home", words.lang, words.width)
    page.locator("a.desk-door--first").click()
    press(page)
    take(page, "what-errors", words.lang, words.width)
    assert page.locator(".govuk-error-summary").is_visible()
    page.locator("[name=item_words]").fill(words.item)
    page.locator("[name=reason][value=R02]").check()
    page.locator("[name=visits]").fill("3")
    take(page, "what", words.lang, words.width)
    press(page)
    page.wait_for_url("**/tell")
    page.locator("[name=story]").fill(words.story)
    take(page, "tell", words.lang, words.width)
    press(page)
    page.wait_for_url("**/you")
    page.locator("[name=identity_mode][value=real]").check()
    page.locator("[name=party_kind][value=individual]").check()
    page.locator("[name=name]").fill(words.name)
    page.locator("[name=phone]").fill("138 0013 8000")
    take(page, "you", words.lang, words.width)
    press(page)
    page.wait_for_url("**/check")
    take(page, "check", words.lang, words.width)
    press(page)
    page.wait_for_url("**/receipt")
    take(page, "receipt", words.lang, words.width)
    number = page.locator(".desk-number").inner_text().strip()
    code = "".join(page.locator(".desk-code span").all_inner_texts())
    page.locator("[name=saved]").check()
    press(page)
    page.wait_for_url("**/track")
    return number, code


def open_case(page: Page, words: Words, number: str, code: str) -> None:
    page.goto("/complaints/track")
    page.locator("[name=number]").fill(number.lower())
    page.locator("[name=code]").fill(code.lower())
    take(page, "track", words.lang, words.width)
    press(page)
    page.wait_for_url(f"**/complaints/{number}")


def send(page: Page) -> None:
    """Press the main button of a case's form, without waiting for the seconds to run down."""
    page.locator(f".dk-act__form {MAIN}").click()
    now = page.locator("[data-countdown-now]")
    if now.is_visible():
        now.click()
    page.wait_for_load_state()


def step(page: Page, number: str, move: str, fields: dict[str, str], picks: dict[str, str]) -> None:
    """Take a step on the page of a case."""
    page.goto(f"/desk/cases/{number}?do={move}")
    form = page.locator(".dk-act__form")
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    for name, value in picks.items():
        target = form.locator(f"[name={name}]")
        if target.first.evaluate("e => e.tagName") == "SELECT":
            target.select_option(value)
        else:
            form.locator(f"[name={name}][value='{value}']").check()
    send(page)
    wrong = page.locator(".govuk-error-summary")
    assert not wrong.count(), wrong.inner_text()
    page.wait_for_url(re.compile(rf"/desk/cases/{number}$"))


def through_the_desk(browser: Browser, site: Site, words: Words, number: str) -> None:
    """Triage, dispatch, sign, call, reply, approve and follow up, each by whose turn it is."""

    def staff(login: str) -> Page:
        return sign_in(
            person(browser, site, lang=words.lang, width=words.width, scripts=words.scripts),
            login,
        )

    clerk = staff("clerk")
    take(clerk, "staff-home", words.lang, words.width)
    clerk.goto("/desk/queue")
    take(clerk, "queue", words.lang, words.width)
    assert number.split("-")[2] in clerk.content()
    clerk.goto(f"/desk/cases/{number}?do=accept")
    take(clerk, "case-accept", words.lang, words.width)
    step(clerk, number, "accept", {"item_words": words.item}, {"complexity": "general"})
    department = clerk.locator("[name=department] option")
    clerk.goto(f"/desk/cases/{number}?do=dispatch")
    value = department.nth(1).get_attribute("value")
    assert value
    step(clerk, number, "dispatch", {}, {"department": value})

    handler = staff("handler")
    step(handler, number, "sign", {}, {})
    step(handler, number, "contact", {"note": "…"}, {"channel": "phone", "reached": "yes"})
    handler.goto(f"/desk/cases/{number}?do=submit_reply")
    take(handler, "case-reply", words.lang, words.width)
    parts = {
        "facts": words.facts,
        "basis": "办事指南 Guide 2026",
        "action": "11-24 ✓ 收件 received",
        "next_step": "领证 collect it",
        "contact": "0700-1234567",
        "evidence": "7731",
    }
    step(handler, number, "submit_reply", parts, {"outcome": "DONE"})

    lead = staff("lead")
    step(lead, number, "approve_reply", {}, {"root_cause": "R02", "responsibility": "staff"})

    second = staff("clerk2")
    second.goto(f"/desk/cases/{number}?do=close_solved")
    take(second, "case-close", words.lang, words.width)
    answers = {"in_time": "yes", "solved": "yes", "result_score": "5", "attitude_score": "4"}
    step(second, number, "close_solved", {}, answers)
    take(second, "case-closed", words.lang, words.width)


LOOKED_AT = (replace(CHINESE, width=1440, scripts=True), replace(ENGLISH, width=360, scripts=True))


@pytest.mark.parametrize(
    "words",
    [CHINESE, ENGLISH, *LOOKED_AT],
    ids=["zh-360", "en-1440", "zh-1440-scripts", "en-360-scripts"],
)
def test_a_complaint_goes_from_a_phone_to_closed_and_rated(
    browser: Browser, site: Site, words: Words
) -> None:
    citizen = person(browser, site, lang=words.lang, width=words.width, scripts=words.scripts)
    page = citizen.new_page()
    number, code = file_complaint(page, words)
    open_case(page, words, number, code)
    take(page, "case-public-new", words.lang, words.width)
    received = site.post_letters()
    assert [number in letter.body for letter in received] == [True]
    assert not any(code in letter.body or words.story in letter.body for letter in received)

    through_the_desk(browser, site, words, number)

    open_case(page, words, number, code)
    take(page, "case-public-closed", words.lang, words.width)
    assert words.facts in page.content()
    links = [
        match.group(0)
        for letter in site.post_letters()
        for match in re.finditer(r"http\S+/rate/\S+", letter.body)
    ]
    assert len(links) == 1
    page.goto(links[0])
    take(page, "rate", words.lang, words.width)
    page.locator("[name=level][value='1']").check()
    press(page)
    page.wait_for_url("**/rate/thanks")
    page.goto(links[0])
    assert page.locator("h1").is_visible()
    take(page, "rate-again", words.lang, words.width)

    wide = person(browser, site, lang=words.lang, width=1440, scripts=words.scripts)
    boss = sign_in(wide, "supervisor")
    boss.goto("/supervision/")
    take(boss, "overview", words.lang, 1440)
    boss.goto("/supervision/ratings?of=case&level=1")
    assert boss.locator("tbody tr").count() == 1
    seal(utc_now())
    follow(utc_now())
    db.session.remove()
    boss.goto("/supervision/facts?what=closed")
    assert boss.locator(f"a[href$='/desk/cases/{number}']").count() == 1
    page.goto("/board")
    take(page, "board", words.lang, words.width)
    assert page.locator("h1").is_visible()
