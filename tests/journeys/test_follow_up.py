"""A closing that was none: found by asking, done again twice, and raised to the duty leader."""

import re

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from desk.accounts.models import Membership, User
from desk.kernel.db import db, transaction
from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take
from tests.journeys.test_complaint import CHINESE, step
from tests.journeys.test_hard_ones import filed

pytestmark = pytest.mark.browser


FOUND = (
    "经查，录入时把阳台面积算了两次，证上写成了101.2平方米。",
    "重新核对了测绘报告，发现档案里有两份，上次用的是旧的那一份。",
    "第三次核对，已把旧的测绘报告作废，只留新的那一份。",
    "负责人到场核对，请当事人一起看了测绘报告和档案原件。",
)


def answer_it(handler: Page, lead: Page, number: str, round_: int) -> None:
    """Reply, each round in other words, and have the reply approved."""
    parts = {
        "facts": FOUND[round_],
        "basis": "《不动产登记暂行条例》第二十二条",
        "action": f"第{round_ + 1}次换发了证书。",
        "next_step": "请带旧证到三号窗口领取。",
        "contact": "0700-1234567",
        "evidence": f"证号77{round_}",
    }
    step(handler, number, "submit_reply", parts, {"outcome": "DONE"})
    step(lead, number, "approve_reply", {}, {"root_cause": "R02", "responsibility": "staff"})


def call(page: Page, number: str, solved: str, text: str = "") -> None:
    """Open a call from the list, see the number, ask, and write down what was said."""
    page.goto("/desk/calls")
    take(page, "calls", "zh_Hans", 1440)
    page.locator(f"a[href='/desk/calls/{number}']").click()
    page.wait_for_url(f"**/desk/calls/{number}")
    if page.locator("form[action$='/number']").count():
        assert "13800138000" not in page.content()
        page.locator("form[action$='/number'] button").click()
        page.wait_for_load_state()
    assert "13800138000" in page.content()
    form = page.locator(".dk-call form").first
    form.locator("button[type=submit]").first.click()
    page.wait_for_load_state()
    assert page.locator(".govuk-error-summary").is_visible()
    take(page, "call-errors", "zh_Hans", 1440)
    form.locator("[name=reached][value=yes]").check()
    form.locator(f"[name=solved][value={solved}]").check()
    form.locator("[name=in_time][value=no]").check()
    form.locator("[name=result_score][value='1']").check()
    form.locator("[name=attitude_score][value='2']").check()
    form.locator("[name=text]").fill(text)
    take(page, "call", "zh_Hans", 1440)
    form.locator("button[type=submit]").last.click()
    page.wait_for_url("**/desk/calls")
    assert not page.locator(f"a[href='/desk/calls/{number}']").count()


def test_a_false_closing_is_found_and_raised_to_the_duty_leader(
    browser: Browser, site: Site
) -> None:
    with transaction():
        seat = db.session.scalars(
            select(Membership)
            .join(User, User.id == Membership.user_id)
            .where(User.login == "clerk")
        ).one()
        seat.is_head = True
    number = filed("证上的面积写错了，说改好了其实没改").number
    pages = {
        login: sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), login)
        for login in ("clerk", "clerk2", "handler", "lead")
    }
    clerk, caller, handler, lead = pages.values()
    step(clerk, number, "accept", {"item_words": CHINESE.item}, {"complexity": "general"})
    clerk.goto(f"/desk/cases/{number}?do=dispatch")
    department = clerk.locator("[name=department] option").nth(1).get_attribute("value")
    step(clerk, number, "dispatch", {}, {"department": str(department)})
    step(handler, number, "sign", {}, {})
    step(handler, number, "contact", {"note": "…"}, {"channel": "phone", "reached": "yes"})
    answer_it(handler, lead, number, 0)

    call(caller, number, "no", "证上的面积还是错的。")
    handler.goto("/desk/news")
    take(handler, "news", "zh_Hans", 1440)
    assert "退回给您" in handler.content()
    answer_it(handler, lead, number, 1)

    links = [
        match.group(0)
        for letter in site.post_letters()
        for match in re.finditer(r"http\S+/answer/[\w-]+", letter.body)
    ]
    citizen = person(browser, site, lang="zh_Hans", width=360, scripts=False).new_page()
    citizen.goto(links[-1])
    take(citizen, "answer", "zh_Hans", 360)
    assert "面积" not in citizen.content()
    citizen.locator("[name=solved][value=no]").check()
    citizen.locator("main form button[type=submit]").click()
    citizen.wait_for_url("**/answered?said=no")
    take(citizen, "answered", "zh_Hans", 360)
    citizen.goto(links[-1])
    take(citizen, "answer-again", "zh_Hans", 360)
    assert "您已经回答过了" in citizen.content()
    answer_it(handler, lead, number, 2)

    clerk.goto("/desk/news")
    assert "提级" not in clerk.content()
    call(caller, number, "no", "第三次了，还是没改。")
    clerk.goto("/desk/news")
    take(clerk, "news-escalated", "zh_Hans", 1440)
    assert "已提级给负责人" in clerk.content()
    clerk.locator(".dk-news__open", has_text="已提级给负责人").first.click()
    clerk.wait_for_url(f"**/desk/cases/{number}")
    assert "已提级" in clerk.content()

    answer_it(handler, lead, number, 3)
    call(caller, number, "yes")
    caller.goto(f"/desk/cases/{number}")
    assert "已办结" in caller.content()
