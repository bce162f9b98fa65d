"""Cards: once each, with the day they fell due, to whoever held the case, whatever the scheduler did."""

import threading
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from desk.access.permissions import Role
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.audit.queries import faults, lines_of
from desk.casework.actions import asking, correcting, deciding
from desk.casework.actions.move import stream_of
from desk.casework.actions.naming import name_staff
from desk.casework.ladder import CARDS, Cause, Level
from desk.casework.models import CaseClock
from desk.casework.words import CaseChannel, Outcome, PauseReason, Status, Step
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.organisation.models import DayKind, Region
from desk.schedules import run_due, tick, ticking
from desk.supervision.actions.appealing import appeal, decide_appeal
from desk.supervision.actions.issuing import prove_false_closure
from desk.supervision.models import Card, Revocation
from desk.supervision.queries import Standing, Wanted, card_of, cards, counts, red_cards, to_decide
from tests import make
from tests.casework.test_second_person import Flow
from tests.worktime.official import at


@pytest.fixture
def flow(app: Flask) -> Flow:
    return Flow(app)


def issued(flow: Flow, step: Step | None = None) -> list[tuple[str, str, datetime]]:
    end_read()
    rows = db.session.scalars(select(Card).order_by(Card.fell_due_at, Card.step, Card.level))
    return [
        (card.step.value, card.level.value, card.fell_due_at)
        for card in rows
        if step is None or card.step is step
    ]


def card(flow: Flow, step: Step, level: Level) -> Card:
    end_read()
    return db.session.scalars(select(Card).where(Card.step == step, Card.level == level)).one()


REPLY_LADDER = [
    ("reply", "reminder", at("2026-11-25 09:35")),
    ("reply", "amber", at("2026-11-25 17:30")),
    ("reply", "blue", at("2026-11-26 17:30")),
    ("reply", "yellow", at("2026-11-27 17:30")),
    ("reply", "red", at("2026-12-01 17:30")),
]
"""Accepted on Monday at 10:10, three working days: 26 hours 50 minutes, half of them left."""


def test_the_ladder_is_climbed_as_time_goes_by(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    seen = []
    for _level, _name, due in REPLY_LADDER:
        tick(due - timedelta(minutes=1))
        before = len(issued(flow, Step.REPLY))
        tick(due + timedelta(minutes=1))
        seen.append((before, len(issued(flow, Step.REPLY))))
    assert seen == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    assert issued(flow, Step.REPLY) == REPLY_LADDER
    found = card(flow, Step.REPLY, Level.YELLOW)
    assert (found.department_id, found.hall_id) == (flow.department.id, 0)
    assert found.issued_at == at("2026-11-27 17:31")
    assert flow.clock(Step.REPLY).alarm_at is None
    assert faults() == []


def test_days_without_a_scheduler_cost_no_card_and_give_no_other_date(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    tick(at("2026-12-20 10:00"))
    assert issued(flow, Step.REPLY) == REPLY_LADDER
    assert [name for name, *_ in issued(flow, Step.FIRST_CONTACT)] == ["first_contact"] * 3
    tick(at("2026-12-20 10:01"))
    assert issued(flow, Step.REPLY) == REPLY_LADDER


def test_three_tickers_at_once_issue_each_card_once(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    for _ in range(5):
        make.case(flow.region.id, flow.hall.id)
    later, gate = at("2026-12-20 10:00"), threading.Barrier(3)
    end_read()

    def ticker() -> None:
        with flow.app.app_context():
            gate.wait()
            tick(later)
            db.session.remove()

    threads = [threading.Thread(target=ticker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert issued(flow, Step.REPLY) == REPLY_LADDER
    end_read()
    by_level = select(Card.level, func.count()).where(Card.step == Step.ACCEPT)
    found = db.session.execute(by_level.group_by(Card.level)).all()
    assert sorted(found) == sorted((level, 5) for level in CARDS)
    lines = [line.what for line in lines_of(flow.region.id, stream_of(flow.case))]
    assert sorted(what for what in lines if what.startswith("card_")) == sorted(
        ["card_blue", "card_red", "card_yellow"] * 2
    )
    assert faults() == []


def test_a_scheduler_killed_in_the_middle_goes_on_where_it_stopped(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow.to(Status.HANDLING)
    for _ in range(3):
        make.case(flow.region.id, flow.hall.id)
    later = at("2026-12-20 10:00")
    real, rung = ticking._ring, []

    def dies(*given: object) -> None:
        if len(rung) == 2:
            raise KeyboardInterrupt
        rung.append(given)
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(ticking, "_ring", dies)
    with pytest.raises(KeyboardInterrupt):
        tick(later)
    db.session.rollback()
    monkeypatch.undo()
    tick(later + timedelta(minutes=1))
    assert issued(flow, Step.REPLY) == REPLY_LADDER
    assert len(issued(flow, Step.ACCEPT)) == 9


def test_answered_late_before_anybody_looked_still_costs_the_card(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.now = at("2026-11-27 09:00")
    flow.reply(Outcome.DONE)
    flow.approve(Outcome.DONE)
    assert [entry[:2] for entry in issued(flow, Step.REPLY)] == [("reply", "blue")]
    assert card(flow, Step.REPLY, Level.BLUE).department_id == flow.department.id
    tick(at("2026-12-20 10:00"))
    assert [entry[:2] for entry in issued(flow, Step.REPLY)] == [("reply", "blue")]


def test_a_card_falls_on_whoever_held_the_case_then(flow: Flow) -> None:
    """Overdue on Thursday at the window, passed on on Friday: blue is the hall's, yellow theirs."""
    flow.to(Status.DISPATCHED)
    flow.act(asking.ask_return, "handler", "不是本局事项", None)
    flow.go(Move.RETURN_UPHELD, "clerk", text="确非该局事项")
    flow.now = at("2026-11-27 09:00")
    flow.dispatch_to(flow.other.id)
    tick(at("2026-11-30 10:00"))
    blue, yellow = (card(flow, Step.REPLY, level) for level in (Level.BLUE, Level.YELLOW))
    assert (blue.hall_id, blue.department_id) == (flow.hall.id, 0)
    assert (yellow.hall_id, yellow.department_id) == (0, flow.other.id)


def test_a_reply_that_waits_for_a_supervisor_costs_the_department_nothing(flow: Flow) -> None:
    flow.to(Status.REPLY_REVIEW, Outcome.EXPLAINED)
    tick(at("2026-11-27 10:00"))
    blue = card(flow, Step.REPLY, Level.BLUE)
    assert (blue.department_id, blue.hall_id) == (0, 0)


def test_paused_is_silent_and_more_time_reminds_again(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    tick(at("2026-11-25 18:00"))
    flow.now = at("2026-11-26 09:00")
    flow.act(asking.ask_pause, "handler", PauseReason.INSPECTION, 3, "等检测报告")
    flow.act(deciding.decide_pause, "lead", grant=True, reason="")
    notices = issued(flow, Step.REPLY)
    tick(at("2026-11-27 10:00"))
    assert issued(flow, Step.REPLY) == notices
    tick(at("2026-12-01 18:00"))
    assert flow.clock(Step.REPLY).paused_at is None
    tick(at("2026-12-01 18:01"))
    tick(at("2026-12-02 17:31"))
    assert issued(flow, Step.REPLY)[-1] == ("reply", "blue", at("2026-12-02 17:30"))
    told = card(flow, Step.REPLY, Level.AMBER)
    assert (told.fell_due_at, told.issued_at) == (at("2026-12-01 17:30"), at("2026-12-01 18:01"))


def test_the_second_rework_is_red_at_once(flow: Flow) -> None:
    flow.to(Status.REPLIED)
    for _ in range(2):
        flow.go(Move.REDO, "complainant", text="还没办好")
        tick(flow.now + timedelta(minutes=1))
        flow.reply(Outcome.DONE)
        flow.approve(Outcome.DONE)
    reds = [c for c in db.session.scalars(select(Card)) if c.level is Level.RED]
    assert [(c.step, c.n, c.cause, c.department_id) for c in reds] == [
        (Step.REWORK, 2, Cause.ROUNDS, flow.department.id)
    ]


def test_a_false_closure_is_red_once_for_its_round(flow: Flow) -> None:
    flow.to(Status.CLOSED)
    with transaction():
        prove_false_closure(flow.case_to_write(), by=flow.people["supervisor"], now=flow.now)
    found = card(flow, Step.REPLY, Level.RED)
    assert (found.cause, found.department_id) == (Cause.FALSE_CLOSURE, flow.department.id)
    with pytest.raises(Conflict), transaction():
        prove_false_closure(flow.case_to_write(), by=flow.people["supervisor"], now=flow.now)


def test_test_cases_and_other_registers_are_not_on_the_ladder(app: Flask) -> None:
    flow = Flow(app)
    make.case(flow.region.id, flow.hall.id, is_test=True)
    make.case(flow.region.id, flow.hall.id, channel=CaseChannel.IMPORT)
    flow.to(Status.CLOSED)
    tick(at("2027-02-20 10:00"))
    assert issued(flow) == []


def test_a_corrected_calendar_takes_cards_back_and_gives_them_anew(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    tick(at("2026-11-30 10:00"))
    region = flow.region.id

    def publish(now: datetime, *days: date) -> None:
        with transaction():
            correcting.publish_calendar(
                db.session.get_one(Region, region),
                {2026: dict.fromkeys(days, DayKind.HOLIDAY)},
                source="test", by=flow.people["admin"], now=now,
            )  # fmt: skip
        run_due(now)

    assert [entry[1] for entry in issued(flow, Step.REPLY)] == [
        "reminder", "amber", "blue", "yellow",
    ]  # fmt: skip
    publish(at("2026-11-30 10:01"), date(2026, 11, 26))
    blue, yellow = (card(flow, Step.REPLY, level) for level in (Level.BLUE, Level.YELLOW))
    assert (blue.revoked_at, yellow.revoked_for) == (None, Revocation.CORRECTED)
    tick(at("2026-11-30 17:31"))
    yellow = card(flow, Step.REPLY, Level.YELLOW)
    assert (yellow.revoked_at, yellow.fell_due_at) == (None, at("2026-11-30 17:30"))
    lines = [
        line.what
        for line in lines_of(region, stream_of(flow.case))
        if line.body and line.body.get("step") == "reply"
    ]
    assert lines.count("card_yellow") == 2
    assert lines.count("card_corrected") == 1


def test_a_card_disturbs_nobody_who_has_the_case_open(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    version = flow.case.version
    tick(at("2026-12-20 10:00"))
    assert flow.case.version == version


def objected(flow: Flow) -> Card:
    """Let the department object to its blue card."""
    flow.to(Status.HANDLING)
    tick(at("2026-11-26 17:31"))
    flow.now = at("2026-11-27 09:00")
    blue = card(flow, Step.REPLY, Level.BLUE)
    with transaction():
        appeal(
            blue.id,
            "系统当日故障，答复无法提交，附运维记录。",
            by=flow.people["lead"],
            now=flow.now,
        )
    return card(flow, Step.REPLY, Level.BLUE)


def test_an_objection_is_decided_by_a_supervisor_and_the_card_is_kept(flow: Flow) -> None:
    blue = objected(flow)
    asked = db.session.scalars(select(Approval)).one()
    assert (asked.subject_id, asked.decider_role) == (blue.id, Role.SUPERVISOR)
    assert asked.due_at == at("2026-12-04 17:30")
    supervisor = flow.people["supervisor"]
    assert [row.id for row in to_decide(supervisor)] == [blue.id]
    for who in ("lead", "clerk"):
        with pytest.raises((NotAllowed, NotFound)), transaction():
            decide_appeal(blue.id, uphold=True, reason="…", by=flow.people[who], now=flow.now)
    with pytest.raises(Invalid), transaction():
        decide_appeal(blue.id, uphold=True, reason=" ", by=supervisor, now=flow.now)
    with transaction():
        decide_appeal(blue.id, uphold=True, reason="记录属实", by=supervisor, now=flow.now)
    kept = card(flow, Step.REPLY, Level.BLUE)
    assert (kept.revoked_at, kept.revoked_for) == (flow.now, Revocation.APPEAL)
    page = cards(flow.people["lead"], Wanted(standing=Standing.REVOKED), None)
    assert [row.id for row in page.rows] == [blue.id]
    with pytest.raises(Conflict), transaction():
        decide_appeal(blue.id, uphold=False, reason="…", by=supervisor, now=flow.now)
    assert [line.what for line in lines_of(flow.region.id, stream_of(flow.case))][-2:] == [
        "appeal_card", "revoke_card",
    ]  # fmt: skip
    tick(flow.now + timedelta(hours=1))
    assert card(flow, Step.REPLY, Level.BLUE).revoked_at is not None


def test_a_refused_objection_leaves_the_card_and_is_not_made_twice(flow: Flow) -> None:
    blue = objected(flow)
    with transaction():
        decide_appeal(
            blue.id, uphold=False, reason="无记录", by=flow.people["supervisor"], now=flow.now
        )
    assert card(flow, Step.REPLY, Level.BLUE).revoked_at is None
    assert db.session.scalars(select(Approval.state)).one() is ApprovalState.REFUSED
    with pytest.raises(Conflict), transaction():
        appeal(blue.id, "再次申诉，附新的记录。", by=flow.people["lead"], now=flow.now)


def test_who_may_object_and_until_when(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    tick(at("2026-11-26 17:31"))
    blue = card(flow, Step.REPLY, Level.BLUE).id
    evidence = "系统当日故障，答复无法提交。"
    for who in ("handler", "supervisor"):
        with pytest.raises(NotAllowed), transaction():
            appeal(blue, evidence, by=flow.people[who], now=flow.now)
    for who in ("clerk", "lead2", "handler2", "admin"):
        with pytest.raises(NotFound), transaction():
            appeal(blue, evidence, by=flow.people[who], now=flow.now)
    with pytest.raises(Invalid), transaction():
        appeal(blue, "短", by=flow.people["lead"], now=at("2026-11-27 09:00"))
    with pytest.raises(Conflict), transaction():
        appeal(blue, evidence, by=flow.people["lead"], now=at("2026-12-03 09:00"))
    with transaction():
        appeal(blue, evidence, by=flow.people["lead"], now=at("2026-12-02 17:00"))


def test_the_halls_card_is_the_windows_to_object_to(app: Flask) -> None:
    flow = Flow(app)
    tick(at("2026-11-24 18:00"))
    blue = card(flow, Step.ACCEPT, Level.BLUE)
    assert (blue.hall_id, blue.department_id) == (flow.hall.id, 0)
    with transaction():
        appeal(
            blue.id, "当日大厅停电，无法受理。", by=flow.people["clerk"], now=at("2026-11-25 10:00")
        )
    assert db.session.scalars(select(Approval.hall_id)).one() == flow.hall.id


def test_a_unit_sees_its_cards_a_region_all_and_whoever_is_named_none(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    tick(at("2026-12-20 10:00"))
    own = {row.level for row in cards(flow.people["handler"], Wanted(), None).rows}
    assert own == CARDS
    assert cards(flow.people["lead2"], Wanted(), None).rows == []
    assert cards(flow.people["clerk"], Wanted(), None).rows == []
    integrity = make.actor(Role.INTEGRITY, flow.region.id)
    found = cards(integrity, Wanted(level=Level.RED), None).rows
    assert [(row.level, row.reachable) for row in found] == [(Level.RED, False)] * 2
    assert [row.level for row in red_cards(integrity, Wanted())] == [Level.RED] * 2
    assert counts(integrity, Wanted()) == {(flow.department.id, 0): dict.fromkeys(CARDS, 2)}
    lead = flow.people["lead"]
    assert lead.user_id is not None
    from desk.accounts.models import User

    login = db.session.get_one(User, lead.user_id).login
    red = next(row for row in cards(lead, Wanted(), None).rows if row.level is Level.RED).id
    assert card_of(lead, red)[0].id == red
    flow.act(name_staff, "clerk", login)
    assert cards(lead, Wanted(), None).rows == []
    assert counts(lead, Wanted()) == {}
    with pytest.raises(NotFound):
        card_of(lead, red)


def test_lists_page_by_key(flow: Flow) -> None:
    flow.to(Status.CLOSED)
    for _ in range(12):
        make.case(flow.region.id, flow.hall.id)
    tick(at("2026-12-20 10:00"))
    from desk.kernel.paging import read_cursor

    supervisor = flow.people["supervisor"]
    first = cards(supervisor, Wanted(), None)
    second = cards(supervisor, Wanted(), read_cursor(first.next))
    assert (len(first.rows), len(second.rows), second.next) == (30, 6, None)
    assert {row.id for row in first.rows}.isdisjoint(row.id for row in second.rows)
    assert len(cards(supervisor, Wanted(level=Level.RED, hall_id=flow.hall.id), None).rows) == 12


def test_clocks_say_when_something_happens_next(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    end_read()
    clocks = db.session.scalars(select(CaseClock).where(CaseClock.stopped_at.is_(None))).all()
    assert {c.step: c.alarm_at for c in clocks} == {
        Step.REPLY: at("2026-11-25 09:35"),
        Step.FIRST_CONTACT: at("2026-11-24 17:30"),
    }
