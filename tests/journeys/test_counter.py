"""A walk-in by keyboard alone, and that the pages around a case can be used by everybody."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from desk.casework.models import Case
from desk.casework.words import CaseChannel
from desk.kernel.db import db, end_read
from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take
from tests.journeys.test_hard_ones import filed, staff
from tests.journeys.test_scripts import faults

pytestmark = pytest.mark.browser

SECONDS_A_KEY = 0.28
KEYS_A_CHARACTER = 3
TWO_MINUTES = 120
STORY = "周一来补了社保证明，今天又说还要原件，前后跑了三趟都没有办成，请一次说清。"
ANNOUNCED = "document.activeElement.getAttribute('name')"


@dataclass
class Keyboard:
    """Somebody who uses keys alone; counts them, a Chinese character as three."""

    page: Page
    pressed: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def write(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.pressed += sum(1 if one.isascii() else KEYS_A_CHARACTER for one in text)

    def to(self, name: str) -> None:
        """Go on by Tab until the field or button of this name has the focus."""
        for _try in range(16):
            if self.page.evaluate(ANNOUNCED) == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} is not reached")

    def to_button(self, words: str) -> None:
        """Go on by Tab until the button with these words has the focus."""
        for _try in range(16):
            if self.page.evaluate("document.activeElement.textContent").strip() == words:
                return
            self.press("Tab")
        raise AssertionError(f"{words} is not reached")

    def fill(self, **texts: str) -> None:
        for name, text in texts.items():
            self.to(name)
            self.write(text)


def test_a_walk_in_takes_less_than_two_minutes_by_keyboard(browser: Browser, site: Site) -> None:
    earlier = filed("上月也来过一次").number
    page = staff(browser, site, "clerk")
    page.goto("/desk/counter")
    keys = Keyboard(page)
    expect(page.locator("main [name=phone]")).to_be_focused()
    keys.write("13800138000")
    keys.press("Tab", "Tab", "Enter")
    expect(page.locator("#found")).to_contain_text(earlier[-8:-2])
    expect(page.locator("main [name=name]")).to_be_focused()
    keys.fill(name="周敏", item_words="转移登记")
    page.locator("[role=option]").first.wait_for()
    keys.press("ArrowDown", "Enter")
    keys.fill(visits="3")
    keys.to("reason")
    keys.press("ArrowDown", "ArrowDown")
    keys.fill(title="材料一次一次补", story=STORY)
    keys.to_button("继续，念给来人听")
    keys.press("Enter")
    page.wait_for_url("**/counter/check")
    take(page, "counter-check", "zh_Hans", 1440)
    assert "信用代码" not in page.locator("main").inner_text()
    keys.to("agreed")
    keys.press("Space", "Enter")
    page.wait_for_url("**/counter/slip")
    take(page, "counter-slip", "zh_Hans", 1440)
    slip = page.locator("main").inner_text()
    number = page.locator(".desk-number").inner_text().strip()
    assert re.search(r"[0-9a-f]{4}( [0-9a-f]{4}){3}", slip)
    assert len(page.locator(".desk-code span").all()) > 2
    expect(page.locator("[data-print]")).to_be_focused()
    keys.press("Tab", "Enter")
    page.wait_for_url("**/desk/counter")
    expect(page.locator("main [name=phone]")).to_be_focused()
    assert page.locator("[name=story]").input_value() == ""
    end_read()
    case = db.session.scalars(select(Case).where(Case.number == number)).one()
    assert (case.channel, case.visits, case.story) == (CaseChannel.WINDOW, 3, STORY)
    assert case.item_id is not None
    assert keys.pressed * SECONDS_A_KEY < TWO_MINUTES, keys.pressed
    db.session.remove()


@pytest.mark.parametrize("lang", ["zh_Hans", "en"])
def test_the_pages_of_a_case_can_be_used_at_every_width(
    browser: Browser, site: Site, lang: str
) -> None:
    number = filed("过户材料清单又变了").number
    page = sign_in(person(browser, site, lang=lang, width=1440, scripts=True), "clerk")
    case = f"/desk/cases/{number}"
    found = []
    for width in (320, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for path in (f"{case}?do=accept", f"{case}?do=note", f"{case}/print", f"{case}/related",
                     "/desk/counter"):  # fmt: skip
            found += [f"{width} {fault}" for fault in faults(page, path)]
    assert found == []
