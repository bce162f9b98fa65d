"""Every way to rate with levels one to five: by slip, at the window, on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from desk.kernel.db import db, end_read
from desk.kernel.throttle import Throttle
from desk.organisation.models import Window
from desk.ratings.models import Rating
from tests.files.corpus import picture
from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take

pytestmark = pytest.mark.browser


def kept() -> list[tuple[str, int, bool]]:
    end_read()
    rows = db.session.scalars(select(Rating).order_by(Rating.received_at, Rating.id))
    return [(rating.channel.value, rating.level, rating.scored) for rating in rows]


def rate(browser: Browser, site: Site, address: str, level: int, **fields: str) -> None:
    """Rate in two taps on a phone without scripts: the level, and send."""
    site.app.extensions["throttle"] = Throttle()
    phone = person(browser, site, lang="zh_Hans", width=360)
    page = phone.new_page()
    page.goto(address)
    page.goto(address)
    if level == 1:
        take(page, address.split("/")[-2], "zh_Hans", 360)
    if fields:
        page.locator("details summary").click()
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator(f"[name=level][value='{level}']").check()
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/rate/thanks*")
    phone.close()


def slip(clerk: Page, number: str, level: int) -> str:
    """Give whoever was just served a slip; read its letters as they would."""
    clerk.goto("/desk/invite")
    if level == 1:
        take(clerk, "invite", "zh_Hans", 1440)
    clerk.locator("[name=number]").fill(number)
    clerk.locator("[name=how][value=slip]").check()
    clerk.get_by_role("button", name="邀请评价", exact=True).click()
    clerk.wait_for_url("**/desk/invite/slip")
    if level == 1:
        take(clerk, "slip", "zh_Hans", 1440)
    return clerk.locator(".desk-slip b").inner_text()


def write_down(clerk: Page, number: str, level: int, scan: Path) -> None:
    """Take down what somebody wrote on a sheet."""
    clerk.goto("/desk/invite/paper")
    clerk.locator("[name=number]").fill(number)
    clerk.locator("[name=channel][value=paper]").check()
    clerk.locator(f"[name=level][value='{level}']").check()
    clerk.locator("[name=files]").set_input_files(scan)
    if level == 1:
        take(clerk, "enter-rating", "zh_Hans", 1440)
        clerk.set_viewport_size({"width": 360, "height": 900})
        take(clerk, "enter-rating", "zh_Hans", 360)
        clerk.set_viewport_size({"width": 1440, "height": 900})
    clerk.get_by_role("button", name="录入", exact=True).click()
    clerk.get_by_text("已录入").wait_for()


def test_what_staff_write_down_waits_for_two_supervisors(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(picture())
    clerk = sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), "clerk")
    for level in range(1, 6):
        slip(clerk, f"P{level}", level)
        write_down(clerk, f"P{level}", level, scan)
    assert kept() == [("paper", level, True) for level in range(1, 6)]
    assert not any(rating.effective for rating in db.session.scalars(select(Rating)))
    supervisor = person(browser, site, lang="zh_Hans", width=1440, scripts=True)
    page = sign_in(supervisor, "supervisor")
    key = db.session.scalars(select(Rating.id).where(Rating.level == 1)).one()
    page.goto(f"/supervision/ratings/held/{key}")
    take(page, "held-entered", "zh_Hans", 1440)
    assert page.get_by_text("扫描件或录音").is_visible()
    for name in ("staff-ways", "windows/1/poster", "kiosks"):
        page.goto(f"/supervision/{name}")
        take(page, name.replace("/", "-"), "zh_Hans", 1440)
        page.set_viewport_size({"width": 360, "height": 900})
        take(page, name.replace("/", "-"), "zh_Hans", 360)
        page.set_viewport_size({"width": 1440, "height": 900})


def test_slip_and_window_take_every_level_alike(browser: Browser, site: Site) -> None:
    clerk = sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), "clerk")
    code = db.session.scalars(select(Window.qr_code)).one()
    expected = []
    for level in range(1, 6):
        rate(browser, site, f"/rate/{slip(clerk, f'S{level}', level)}", level)
        slip(clerk, f"W{level}", level)
        rate(browser, site, f"/rate/window/{code}", level, ticket=f"w{level}")
        rate(browser, site, f"/rate/window/{code}", level)
        expected += [("qr", level, True), ("qr", level, True), ("qr", level, False)]
    assert kept() == expected
