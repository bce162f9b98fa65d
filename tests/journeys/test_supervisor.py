"""A supervisor's morning, and a business that is kept waiting until the card is red."""

import io
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from sqlalchemy import select

from desk.access.actors import Actor
from desk.accounts.models import User
from desk.accounts.queries import actor_of
from desk.casework.actions.acts import ContactData, record_contact
from desk.casework.actions.move import move
from desk.casework.actions.opening import Receipt
from desk.casework.models import Case
from desk.casework.situation import StepData
from desk.casework.words import (
    Complexity,
    ContactChannel,
    ContactKind,
    Outcome,
    PartyKind,
    Responsibility,
    Solved,
)
from desk.casework.workflow import Move
from desk.catalogue.models import Item
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.organisation.models import Department, Hall, Region
from desk.organisation.queries import home_day
from desk.schedules import draw_samples, tick
from desk.supervision.actions.making import make_due
from tests import make
from tests.journeys.conftest import Site, person, sign_in
from tests.journeys.pictures import take
from tests.journeys.test_complaint import CHINESE, step

pytestmark = pytest.mark.browser
REPLY = {
    "facts": "窗口用了旧清单。",
    "basis": "不动产登记办事指南第3条",
    "action": "已收件并办结。",
    "next_step": "凭身份证领证。",
    "contact": "登记中心 0700-1234567",
    "evidence": "证号7731",
}


class Past:
    """A case that people have dealt with before this morning, hour by hour."""

    def __init__(self, filed_at: datetime, **changes: object) -> None:
        region = db.session.scalars(select(Region).where(Region.short_code == "XZ")).one()
        hall = db.session.scalars(select(Hall)).one()
        self.region_id, self.now = region.id, filed_at
        self.item_id = db.session.scalars(select(Item.id)).one()
        self.department_id = db.session.scalars(
            select(Department.id).order_by(Department.id)
        ).first()
        receipt: Receipt = make.case(region.id, hall.id, filed_at, **changes)
        self.number, self.id = receipt.number, receipt.case.id
        db.session.remove()

    def who(self, login: str) -> Actor:
        user = db.session.scalars(select(User).where(User.login == login)).one()
        return actor_of(user, self.now.date())

    def go(self, name: Move, login: str, **given: object) -> None:
        self.now += timedelta(minutes=20)
        with transaction():
            case = db.session.get_one(Case, (self.region_id, self.id))
            data = StepData(case.version, **given)  # type: ignore[arg-type]
            move(self.number, name, data, by=self.who(login), now=self.now)
        db.session.remove()

    def in_hand(self, complexity: Complexity = Complexity.GENERAL) -> None:
        self.go(Move.ACCEPT, "clerk", complexity=complexity, item_id=self.item_id)
        self.go(Move.DISPATCH, "clerk", department_id=self.department_id, brief="请核对")
        self.go(Move.SIGN, "handler")

    def closed(self) -> None:
        self.in_hand()
        self.now += timedelta(minutes=20)
        with transaction():
            data = ContactData(
                ContactKind.FIRST, reached=True, channel=ContactChannel.PHONE, note="已说明"
            )
            version = db.session.get_one(Case, (self.region_id, self.id)).version
            record_contact(self.number, data, version=version, by=self.who("handler"), now=self.now)
        db.session.remove()
        self.go(Move.SUBMIT_REPLY, "handler", outcome=Outcome.DONE, **REPLY)
        cause = {"root_cause": "R02", "responsibility": Responsibility.STAFF}
        self.go(Move.APPROVE_REPLY, "lead", **cause)
        self.go(
            Move.CLOSE_SOLVED, "clerk2", in_time=True, solved=Solved.YES, result_score=5,
            attitude_score=5,
        )  # fmt: skip


def mornings(back: int) -> datetime:
    """Give ten in the morning of a Monday, so many weeks back."""
    today = home_day(utc_now())
    monday = today - timedelta(days=today.weekday(), weeks=back)
    return datetime.combine(monday, time(2), UTC)


def staff(browser: Browser, site: Site, login: str) -> Page:
    return sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), login)


def make_reports(site: Site) -> None:
    store = site.app.extensions["store"]
    make_due(store, clock=utc_now, stopping=lambda: False)
    db.session.remove()


def take_out(page: Page, folder: Path) -> bytes:
    """Ask again until it is there, and fetch the file."""
    page.reload()
    with page.expect_download() as fetching:
        page.locator("form[action$='/file'] button").click()
    path = folder / "fetched"
    fetching.value.save_as(path)
    return path.read_bytes()


def ask(page: Page, kind: str) -> None:
    page.goto("/supervision/reports")
    take(page, "reports", "zh_Hans", 1440)
    page.locator(f"[name=kind][value={kind}]").check()
    today = home_day(utc_now())
    for name in ("first_on", "last_on"):
        for part in ("year", "month", "day"):
            page.locator(f"[name={name}-{part}]").fill(str(getattr(today, part)))
    if kind == "register":
        back = today - timedelta(days=60)
        for part in ("year", "month", "day"):
            page.locator(f"[name=first_on-{part}]").fill(str(getattr(back, part)))
    page.locator("[name=purpose]").fill("晨会通报")
    page.locator("form[action$='/reports'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/supervision/reports/[0-9a-f-]+$"))


def look_at_what_is_late(page: Page, number: str) -> None:
    """Open a number, a case behind it, how its date came about, its card; then want an answer."""
    page.goto("/supervision/late")
    take(page, "late", "zh_Hans", 1440)
    page.locator("a[href*='level=red']").first.click()
    page.wait_for_url("**/supervision/late/cases**")
    take(page, "late-cases", "zh_Hans", 1440)
    page.locator(f"a[href$='/desk/cases/{number}']").click()
    page.wait_for_url(f"**/desk/cases/{number}")
    explained = page.locator("details:has(.desk-count)").first
    explained.locator("summary").click()
    assert explained.locator(".is-end").is_visible()
    page.locator("a[href*='/supervision/cards/']").first.click()
    page.wait_for_url("**/supervision/cards/**")
    assert page.locator(".desk-count .is-end").is_visible()
    take(page, "card-course", "zh_Hans", 1440)
    asked = {"days": "2", "text": "请书面说明为何两周未办。"}
    step(page, number, "supervise", asked, {"unit": "department"})


def overturn(page: Page, number: str) -> None:
    """Look at a sampled case, find its closing false, and see it taken up again with a red card."""
    page.goto("/supervision/audits")
    take(page, "audits", "zh_Hans", 1440)
    page.get_by_role("link", name=number).click()
    page.wait_for_url("**/supervision/audits/**")
    page.locator("[name=manner][value=call]").check()
    page.locator("[name=finding][value=overturned]").check()
    page.locator("[name=note]").fill("电话核实：证书至今未发，与回访记录不符。")
    page.locator("[name=told]").fill("抽查发现尚未办结，现重新办理。")
    take(page, "audit", "zh_Hans", 1440)
    page.locator("form:has([name=finding]) button[type=submit]").click()
    page.wait_for_load_state()
    assert "不实" in page.content()
    page.goto(f"/desk/cases/{number}")
    assert "办理中" in page.content()
    assert page.locator(".govuk-tag--red").count()


def test_a_supervisors_morning(browser: Browser, site: Site, tmp_path: Path) -> None:
    late, false = Past(mornings(2), title="=过户拖了两周"), Past(mornings(1))
    late.in_hand()
    false.closed()
    tick(utc_now())
    draw_samples(utc_now())
    db.session.remove()
    page = staff(browser, site, "supervisor")
    look_at_what_is_late(page, late.number)
    overturn(page, false.number)

    ask(page, "bulletin")
    make_reports(site)
    pages = PdfReader(io.BytesIO(take_out(page, tmp_path))).pages
    text = "".join(one.extract_text() for one in pages).replace("\0", "").replace(" ", "")
    for said in ("晨会通报", false.number, "区不动产登记中心"):
        assert said in text
    ask(page, "register")
    make_reports(site)
    sheet = load_workbook(io.BytesIO(take_out(page, tmp_path))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    values = {str(cell.value) for cell in cells}
    assert {late.number, false.number} <= values
    assert sheet.max_row == 4 + 2
    assert not any(make.PERSON.phone in value for value in values)
    assert make.PERSON.name not in values
    told = [letter.body for letter in site.post_letters() if false.number in letter.body]
    assert told


def test_a_business_is_refused_more_time_and_the_card_turns_red(
    browser: Browser, site: Site
) -> None:
    case = Past(utc_now() - timedelta(minutes=5), party_kind=PartyKind.BUSINESS,
                title="企业变更登记被一再拖延")  # fmt: skip
    case.now -= timedelta(minutes=70)
    clerk, handler = staff(browser, site, "clerk"), staff(browser, site, "handler")
    lead, supervisor = staff(browser, site, "lead"), staff(browser, site, "supervisor")
    step(clerk, case.number, "accept", {"item_words": CHINESE.item}, {"complexity": "complex"})
    clerk.goto(f"/desk/cases/{case.number}?do=dispatch")
    registry = str(clerk.locator("[name=department] option").nth(1).get_attribute("value"))
    step(clerk, case.number, "dispatch", {}, {"department": registry})
    step(handler, case.number, "sign", {}, {})
    step(handler, case.number, "ask_extension", {"days": "5", "text": "需外地调档。"}, {})
    step(lead, case.number, "decide_extension", {"text": "情况属实，请批准。"}, {"grant": "yes"})
    supervisor.goto("/desk/queue?tab=decisions")
    assert case.number.split("-")[2] in supervisor.content()
    step(supervisor, case.number, "decide_extension", {"text": "档案可网上调取，不予延期。"},
         {"grant": "no"})  # fmt: skip
    handler.goto(f"/desk/cases/{case.number}")
    assert "档案可网上调取，不予延期。" in handler.content()
    take(handler, "extension-refused", "zh_Hans", 1440)

    tick(utc_now() + timedelta(days=60))
    db.session.remove()
    lead.goto(f"/desk/cases/{case.number}")
    assert lead.locator(".govuk-tag--red").count()
    lead.locator("a[href*='/supervision/cards/']").first.click()
    lead.wait_for_url("**/supervision/cards/**")
    assert case.number in lead.content()
    assert "区不动产登记中心" in lead.content()
    assert lead.locator(".desk-count .is-end").is_visible()
    assert lead.locator("form[action$='/appeal']").count()
