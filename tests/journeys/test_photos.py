"""Filing with two photos on a phone without scripts: from the first step to their download."""

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from desk.files.checking import check_due
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from tests.files import corpus
from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take
from tests.journeys.test_complaint import CHINESE, press

pytestmark = pytest.mark.browser

LANG, WIDTH = "zh_Hans", 360
NARROWEST_TARGET = 44


def photo(name: str, width: int) -> FilePayload:
    content = corpus.picture(size=(width, 48))
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def fits(page: Page) -> None:
    """Check that nothing sticks out, and that a finger hits every button of the files."""
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    for button in page.locator(".desk-attach button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= NARROWEST_TARGET, button.inner_text()


def choose(page: Page) -> None:
    """Add two photos, be told of a wrong one, take one away, and send another with the step."""
    page.goto("/complaints/new/what")
    page.locator("[name=item_words]").fill(CHINESE.item)
    page.locator("[name=reason][value=R02]").check()
    press(page)
    page.wait_for_url("**/tell")
    page.locator("[name=story]").fill(CHINESE.story)
    page.locator("[name=files]").set_input_files(
        [photo("取号单 上午.jpg", 60), photo("错.jpg", 61)]
    )
    page.locator("button[name=attach]").click()
    assert page.locator(".desk-files li").count() == 2
    assert page.locator("[name=story]").input_value() == CHINESE.story
    fits(page)
    take(page, "tell-files", LANG, WIDTH)
    wrong: FilePayload = {"name": "病毒.exe", "mimeType": "image/jpeg", "buffer": b"MZ"}
    page.locator("[name=files]").set_input_files([wrong])
    page.locator("button[name=attach]").click()
    assert "病毒.exe" in page.locator(".govuk-error-summary").inner_text()
    fits(page)
    take(page, "tell-files-wrong", LANG, WIDTH)
    page.locator(".desk-files li", has_text="错.jpg").locator("button").click()
    assert page.locator(".desk-files li").count() == 1
    page.locator("[name=files]").set_input_files([photo("告知书.jpg", 62)])
    press(page)
    page.wait_for_url("**/you")


def send(page: Page) -> tuple[str, str]:
    """Go from the third step to the receipt, which names both; return number and code."""
    page.locator("[name=identity_mode][value=confidential]").check()
    page.locator("[name=party_kind][value=individual]").check()
    page.locator("[name=name]").fill(CHINESE.name)
    page.locator("[name=phone]").fill("138 0013 8000")
    press(page)
    page.wait_for_url("**/check")
    assert page.locator(".desk-files li").count() == 2
    fits(page)
    take(page, "check-files", LANG, WIDTH)
    press(page)
    page.wait_for_url("**/receipt")
    receipt = page.locator(".desk-slip").inner_text()
    assert "取号单 上午.jpg" in receipt
    assert "告知书.jpg" in receipt
    take(page, "receipt-files", LANG, WIDTH)
    number = page.locator(".desk-number").inner_text().strip()
    code = "".join(page.locator(".desk-code span").all_inner_texts())
    page.locator("[name=saved]").check()
    press(page)
    return number, code


def fetch(page: Page, name: str) -> bytes:
    """Fetch a file from the page of a case; it comes under its own name."""
    with page.expect_download() as fetching:
        page.locator(".desk-files a", has_text=name).click()
    assert fetching.value.suggested_filename == name
    return fetching.value.path().read_bytes()


def test_two_photos_from_a_phone_without_scripts(browser: Browser, site: Site) -> None:
    page = person(browser, site, lang=LANG, width=WIDTH).new_page()
    choose(page)
    number, code = send(page)
    page.locator("[name=number]").fill(number)
    page.locator("[name=code]").fill(code)
    press(page)
    page.wait_for_url(f"**/complaints/{number}")
    assert page.locator(".desk-files a").count() == 0
    check_due(site.app.extensions["store"], None, clock=utc_now)
    db.session.remove()
    page.reload()
    fits(page)
    take(page, "case-files", LANG, WIDTH)
    assert fetch(page, "告知书.jpg").startswith(b"\xff\xd8\xff")

    clerk = sign_in(person(browser, site, lang=LANG, width=WIDTH), "clerk")
    clerk.goto(f"/desk/cases/{number}")
    take(clerk, "staff-case-files", LANG, WIDTH)
    assert fetch(clerk, "取号单 上午.jpg")
    clerk.locator(".desk-files li", has_text="告知书").locator("button").click()
    assert clerk.locator(".desk-files li", has_text="告知书").locator("button").count() == 0
