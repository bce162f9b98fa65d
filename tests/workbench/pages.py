"""Using the desk as its people do: a browser for each of them, and the fields of each form."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.casework.actions.opening import open_rectification
from desk.casework.words import CaseChannel, IdentityMode
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in

RATER = "欧阳·评价人"
BRIEF = "请核对收件要求，一次说清。"
REPLY = {
    "facts": "窗口用了旧清单。",
    "basis": "不动产登记办事指南",
    "action": "已收件并办结。",
    "next_step": "凭身份证领证。",
    "contact": "登记中心 0700-1234567，工作日 9:00–17:30",
    "outcome": "DONE",
    "evidence": "证号 7731",
}
APPROVAL = {"root_cause": "R02", "responsibility": "staff"}
ANSWERS = {"in_time": "yes", "solved": "yes", "result_score": "5", "attitude_score": "4"}
CALL = {"channel": "phone", "reached": "yes", "note": "已说明情况。"}


class Pages:
    """A desk with a browser for everybody; what is posted carries the version now in force."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.browsers: dict[str, FlaskClient] = {}

    def browser(self, who: str) -> FlaskClient:
        if who not in self.browsers:
            client = self.desk.app.test_client()
            self.browsers[who] = signed_in(client, self.desk.people[who], self.desk.region.id)
        return self.browsers[who]

    @property
    def url(self) -> str:
        return f"/desk/cases/{self.desk.number}"

    def get(self, who: str, query: str = "") -> str:
        answer = self.browser(who).get(f"{self.url}{query}")
        assert answer.status_code == 200, answer.status_code
        return answer.get_data(as_text=True)

    def post(self, who: str, what: str, **fields: Any) -> TestResponse:
        data = {"version": str(self.desk.case.version), **fields}
        return self.browser(who).post(f"{self.url}/{what}", data=data)

    def do(self, who: str, what: str, **fields: Any) -> None:
        """Post and be taken; say what was wrong otherwise."""
        answer = self.post(who, what, **fields)
        assert answer.status_code == 303, (what, answer.status_code, answer.get_data(as_text=True))

    def to_replied(self) -> None:
        """Bring the case to its reply through the doors."""
        self.do("clerk", "accept", complexity="general", item="listed", item_words=self.item)
        self.do("clerk", "dispatch", department=str(self.desk.department.id), brief=BRIEF)
        self.answer()

    def answer(self) -> None:
        """Sign if it must be, call, reply and approve."""
        if self.desk.case.status == "dispatched":
            self.do("handler", "sign")
        self.do("handler", "acts/contact", **CALL)
        self.do("handler", "submit_reply", **REPLY)
        self.do("lead", "approve_reply", **APPROVAL)

    @property
    def item(self) -> str:
        return "不动产转移登记"


def another(desk: Desk, **changes: object) -> None:
    """File a second complaint in the same hall, and look at that one from now on."""
    receipt = make.case(desk.region.id, desk.hall.id, **changes)
    desk.number, desk.id = receipt.number, receipt.case.id


def rectification(desk: Desk) -> None:
    """Open the case of a bad rating, three days ago, and look at that one from now on."""
    party = make.PERSON
    with transaction():
        receipt = open_rectification(
            make.filing(
                desk.region.id,
                desk.hall.id,
                channel=CaseChannel.RATING,
                identity_mode=IdentityMode.REAL,
                title="差评 1 · 业务号 88123",
                story=f"{RATER}说：窗口态度差。",
                wish="",
                party=party,
                item_id=desk.item.id,
            ),
            by=SYSTEM,
            now=utc_now() - timedelta(days=3),
        )
    desk.number, desk.id = receipt.number, receipt.case.id


def elsewhere(desk: Desk) -> dict[str, FlaskClient]:
    """Give browsers of people whose seats do not reach the case."""
    hall, department = make.hall(desk.region.id), make.department(desk.region.id)
    region = make.region("YZ", "110000", limits=False)
    people = {
        "clerk of another hall": make.actor(Role.CLERK, desk.region.id, hall_id=hall.id),
        "handler of another department": make.actor(
            Role.HANDLER, desk.region.id, department_id=department.id
        ),
        "lead of another department": make.actor(
            Role.LEAD, desk.region.id, department_id=department.id
        ),
        "supervisor of another region": make.actor(Role.SUPERVISOR, region.id),
    }
    return {
        name: signed_in(desk.app.test_client(), actor, desk.region.id)
        for name, actor in people.items()
    }


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what the database is asked."""
    end_read()
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
