"""The stories a desk is judged by: a bounced case, three that are one, a refusal overturned."""

import re

import pytest
from playwright.sync_api import Browser, Page

from desk.casework.actions.opening import Receipt
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.organisation.models import Hall, Region
from tests import make
from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take
from tests.journeys.test_complaint import CHINESE, open_case, send, step

pytestmark = pytest.mark.browser
ITEM = CHINESE.item


def filed(title: str) -> Receipt:
    """File a complaint without walking through its pages, which other stories do."""
    region = db.session.query(Region).filter(Region.short_code == "XZ").one()
    hall = db.session.query(Hall).one()
    receipt = make.case(region.id, hall.id, now=utc_now(), title=title)
    db.session.remove()
    return receipt


def staff(browser: Browser, site: Site, login: str, width: int = 1440) -> Page:
    return sign_in(person(browser, site, lang="zh_Hans", width=width, scripts=True), login)


def look(page: Page, name: str, width: int = 1440) -> None:
    take(page, name, "zh_Hans", width)


def test_three_cases_become_one_and_one_is_taken_out_again(browser: Browser, site: Site) -> None:
    parent, first, second = (filed(f"过户材料清单又变了，第{n}位") for n in "一二三")
    clerk = staff(browser, site, "clerk")
    step(clerk, parent.number, "accept", {"item_words": ITEM}, {"complexity": "general"})
    for child in (first, second):
        clerk.goto(f"/desk/cases/{child.number}?do=merge")
        look(clerk, "merge-form")
        step(clerk, child.number, "merge", {"parent": parent.number, "text": "同一份清单"}, {})
    look(clerk, "merged-child")
    clerk.goto(f"/desk/cases/{parent.number}/joined")
    look(clerk, "merged-list")
    assert clerk.locator("tbody tr").count() == 2
    clerk.goto(f"/desk/cases/{parent.number}?do=message")
    clerk.locator("#act [name=text]").fill("本周起窗口统一用新清单。")
    clerk.locator("#act [name=to_all]").check()
    look(clerk, "merged-message")
    send(clerk)

    phone = person(browser, site, lang="zh_Hans", width=360, scripts=True)
    citizen = phone.new_page()
    open_case(citizen, CHINESE, first.number, first.access_code)
    assert "本周起窗口统一用新清单。" in citizen.content()
    assert parent.number not in citizen.content()
    look(citizen, "merged-public", 360)
    citizen.locator("#unmerge [name=text]").fill("我缺的是另一份证明，不是一回事。")
    citizen.locator("#unmerge button[type=submit]").click()
    citizen.wait_for_url(re.compile(rf"/complaints/{first.number}$"))
    assert "您把它拆出来单独办理" in citizen.content()
    look(citizen, "unmerged-public", 360)

    clerk.goto("/desk/queue")
    assert first.number.split("-")[2] in clerk.content()
    clerk.goto(f"/desk/cases/{parent.number}/joined")
    assert clerk.locator("tbody tr").count() == 1
    told = [letter.body for letter in site.post_letters() if first.number in letter.body]
    assert any("合并办理" in body for body in told)
    assert any("拆出" in body for body in told)
    assert not any(parent.number in body for body in told)
