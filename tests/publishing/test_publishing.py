"""A case retold, read by two and published; what stops it, and how it disappears, on both databases."""

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.actors import complainant_of
from desk.access.permissions import Role
from desk.accounts.models import User
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.audit.queries import faults, lines_of
from desk.casework.actions.naming import name_staff
from desk.casework.words import Status
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.publishing import actions
from desk.publishing.models import Publication
from desk.publishing.queries import consent_of, published, published_about
from desk.publishing.words import Removal
from tests import make
from tests.supervision.test_card_pages import Cards
from tests.workbench.pages import statements

LIST = "/supervision/publications"
TEXT = {
    "kind": "case",
    "title": "办社保卡，材料说不全",
    "happened": "窗口一次只说缺一样，跑了三趟才说全。",
    "done": "当天收件，第二天办结，并说明原因、道歉。",
    "changed": "补正通知改为系统打印，一次列全。",
    "said": "已解决，满意。",
}
HOSTILE = ("a\x00b", "字" * 2001)


class Told(Cards):
    """A case that is closed, and a browser for everybody; two supervisors besides the first."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.flow.to(Status.CLOSED)
        for who in ("supervisor2", "supervisor3"):
            self.flow.people[who] = make.actor(Role.SUPERVISOR, self.flow.region.id)

    def write(self, who: str = "clerk", **changes: str) -> int:
        data = {"case": self.flow.number, **TEXT, **changes}
        return self.browser(who).post(f"{LIST}/new", data=data).status_code

    def decide(self, who: str, verdict: str = "yes", **more: str) -> int:
        path = f"{LIST}/{only().id}/decide"
        return self.browser(who).post(path, data={"verdict": verdict, **more}).status_code

    def agree(self) -> None:
        case = self.flow.case
        with transaction():
            by = complainant_of(case.region_id, case.id)
            actions.give_consent(case, "zh_Hans", by=by, now=self.flow.now)

    def everybody(self) -> str:
        return self.flow.app.test_client().get("/published").get_data(as_text=True)


def only() -> Publication:
    end_read()
    return db.session.scalars(select(Publication).order_by(Publication.written_at.desc())).first()  # type: ignore[return-value]


@pytest.fixture
def desk(app: Flask) -> Told:
    return Told(app)


def test_two_others_have_to_agree_before_anybody_reads_it(desk: Told) -> None:
    flow = desk.flow
    assert f"{LIST}/new?case={flow.number}" in desk.page(
        "clerk", f"/desk/cases/{flow.number}/related"
    )
    assert flow.number in desk.page("clerk", f"{LIST}/new?case={flow.number}")
    assert desk.write() == 303
    key = only().id
    assert TEXT["title"] not in desk.everybody()
    assert desk.browser("clerk").get(f"/published/{key}").status_code == 404
    assert desk.decide("clerk") == 403
    assert desk.decide("supervisor") == 303
    assert only().published_at is None
    assert desk.decide("supervisor") == 409
    assert desk.write() == 409
    assert desk.decide("supervisor2") == 303
    page = desk.everybody()
    assert TEXT["title"] in page
    assert flow.number not in page
    assert TEXT["done"] in desk.flow.app.test_client().get(f"/published/{key}").get_data(
        as_text=True
    )
    end_read()
    whats = [line.what for line in lines_of(flow.region.id, f"publication/{key.hex}")]
    assert whats == ["propose_publication", "pass_publication", "publish"]
    assert desk.browser("supervisor").post(f"{LIST}/{key}/remove", data={}).status_code == 422
    answer = desk.browser("supervisor").post(f"{LIST}/{key}/remove", data={"cause": "request"})
    assert answer.status_code == 303
    assert TEXT["title"] not in desk.everybody()
    assert TEXT["title"] in desk.page("clerk", f"{LIST}?standing=removed")
    end_read()
    assert lines_of(flow.region.id, f"publication/{key.hex}")[-1].what == "remove_publication"
    assert not list(faults())


def test_a_text_that_may_name_somebody_is_stopped_or_asked_about(desk: Told) -> None:
    for planted in ("打13800138000。", "京A12345的车", "欧阳 试说", "人民路18号"):
        answer = desk.browser("clerk").post(
            f"{LIST}/new", data={"case": desk.flow.number, **TEXT, "done": planted}
        )
        page = answer.get_data(as_text=True)
        assert (answer.status_code, planted in page) == (422, True), planted
    answer = desk.browser("clerk").post(
        f"{LIST}/new", data={"case": desk.flow.number, **TEXT, "done": "王大爷当天办结，并道歉。"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    key = re.findall(r'name="answered" type="checkbox" value="(\w+)"', page)
    assert len(key) == 1
    assert desk.write(done="王大爷当天办结，并道歉。", answered="0" * 16) == 422
    assert only() is None
    assert desk.write(done="王大爷当天办结，并道歉。", answered=key[0]) == 303
    assert desk.decide("supervisor") == 422
    assert desk.decide("supervisor", answered=key[0]) == 303
    assert desk.decide("supervisor2", "no") == 422
    assert desk.decide("supervisor2", "no", reason="还认得出是谁") == 303
    end_read()
    assert db.session.scalars(select(Approval.state)).all()[-1] is ApprovalState.REFUSED
    assert "还认得出是谁" in desk.page("clerk", f"{LIST}/{only().id}")
    assert desk.write() == 303


def test_praise_rests_on_the_complainants_leave_and_goes_with_it(desk: Told) -> None:
    assert desk.write(kind="praise") == 409
    desk.agree()
    assert desk.write(kind="praise") == 303
    one = only()
    assert one.consent_words == "2026-11"
    assert desk.decide("supervisor") == 303
    assert desk.decide("supervisor2") == 303
    assert TEXT["title"] in desk.everybody()
    case = desk.flow.case
    with transaction():
        by = complainant_of(case.region_id, case.id)
        assert actions.withdraw_consent(case, by=by, now=desk.flow.now) == 1
    assert TEXT["title"] not in desk.everybody()
    assert only().removed_for is Removal.CONSENT
    assert consent_of(case.region_id, case.id) is None
    assert desk.write(kind="praise") == 409
    end_read()
    assert [line.what for line in lines_of(case.region_id, case.stream)][-2:] == [
        "consent_to_publication",
        "withdraw_publication_consent",
    ]
    assert not list(faults())


def test_a_case_that_is_opened_again_is_no_longer_told(desk: Told) -> None:
    desk.write()
    desk.decide("supervisor")
    desk.decide("supervisor2")
    assert TEXT["title"] in desk.everybody()
    desk.flow.go(Move.REOPEN, "supervisor", text="又出现了")
    assert TEXT["title"] not in desk.everybody()
    assert only().removed_for is Removal.REOPENED
    assert desk.write() == 409


def test_whoever_wrote_it_can_take_it_back_and_nobody_else(desk: Told) -> None:
    desk.write("supervisor")
    path = f"{LIST}/{only().id}/take-back"
    assert desk.decide("supervisor") == 403
    assert desk.browser("clerk").post(path).status_code == 403
    assert desk.browser("supervisor").post(path).status_code == 303
    assert only().removed_for is Removal.TAKEN_BACK
    assert desk.decide("supervisor2") == 409
    assert desk.browser("supervisor").post(path).status_code == 409


def test_who_finds_it(desk: Told) -> None:
    desk.write()
    key = only().id
    flow = desk.flow
    for who, status in (("handler", 403), ("lead", 403), ("admin", 403), ("supervisor2", 200)):
        assert desk.browser(who).get(f"{LIST}/{key}").status_code == status, who
    login = db.session.get_one(User, flow.people["supervisor2"].user_id).login
    flow.act(name_staff, "supervisor", login)
    assert desk.browser("supervisor2").get(f"{LIST}/{key}").status_code == 404
    assert str(key) not in desk.page("supervisor2", LIST)
    assert desk.decide("supervisor2") == 404
    absent = f"{LIST}/{UUID(int=7)}"
    assert desk.browser("supervisor").get(absent).status_code == 404


def test_what_is_published_is_offered_while_filing(desk: Told) -> None:
    desk.write()
    desk.decide("supervisor")
    desk.decide("supervisor2")
    one = only()
    item = make.item(desk.flow.region.id, desk.flow.department.id)
    with transaction():
        db.session.get_one(Publication, (one.region_id, one.id)).item_id = item.id
    assert [o.id for o in published_about([one.region_id], item.id)] == [one.id]
    assert published_about([one.region_id], None) == []


def test_bad_input_is_refused_in_words_and_nothing_changes(desk: Told) -> None:
    for field in ("title", "happened", "done"):
        assert desk.write(**{field: " "}) == 422
    for field in ("title", "changed", "said"):
        assert [desk.write(**{field: text}) for text in HOSTILE] == [422, 422]
    assert only() is None


def test_nothing_else_can_be_told(desk: Told) -> None:
    browser = desk.browser("clerk")
    for address in ("?case=XZ-1", "?improvement=x", "", "?case=%00", f"?improvement={UUID(int=7)}"):
        assert browser.get(f"{LIST}/new{address}").status_code == 404, address
    for address in ("/published?kind=x", f"/published/{UUID(int=7)}", f"{LIST}?standing=x"):
        assert browser.get(address).status_code == 404, address
    assert browser.get("/published?at=x").status_code == 422
    assert desk.write(kind="improvement") == 422


def test_the_lists_cost_the_same_however_long_they_are(desk: Told) -> None:
    desk.write()
    desk.decide("supervisor")
    desk.decide("supervisor2")
    one = only()
    public = desk.flow.app.test_client()
    public.get("/published")
    with statements() as few:
        public.get("/published")
    with transaction():
        for n in range(25):
            copy = {c.key: getattr(one, c.key) for c in Publication.__table__.columns}
            db.session.add(Publication(**{**copy, "id": UUID(int=n + 1)}))
    end_read()
    with statements() as many:
        public.get("/published")
    assert len(many) == len(few)
    page = published([one.region_id], None)
    assert (len(page.rows), page.next is not None) == (20, True)
