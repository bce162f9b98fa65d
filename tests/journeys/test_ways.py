"""Every way to rate with levels one to five, each played in Chinese; the kiosk has its own test."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.access.scopes import ApiScope
from desk.api.actions import create_client
from desk.casework.words import PartyKind
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.throttle import Throttle
from desk.organisation.models import Hall, Region, Window
from desk.ratings.actions.events import EventData, take_events
from desk.ratings.actions.links import new_link
from desk.ratings.models import Rating, RatingChannel
from desk.ratings.reconciling import days_of
from tests.files.corpus import picture
from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take

pytestmark = pytest.mark.browser


def kept() -> list[tuple[str, int, bool]]:
    end_read()
    rows = db.session.scalars(select(Rating).order_by(Rating.received_at, Rating.id))
    return [(rating.channel.value, rating.level, rating.scored) for rating in rows]


def given_today() -> int:
    """Count what was given as the page of the daily comparison does: nothing lost, nothing more."""
    end_read()
    region = db.session.scalars(select(Region)).one()
    today = region.local_day(utc_now())
    (day,) = days_of(region, today, today)
    assert day.difference == 0
    return day.raw


def served(number: str) -> UUID:
    """Let the hall's system tell of somebody who was just served at the window."""
    now = utc_now()
    with transaction():
        window, hall = db.session.execute(
            select(Window, Hall).join(Hall, Hall.id == Window.hall_id)
        ).one()
        data = EventData(
            "hall", number, "1", window.department_id or 0, hall.id, now - timedelta(minutes=9),
            PartyKind.INDIVIDUAL, window_id=window.id,
        )  # fmt: skip
        (made,) = take_events(hall.region_id, [data], now=now)
    return made


def link(number: str, channel: RatingChannel) -> str:
    """Let somebody be served, and give the letters of a link they were handed."""
    event = served(number)
    with transaction():
        return new_link(db.session.scalars(select(Region.id)).one(), event, channel, now=utc_now())


def message(clerk: Page, site: Site, number: str, level: int) -> str:
    """Ask by text message; read the letters of the link in the message that went out."""
    clerk.goto("/desk/invite")
    clerk.locator("[name=number]").fill(number)
    clerk.locator("[name=how][value=sms]").check()
    clerk.locator("[name=phone]").fill(f"1380013800{level}")
    clerk.get_by_role("button", name="邀请评价", exact=True).click()
    clerk.get_by_text("短信").first.wait_for()
    (sent,) = [one for one in site.post_letters() if one.template == "rate_service"]
    found = re.search(r"/rate/([A-Za-z0-9_-]+)", sent.body)
    assert found is not None
    return found.group(1)


def rate(
    page: Page, site: Site, address: str, level: int, *, code: str = "", **fields: str
) -> None:
    """Rate in two taps on a phone without scripts, somebody else's each time."""
    site.app.extensions["throttle"] = Throttle()
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "lang", "value": "zh_Hans", "url": site.url}])
    page.goto(address)
    if code:
        page.locator("[name=code]").fill(code)
        page.locator("main form button[type=submit]").click()
        page.locator("[name=level]").first.wait_for()
    else:
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


def write_down(clerk: Page, number: str, level: int, scan: Path, channel: str) -> None:
    """Take down what somebody wrote on a sheet or said on the telephone."""
    clerk.goto("/desk/invite/paper")
    clerk.locator("[name=number]").fill(number)
    clerk.locator(f"[name=channel][value={channel}]").check()
    clerk.locator(f"[name=level][value='{level}']").check()
    clerk.locator("[name=files]").set_input_files(scan)
    if (level, channel) == (1, "paper"):
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
    said = [(channel, level) for level in range(1, 6) for channel in ("paper", "phone")]
    for channel, level in said:
        served(f"{channel}{level}")
        write_down(clerk, f"{channel}{level}", level, scan, channel)
    assert kept() == [(channel, level, True) for channel, level in said]
    assert given_today() == 10
    assert not any(rating.effective for rating in db.session.scalars(select(Rating)))
    supervisor = person(browser, site, lang="zh_Hans", width=1440, scripts=True)
    page = sign_in(supervisor, "supervisor")
    paper = (Rating.level == 1) & (Rating.channel == RatingChannel.PAPER)
    key = db.session.scalars(select(Rating.id).where(paper)).one()
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
    phone = person(browser, site, lang="zh_Hans", width=360).new_page()
    expected = []
    for level in range(1, 6):
        rate(phone, site, f"/rate/{slip(clerk, f'S{level}', level)}", level)
        slip(clerk, f"W{level}", level)
        rate(phone, site, f"/rate/window/{code}", level, ticket=f"w{level}")
        rate(phone, site, f"/rate/window/{code}", level)
        expected += [("qr", level, True), ("qr", level, True), ("qr", level, False)]
    assert kept() == expected
    assert given_today() == 15


def test_link_message_and_typed_code_take_every_level_alike(browser: Browser, site: Site) -> None:
    clerk = sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), "clerk")
    phone = person(browser, site, lang="zh_Hans", width=360).new_page()
    expected = []
    for level in range(1, 6):
        rate(phone, site, f"/rate/{link(f'L{level}', RatingChannel.LINK)}", level)
        rate(phone, site, f"/rate/{message(clerk, site, f'M{level}', level)}", level)
        rate(phone, site, "/rate", level, code=link(f"C{level}", RatingChannel.WEB))
        expected += [("link", level, True), ("sms", level, True), ("web", level, True)]
    assert kept() == expected
    assert given_today() == 15


def test_a_system_of_the_hall_tells_every_level_alike(browser: Browser, site: Site) -> None:
    with transaction():
        region = db.session.scalars(select(Region)).one()
        _client, token = create_client(
            region, "hall", "hall", [ApiScope.RATINGS_WRITE],
            granted_by="a", confirmed_by="b", by=SYSTEM, now=utc_now(),
        )  # fmt: skip
    asks = person(browser, site, lang="zh_Hans", width=360).request
    for level in range(1, 6):
        served(f"A{level}")
        told = {
            "project_no": f"A{level}", "service_no": "1", "level": level,
            "given_at": utc_now().isoformat(),
        }  # fmt: skip
        answer = asks.post(
            "/api/v1/ratings", data=told, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status == 201
    assert kept() == [("api", level, True) for level in range(1, 6)]
    assert given_today() == 5
