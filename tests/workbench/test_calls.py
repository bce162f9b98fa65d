"""Follow-up calls: who calls whom, when, what is asked, and what becomes of the answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.audit.queries import faults, lines_of
from desk.casework.actions import following_up
from desk.casework.actions.move import move
from desk.casework.calling import Call, Reached, is_enough, may_ring
from desk.casework.models import Case, Contact, RevealGrant
from desk.casework.queries import calls as queries
from desk.casework.queries.replay import replay_faults
from desk.casework.situation import StepData
from desk.casework.words import ContactKind, IdentityMode, Outcome, Result, Solved, Status
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.notify.models import Letter
from desk.notify.notices import Notice
from desk.organisation.actions.choices import choose
from desk.organisation.models import Region
from desk.schedules import planned_calls
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in
from tests.workbench.pages import Pages
from tests.workbench.test_news import told
from tests.workbench.test_recusal import keep_away

ANSWERS = {
    "reached": "yes",
    "in_time": "yes",
    "solved": "yes",
    "result_score": "5",
    "attitude_score": "4",
}
GOOD = Call(Reached.YES, True, Solved.YES, 5, 4)
BAD = Call(Reached.YES, False, Solved.NO, 1, 2, "证上的面积还是错的。")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app).to(Status.REPLIED)


def record(desk: Desk, who: str, call: Call, at: datetime | None = None) -> Case:
    version = desk.case.version
    with transaction():
        return following_up.record_call(
            desk.number, call, version=version, by=desk.people[who], now=at or desk.now
        )


def listed(desk: Desk, who: str, *, later: bool = False, now: datetime | None = None) -> list[str]:
    end_read()
    page = queries.calls(desk.people[who], now=now or desk.now, cursor=None, later=later)
    return [row.number for row in page.rows]


def contacts(desk: Desk) -> list[Contact]:
    end_read()
    return list(
        db.session.scalars(
            select(Contact)
            .where(Contact.case_id == desk.id, Contact.kind == ContactKind.FOLLOW_UP)
            .order_by(Contact.n)
        )
    )


def letters(name: str) -> list[Letter]:
    end_read()
    return list(db.session.scalars(select(Letter).where(Letter.template == name)))


def test_those_are_listed_who_may_be_asked_by_this_person(desk: Desk) -> None:
    assert listed(desk, "clerk") == listed(desk, "clerk2") == [desk.number]
    assert queries.call_counts(desk.people["clerk"], now=desk.now) == (1, 0)
    for nobody in ("handler", "lead", "supervisor", "admin"):
        assert listed(desk, nobody) == []
    record(desk, "clerk", GOOD)
    assert listed(desk, "clerk") == []


def test_whoever_solved_it_on_the_spot_does_not_call(app: Flask) -> None:
    desk = Desk(app).to(Status.ACCEPTED)
    parts = dict.fromkeys(("facts", "basis", "action", "next_step", "contact"), "…")
    desk.go(
        Move.SOLVE_ON_SPOT, "clerk", outcome=Outcome.DONE, evidence="证号1", root_cause="R02",
        responsibility="staff", **parts,
    )  # fmt: skip
    assert (listed(desk, "clerk"), listed(desk, "clerk2")) == ([], [desk.number])
    with pytest.raises(Conflict, match="由别人打电话"):
        record(desk, "clerk", GOOD)
    with transaction(), pytest.raises(Conflict, match="由别人打电话"):
        following_up.show_number(desk.number, by=desk.people["clerk"], now=desk.now)
    assert record(desk, "clerk2", GOOD).result is Result.SOLVED


def test_an_anonymous_case_is_nobodys_call(app: Flask) -> None:
    desk = Desk(app, anonymous=True).to(Status.REPLIED)
    assert listed(desk, "clerk") == []
    with pytest.raises(Conflict, match="匿名反映"):
        record(desk, "clerk", GOOD)


def test_solved_closes_with_every_answer_apart(desk: Desk) -> None:
    case = record(desk, "clerk2", Call(Reached.YES, False, Solved.PART, 3, 1, "还差一份。"))
    assert (case.status, case.result) == (Status.CLOSED, Result.PART)
    (contact,) = contacts(desk)
    assert (contact.reached, contact.in_time, contact.solved) == (True, False, Solved.PART)
    assert (contact.result_score, contact.attitude_score) == (3, 1)


@pytest.mark.parametrize(
    "call", [BAD, Call(Reached.YES, True, Solved.PART, 2, 5, "只办了一半。")], ids=["no", "half"]
)
def test_not_solved_goes_back_with_what_is_missing_and_the_answers_are_kept(
    desk: Desk, call: Call
) -> None:
    case = record(desk, "clerk", call)
    assert (case.status, case.round, case.result) == (Status.HANDLING, 1, None)
    (contact,) = contacts(desk)
    assert (contact.round, contact.reached, contact.solved) == (0, True, call.solved)
    assert (contact.result_score, contact.attitude_score) == (
        call.result_score,
        call.attitude_score,
    )
    assert told(desk, "handler")[-1] is Notice.RETURNED
    assert ([*faults()], [*replay_faults()]) == ([], [])


@given(
    st.sampled_from([None, *Solved]),
    st.one_of(st.none(), st.integers(1, 5)),
)
def test_only_solved_or_partly_and_content_is_enough(
    solved: Solved | None, score: int | None
) -> None:
    content = score is None or score >= 3
    assert is_enough(solved, score) is (solved is Solved.YES or (solved is Solved.PART and content))


def test_nothing_is_taken_for_granted(desk: Desk) -> None:
    with pytest.raises(Invalid) as caught:
        record(desk, "clerk", Call(Reached.YES))
    found = [caught.value.field, *(fault.field for fault in caught.value.others)]
    assert found == ["in_time", "solved", "result_score", "attitude_score"]
    with pytest.raises(Invalid) as caught:
        record(desk, "clerk", Call(Reached.YES, True, Solved.NO, 1, 1))
    assert caught.value.field == "text"
    assert contacts(desk) == []


def test_three_calls_on_two_days_end_it_and_each_day_a_message_goes_out(desk: Desk) -> None:
    first = desk.now
    for at in (first, first + timedelta(hours=1), first + timedelta(days=1)):
        record(desk, "clerk", Call(Reached.NO, text="无人接听"), at)
    assert len(contacts(desk)) == 3
    assert len(letters("missed_call")) == 4, "two days, by text message and by mail"
    case = desk.case
    with transaction():
        done = move(
            desk.number,
            Move.CLOSE_UNCONFIRMED,
            StepData(case.version),
            by=desk.people["clerk2"],
            now=first + timedelta(days=1, hours=1),
        )
    assert done.result is Result.UNCONFIRMED


def test_people_are_left_in_peace(desk: Desk) -> None:
    region = db.session.get_one(Region, desk.region.id)
    hours = [["09:00", "12:00"], ["14:00", "18:00"]]
    with transaction():
        choose(region, "call_hours", hours, active_from=date(2020, 1, 1), by=SYSTEM, now=desk.now)
    night = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    noon = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    for at in (night, noon):
        with pytest.raises(Conflict, match="09:00–12:00, 14:00–18:00"):
            record(desk, "clerk", Call(Reached.NO), at)
        with transaction(), pytest.raises(Conflict, match="不打扰"):
            following_up.show_number(desk.number, by=desk.people["clerk"], now=at)
    again = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    with pytest.raises(Invalid, match="另约时间"):
        record(desk, "clerk", Call(Reached.LATER, again_at=again))
    assert contacts(desk) == []
    assert record(desk, "clerk", GOOD, night).status is Status.CLOSED, "what was said is kept"


@given(st.times(), st.times(), st.times())
def test_may_ring_is_between_the_hours(at: object, opens: object, closes: object) -> None:
    hours = [(f"{opens:%H:%M}", f"{closes:%H:%M}")]
    now = datetime(2026, 11, 24, at.hour, at.minute, tzinfo=UTC)  # type: ignore[attr-defined]
    inside = f"{opens:%H:%M}" <= f"{at:%H:%M}" <= f"{closes:%H:%M}"
    assert may_ring(now, hours, "UTC") is inside


def test_the_number_is_shown_for_the_day_and_the_ledger_says_so_once(desk: Desk) -> None:
    clerk = desk.people["clerk"]
    for _twice in range(2):
        with transaction():
            following_up.show_number(desk.number, by=clerk, now=desk.now)
    (grant,) = db.session.scalars(select(RevealGrant)).all()
    assert (grant.user_id, grant.case_id) == (clerk.user_id, desk.id)
    shown = [line for line in lines_of(desk.region.id, desk.case.stream) if line.what == "reveal"]
    assert [line.body["task"] for line in shown if line.body] == ["follow_up"]
    for nobody in ("handler", "lead", "supervisor"):
        with transaction(), pytest.raises((NotAllowed, Conflict)):
            following_up.show_number(desk.number, by=desk.people[nobody], now=desk.now)


def test_another_time_is_no_try_and_is_told_when_it_comes(desk: Desk) -> None:
    at = desk.now + timedelta(hours=3)
    record(desk, "clerk", Call(Reached.LATER, again_at=at))
    assert (listed(desk, "clerk"), listed(desk, "clerk", later=True)) == ([], [desk.number])
    assert contacts(desk) == []
    planned_calls(at - timedelta(minutes=1))
    assert Notice.CALL not in told(desk, "clerk")
    planned_calls(at + timedelta(minutes=1))
    planned_calls(at + timedelta(minutes=2))
    assert told(desk, "clerk").count(Notice.CALL) == 1
    assert listed(desk, "clerk", now=at + timedelta(minutes=1)) == [desk.number]
    for wrong in (None, desk.now - timedelta(hours=1), desk.now + timedelta(days=31)):
        with pytest.raises(Invalid):
            record(desk, "clerk", Call(Reached.LATER, again_at=wrong))


def another(desk: Desk, **changes: object) -> Desk:
    """Bring a second case of the same hall to its reply."""
    with transaction():
        pass
    receipt = make.case(desk.region.id, desk.hall.id, **changes)
    other = object.__new__(Desk)
    other.__dict__.update(desk.__dict__)
    other.number, other.id = receipt.number, receipt.case.id
    return other.to(Status.REPLIED)


def test_one_call_asks_about_every_case_of_a_person_and_of_nobody_else(pages: Pages) -> None:
    desk = pages.desk
    desk.to(Status.REPLIED)
    same = another(desk, title="同一个人的另一件")
    another(desk, identity_mode=IdentityMode.CONFIDENTIAL, title="保密的不并在一起")
    other = make.PartyData(name="别人", phone="13800138000")
    another(desk, party=other, title="同一个号码的别人")
    found = queries.same_party(desk.people["clerk"], desk.case, now=desk.now)
    assert [case.number for case in found] == [same.number]
    browser = pages.browser("clerk")
    page = browser.get(f"/desk/calls/{desk.number}").get_data(as_text=True)
    assert "同一个人的另一件" in page
    assert "保密的" not in page
    fields = {
        **ANSWERS,
        "version": str(desk.case.version),
        "2-number": same.number,
        "2-version": str(same.case.version),
        "2-solved": "no",
        "2-in_time": "no",
        "2-result_score": "1",
        "2-attitude_score": "3",
    }
    url = f"/desk/calls/{desk.number}"
    lacking = browser.post(url, data=fields)
    assert lacking.status_code == 422, "what is missing of the second case is asked for"
    assert 'id="2-text-error"' in lacking.get_data(as_text=True)
    assert desk.case.status is Status.REPLIED, "all of a call or nothing"
    assert browser.post(url, data={**fields, "2-text": "还缺证明。"}).status_code == 303
    assert (desk.case.status, same.case.status) == (Status.CLOSED, Status.HANDLING)


def test_the_other_case_may_stay_unasked(pages: Pages) -> None:
    desk = pages.desk
    desk.to(Status.REPLIED)
    same = another(desk)
    fields = {
        **ANSWERS,
        "version": str(desk.case.version),
        "2-number": same.number,
        "2-version": str(same.case.version),
    }
    answer = pages.browser("clerk").post(f"/desk/calls/{desk.number}", data=fields)
    assert (answer.status_code, answer.location) == (303, "/desk/calls")
    assert (desk.case.status, same.case.status) == (Status.CLOSED, Status.REPLIED)


def test_a_joined_case_is_asked_on_its_own_page(pages: Pages) -> None:
    desk = pages.desk
    desk.to(Status.ACCEPTED)
    receipt = make.case(desk.region.id, desk.hall.id, title="一样的事")
    with transaction():
        move(
            receipt.number,
            Move.MERGE,
            StepData(receipt.case.version, text="同一件事", parent=desk.number),
            by=desk.people["clerk"],
            now=desk.now,
        )
    desk.go(Move.DISPATCH, "clerk", department_id=desk.department.id)
    desk.go(Move.SIGN, "handler")
    desk.call("handler", ContactKind.FIRST)
    parts = dict.fromkeys(("facts", "basis", "action", "next_step", "contact"), "…")
    desk.go(Move.SUBMIT_REPLY, "handler", outcome=Outcome.DONE, evidence="1", to_all="。", **parts)
    desk.approve(Outcome.DONE)
    browser = pages.browser("clerk")
    page = browser.get(f"/desk/calls/{desk.number}").get_data(as_text=True)
    assert f"/desk/calls/{receipt.number}" in page
    end_read()
    child = db.session.get_one(Case, (desk.region.id, receipt.case.id))
    answer = browser.post(
        f"/desk/calls/{receipt.number}", data={**ANSWERS, "version": str(child.version)}
    )
    assert answer.status_code == 303
    end_read()
    assert db.session.get_one(Case, (desk.region.id, receipt.case.id)).result is Result.SOLVED
    assert browser.get(f"/desk/calls/{receipt.number}").status_code == 409


def test_the_pages_show_the_number_only_after_it_was_asked_for(pages: Pages) -> None:
    desk = pages.desk
    desk.to(Status.REPLIED)
    browser, url = pages.browser("clerk"), f"/desk/calls/{desk.number}"
    before = browser.get(url).get_data(as_text=True)
    assert "13800138000" not in before
    assert "欧阳·试" not in before
    assert browser.post(f"{url}/number", data={"version": "1"}).status_code == 303
    after = browser.get(url).get_data(as_text=True)
    assert "13800138000" in after
    assert "欧阳·试" in after
    assert "13800138000" not in pages.browser("clerk2").get(url).get_data(as_text=True)
    assert "13800138000" not in pages.get("clerk")


def test_no_default_is_offered(pages: Pages) -> None:
    pages.desk.to(Status.REPLIED)
    page = pages.browser("clerk").get(f"/desk/calls/{pages.desk.number}").get_data(as_text=True)
    assert " checked" not in page


def test_wrong_input_keeps_what_was_typed(pages: Pages) -> None:
    desk = pages.desk
    desk.to(Status.REPLIED)
    browser, url = pages.browser("clerk"), f"/desk/calls/{desk.number}"
    version = str(desk.case.version)
    for wrong in (
        {},
        {"reached": "maybe"},
        {**ANSWERS, "result_score": "6"},
        {**ANSWERS, "result_score": "１"},
        {**ANSWERS, "solved": "x" * 9000},
        {"reached": "later", "again_at": "25:99", "again_on-year": "١٢٣"},
        {"reached": "later"},
        {**ANSWERS, "solved": "no", "text": "\0"},
        {**ANSWERS, "solved": "no", "text": "字" * 5001},
    ):
        answer = browser.post(url, data={"version": version, **wrong})
        assert answer.status_code == 422, wrong
    kept = browser.post(url, data={"version": version, "text": "他说证还没拿到"})
    assert "他说证还没拿到" in kept.get_data(as_text=True)
    assert desk.case.status is Status.REPLIED
    stale = browser.post(url, data={**ANSWERS, "version": "1", "text": "写好的"})
    assert stale.status_code == 409
    assert "写好的" in stale.get_data(as_text=True)
    record(desk, "clerk2", GOOD)
    over = browser.post(url, data={**ANSWERS, "version": version, "text": "白写了"})
    assert over.status_code == 409
    assert "白写了" in over.get_data(as_text=True)
    strange = browser.post(url, data={**ANSWERS, "version": "1", "2-number": "XZ-000101-000000-0"})
    assert strange.status_code == 404


def test_recusal_scope_and_role_hold_on_every_door(pages: Pages) -> None:
    desk = pages.desk
    desk.to(Status.REPLIED)
    url = f"/desk/calls/{desk.number}"
    for nobody in ("handler", "lead", "supervisor", "admin"):
        assert pages.browser(nobody).get("/desk/calls").status_code == 403
        assert pages.browser(nobody).post(url, data=ANSWERS).status_code == 403
    far = make.actor(Role.CLERK, desk.region.id, hall_id=make.hall(desk.region.id).id)
    browser = signed_in(desk.app.test_client(), far, desk.region.id)
    for answer in (
        browser.get(url),
        browser.post(f"{url}/number"),
        browser.post(url, data=ANSWERS),
    ):
        assert answer.status_code == 404 or answer.location == url
    keep_away(pages, "clerk")
    assert listed(desk, "clerk") == []
    assert pages.browser("clerk").get(url).status_code == 404
    assert desk.number not in pages.browser("clerk").get("/desk/calls").get_data(as_text=True)
    with pytest.raises(NotFound):
        record(desk, "clerk", GOOD)


def test_the_list_pages_by_key_and_goes_on_to_the_next_call(pages: Pages) -> None:
    desk = pages.desk
    desk.to(Status.REPLIED)
    others = [
        another(desk, party=make.PartyData(name=f"某{n}", phone=f"1380013{n:04}")) for n in range(3)
    ]
    clerk = desk.people["clerk"]
    page = queries.calls(clerk, now=desk.now, cursor=None, size=2)
    assert (len(page.rows), page.previous) == (2, None)
    from desk.kernel.paging import read_cursor

    rest = queries.calls(clerk, now=desk.now, cursor=read_cursor(page.next), size=2)
    assert len(rest.rows) == 2
    back = queries.calls(clerk, now=desk.now, cursor=read_cursor(rest.previous), size=2)
    assert [row.number for row in back.rows] == [row.number for row in page.rows]
    order = [row.number for row in [*page.rows, *rest.rows]]
    first = next(one for one in [desk, *others] if one.number == order[0])
    answer = pages.browser("clerk").post(
        f"/desk/calls/{order[0]}",
        data={**ANSWERS, "version": str(first.case.version), "next": "1"},
    )
    assert answer.location == f"/desk/calls/{order[1]}"
    assert pages.browser("clerk").get("/desk/calls?at=broken").status_code == 422
