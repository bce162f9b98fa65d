"""The stories a desk is judged by: a bounced case, three that are one, a refusal overturned."""

import re

import pytest
from playwright.sync_api import Browser, Page

from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.accounts.passwords import hash_password
from desk.casework.actions.opening import Receipt
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.organisation.models import Department, Hall, Region
from tests import make
from tests.journeys.conftest import PASSWORD, Site, person, sign_in
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


def join(login: str, name: str, department: str) -> int:
    """Let somebody handle cases in a department; return the department's key."""
    with transaction():
        unit = db.session.query(Department).filter(Department.name_zh == department).one()
        user = User(login=login, name=name, password_hash=hash_password(PASSWORD, memory_kib=64))
        db.session.add(user)
        db.session.flush()
        db.session.add(
            Membership(
                user_id=user.id,
                role=Role.HANDLER,
                region_id=unit.region_id,
                hall_id=0,
                department_id=unit.id,
                from_on=utc_now().date().replace(year=2020, day=1),
                granted_by="setup",
                confirmed_by="setup-2",
            )
        )
        key = unit.id
    db.session.remove()
    return key


def reply(handler: Page, number: str, facts: str) -> None:
    parts = {
        "facts": facts,
        "basis": "不动产登记办事指南第3条",
        "action": "已重新核对并收件。",
        "next_step": "凭身份证到3号窗口领证。",
        "contact": "登记中心 0700-1234567",
        "evidence": "收件号 7731",
    }
    step(handler, number, "submit_reply", parts, {"outcome": "DONE"})


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


def test_a_bounced_case_ends_with_a_binding_decision_that_holds_for_the_next(
    browser: Browser, site: Site
) -> None:
    tax = str(join("handler2", "方砚", "区税务局"))
    first, second = filed("过户的契税在哪里交，两边都说不归他们"), filed("契税到底归谁管")
    clerk = staff(browser, site, "clerk")
    step(clerk, first.number, "accept", {"item_words": ITEM}, {"complexity": "general"})
    clerk.goto(f"/desk/cases/{first.number}?do=dispatch")
    assert not clerk.locator("#ruled").count()
    registry = str(clerk.locator("[name=department] option").nth(1).get_attribute("value"))
    assert registry != tax
    step(clerk, first.number, "dispatch", {}, {"department": registry})
    handler, theirs = staff(browser, site, "handler"), staff(browser, site, "handler2")
    step(handler, first.number, "ask_return", {"text": "契税归税务局。"}, {"department": tax})
    clerk.goto("/desk/queue?tab=decisions")
    assert first.number.split("-")[2] in clerk.content()
    step(clerk, first.number, "return_upheld", {"text": "改派税务局。"}, {})
    step(clerk, first.number, "dispatch", {}, {"department": tax})
    step(theirs, first.number, "ask_return", {"text": "登记一并办理，归登记中心。"}, {})

    clerk.goto(f"/desk/cases/{first.number}?do=return_upheld")
    assert not clerk.locator(".dk-act__form").count()
    supervisor = staff(browser, site, "supervisor")
    supervisor.goto("/desk/queue?tab=decisions")
    assert first.number.split("-")[2] in supervisor.content()
    supervisor.goto(f"/desk/cases/{first.number}?do=arbitrate")
    look(supervisor, "arbitrate-form")
    why = "契税由税务局在综合窗口派员收取。"
    step(supervisor, first.number, "arbitrate", {"text": why}, {"department": tax})
    step(theirs, first.number, "sign", {}, {})
    assert not theirs.locator("a[href*='do=ask_return']").count()

    step(clerk, second.number, "accept", {"item_words": ITEM}, {"complexity": "general"})
    clerk.goto(f"/desk/cases/{second.number}?do=dispatch")
    look(clerk, "dispatch-ruled")
    ruled = clerk.locator("#ruled").inner_text()
    assert all(words in ruled for words in ("区税务局", "陆知微", why, first.number))
    assert clerk.locator(".dk-act__form [name=department]").input_value() == tax
    send(clerk)
    clerk.wait_for_url(re.compile(rf"/desk/cases/{second.number}$"))
    theirs.goto("/desk/queue")
    assert second.number.split("-")[2] in theirs.content()


def test_a_diversion_is_proposed_confirmed_by_another_and_overturned(
    browser: Browser, site: Site
) -> None:
    case = filed("窗口说我的事归法院，不收")
    clerk = staff(browser, site, "clerk")
    fields = {"text": "已有生效判决。", "basis": "民事诉讼法", "where": "区法院诉讼服务中心"}
    clerk.goto(f"/desk/cases/{case.number}?do=propose_divert")
    code = str(clerk.locator("#act [name=code]").first.get_attribute("value"))
    look(clerk, "divert-form")
    step(clerk, case.number, "propose_divert", fields, {"code": code})
    clerk.goto(f"/desk/cases/{case.number}?do=divert")
    assert not clerk.locator(".dk-act__form").count()

    second = staff(browser, site, "clerk2")
    second.goto("/desk/queue?tab=decisions")
    assert case.number.split("-")[2] in second.content()
    step(second, case.number, "divert", {}, {})
    phone = person(browser, site, lang="zh_Hans", width=360, scripts=True)
    citizen = phone.new_page()
    open_case(citizen, CHINESE, case.number, case.access_code)
    assert all(words in citizen.content() for words in fields.values())
    look(citizen, "diverted-public", 360)

    supervisor = staff(browser, site, "supervisor")
    step(supervisor, case.number, "overturn", {"text": "登记事项本窗口可以办。"}, {})
    citizen.reload()
    assert "登记事项本窗口可以办。" in citizen.content()
    look(citizen, "overturned-public", 360)
    clerk.goto("/desk/queue")
    assert case.number.split("-")[2] in clerk.content()
    told = "".join(letter.body for letter in site.post_letters() if case.number in letter.body)
    assert "区法院" not in told
    step(clerk, case.number, "accept", {"item_words": ITEM}, {"complexity": "general"})


def test_a_false_closing_is_reworked_twice_and_raised_to_the_duty_leader(
    browser: Browser, site: Site
) -> None:
    case = filed("系统显示办结，其实没有办")
    clerk, handler = staff(browser, site, "clerk"), staff(browser, site, "handler")
    lead, second = staff(browser, site, "lead"), staff(browser, site, "clerk2")
    step(clerk, case.number, "accept", {"item_words": ITEM}, {"complexity": "general"})
    clerk.goto(f"/desk/cases/{case.number}?do=dispatch")
    department = str(clerk.locator("[name=department] option").nth(1).get_attribute("value"))
    step(clerk, case.number, "dispatch", {}, {"department": department})
    step(handler, case.number, "sign", {}, {})
    step(handler, case.number, "contact", {"note": "…"}, {"channel": "phone", "reached": "yes"})
    approval = {"root_cause": "R02", "responsibility": "staff"}
    for n in "一二三":
        reply(handler, case.number, f"第{n}次答复：已经办结。")
        step(lead, case.number, "approve_reply", {}, approval)
        step(second, case.number, "redo", {"text": f"第{n}次回访：证还没有拿到。"}, {})
        raised = "牵头：郑简" in second.content()
        assert raised == (n == "三"), n
    look(second, "raised")
    phone = person(browser, site, lang="zh_Hans", width=360, scripts=True)
    citizen = phone.new_page()
    open_case(citizen, CHINESE, case.number, case.access_code)
    assert "已提级，由值班领导牵头办理" in citizen.content()
    assert "郑简" not in citizen.content()
    assert "第三次回访：证还没有拿到。" in citizen.content()
