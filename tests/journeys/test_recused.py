"""Somebody whom a case names finds nothing of it anywhere; an auditor reads the trail all the same."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts import totp
from desk.accounts.models import Membership, User
from desk.accounts.passwords import hash_password
from desk.audit.sealing import seal
from desk.casework.actions.move import move
from desk.casework.models import Case
from desk.casework.situation import StepData
from desk.casework.words import Complexity
from desk.casework.workflow import Move
from desk.catalogue.models import Item
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Hall
from desk.settings import Settings
from tests import make
from tests.journeys.conftest import PASSWORD, Site, person, sign_in
from tests.journeys.pictures import take

pytestmark = pytest.mark.browser
WORD = "龘靐"
STORY = "麤㸚"
TITLE = f"{WORD}把材料弄丢了三回"
EVERYWHERE = (
    "/desk/", "/desk/queue", "/desk/queue?tab=all", f"/desk/queue?q={WORD}", "/desk/tasks", "/desk/news",
    "/supervision/cards?standing=all", "/supervision/improvements",
)  # fmt: skip


def file_and_dispatch() -> str:
    """File a case and bring it to the department, by colleagues nobody meets here."""
    hall = db.session.scalars(select(Hall)).one()
    item = db.session.scalars(select(Item)).one()
    region_id, hall_id, item_id, unit = hall.region_id, hall.id, item.id, item.department_id
    clerk = make.actor(Role.CLERK, region_id, hall_id=hall_id)
    number = make.case(
        region_id, hall_id, now=utc_now(), title=TITLE, story=STORY, item_id=item_id
    ).number
    for n, (name, given) in enumerate(
        (
            (Move.ACCEPT, {"complexity": Complexity.GENERAL, "item_id": item_id}),
            (Move.DISPATCH, {"department_id": unit, "brief": "请核对收件要求"}),
        )
    ):
        with transaction():
            move(number, name, StepData(version=n + 1, **given), by=clerk, now=utc_now())  # type: ignore[arg-type]
    db.session.remove()
    return number


def finds(page: Page, number: str, path: str) -> bool:
    """Tell whether a page shows more of the case than what was asked for."""
    page.goto(path)
    said = page.content()
    return any(trace in said for trace in (number, WORD, STORY) if trace not in path)


def test_a_recused_officer_finds_nothing_anywhere(browser: Browser, site: Site) -> None:
    number = file_and_dispatch()
    address = f"/desk/cases/{number}"
    here = [
        *EVERYWHERE,
        f"/desk/queue?q={number}",
        address,
        f"{address}?do=sign",
        f"{address}/related",
    ]
    officer = sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), "handler")
    seen = {path for path in here if finds(officer, number, path)}
    assert {"/desk/queue?tab=all", address, f"/desk/queue?q={WORD}"} <= seen
    officer.goto(address)
    clerk = sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), "clerk")
    clerk.goto(f"{address}?do=name")
    clerk.locator("[name=login]").fill("handler")
    clerk.locator(".dk-act__form .dk-bar button[type=submit]").first.click()
    clerk.wait_for_url(lambda url: "do=" not in url)
    assert {path for path in here if finds(officer, number, path)} == set()
    take(officer, "recused", "zh_Hans", 1440)
    officer.go_back()
    officer.go_back()
    assert WORD not in officer.content()
    assert finds(clerk, number, "/desk/queue?tab=all")


def an_auditor(site: Site) -> None:
    with transaction():
        region_id = db.session.scalars(select(Hall.region_id)).one()
        hashed = hash_password(PASSWORD, memory_kib=64)
        user = User(login="auditor", name="顾明鉴", password_hash=hashed)
        db.session.add(user)
        db.session.flush()
        db.session.add(
            Membership(
                user_id=user.id, role=Role.AUDITOR, region_id=region_id, hall_id=0,
                department_id=0, from_on=date(2020, 1, 1), granted_by="setup",
                confirmed_by="setup-2",
            )
        )  # fmt: skip
    settings: Settings = site.app.extensions["settings"]
    with transaction():
        seal(region_id, settings.seal_seed(), now=utc_now())
    db.session.remove()


@pytest.mark.parametrize(("lang", "width"), [("zh_Hans", 360), ("en", 1440)])
def test_an_auditor_signs_in_with_a_phone_and_reads_the_trail(
    browser: Browser, site: Site, lang: str, width: int
) -> None:
    number = file_and_dispatch()
    an_auditor(site)
    object.__setattr__(site.app.extensions["settings"], "second_factor", True)
    page = person(browser, site, lang=lang, width=width, scripts=True).new_page()
    page.goto("/account/sign-in")
    page.locator("[name=login]").fill("auditor")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/second-factor")
    take(page, "second-factor", lang, width)
    seed = totp.read_seed(page.locator("code").inner_text())
    page.locator("[name=code]").fill("000000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".govuk-error-summary")
    page.locator("[name=code]").fill(totp.code_at(seed, totp.step_of(utc_now())))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    end_read()
    case = db.session.scalars(select(Case).where(Case.number == number)).one().id.hex
    db.session.remove()
    page.goto("/audit/")
    assert WORD not in page.content()
    take(page, "trail", lang, width)
    page.locator(f"a:has-text('{case}')").first.click()
    take(page, "trail-chain", lang, width)
    page.goto("/audit/seals")
    take(page, "trail-seals", lang, width)
