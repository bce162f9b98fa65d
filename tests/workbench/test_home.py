"""The start of the day: what waits for each, and numbers that open lists of just so many."""

import re
from datetime import timedelta
from html import unescape

from flask import Flask

from desk.access.permissions import Role
from desk.casework.models import Case
from desk.casework.words import Status
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in
from tests.workbench.pages import Pages, another

NUMBER = re.compile(r'class="dk-kpi__n" href="([^"]+)">(\d+)<span class="dk-vh"> ([^<]+)<')


def numbers(pages: Pages, who: str) -> dict[str, tuple[int, str]]:
    page = pages.browser(who).get("/desk/").get_data(as_text=True)
    return {name: (int(n), unescape(address)) for address, n, name in NUMBER.findall(page)}


def listed(pages: Pages, who: str, address: str) -> int:
    answer = pages.browser(who).get(address)
    assert answer.status_code == 200, address
    page = answer.get_data(as_text=True)
    return page.count("data-row>") + page.count("dk-news__open")


def be_due(pages: Pages, in_: timedelta) -> None:
    """Move the date of the case at hand, as seen by lists alone."""
    with transaction():
        case = db.session.get_one(Case, (pages.desk.region.id, pages.desk.id))
        case.next_due_at = utc_now() + in_


def test_every_number_opens_a_list_of_just_so_many(pages: Pages) -> None:
    desk = pages.desk
    be_due(pages, timedelta(days=9))
    for status, in_ in (
        (Status.SUBMITTED, -timedelta(days=2)),
        (Status.ACCEPTED, timedelta(days=9)),
        (Status.HANDLING, -timedelta(days=1)),
        (Status.REPLY_REVIEW, timedelta(days=9)),
        (Status.REPLIED, timedelta(days=9)),
    ):
        another(desk)
        if status is not Status.SUBMITTED:
            desk.to(status)
        be_due(pages, in_)
    found = {who: numbers(pages, who) for who in ("clerk", "handler", "lead", "supervisor")}
    for who, theirs in found.items():
        for name, (n, address) in theirs.items():
            assert listed(pages, who, address) == n, (who, name)
    clerk = found["clerk"]
    assert (clerk["已超时"][0], clerk["轮到我"][0], clerk["回访"][0]) == (1, 4, 1)
    assert found["handler"]["已超时"][0] == 1
    assert "回访" not in found["handler"]


def test_a_day_with_nothing_says_what_can_be_done(app: Flask) -> None:
    pages = Pages(Desk(app))
    desk = pages.desk
    hall = make.hall(desk.region.id)
    idle = make.actor(Role.CLERK, desk.region.id, hall_id=hall.id)
    page = signed_in(app.test_client(), idle, desk.region.id).get("/desk/").get_data(as_text=True)
    assert "现在没有等您办理的事" in page
    assert 'href="/desk/counter"' in page
    admin = pages.browser("admin").get("/desk/").get_data(as_text=True)
    assert desk.number not in admin
    assert 'href="/admin/people"' in admin
    assert numbers(pages, "admin")["待我确认"][0] == 0


def test_messages_are_listed_apart(pages: Pages) -> None:
    browser = pages.browser("clerk")
    assert browser.get("/desk/news?show=messages").status_code == 200
    assert browser.get("/desk/news?show=other").status_code == 404
