"""A district on a Friday: one late case with everything a case can have, and a quiet one beside it.

Everything is done through the doors, at the times it would be done.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.models import Membership
from desk.casework.identity import PartyData
from desk.casework.ladder import Level
from desk.casework.models import CaseFile, CaseTask
from desk.kernel.db import db, end_read
from desk.kernel.throttle import Throttle
from desk.notify.models import Channel, Letter
from desk.schedules import tick
from desk.supervision.models import Card
from tests import make
from tests.casework.test_life import Desk
from tests.everywhere.doors import Named
from tests.files.corpus import picture
from tests.files.give import check
from tests.people import signed_in
from tests.workbench.pages import CALL, Pages
from tests.worktime.official import at

MONDAY, THURSDAY, FRIDAY = make.MONDAY, at("2026-11-26 17:31"), at("2026-11-27 09:00")
WORD = "龘靐"
TITLE = f"{WORD}把材料弄丢了三回"
STORY = "麤㸚一事，十一月二十日去窗口，第三次让补同一份证明。"
WISH = "籱籱一次说清还缺什么。"
PHONE = "13900139001"
BRIEF = "鱻羴：请核对收件要求。"
PART = "灥厵：请核对契税是否已缴。"
NOTE = "爨癵：已联系登记中心。"
TRACES = (WORD, "麤㸚", "籱籱", "鱻羴", "灥厵", "爨癵", "亖亖", PHONE)
"""Signs no page may show to somebody whom the case names; its number and keys come on top."""


class Stage:
    """The people, the two cases, and a browser for each person that is signed in on Friday."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.desk = Desk(app)
        desk, region = self.desk, self.desk.region.id
        self.other = make.department(region, "区税务局")
        desk.people |= {
            "other": make.actor(Role.HANDLER, region, department_id=self.other.id),
            "lead2": make.actor(Role.LEAD, region, department_id=self.other.id),
            "integrity": make.actor(Role.INTEGRITY, region),
            "auditor": make.actor(Role.AUDITOR, region),
        }
        self.quiet = desk.number
        self.window = make.window(desk.hall.id, desk.department.id)
        self.browsers: dict[str, FlaskClient] = {}
        with self.on(MONDAY) as pages:
            self.to_the_department(pages)
        with time_machine.travel(THURSDAY, tick=False):
            tick(THURSDAY)

    @contextmanager
    def on(self, day: datetime) -> Iterator[Pages]:
        """Be at a time with browsers of its own: a session does not last until Friday."""
        with time_machine.travel(day, tick=False):
            yield Pages(self.desk)

    def to_the_department(self, pages: Pages, **fields: str) -> None:
        department = str(self.desk.department.id)
        pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
        pages.do("clerk", "dispatch", department=department, brief=BRIEF, **fields)
        pages.do("handler", "sign")
        pages.do("handler", "acts/contact", **CALL)

    def file_the_case(self) -> None:
        """File the case, do to it all that can be done to a case in hand, and let it be late."""
        party = PartyData(name="亖亖·某", phone=PHONE, email="si@example.org")
        told = {"title": TITLE, "story": STORY, "wish": WISH, "named_text": f"{WORD}科"}
        receipt = make.case(self.desk.region.id, self.desk.hall.id, party=party, **told)
        child = make.case(self.desk.region.id, self.desk.hall.id)
        self.desk.number, self.desk.id = receipt.number, receipt.case.id
        self.proof = receipt.proof
        task = {"task_1_department": str(self.other.id), "task_1_brief": PART}
        with self.on(MONDAY) as pages:
            self.to_the_department(pages, **task)
            for who in ("clerk", "handler", "lead", "supervisor"):
                pages.do(who, "acts/note", text=NOTE)
                pages.do(who, "drafts/note", text=NOTE, keep="yes")
            pages.do(
                "handler", "acts/message", text=NOTE, files=(io.BytesIO(picture()), "picture.jpg")
            )
            check(self.app, now=MONDAY)
            pages.do("handler", "requests/ask_extension", days="1", text=NOTE)
            merge = {"version": "1", "parent": self.desk.number, "text": "同一件事"}
            answer = pages.browser("clerk").post(f"/desk/cases/{child.number}/merge", data=merge)
            assert answer.status_code == 303, answer.get_data(as_text=True)
            self.child = child.number
            link = {"to": self.desk.number, "kind": "related", "note": NOTE}
            answer = pages.browser("clerk").post(f"/desk/cases/{self.quiet}/acts/link", data=link)
            assert answer.status_code == 303, answer.get_data(as_text=True)
        with time_machine.travel(THURSDAY, tick=False):
            tick(THURSDAY)

    def browser(self, who: str) -> FlaskClient:
        """Give somebody's browser, after a pause: the hour of the limits on asking is over."""
        self.app.extensions["throttle"] = Throttle()
        if who not in self.browsers:
            browser = self.app.test_client()
            self.browsers[who] = signed_in(browser, self.desk.people[who], self.desk.region.id)
        return self.browsers[who]

    def nowhere(self, who: str) -> Named:
        """Name what there is, but a case, a task, a card and a notice that nobody has."""
        desk, user = self.desk, self.desk.people[who].user_id or 0
        end_read()
        seat = db.session.scalar(select(Membership.id).where(Membership.user_id == user)) or 0
        item = desk.item.code
        return Named(
            user=user, seat=seat, hall=desk.hall.id, window=self.window.id,
            department=desk.department.id, item=item, neighbour=self.quiet,
        )  # fmt: skip

    def there(self, who: str) -> Named:
        """Name the case, its task, its card, and what this person was told of it."""
        desk, nowhere = self.desk, self.nowhere(who)
        end_read()
        card = db.session.scalars(
            select(Card.id).where(Card.case_id == desk.id, Card.level == Level.BLUE)
        ).all()
        file = db.session.scalars(select(CaseFile.file_id).where(CaseFile.case_id == desk.id)).one()
        task = db.session.scalars(select(CaseTask.id).where(CaseTask.case_id == desk.id)).one()
        notices = db.session.scalars(
            select(Letter.id).where(
                Letter.user_id == desk.people[who].user_id,
                Letter.subject_id == desk.id,
                Letter.channel == Channel.IN_APP,
            )
        ).all()
        return replace(
            nowhere, number=desk.number, word=WORD, phone=PHONE, task=str(task),
            card=str(card[0]), file=str(file), proof=self.proof,
            notices=tuple(map(str, notices)) or nowhere.notices,
        )  # fmt: skip


CHANGES = (
    re.compile(r'name="csrf_token"[^>]*value="[^"]*"'),
    re.compile(r'content="[^"]*" name="csrf-token"'),
    re.compile(r'value="[^"]*" [^>]*name="csrf_token"'),
)


def plain(page: str, *names: str) -> str:
    """Leave out of a page what is another each time, and what was asked for."""
    for change in CHANGES:
        page = change.sub("", page)
    for name in sorted(names, key=len, reverse=True):
        page = page.replace(name, "…")
    return page
