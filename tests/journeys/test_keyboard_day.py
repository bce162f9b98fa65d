"""A clerk's day by keyboard alone: twenty cases, and not one event of a mouse, a pen or a finger."""

import re

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from desk.access.permissions import Role
from desk.casework.actions.move import move
from desk.casework.models import Case
from desk.casework.situation import StepData
from desk.casework.words import CaseChannel, Complexity, Status
from desk.casework.workflow import Move
from desk.catalogue.models import Item
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Hall
from tests import make
from tests.journeys.conftest import PASSWORD, Site, person

pytestmark = pytest.mark.browser
EACH = 10
FARTHEST = 80
READY = "body[data-keys=on]"
COUNT_POINTERS = """
for (const kind of ["pointerdown", "mousedown", "mousemove", "touchstart", "wheel"]) {
  addEventListener(kind, (event) => {
    if (event.isTrusted) sessionStorage.pointers = Number(sessionStorage.pointers ?? 0) + 1;
  }, true);
}
"""
BRIEF = "请核对收件要求，一次说清。"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus stands on what is wanted."""
    for _ in range(FARTHEST):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {selector} on {page.url}")


def number_of(page: Page) -> str:
    found = re.search(r"/cases/([^/?#]+)", page.url)
    assert found is not None, page.url
    return found.group(1)


def furnish_day() -> None:
    """File ten cases by web, and ten by phone that are accepted already."""
    hall = db.session.scalars(select(Hall)).one()
    item = db.session.scalars(select(Item)).one()
    region_id, hall_id, item_id = hall.region_id, hall.id, item.id
    clerk = make.actor(Role.CLERK, region_id, hall_id=hall_id)
    for n in range(2 * EACH):
        channel = CaseChannel.PHONE if n % 2 else CaseChannel.WEB
        receipt = make.case(region_id, hall_id, now=utc_now(), channel=channel, item_id=item_id)
        if channel is CaseChannel.PHONE:
            given = StepData(version=1, complexity=Complexity.GENERAL, item_id=item_id)
            with transaction():
                move(receipt.number, Move.ACCEPT, given, by=clerk, now=utc_now())
    db.session.remove()


def work_through(page: Page, listing: str, key: str, fill: str) -> list[str]:
    """Open the first case of a list and go from case to case, pressing the same key at each."""
    page.goto(f"/desk/queue?{listing}")
    page.wait_for_selector(READY)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")
    done = []
    for _ in range(EACH):
        page.wait_for_selector(READY)
        done.append(number_of(page))
        page.keyboard.press(key)
        page.wait_for_url("**do=*")
        page.wait_for_selector(READY)
        if fill == "accept":
            tab_to(page, "[name=complexity]")
            page.keyboard.press("Space")
        else:
            tab_to(page, "[name=department]")
            page.keyboard.press("ArrowDown")
            tab_to(page, "[name=brief]")
            page.keyboard.insert_text(BRIEF)
        tab_to(page, "main [name=next]")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "do=" not in url)
    return done


def test_twenty_cases_are_triaged_and_dispatched_by_keyboard_alone(
    browser: Browser, site: Site
) -> None:
    furnish_day()
    context = person(browser, site, lang="zh_Hans", width=1280, scripts=True)
    context.add_init_script(COUNT_POINTERS)
    page = context.new_page()
    page.goto("/account/sign-in")
    tab_to(page, "[name=login]")
    page.keyboard.type("clerk")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    done = work_through(page, "tab=all&status=submitted&channel=web", "a", "accept")
    done += work_through(page, "tab=all&status=accepted&channel=phone", "d", "dispatch")
    assert len(set(done)) == 2 * EACH
    assert page.evaluate("Number(sessionStorage.pointers ?? 0)") == 0
    end_read()
    by_status = {
        status: set(db.session.scalars(select(Case.number).where(Case.status == status)))
        for status in (Status.ACCEPTED, Status.DISPATCHED)
    }
    assert by_status == {
        Status.ACCEPTED: set(done[:EACH]),
        Status.DISPATCHED: set(done[EACH:]),
    }
    db.session.remove()
