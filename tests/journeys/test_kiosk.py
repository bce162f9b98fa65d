"""The kiosk in a real browser: five levels, the network cut, the power gone, nothing doubled or lost."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page
from sqlalchemy import select

from desk.kernel.db import db, end_read
from desk.ratings.models import Rating
from tests.journeys.conftest import CHROMIUM, Site, chromium_path, person, sign_in
from tests.journeys.pictures import take

pytestmark = pytest.mark.browser


def levels() -> list[tuple[int, bool]]:
    end_read()
    rows = db.session.scalars(select(Rating).order_by(Rating.kiosk_seq))
    return [(rating.level, rating.scored) for rating in rows]


def make_kiosk(supervisor: Page) -> tuple[str, str]:
    """Make a kiosk at the window; give its address and its one-time code."""
    supervisor.goto("/supervision/kiosks")
    supervisor.locator("[name=window]").select_option(index=1)
    supervisor.get_by_role("button", name="生成一次性配对码").click()
    code = supervisor.locator("[data-code]").inner_text()
    take(supervisor, "kiosks", "zh_Hans", 1440)
    address = re.search(r"/kiosk/XZ-K\w+", supervisor.content())
    assert address is not None
    return address.group(), code


def ask(clerk: Page, number: str) -> None:
    """Ask whoever was just served, at the kiosk."""
    clerk.goto("/desk/invite")
    clerk.locator("[name=number]").fill(number)
    clerk.locator("[name=item]").select_option(index=1)
    clerk.locator("[name=how][value=kiosk]").check()
    clerk.get_by_role("button", name="邀请评价", exact=True).click()
    clerk.locator(".dk-flash, [role=status], .govuk-notification-banner").first.wait_for()


def shows(page: Page, state: str) -> None:
    page.locator(f"body[data-state={state}]").wait_for()


def rate(page: Page, level: int, ticket: str = "") -> None:
    """Rate from the first page of the kiosk, as somebody who walks up to it."""
    shows(page, "idle")
    page.locator("#ticket").fill(ticket)
    page.get_by_role("button", name="去评价").click()
    shows(page, "ask")
    page.locator(f"[data-level='{level}']").click()
    shows(page, "thanks")
    page.clock.run_for(5_100)
    shows(page, "idle")


@contextmanager
def tablet(browser: Browser, site: Site, folder: Path) -> Iterator[BrowserContext]:
    """A browser whose disk outlives it, as that of a tablet outlives its power."""
    context = browser.browser_type.launch_persistent_context(
        str(folder),
        executable_path=chromium_path(),
        args=list(CHROMIUM),
        viewport={"width": 1280, "height": 800},
        locale="zh-CN",
        base_url=site.url,
    )
    context.set_default_timeout(8000)
    yield context
    with suppress(Error):
        context.close()


def cut_the_power(folder: Path) -> int:
    """Kill the browser that has its disk in a folder, in the middle of whatever it does."""
    killed = 0
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if f"--user-data-dir={folder}".encode() in words and b"--type" not in b"".join(words):
                os.kill(int(entry.name), signal.SIGKILL)
                killed += 1
    return killed


def opened(context: BrowserContext, address: str) -> Page:
    page = context.pages[0] if context.pages else context.new_page()
    page.clock.install()
    page.goto(address)
    return page


def test_levels_one_to_five_with_the_network_cut_and_the_browser_killed(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    people = {
        login: sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), login)
        for login in ("supervisor", "clerk")
    }
    address, code = make_kiosk(people["supervisor"])
    tapped: list[tuple[int, bool]] = []
    with tablet(browser, site, tmp_path) as context:
        page = opened(context, address)
        shows(page, "pair")
        take(page, "kiosk-pair", "zh_Hans", 1280)
        page.locator("#pair-code").fill(code)
        page.get_by_role("button", name="配对", exact=True).click()
        shows(page, "idle")
        take(page, "kiosk-idle", "zh_Hans", 1280)
        for level in range(1, 6):
            ask(people["clerk"], f"A{level}")
            page.clock.run_for(5_100)
            shows(page, "ask")
            if level == 1:
                look_at_the_five(page)
                ask(people["clerk"], "A1")
                page.clock.run_for(5_100)
                shows(page, "ask")
            with page.expect_response("**/sync"):
                page.locator(f"[data-level='{level}']").click()
            shows(page, "thanks")
            page.clock.run_for(5_100)
            tapped.append((level, True))
        assert levels() == tapped
        context.set_offline(True)
        for level in range(1, 6):
            rate(page, level)
            tapped.append((level, False))
        assert page.locator("[data-waiting-n]").inner_text() == "5"
        assert levels() == tapped[:5]
        assert cut_the_power(tmp_path) == 1
    with tablet(browser, site, tmp_path) as context:
        context.set_offline(True)
        page = opened(context, address)
        shows(page, "idle")
        assert page.locator("[data-waiting-n]").inner_text() == "5"
        for level in range(1, 6):
            rate(page, level)
            tapped.append((level, False))
        context.set_offline(False)
        with page.expect_response("**/sync"):
            page.clock.run_for(5_100)
        page.locator("[data-waiting][hidden]").wait_for(state="attached")
        page.reload()
        shows(page, "idle")
        assert sorted(levels()) == sorted(tapped)
        assert levels() == tapped


def look_at_the_five(page: Page) -> None:
    """Five plates of one size, at least 88 px high; nobody who walks away leaves anything."""
    take(page, "kiosk-ask", "zh_Hans", 1280)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        boxes = [plate.bounding_box() for plate in page.locator("[data-level]").all()]
        sizes = {(round(box["width"]), round(box["height"])) for box in boxes if box}
        assert len(sizes) == 1
        assert min(sizes.pop()) >= 88
    take(page, "kiosk-ask", "zh_Hans", 360)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("[data-language=en]").click()
    take(page, "kiosk-ask", "en", 1280)
    page.clock.run_for(61_000)
    page.locator("dialog[open]").wait_for()
    take(page, "kiosk-still", "en", 1280)
    page.locator("[data-stay]").click()
    shows(page, "ask")
    page.clock.run_for(61_000)
    page.locator("dialog[open]").wait_for()
    page.clock.run_for(21_000)
    shows(page, "idle")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
