"""The public pages one reaches only by doing something: filing, a code, a link, a mistake."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select, update

from desk.access.doors import public
from desk.casework.actions.answer_links import new_link as new_answer_link
from desk.casework.models import Case
from desk.casework.numbers import new_access_code
from desk.casework.queries.access import access_hash
from desk.casework.words import IdentityMode, Status
from desk.catalogue.models import Item
from desk.kernel.crypto import token_hash
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Busy, Conflict, NotAllowed, TooMany
from desk.kernel.throttle import Limit, Throttle
from desk.organisation.models import Department, Window
from desk.publishing.models import Publication
from desk.ratings.actions.links import new_link as new_rating_link
from desk.ratings.models import RatingChannel, RatingToken, ServiceEvent

Take = Callable[[str], None]

MONTHS_BACK = 62


@dataclass(frozen=True)
class Ways:
    """What opens the pages: addresses by name, and number and code of a case by its standing."""

    pages: dict[str, str]
    cases: dict[str, tuple[str, str]]


def open_ways(now: datetime) -> Ways:
    """Draw codes and links for pages that only a complainant or a rater reaches."""
    rng = Random(1)  # noqa: S311 - codes of invented cases, the same for every run
    with transaction():
        cases = {name: _code(case, rng) for name, case in _cases(now).items()}
        pages = {**_fixed(now), **_links(now)}
    end_read()
    return Ways(pages, cases)


def _cases(now: datetime) -> dict[str, Case]:
    """Choose one case of every standing."""
    named = IdentityMode.REAL
    wanted = {
        **{status.value: (Case.status == status, Case.identity_mode == named) for status in Status},
        "late": (Case.status == Status.HANDLING, Case.next_due_at < now),
        "anonymous": (Case.status == Status.HANDLING, Case.identity_mode == IdentityMode.ANONYMOUS),
        "reworked": (Case.status == Status.HANDLING, Case.round > 0),
    }
    found: dict[str, Case] = {}
    for name, conditions in wanted.items():
        taken = [case.id for case in found.values()]
        query = select(Case).where(*conditions, Case.id.not_in(taken)).order_by(Case.id.desc())
        case = db.session.scalars(query.limit(1)).first()
        if case is not None:
            found[name] = case
    return found


def _code(case: Case, rng: Random) -> tuple[str, str]:
    code = new_access_code(rng)
    db.session.execute(
        update(Case).where(Case.id == case.id).values(access_h=access_hash(case.number, code))
    )
    return case.number, code


def _fixed(now: datetime) -> dict[str, str]:
    """Find addresses that need a key of the data."""
    past = now - timedelta(days=MONTHS_BACK)
    item = db.session.scalars(select(Item).order_by(Item.code).limit(1)).one()
    department = db.session.scalars(select(Department).order_by(Department.id).limit(1)).one()
    window = db.session.scalars(select(Window).order_by(Window.id).limit(1)).one()
    story = db.session.scalars(
        select(Publication.id).where(Publication.published_at.isnot(None)).limit(1)
    ).first()
    told = {"story": f"/published/{story}"} if story else {}
    return {
        "board-month": f"/board?month={past:%Y-%m}",
        "board-empty": "/board?month=2001-01",
        "year": f"/board/years/{past.year}",
        "item": f"/items/{item.code}",
        "item-files": f"/complaints/new?item={item.code}",
        "office": f"/items?department={department.code}",
        "rate-window": f"/rate/window/{window.qr_code}",
        **told,
    }


def _links(now: datetime) -> dict[str, str]:
    """Draw a link that opens, one that has been used and one that is over."""
    event = db.session.scalars(
        select(ServiceEvent)
        .where(ServiceEvent.case_id.is_(None), ServiceEvent.window_id.isnot(None))
        .order_by(ServiceEvent.id.desc())
        .limit(1)
    ).one()
    tokens = [
        new_rating_link(event.region_id, event.id, RatingChannel.QR, now=now) for _n in range(3)
    ]
    for token, changed in zip(tokens[1:], ({"used_at": now}, {"expires_at": now}), strict=True):
        db.session.execute(
            update(RatingToken).where(RatingToken.token_h == token_hash(token)).values(changed)
        )
    pages = dict(zip(("rate-link", "rate-used", "rate-over"), tokens, strict=True))
    asked = db.session.scalars(
        select(Case).where(Case.status == Status.REPLIED).order_by(Case.id.desc()).limit(20)
    )
    answers = [token for case in asked if (token := new_answer_link(case, now=now))]
    return {
        **{name: f"/rate/{token}" for name, token in pages.items()},
        **({"answer": f"/answer/{answers[0]}"} if answers else {}),
    }


class Unhurried(Throttle):
    """Lets every try pass: pictures are taken faster than people knock."""

    def hit(self, limit: Limit, key: str, message: object, *, cost: int = 1) -> None:
        """Count nothing."""

    def allows(self, limit: Limit, key: str) -> bool:  # noqa: ARG002 - the name is the throttle's
        """Let it pass."""
        return True

    def check(self, limit: Limit, key: str, message: object) -> None:
        """Refuse nothing."""


def add_broken_pages(app: Flask) -> None:
    """Give each failure an address, to take its picture; only the copy for pictures has them."""
    failures = {
        403: NotAllowed("该页只给本单位的人看。"),
        409: Conflict("别人刚改过这一件。", theirs={"说明": "已经电话联系过本人。"}),
        429: TooMany("试得太快了。", retry_after=40),
        503: Busy("", retry_after=2),
    }

    @public
    def broken(code: int) -> str:
        raise failures.get(code, RuntimeError("a picture of a bug"))

    app.add_url_rule("/pictures/<int:code>", "pictures", broken, methods=["GET", "POST"])


def walk_public(page: Page, ways: Ways, take: Take) -> None:
    """Take every page that needs something first, in one language and width."""
    file_one(page, take)
    for name, path in ways.pages.items():
        page.goto(path)
        take(name)
    mistakes(page, ways, take)
    for name, (number, code) in ways.cases.items():
        page.goto(f"/complaints/track?number={number}")
        page.locator("[name=code]").fill(code)
        press(page)
        page.wait_for_url(f"**/complaints/{number}")
        take(f"case-{name}")


def press(page: Page) -> None:
    """Press the main button of the page's form."""
    page.locator("main form button[type=submit]").last.click()


def file_one(page: Page, take: Take) -> None:
    """File a complaint, with a mistake at each step first."""
    page.goto("/complaints/new")
    press(page)
    take("what-errors")
    page.locator("[name=item_words]").fill("不动产转移登记")
    page.locator("[name=reason][value=R02]").check()
    page.locator("[name=visits]").fill("很多")
    press(page)
    take("what-matches")
    page.locator("[name=visits]").fill("3")
    if page.locator("[name=item]").count():
        page.locator("[name=item]").first.check()
    press(page)
    page.wait_for_url("**/tell")
    take("tell")
    page.locator("[name=title]").fill("")
    press(page)
    take("tell-errors")
    page.locator("[name=title]").fill("过户，三趟都说缺材料")
    page.locator("[name=story]").fill("第一趟说缺婚姻证明。\n第二趟换了一个人，又要另一份。")
    press(page)
    page.wait_for_url("**/you")
    take("you")
    page.locator("[name=phone]").fill("1380013800")
    page.locator("[name=email]").fill("xiaohe@")
    press(page)
    take("you-errors")
    page.locator("[name=identity_mode][value=real]").check()
    page.locator("[name=party_kind][value=individual]").check()
    page.locator("[name=name]").fill("林小禾")
    page.locator("[name=phone]").fill("19900001234")
    page.locator("[name=email]").fill("")
    press(page)
    page.wait_for_url("**/check")
    take("check")
    press(page)
    page.wait_for_load_state()
    if not page.url.endswith("/receipt"):
        take("check-sure")
        press(page)
    page.wait_for_url("**/receipt")
    take("receipt")
    press(page)
    take("receipt-errors")


def mistakes(page: Page, ways: Ways, take: Take) -> None:
    """Take forms sent empty or wrong."""
    for name, path in {
        "track": "/complaints/track",
        "ledger": "/ledger",
        "rate": "/rate",
        "rate-link": ways.pages["rate-link"],
        "rate-window": ways.pages["rate-window"],
        **({"answer": ways.pages["answer"]} if "answer" in ways.pages else {}),
    }.items():
        page.goto(path)
        press(page)
        take(f"{name}-errors")
    page.goto("/complaints/track")
    page.locator("[name=number]").fill("XZ-261123-482915-8")
    page.locator("[name=code]").fill("AAAA-AAAA-AAAA-AAAA")
    press(page)
    take("track-unknown")
