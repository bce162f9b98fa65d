"""A bad rating from the first tap to the second round; an appeal upheld, and one refused."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.accounts.passwords import hash_password
from desk.casework.models import Case
from desk.casework.words import PartyKind
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.ids import uuid7
from desk.organisation.models import Department, Hall, Window
from desk.ratings.actions.links import new_link
from desk.ratings.applicants import sealed_phone
from desk.ratings.models import EventSource, Rating, RatingChannel, ServiceEvent
from tests.journeys.conftest import PASSWORD, Site, person, sign_in
from tests.journeys.pictures import take
from tests.journeys.test_complaint import step

pytestmark = pytest.mark.browser
PHONE, WORDS, PROJECT = "13900139001", "让我跑了三趟，态度还差", "P-88123"
REPLY = {
    "facts": "窗口没有一次性告知。",
    "basis": "《一次性告知制度》第三条",
    "action": "已更换告知单并重新培训。",
    "next_step": "无需再来。",
    "contact": "登记中心 0700-1234567",
    "evidence": "新告知单",
}


def second_supervisor() -> None:
    """Put a second supervisor beside the first, and let the first clerk's window be known."""
    with transaction():
        first = db.session.scalars(
            select(Membership).where(Membership.role == Role.SUPERVISOR)
        ).one()
        user = User(
            login="supervisor2", name="顾言", password_hash=hash_password(PASSWORD, memory_kib=64)
        )
        db.session.add(user)
        db.session.flush()
        db.session.add(
            Membership(
                user_id=user.id, role=Role.SUPERVISOR, region_id=first.region_id, hall_id=0,
                department_id=0, from_on=first.from_on, granted_by="setup",
                confirmed_by="setup-2",
            )
        )  # fmt: skip


def served() -> str:
    """Let the first clerk serve somebody, and give the link by which that is rated."""
    now = utc_now()
    key = uuid7(now)
    with transaction():
        hall = db.session.scalars(select(Hall)).one()
        department = db.session.scalars(select(Department).order_by(Department.id)).first()
        assert department is not None
        clerk = db.session.scalars(select(User).where(User.login == "clerk")).one()
        event = ServiceEvent(
            region_id=hall.region_id, id=key, source_system="hall",
            project_no=f"{PROJECT}-{key.hex[-6:]}", service_no="1", source=EventSource.API,
            department_id=department.id, hall_id=hall.id,
            window_id=db.session.scalars(select(Window.id)).first(), clerk_id=clerk.id,
            party_kind=PartyKind.INDIVIDUAL, occurred_at=now - timedelta(minutes=30),
            on_day=now.date(), phone_e=sealed_phone(key, PHONE),
        )  # fmt: skip
        db.session.add(event)
        db.session.flush()
        return new_link(hall.region_id, key, RatingChannel.LINK, now=now)


def rate(page: Page, link: str, level: int, words: str = "") -> None:
    page.goto(f"/rate/{link}")
    page.locator(f"[name=level][value='{level}']").check(force=True)
    if words:
        page.locator("[name=comment]").fill(words)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/rate/thanks")


def newest_case() -> str:
    end_read()
    rating = db.session.scalars(select(Rating).order_by(Rating.id.desc())).first()
    assert rating is not None
    case = db.session.get_one(Case, (rating.region_id, rating.case_id))
    end_read()
    return case.number


def a_night_passes(number: str) -> None:
    """Set back when the case came: the unit hears of it on the next working day, not today."""
    with transaction():
        db.session.execute(
            update(Case)
            .where(Case.number == number)
            .values(filed_at=utc_now() - timedelta(days=14), version=Case.version)
        )


def to_the_unit(verifier: Page, number: str) -> None:
    step(
        verifier,
        number,
        "contact",
        {"note": "说等了四十分钟。"},
        {"channel": "phone", "reached": "yes"},
    )
    step(verifier, number, "verdict", {"note": "叫号记录与所说一致。"}, {"verdict": "true"})
    a_night_passes(number)
    verifier.goto(f"/desk/cases/{number}?do=dispatch_rectification")
    department = verifier.locator("[name=department] option").nth(1).get_attribute("value")
    step(
        verifier, number, "dispatch_rectification", {"brief": "请改进一次性告知。"},
        {"department": str(department)},
    )  # fmt: skip


def test_a_bad_rating_is_put_right_appealed_and_never_tells_who(
    browser: Browser, site: Site
) -> None:
    second_supervisor()
    citizen = person(browser, site, lang="zh_Hans", width=360).new_page()
    rate(citizen, served(), 1, WORDS)
    number = newest_case()
    pages = {
        login: sign_in(person(browser, site, lang="zh_Hans", width=1440, scripts=True), login)
        for login in ("clerk", "clerk2", "handler", "lead", "supervisor", "supervisor2")
    }
    rated, verifier, supervisor = pages["clerk"], pages["clerk2"], pages["supervisor"]

    verifier.goto("/desk/queue?tab=ratings")
    take(verifier, "ratings-to-verify", "zh_Hans", 1440)
    assert number in verifier.content()
    to_the_unit(verifier, number)
    step(pages["handler"], number, "sign", {}, {})
    take(pages["handler"], "rating-at-the-unit", "zh_Hans", 1440)
    assert WORDS not in pages["handler"].content()
    step(pages["handler"], number, "submit_reply", REPLY, {"outcome": "DONE"})
    step(supervisor, number, "approve_reply", {}, {"root_cause": "R02", "responsibility": "staff"})
    links = [
        match.group(1)
        for letter in site.post_letters()
        for match in re.finditer(r"http\S+/rate/([\w-]+)", letter.body)
    ]
    rate(citizen, links[-1], 5)
    verifier.goto(f"/desk/cases/{number}")
    assert "已办结" in verifier.content()

    for grants, ends in ((("yes", "yes"), "已办结"), (("no",), "办理中")):
        rate(citizen, served(), 2, WORDS)
        number = newest_case()
        to_the_unit(verifier, number)
        step(pages["lead"], number, "sign", {}, {})
        step(
            pages["lead"], number, "appeal_rating", {"text": "监控显示当天只来过一次，用时六分钟。"},
            {"verdict": "untrue"},
        )  # fmt: skip
        supervisor.goto("/supervision/ratings/queue")
        take(supervisor, "rating-queue", "zh_Hans", 1440)
        assert number in supervisor.content()
        for login, grant in zip(("supervisor", "supervisor2"), grants, strict=False):
            step(pages[login], number, "decide_appeal", {"text": "看过监控。"}, {"grant": grant})
        supervisor.goto(f"/desk/cases/{number}")
        assert ends in supervisor.locator(".dk-case__meta").inner_text()
    end_read()
    standing = {
        row.effective for row in db.session.scalars(select(Rating).where(Rating.level == 2))
    }
    assert standing == {True, False}
    end_read()

    small = sign_in(person(browser, site, lang="en", width=360, scripts=True), "supervisor")
    small.goto("/supervision/ratings/queue")
    take(small, "rating-queue", "en", 360)
    small.locator("table").last.locator("a").first.click()
    small.wait_for_url(re.compile(r"/supervision/ratings/[0-9a-f-]+$"))
    take(small, "rating", "en", 360)
    for address in ("/desk/queue?tab=ratings", "/desk/queue?tab=all", "/desk/ratings", "/desk/"):
        rated.goto(address)
        for trace in (number, WORDS, PROJECT, PHONE):
            assert trace not in rated.content(), (address, trace)
    take(rated, "own-ratings", "zh_Hans", 1440)
    assert rated.goto(f"/desk/cases/{number}").status == 404  # type: ignore[union-attr]
