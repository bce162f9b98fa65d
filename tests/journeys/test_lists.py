"""What administrators keep: code lists by day, systems let in by two, one's own recovery codes."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take

pytestmark = pytest.mark.browser

PAGES = {
    "codes": "/admin/codes",
    "codes-tags": "/admin/codes?list=rating_tags&past=1",
    "codes-diversions": "/admin/codes?list=diversions",
    "code-new": "/admin/codes/diversions/new",
    "code-end": "/admin/codes/reasons/R05/end",
    "recovery": "/account/recovery",
    "import-calendar": "/admin/imports/calendar",
}


@pytest.mark.parametrize(("lang", "width"), [("zh_Hans", 320), ("en", 1440)])
def test_lists_are_worded_anew_and_a_system_is_let_in_by_two(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    page = sign_in(person(browser, site, lang=lang, width=width, scripts=True), "admin")
    page.goto("/admin/codes/reasons/R03")
    page.locator("[name=zh]").fill("指南以外附加条件")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    take(page, "code", lang, width)
    page.goto("/admin/codes/reasons/R04/end")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    take(page, "code-ends", lang, width)
    for name, path in PAGES.items():
        page.goto(path)
        take(page, name, lang, width)
    page.goto("/admin/systems/new")
    page.locator("main form button").first.click()
    take(page, "system-new-error", lang, width)
    for name, value in (("system", "hall-queue"), ("name", "一楼排队机"), ("reason", "接入排队")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=scopes]").first.check()
    page.locator("main form button").first.click()
    page.wait_for_url("**/admin/systems/")
    take(page, "systems-mine", lang, width)
    other = sign_in(person(browser, site, lang=lang, width=width, scripts=True), "admin2")
    other.goto("/admin/systems/")
    take(other, "systems-wait", lang, width)
    other.locator("button[value=grant]").click()
    take(other, "system-token", lang, width)
    token = other.locator("#token").input_value()
    other.goto("/admin/systems/")
    take(other, "systems", lang, width)
    assert token not in other.content()
