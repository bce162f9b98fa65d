"""Writing at a case with scripts: kept by itself, saved replies put in, ten seconds to stop it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from desk.accounts.models import User
from desk.accounts.queries import actor_of
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.writing.actions import ReplyText, add_reply
from desk.writing.words import Purpose, Reach
from tests.journeys.conftest import Site
from tests.journeys.pictures import take
from tests.journeys.test_complaint import MAIN
from tests.journeys.test_hard_ones import filed, staff

pytestmark = pytest.mark.browser
TEXT = "#act textarea[name=text]"


def saved(login: str, text: str) -> None:
    """Keep a reply of somebody's own for messages."""
    user = db.session.query(User).filter(User.login == login).one()
    actor = actor_of(user, utc_now().date())
    region = actor.seats[0].region_ids
    with transaction():
        reply = ReplyText("告知进度", Purpose.MESSAGE, {"text": text}, Reach.OWN, min(region))
        add_reply(reply, by=actor, now=utc_now())
    db.session.remove()


def open_message(browser: Browser, site: Site, width: int) -> tuple[Page, str]:
    number = filed("过户材料清单又变了").number
    saved("clerk", "编号{编号}，请看{承诺日期}。")
    page = staff(browser, site, "clerk", width)
    page.goto(f"/desk/cases/{number}?do=message")
    return page, number


def test_a_draft_is_kept_by_itself_and_a_saved_reply_put_behind_it(
    browser: Browser, site: Site
) -> None:
    page, number = open_message(browser, site, 360)
    page.locator(TEXT).fill("先说一句。")
    expect(page.locator("[data-draft-said]")).to_contain_text("草稿已存")
    page.locator("#saved").select_option(label="告知进度")
    page.locator("[data-insert]").click()
    expect(page.locator(TEXT)).to_have_value(f"先说一句。\n编号{number}，请看{{承诺日期}}。")
    expect(page.locator(TEXT)).to_be_focused()
    take(page, "case-saved-reply", "zh_Hans", 360)
    page.goto("/desk/")
    take(page, "home-unsent", "zh_Hans", 360)
    page.locator(f"a[href*='{number}?do=message']").click()
    expect(page.locator(TEXT)).to_have_value(f"先说一句。\n编号{number}，请看{{承诺日期}}。")


def test_what_goes_out_can_be_stopped_and_what_stands_out_is_shown(
    browser: Browser, site: Site
) -> None:
    page, number = open_message(browser, site, 1440)
    page.clock.install()
    page.locator(TEXT).fill("请拨 13800138000 找小王。")
    page.locator(f".dk-act__form {MAIN}").click()
    expect(page.locator("[data-countdown-stop]")).to_be_focused()
    expect(page.locator("[data-countdown-left]")).to_have_text("10")
    take(page, "case-countdown", "zh_Hans", 1440)
    page.keyboard.press("Escape")
    expect(page.locator("[data-countdown-said]")).to_have_text("已停下，什么都没有发出。")
    assert page.url.endswith("do=message")
    page.clock.run_for(1_100)
    page.locator(f".dk-act__form {MAIN}").click()
    page.locator("[data-countdown-now]").click()
    page.wait_for_url(f"**/{number}/acts/message")
    expect(page.locator("#look mark")).to_have_text("13800138000")
    expect(page.locator("#look")).to_be_focused()
    take(page, "case-look-again", "zh_Hans", 1440)
    page.locator("[name=sure]").check()
    page.locator(f".dk-act__form {MAIN}").click()
    page.clock.run_for(11_000)
    page.wait_for_url(f"**/desk/cases/{number}")
    assert "请拨 13800138000 找小王。" in page.content()
