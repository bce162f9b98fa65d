"""What pages gain with scripts, and that every page can be used by everybody."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from tests.journeys.conftest import Site, person, sign_in

pytestmark = pytest.mark.browser

ITEMS = [
    {
        "code": "A-1",
        "name": "二手房过户",
        "department": "登记中心",
        "promise": "1天",
        "visits": "1次",
    },
    {
        "code": "A-2",
        "name": "二手车过户",
        "department": "车管所",
        "promise": "1天",
        "visits": "1次",
    },
]
PUBLIC = (
    "/", "/complaints/new", "/complaints/track", "/rate", "/items", "/board", "/board/definitions",
    "/privacy", "/accessibility", "/account/sign-in", "/no/such/page",
)  # fmt: skip
STAFF = {
    "clerk": ("/desk/", "/desk/queue", "/desk/queue/views", "/account/keys", "/account/sessions"),
    "supervisor": ("/supervision/",),
}


def scripted(browser: Browser, site: Site, *, lang: str = "zh_Hans", width: int = 900) -> Page:
    return person(browser, site, lang=lang, width=width, scripts=True).new_page()


def test_an_item_is_found_and_taken_by_keyboard(browser: Browser, site: Site) -> None:
    page = scripted(browser, site)

    def answer(route: Route) -> None:
        route.fulfill(body=json.dumps(ITEMS), content_type="application/json")

    page.route("**/items/search?*", answer)
    page.goto("/complaints/new")
    field = page.locator("[name=item_words]")
    field.type("过户")
    page.locator("[role=option]").first.wait_for()
    assert page.locator("[role=option]").count() == len(ITEMS) + 1
    assert field.get_attribute("aria-expanded") == "true"
    assert page.locator("mark").first.inner_text() == "过户"
    assert "2" in page.locator("[role=status]").last.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[aria-selected=true]")
    assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    assert field.input_value() == "二手车过户"
    assert page.locator("[name=item_code]").input_value() == "A-2"
    assert page.locator("[role=listbox]").is_hidden()
    field.type("！")
    assert page.locator("[name=item_code]").input_value() == ""


def test_without_an_answer_the_field_stays_a_field(browser: Browser, site: Site) -> None:
    page = scripted(browser, site)
    page.route("**/items/search?*", lambda route: route.abort())
    page.goto("/complaints/new")
    page.locator("[name=item_words]").type("过户")
    page.wait_for_timeout(400)
    assert page.locator("[role=listbox]").is_hidden()
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary").wait_for()
    assert page.locator("[name=item_words]").input_value() == "过户"


def test_an_error_summary_takes_the_focus_and_leads_to_the_field(
    browser: Browser, site: Site
) -> None:
    page = scripted(browser, site, lang="en")
    page.goto("/complaints/new")
    page.locator("main form button[type=submit]").last.click()
    page.locator(".govuk-error-summary").wait_for()
    page.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
    assert page.title().startswith("Error: ")
    page.locator(".govuk-error-summary a").last.click()
    assert page.evaluate("document.activeElement.name") == "reason"


def test_a_character_is_what_people_count_as_one(browser: Browser, site: Site) -> None:
    page = scripted(browser, site, lang="en")
    page.goto("/complaints/new")
    page.locator("[name=item_words]").fill("Transfer")
    page.locator("[name=reason][value=R02]").check()
    page.locator("main form button[type=submit]").last.click()
    if page.locator("[name=item][value=none]").count():
        page.locator("[name=item][value=none]").check()
        page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/tell")
    page.locator("[name=wish]").fill("😀" * 1990)
    message = page.locator("#wish-info ~ .govuk-character-count__status")
    page.wait_for_function("document.querySelector('.govuk-character-count__status').textContent")
    assert "10 characters left" in message.first.inner_text()


def test_the_keys_of_the_desk_never_fire_while_somebody_types(browser: Browser, site: Site) -> None:
    context = person(browser, site, lang="en", width=1200, scripts=True)
    page = sign_in(context, "clerk")
    page.goto("/desk/queue")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.name === 'q'")
    page.keyboard.type("j?")
    assert page.locator("[name=q]").input_value() == "j?"
    assert page.locator("#keys").is_hidden()
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    with page.expect_response("**/account/keys") as kept:
        page.locator("#keys-off").check()
    assert kept.value.status == 303
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") != "q"
    page.goto("/desk/queue")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    assert page.locator("#keys").is_hidden()


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("zh_Hans", 360, "light"), ("en", 1440, "light"), ("zh_Hans", 1440, "dark")],
)
def test_every_page_can_be_used_by_everybody(
    browser: Browser, site: Site, lang: str, width: int, scheme: str
) -> None:
    page = scripted(browser, site, lang=lang, width=width)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = [fault for path in PUBLIC for fault in faults(page, path)]
    for login, paths in STAFF.items():
        staff = sign_in(person(browser, site, lang=lang, width=width, scripts=True), login)
        staff.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [fault for path in paths for fault in faults(staff, path)]
    assert found == []


def faults(page: Page, path: str) -> list[str]:
    """List what axe finds on a page, and whether it is wider than its window."""
    page.goto(path)
    found = [
        f"{path}: {one['id']}: {one['nodes'][0]['html']}"
        for one in Axe().run(page).response["violations"]
    ]
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return [*found, f"{path}: wider than its window"] if page.evaluate(wide) else found
