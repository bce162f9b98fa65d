"""Joined cases through the doors: the desk joins and asks, the complainant follows and parts."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from desk.access.permissions import Role
from desk.casework.models import Case
from desk.casework.words import Status
from desk.kernel.db import db, end_read
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in
from tests.workbench.pages import BRIEF, REPLY, Pages

SECRET = "只说给第一位反映人听的话"


class Joined(Pages):
    """A desk with a second complaint, and a browser for whoever filed it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.receipt = make.case(desk.region.id, desk.hall.id, title="也是补材料的事")
        self.child_number = self.receipt.number
        self.citizen: FlaskClient = desk.app.test_client()
        self.citizen.post(
            "/complaints/track",
            data={"number": self.child_number, "code": self.receipt.access_code},
        )

    def child(self) -> Case:
        end_read()
        return db.session.get_one(Case, (self.desk.region.id, self.receipt.case.id))

    def on_child(self, who: str, what: str, **fields: str) -> int:
        data = {"version": str(self.child().version), **fields}
        url = f"/desk/cases/{self.child_number}/{what}"
        return self.browser(who).post(url, data=data).status_code

    def theirs(self, what: str = "", **fields: str) -> str:
        """Read the complainant's page, or do something there and read it afterwards."""
        url = f"/complaints/{self.child_number}"
        if what:
            data = {"version": str(self.child().version), **fields}
            assert self.citizen.post(f"{url}/{what}", data=data).status_code == 303, what
        return self.citizen.get(url).get_data(as_text=True)


@pytest.fixture
def joined(app: Flask) -> Joined:
    return Joined(Desk(app))


def join(joined: Joined) -> None:
    parent = f" {joined.desk.number.lower()} "
    assert joined.on_child("clerk", "merge", parent=parent, text="同一件事") == 303


def test_the_desk_sees_both_and_the_complainant_only_what_is_for_all(joined: Joined) -> None:
    prefilled = joined.browser("clerk").get(
        f"/desk/cases/{joined.child_number}?do=merge&parent={joined.desk.number}"
    )
    assert f'value="{joined.desk.number}"' in prefilled.get_data(as_text=True)
    assert joined.on_child("clerk", "merge", parent="乱写", text="同一件事") == 422
    join(joined)
    assert f"{joined.url}/joined" in joined.get("clerk")
    there = joined.browser("clerk").get(f"/desk/cases/{joined.child_number}")
    assert f'href="{joined.url}"' in there.get_data(as_text=True)
    listed = joined.browser("clerk").get(f"{joined.url}/joined").get_data(as_text=True)
    assert f"/desk/cases/{joined.child_number}" in listed
    page = joined.theirs()
    assert "已并件办理" in page
    assert joined.desk.number not in page
    joined.do("clerk", "acts/message", text=SECRET)
    joined.do("clerk", "acts/message", text="窗口周三起用新清单", to_all="y")
    joined.do("clerk", "accept", complexity="general", item="listed", item_words=joined.item)
    joined.do("clerk", "dispatch", department=str(joined.desk.department.id), brief=BRIEF)
    page = joined.theirs()
    assert "窗口周三起用新清单" in page
    assert SECRET not in page
    assert "已转交承办单位" in page
    assert "我也补一句" in joined.theirs("message", text="我也补一句")
    handler = joined.browser("handler")
    assert f"/desk/cases/{joined.child_number}" not in handler.get(f"{joined.url}/joined").get_data(
        as_text=True
    )


def test_each_says_whether_it_is_solved_and_may_part(joined: Joined) -> None:
    join(joined)
    joined.do("clerk", "accept", complexity="general", item="listed", item_words=joined.item)
    joined.do("clerk", "dispatch", department=str(joined.desk.department.id), brief=BRIEF)
    joined.do("handler", "sign")
    joined.do("handler", "acts/contact", channel="phone", reached="yes")
    assert 'name="to_all"' in joined.get("handler", "?do=submit_reply")
    reply = {**REPLY, "facts": SECRET}
    assert joined.post("handler", "submit_reply", sure="yes", **reply).status_code == 422
    joined.do("handler", "submit_reply", sure="yes", to_all="大家都按新清单收件", **reply)
    assert "大家都按新清单收件" not in joined.theirs()
    joined.do("lead", "approve_reply", root_cause="R02", responsibility="unit")
    page = joined.theirs()
    assert "大家都按新清单收件" in page
    assert SECRET not in page
    assert "您的问题解决了吗" in page
    assert "还差1件" in joined.get("clerk2")
    answers = {"in_time": "yes", "solved": "yes", "result_score": "4", "attitude_score": "4"}
    assert joined.post("clerk2", "close_solved", **answers).status_code == 409
    assert joined.on_child("lead", "acts/ask-joined", reached="yes", solved="no") == 403
    assert joined.on_child("clerk2", "acts/ask-joined", reached="yes") == 422
    assert joined.on_child("clerk2", "acts/ask-joined", reached="yes", **answers) == 303
    assert "已询问" in joined.browser("clerk2").get(f"{joined.url}/joined").get_data(as_text=True)
    assert "您的问题解决了吗" not in joined.theirs()
    joined.do("clerk2", "close_solved", **answers)
    assert "拆出来" in joined.theirs()
    page = joined.theirs("unmerge", text="我的还是不行")
    assert "您把它拆出来单独办理" in page
    assert joined.child().status is Status.SUBMITTED


def test_it_is_confirmed_online(joined: Joined) -> None:
    join(joined)
    early = {"version": str(joined.child().version), "solved": "yes"}
    url = f"/complaints/{joined.child_number}/confirm-joined"
    assert joined.citizen.post(url, data=early).status_code == 409
    assert joined.citizen.post(url, data={"solved": "\ufdd0"}).status_code == 422


def test_strangers_find_no_joined_cases(joined: Joined) -> None:
    join(joined)
    far = make.hall(joined.desk.region.id)
    stranger = signed_in(
        joined.desk.app.test_client(),
        make.actor(Role.CLERK, joined.desk.region.id, hall_id=far.id),
        joined.desk.region.id,
    )
    assert stranger.get(f"{joined.url}/joined").status_code == 404
    data = {"version": "1", "reached": "yes", "solved": "yes"}
    url = f"/desk/cases/{joined.child_number}/acts/ask-joined"
    assert stranger.post(url, data=data).status_code == 404
