"""A clerk's day by keyboard alone: twenty cases, and not one event of a mouse, a pen or a finger."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.casework.actions.acts import ContactData, record_contact
from desk.casework.actions.move import move
from desk.casework.models import Case
from desk.casework.situation import StepData
from desk.casework.words import (
    CaseChannel,
    Complexity,
    ContactChannel,
    ContactKind,
    Outcome,
    Responsibility,
    Status,
)
from desk.casework.workflow import Move
from desk.catalogue.models import Item
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Hall
from tests import make
from tests.journeys.conftest import PASSWORD, Site, person

pytestmark = pytest.mark.browser
EACH = 5
FARTHEST = 80
READY = "body[data-keys=on]"
COUNT_POINTERS = """
for (const kind of ["pointerdown", "mousedown", "mousemove", "touchstart", "wheel"]) {
  addEventListener(kind, (event) => {
    if (event.isTrusted) sessionStorage.pointers = Number(sessionStorage.pointers ?? 0) + 1;
  }, true);
}
"""
OWN_WORDS = [
    "旧清单已撤下，当天补收了材料。", "系统故障已排除，证照今早打印完毕。", "税费核对无误，退还多收二十元。",
    "授权书格式不符，已教会怎样填写。", "排队叫号漏号，安排专人先办。",
]  # fmt: skip
"""What each reply says; the desk asks whether it is meant so, for its parts are all alike."""
WHERE = "0700-1234567"
REPLY = "窗口用了旧清单，已收件并办结。"
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
    """File cases by web to be accepted, and others brought as far as each part of the day needs."""
    hall = db.session.scalars(select(Hall)).one()
    item = db.session.scalars(select(Item)).one()
    region_id, hall_id, item_id = hall.region_id, hall.id, item.id
    department = {"department_id": item.department_id}
    staff = {
        "clerk": make.actor(Role.CLERK, region_id, hall_id=hall_id),
        "handler": make.actor(Role.HANDLER, region_id, **department),
        "lead": make.actor(Role.LEAD, region_id, **department),
    }
    parts = dict.fromkeys(("facts", "basis", "action", "next_step", "contact", "evidence"), REPLY)
    steps: list[tuple[str, Move, dict[str, object]]] = [
        ("clerk", Move.ACCEPT, {"complexity": Complexity.GENERAL, "item_id": item_id}),
        ("clerk", Move.DISPATCH, {**department, "brief": BRIEF}),
        ("handler", Move.SIGN, {}),
        ("handler", Move.SUBMIT_REPLY, {**parts, "outcome": Outcome.DONE}),
        ("lead", Move.APPROVE_REPLY, {"root_cause": "R02", "responsibility": Responsibility.STAFF}),
    ]
    for part in DAY:
        for _ in range(EACH):
            now = utc_now()
            filed = {"channel": part.channel, "item_id": item_id}
            number = make.case(region_id, hall_id, now=now, **filed).number
            for who, name, given in steps[: part.steps]:
                if name is Move.SUBMIT_REPLY:
                    called(number, staff["handler"])
                data = StepData(version=version_of(number), **given)  # type: ignore[arg-type]
                with transaction():
                    move(number, name, data, by=staff[who], now=now)
            if part.key == "r":
                called(number, staff["handler"])
    db.session.remove()


def called(number: str, handler: Actor) -> None:
    """Write down the first call to the complainant, without which nobody may answer."""
    call = ContactData(ContactKind.FIRST, ContactChannel.PHONE, reached=True)
    with transaction():
        record_contact(number, call, version=version_of(number), by=handler, now=utc_now())


def version_of(number: str) -> int:
    end_read()
    return db.session.scalars(select(Case.version).where(Case.number == number)).one()


def accept(page: Page) -> None:
    tab_to(page, "[name=complexity]")
    page.keyboard.press("Space")


def dispatch(page: Page) -> None:
    tab_to(page, "[name=department]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=brief]")
    page.keyboard.insert_text(BRIEF)


def reply(page: Page) -> None:
    own = OWN_WORDS.pop()
    for name in ("facts", "basis", "action", "next_step", "contact"):
        tab_to(page, f"[name={name}]")
        page.keyboard.insert_text(f"{own}{WHERE}" if name == "contact" else own)
    tab_to(page, "[name=outcome]")
    page.keyboard.press("Space")
    tab_to(page, "[name=evidence]")
    page.keyboard.insert_text(own)


def follow_up(page: Page) -> None:
    for name in ("in_time", "solved", "result_score", "attitude_score"):
        tab_to(page, f"[name={name}]")
        page.keyboard.press("Space")


@dataclass(frozen=True)
class Part:
    """Some cases of the day: whose they are, how found, by which key, what is filled in, and so."""

    login: str
    listing: str
    key: str
    fill: Callable[[Page], None]
    becomes: Status
    steps: int
    channel: CaseChannel


DAY = (
    Part("clerk", "tab=all&status=submitted", "a", accept, Status.ACCEPTED, 0, CaseChannel.WEB),
    Part("clerk", "tab=all&status=accepted&channel=phone", "d", dispatch, Status.DISPATCHED, 1,
         CaseChannel.PHONE),
    Part("handler", "tab=all&status=handling", "r", reply, Status.REPLY_REVIEW, 3,
         CaseChannel.LETTER),
    Part("clerk2", "tab=all&status=replied", "c", follow_up, Status.CLOSED, 5, CaseChannel.QR),
)  # fmt: skip


def work_through(page: Page, part: Part) -> set[str]:
    """Open the first case of a list and go from case to case, pressing the same key at each."""
    page.goto(f"/desk/queue?{part.listing}")
    page.wait_for_selector(READY)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")
    done = []
    for _ in range(EACH):
        page.wait_for_selector(READY)
        done.append(number_of(page))
        here = f"/{done[-1]}"
        page.keyboard.press(part.key)
        page.wait_for_url("**do=*")
        page.wait_for_selector(READY)
        part.fill(page)
        tab_to(page, "main [name=next]")
        page.keyboard.press("Enter")
        if part.key == "c":
            tab_to(page, "[data-countdown-now]")
            page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "do=" not in url)
        if here in page.url:
            page.wait_for_selector(READY)
            tab_to(page, "[name=sure]")
            page.keyboard.press("Space")
            tab_to(page, "main [name=next]")
            page.keyboard.press("Enter")
        page.wait_for_url(lambda url, here=here: here not in url)
    return set(done)


def signed_in_by_keyboard(browser: Browser, site: Site, login: str) -> Page:
    context = person(browser, site, lang="zh_Hans", width=1280, scripts=True)
    context.add_init_script(COUNT_POINTERS)
    page = context.new_page()
    page.goto("/account/sign-in")
    tab_to(page, "[name=login]")
    page.keyboard.type(login)
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    return page


def test_twenty_cases_are_accepted_passed_on_answered_and_closed_by_keyboard_alone(
    browser: Browser, site: Site
) -> None:
    furnish_day()
    pages: dict[str, Page] = {}
    done: dict[Status, set[str]] = {}
    for part in DAY:
        if part.login not in pages:
            pages[part.login] = signed_in_by_keyboard(browser, site, part.login)
        done[part.becomes] = work_through(pages[part.login], part)
    assert sum(len(numbers) for numbers in done.values()) == len(DAY) * EACH == 20
    for page in pages.values():
        assert page.evaluate("Number(sessionStorage.pointers ?? 0)") == 0
    end_read()
    assert done == {
        status: set(db.session.scalars(select(Case.number).where(Case.status == status)))
        for status in done
    }
    db.session.remove()
