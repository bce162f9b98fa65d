"""How somebody new comes to the desk: one administrator asks, another confirms, the person enters."""

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take

pytestmark = pytest.mark.browser

PAGES = {
    "admin-home": "/admin/",
    "halls": "/admin/halls",
    "hall": "/admin/halls/1",
    "window": "/admin/windows/1",
    "departments": "/admin/departments",
    "department": "/admin/departments/1",
    "regions": "/admin/regions",
    "people": "/admin/people",
    "person": "/admin/people/1",
    "limits": "/admin/limits?past=1",
    "limit-new": "/admin/limits/new?like=1",
    "import-people": "/admin/imports/people",
    "import-calendar": "/admin/imports/calendar",
    "letters": "/admin/letters/",
    "confirmations-empty": "/admin/confirmations",
}


@pytest.mark.parametrize(("lang", "width"), [("zh_Hans", 320), ("en", 1440)])
def test_a_new_clerk_enters_by_two_administrators(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    asking = sign_in(person(browser, site, lang=lang, width=width, scripts=True), "admin")
    asking.goto("/admin/people/new")
    take(asking, "person-new", lang, width)
    for name, value in (("login", "new.clerk"), ("name", "新来的"), ("reason", "一号窗口")):
        asking.locator(f"[name={name}]").fill(value)
    asking.locator("[name=role]").select_option("clerk")
    asking.locator("main form button").click()
    assert asking.locator("[name=hall]").get_attribute("aria-describedby")
    take(asking, "person-new-error", lang, width)
    asking.locator("[name=hall]").select_option(index=1)
    asking.locator("main form button").click()
    asking.wait_for_url("**/admin/people/*")
    take(asking, "person-waits", lang, width)
    asking.goto("/admin/confirmations")
    assert asking.locator("button[name=ballot]").count() == 0

    confirming = sign_in(person(browser, site, lang=lang, width=width, scripts=True), "admin2")
    confirming.goto("/admin/confirmations")
    take(confirming, "confirmations", lang, width)
    confirming.locator("button[value=grant]").click()
    confirming.wait_for_url("**/admin/people/*")
    take(confirming, "person-confirmed", lang, width)
    confirming.locator("form[action$='/link'] button").click()
    take(confirming, "link", lang, width)
    link = confirming.locator("#link").input_value()

    new = person(browser, site, lang=lang, width=width, scripts=True).new_page()
    new.goto(link)
    take(new, "set-password", lang, width)
    new.locator("[name=password]").fill("塞翁失马安知非福 2026")
    new.locator("main button[type=submit]").last.click()
    new.wait_for_url("**/account/sign-in")
    new.locator("[name=login]").fill("new.clerk")
    new.locator("[name=password]").fill("塞翁失马安知非福 2026")
    new.locator("main button[type=submit]").first.click()
    new.wait_for_url("**/desk/")
    assert new.goto("/desk/queue").status == 200
    last_administrator(asking)
    look_at_every_page(confirming, lang, width)


def last_administrator(page: Page) -> None:
    """Nobody lets themselves go, so one administrator always stays."""
    page.goto("/admin/people?q=admin")
    page.get_by_role("link", name="温故").first.click()
    assert page.locator("form[action$='/disable'], form[action$='/end']").count() == 0


def look_at_every_page(page: Page, lang: str, width: int) -> None:
    for name, path in PAGES.items():
        page.goto(path)
        take(page, name, lang, width)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), name
