"""What one person asks for and another decides: return, diversion, more time, a pause."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.approvals.actions import Request, ask, vote
from desk.approvals.events import ApprovalDecided
from desk.approvals.models import Approval, ApprovalVote
from desk.approvals.words import DECIDERS, ApprovalKind, ApprovalState, Ballot
from desk.audit.models import Visibility
from desk.audit.queries import faults, lines_of
from desk.casework.actions import asking, deciding, diverting
from desk.casework.actions.diverting import Diversion
from desk.casework.actions.move import stream_of
from desk.casework.actions.tick import due_alarms
from desk.casework.models import Case, CaseClock, CaseMessage
from desk.casework.words import PauseReason, Status, Step
from desk.casework.workflow import Move
from desk.kernel import events
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.kernel.ids import uuid7
from desk.notify.models import Letter
from desk.organisation.models import Code
from desk.organisation.queries import forget_kept
from desk.schedules import tick
from tests import make
from tests.casework.test_life import Desk

Act = Callable[..., Case]
ELSEWHERE = Diversion("X02", "已有复议决定。", "行政复议法", "区司法局行政复议窗口")


class Flow(Desk):
    """The same desk, with a second department and the list of diversions."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.other = make.department(self.region.id, "住房局")
        where, other = {"hall_id": self.hall.id}, {"department_id": self.other.id}
        self.people["handler2"] = make.actor(Role.HANDLER, self.region.id, **other)
        self.people["lead2"] = make.actor(Role.LEAD, self.region.id, **other)
        self.people["clerk3"] = make.actor(Role.CLERK, self.region.id, **where)
        with transaction():
            db.session.add_all(
                Code(list="diversions", code=code, zh=code, en=code, position=n,
                     attrs={"keeps_service_part": keeps})
                for n, (code, keeps) in enumerate(
                    (("X02", False), ("X04", True), ("X07", True), ("X12", True)))
            )  # fmt: skip
        forget_kept()

    def act(self, function: Act, who: str, *given: object, **named: object) -> Case:
        self.now += timedelta(minutes=5)
        version = self.case.version
        with transaction():
            return function(
                self.number, *given, version=version, by=self.people[who], now=self.now, **named
            )

    def dispatch_to(self, department_id: int) -> None:
        self.go(Move.DISPATCH, "clerk", department_id=department_id, brief="请核对")

    def case_to_write(self) -> Case:
        """Load the case inside an open transaction."""
        return db.session.get_one(Case, (self.region.id, self.id))

    def clock(self, step: Step) -> CaseClock:
        end_read()
        return db.session.scalars(
            select(CaseClock).where(CaseClock.step == step).order_by(CaseClock.n.desc()).limit(1)
        ).one()

    def request(self, kind: ApprovalKind) -> Approval:
        end_read()
        return db.session.scalars(
            select(Approval).where(Approval.kind == kind).order_by(Approval.asked_at.desc())
        ).first()  # type: ignore[return-value]

    def letters(self) -> list[str]:
        end_read()
        found = db.session.scalars(select(Letter.template).order_by(Letter.written_at, Letter.id))
        return list(dict.fromkeys(found))

    def lines(self, *visible: Visibility) -> list[str]:
        end_read()
        found = lines_of(self.region.id, stream_of(self.case), visibility=visible)
        return [line.what for line in found]


@pytest.fixture
def flow(app: Flask) -> Flow:
    return Flow(app)


def test_a_return_is_upheld_and_the_promise_runs_on(flow: Flow) -> None:
    flow.to(Status.DISPATCHED)
    promise = flow.clock(Step.REPLY).due_at
    flow.act(asking.ask_return, "handler", "不是本局事项", flow.other.id)
    asked = flow.request(ApprovalKind.RETURN)
    assert (flow.case.status, asked.decider_role) == (Status.DISPATCHED, Role.CLERK)
    assert asked.due_at - flow.now <= timedelta(hours=6)
    case = flow.go(Move.RETURN_UPHELD, "clerk", text="确非该局事项")
    assert (case.status, case.department_id) == (Status.ACCEPTED, None)
    assert flow.request(ApprovalKind.RETURN).state is ApprovalState.GRANTED
    reply = flow.clock(Step.REPLY)
    assert (reply.due_at, reply.stopped_at, reply.paused_at) == (promise, None, None)
    assert flow.clock(Step.SIGN).stopped_at is not None
    assert flow.clock(Step.DISPATCH).stopped_at is None
    assert "return_upheld" in flow.lines(Visibility.PUBLIC)


def test_a_refused_return_stays_and_is_not_asked_twice(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.act(asking.ask_return, "handler", "不是本局事项", None)
    with pytest.raises(Conflict):
        flow.act(asking.ask_return, "lead", "再问一次", None)
    with pytest.raises(Invalid):
        flow.act(asking.refuse_return, "clerk", "  ")
    flow.act(asking.refuse_return, "clerk", "清单第3项写明由该局办理")
    assert flow.case.status is Status.HANDLING
    with pytest.raises(Conflict):
        flow.act(asking.ask_return, "handler", "再问一次", None)
    with pytest.raises(Conflict):
        flow.go(Move.RETURN_UPHELD, "clerk", text="…")


def test_a_return_comes_too_late_after_a_working_day(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.now += timedelta(days=2)
    with pytest.raises(Conflict):
        flow.act(asking.ask_return, "handler", "不是本局事项", None)


def test_a_return_needs_a_reason_and_another_department(flow: Flow) -> None:
    flow.to(Status.DISPATCHED)
    foreign = make.department(make.region("QQ", "990000").id)
    for reason, department in (
        ("", None), ("…", flow.department.id), ("…", 10**9), ("…", foreign.id)
    ):  # fmt: skip
        with pytest.raises(Invalid):
            flow.act(asking.ask_return, "handler", reason, department)
    with pytest.raises(NotAllowed):
        flow.act(asking.ask_return, "clerk", "…", None)


def test_a_bounced_case_ends_with_a_binding_decision(flow: Flow) -> None:
    flow.to(Status.DISPATCHED)
    promise = flow.clock(Step.REPLY).due_at
    flow.act(asking.ask_return, "handler", "归住房局", flow.other.id)
    with pytest.raises(Conflict):
        flow.go(Move.ARBITRATE, "supervisor", department_id=flow.other.id, text="…")
    flow.go(Move.RETURN_UPHELD, "clerk", text="…")
    flow.dispatch_to(flow.other.id)
    flow.act(asking.ask_return, "handler2", "归登记中心", flow.department.id)
    assert flow.request(ApprovalKind.RETURN).decider_role is Role.SUPERVISOR
    with pytest.raises(Conflict):
        flow.go(Move.RETURN_UPHELD, "clerk", text="…")
    with pytest.raises(Conflict):
        flow.act(asking.refuse_return, "clerk", "…")
    case = flow.go(Move.ARBITRATE, "supervisor", department_id=flow.other.id, text="由住房局办理")
    assert (case.status, case.hop, case.final_assignment) == (Status.DISPATCHED, 3, True)
    assert case.department_id == flow.other.id
    sign = flow.clock(Step.SIGN)
    assert (sign.n, sign.stopped_at) == (3, None)
    assert flow.clock(Step.REPLY).due_at == promise
    flow.go(Move.SIGN, "handler2")
    with pytest.raises(Conflict):
        flow.act(asking.ask_return, "handler2", "还是不办", None)
    assert list(faults()) == []


def test_nobody_decides_what_they_asked_for(flow: Flow) -> None:
    flow.act(diverting.propose_divert, "clerk", ELSEWHERE)
    with pytest.raises(Conflict):
        flow.go(Move.DIVERT, "clerk")
    with pytest.raises(NotAllowed):
        flow.act(diverting.refuse_divert, "clerk", "…")
    assert flow.case.status is Status.SUBMITTED


def test_a_diversion_needs_two_and_tells_where_to_go(flow: Flow) -> None:
    with pytest.raises(Conflict):
        flow.go(Move.DIVERT, "clerk")
    flow.act(diverting.propose_divert, "clerk", ELSEWHERE)
    assert flow.case.status is Status.SUBMITTED
    assert "diverted" not in flow.letters()
    with pytest.raises(NotAllowed):
        flow.go(Move.DIVERT, "complainant")
    case = flow.go(Move.DIVERT, "clerk2")
    assert (case.status, case.open) == (Status.DIVERTED, False)
    assert "diverted" in flow.letters()
    public = db.session.scalars(
        select(CaseMessage.body).where(CaseMessage.visibility == Visibility.PUBLIC)
    ).all()
    assert any(ELSEWHERE.where in body and ELSEWHERE.basis in body for body in public)
    assert flow.clock(Step.ACCEPT).stopped_at is not None


def test_a_refused_proposal_changes_nothing_and_may_be_made_again(flow: Flow) -> None:
    flow.act(diverting.propose_divert, "clerk", ELSEWHERE)
    flow.act(diverting.refuse_divert, "clerk2", "本窗口可以办")
    assert flow.case.status is Status.SUBMITTED
    assert flow.clock(Step.ACCEPT).stopped_at is None
    flow.act(diverting.propose_divert, "clerk2", ELSEWHERE)
    assert flow.go(Move.DIVERT, "supervisor").status is Status.DIVERTED


@pytest.mark.parametrize("code", ["X04", "X07", "X10", "X12", "", "\N{FIRE}", "X" * 400])
def test_what_keeps_a_service_part_is_never_refused(flow: Flow, code: str) -> None:
    with pytest.raises(Invalid):
        flow.act(diverting.propose_divert, "clerk", Diversion(code, "…", "…", "…"))
    assert flow.request(ApprovalKind.DIVERT) is None


def test_a_diversion_is_overturned_within_thirty_days(flow: Flow) -> None:
    flow.act(diverting.propose_divert, "clerk", ELSEWHERE)
    flow.go(Move.DIVERT, "clerk2")
    with pytest.raises(NotAllowed):
        flow.go(Move.OVERTURN, "clerk", text="…")
    flow.now += timedelta(days=31)
    with pytest.raises(Conflict):
        flow.go(Move.OVERTURN, "supervisor", text="…")
    flow.now -= timedelta(days=3)
    case = flow.go(Move.OVERTURN, "supervisor", text="属于本级服务事项")
    assert (case.status, case.open) == (Status.SUBMITTED, True)
    accept = flow.clock(Step.ACCEPT)
    assert (accept.n, accept.stopped_at) == (2, None)
    assert "diversion_overturned" in flow.letters()


def test_one_part_is_referred_and_the_case_goes_on(flow: Flow) -> None:
    flow.to(Status.ACCEPTED)
    for code in ("X02", "X12"):
        with pytest.raises(Invalid):
            flow.act(diverting.refer, "clerk", Diversion(code, "…", "…", "…"))
    with pytest.raises(Invalid):
        flow.act(diverting.refer, "clerk", Diversion("X07", "…", "", "…"))
    flow.act(diverting.refer, "clerk", Diversion("X07", "市级事项", "权责清单", "市级窗口"))
    assert flow.case.status is Status.ACCEPTED
    assert "refer" in flow.lines(Visibility.PUBLIC)
    assert "referred" in flow.letters()


def test_a_tip_leaves_no_trace_the_unit_can_see(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    letters, before = flow.letters(), db.session.scalars(select(CaseMessage.seq)).all()
    flow.act(diverting.refer, "clerk", Diversion("X04"))
    assert "refer" not in flow.lines(Visibility.PUBLIC, Visibility.TEAM)
    assert "refer" in flow.lines(Visibility.SUPERVISORS)
    assert flow.letters() == letters
    assert db.session.scalars(select(CaseMessage.seq)).all() == before


def test_more_time_is_supported_then_granted_and_told(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    before, promised = flow.clock(Step.REPLY).due_at, flow.case.promised_on
    flow.act(asking.ask_extension, "handler", 2, "等外地档案")
    assert flow.clock(Step.REPLY).due_at == before
    with pytest.raises(NotAllowed):
        flow.act(deciding.decide_extension, "supervisor", grant=True, reason="")
    with pytest.raises(NotAllowed):
        flow.act(deciding.decide_extension, "handler", grant=True, reason="")
    flow.act(deciding.decide_extension, "lead", grant=True, reason="属实")
    assert flow.clock(Step.REPLY).due_at == before
    with pytest.raises(NotAllowed):
        flow.act(deciding.decide_extension, "lead", grant=True, reason="")
    flow.act(deciding.decide_extension, "supervisor", grant=True, reason="")
    clock = flow.clock(Step.REPLY)
    assert clock.first_due_at == before
    assert clock.due_at - before == timedelta(days=4)
    assert promised is not None
    assert flow.case.promised_on == promised + timedelta(days=4)
    assert "extended" in flow.letters()
    assert "extend" in flow.lines(Visibility.PUBLIC)
    with pytest.raises(Conflict):
        flow.act(asking.ask_extension, "handler", 1, "再来")


@pytest.mark.parametrize("days", [0, -1, 4, 10**30])
def test_no_more_time_than_the_first_limit(flow: Flow, days: int) -> None:
    flow.to(Status.HANDLING)
    with pytest.raises(Invalid):
        flow.act(asking.ask_extension, "handler", days, "…")
    with pytest.raises(Invalid):
        flow.act(asking.ask_extension, "handler", 1, " ")


def test_refused_time_leaves_the_date_and_needs_a_reason(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    promise = flow.clock(Step.REPLY).due_at
    flow.act(asking.ask_extension, "lead", 1, "…")
    with pytest.raises(NotAllowed):
        flow.act(deciding.decide_extension, "lead", grant=True, reason="")
    with pytest.raises(Invalid):
        flow.act(deciding.decide_extension, "supervisor", grant=False, reason="")
    flow.act(deciding.decide_extension, "supervisor", grant=False, reason="材料已齐")
    assert flow.clock(Step.REPLY).due_at == promise
    assert flow.request(ApprovalKind.EXTENSION).state is ApprovalState.REFUSED


def test_no_time_is_asked_for_after_the_date(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.now += timedelta(days=10)
    with pytest.raises(Conflict):
        flow.act(asking.ask_extension, "handler", 1, "…")
    with pytest.raises(Conflict):
        flow.act(asking.ask_pause, "handler", PauseReason.COMPLAINANT, 1, "…")


def paused(flow: Flow) -> datetime:
    """Bring a case into a pause of three working days and give the promise it had."""
    flow.to(Status.HANDLING)
    promise = flow.clock(Step.REPLY).due_at
    flow.act(asking.ask_pause, "handler", PauseReason.INSPECTION, 3, "等现场勘验")
    with pytest.raises(NotAllowed):
        flow.act(deciding.decide_pause, "handler", grant=True, reason="")
    flow.act(deciding.decide_pause, "lead", grant=True, reason="")
    return promise


def test_a_pause_stands_still_and_ends_by_itself(flow: Flow) -> None:
    promise = paused(flow)
    clock = flow.clock(Step.REPLY)
    assert (clock.paused_at, "paused" in flow.letters()) == (flow.now, True)
    assert clock.alarm_at is not None
    tick(clock.alarm_at - timedelta(minutes=1))
    assert flow.clock(Step.REPLY).paused_at is not None
    late = clock.alarm_at + timedelta(days=5)
    tick(late)
    after = flow.clock(Step.REPLY)
    assert after.paused_at is None
    assert promise == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert after.due_at == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
    assert flow.case.promised_on is not None
    assert "resumed" in flow.letters()
    tick(late)
    assert flow.lines(Visibility.PUBLIC).count("resume") == 1
    assert due_alarms(now=late) == []
    assert after.alarm_at > late


def test_a_pause_ends_when_somebody_says_so(flow: Flow) -> None:
    promise = paused(flow)
    with pytest.raises(Conflict):
        flow.act(asking.ask_extension, "handler", 1, "…")
    flow.now += timedelta(hours=23)
    flow.act(deciding.resume, "handler")
    clock = flow.clock(Step.REPLY)
    assert clock.paused_at is None
    assert promise < clock.due_at
    with pytest.raises(Conflict):
        flow.act(deciding.resume, "handler")


def test_a_reply_ends_a_pause(flow: Flow) -> None:
    from desk.casework.words import Outcome

    promise = paused(flow)
    flow.now += timedelta(days=1)
    flow.reply(Outcome.DONE)
    clock = flow.clock(Step.REPLY)
    assert (clock.paused_at, clock.stopped_at) == (None, None)
    assert clock.due_at - promise == timedelta(days=1)


def test_a_pause_for_the_complainant_is_had_once(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    with pytest.raises(Invalid):
        flow.act(asking.ask_pause, "handler", PauseReason.COMPLAINANT, 11, "…")
    flow.act(asking.ask_pause, "handler", PauseReason.COMPLAINANT, 1, "等材料")
    flow.act(deciding.decide_pause, "lead", grant=True, reason="")
    flow.act(deciding.resume, "handler")
    with pytest.raises(Conflict):
        flow.act(asking.ask_pause, "handler", PauseReason.COMPLAINANT, 1, "再等")


def test_moving_on_sets_open_requests_aside(flow: Flow) -> None:
    flow.act(diverting.propose_divert, "clerk", ELSEWHERE)
    flow.to(Status.ACCEPTED)
    assert flow.request(ApprovalKind.DIVERT).state is ApprovalState.VOID
    with pytest.raises(Conflict):
        flow.go(Move.DIVERT, "clerk2")
    flow.dispatch_to(flow.department.id)
    flow.act(asking.ask_return, "handler", "…", None)
    flow.go(Move.WITHDRAW, "complainant", text="不办了")
    assert flow.request(ApprovalKind.RETURN).state is ApprovalState.VOID


def test_silence_grants_nothing_and_asks_the_supervisor(flow: Flow) -> None:
    flow.act(diverting.propose_divert, "clerk", ELSEWHERE)
    flow.now += timedelta(days=3)
    tick(flow.now)
    asked = flow.request(ApprovalKind.DIVERT)
    assert (asked.state, asked.decider_role) == (ApprovalState.PENDING, Role.SUPERVISOR)
    assert asked.due_at > flow.now
    flow.now += timedelta(days=10)
    tick(flow.now)
    assert flow.request(ApprovalKind.DIVERT).state is ApprovalState.PENDING
    assert flow.case.status is Status.SUBMITTED
    assert flow.lines(Visibility.TEAM).count("raise_request") == 1


def test_time_nobody_granted_runs_out_with_the_date(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    promise = flow.clock(Step.REPLY).due_at
    flow.act(asking.ask_extension, "handler", 1, "…")
    tick(promise - timedelta(hours=1))
    assert flow.request(ApprovalKind.EXTENSION).decider_role is Role.SUPERVISOR
    tick(promise + timedelta(hours=1))
    assert flow.request(ApprovalKind.EXTENSION).state is ApprovalState.REFUSED
    assert flow.clock(Step.REPLY).due_at == promise


def test_votes_are_counted_once_each_and_the_news_is_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(events, "_reactions", {ApprovalDecided: (told.append,)})
    region = make.region()
    first, second, third = (make.actor(Role.SUPERVISOR, region.id) for _ in range(3))
    request = Request(
        region.id, ApprovalKind.DIVERT, "case", uuid7(make.MONDAY), 0, 0, Role.SUPERVISOR,
        "…", {}, make.MONDAY, needed=2,
    )  # fmt: skip
    with transaction():
        asked = ask(request, by=first, now=make.MONDAY)
        with pytest.raises(NotAllowed):
            vote(asked, Ballot.GRANT, "", by=first, now=make.MONDAY)
        vote(asked, Ballot.GRANT, "", by=second, now=make.MONDAY)
        assert asked.state is ApprovalState.PENDING
        with pytest.raises(Conflict):
            vote(asked, Ballot.GRANT, "", by=second, now=make.MONDAY)
        vote(asked, Ballot.GRANT, "", by=third, now=make.MONDAY)
        assert asked.state is ApprovalState.GRANTED
        with pytest.raises(Conflict):
            vote(asked, Ballot.REFUSE, "", by=third, now=make.MONDAY)
    assert [type(news) for news in told] == [ApprovalDecided]
    assert len(db.session.scalars(select(ApprovalVote)).all()) == 2


@pytest.mark.parametrize("kind", list(ApprovalKind))
def test_every_kind_needs_a_second_person(app: Flask, kind: ApprovalKind) -> None:
    region = make.region()
    role, needed = DECIDERS[kind]
    asker, *deciders = (make.actor(Role.SUPERVISOR, region.id) for _ in range(needed + 1))
    request = Request(
        region.id, kind, "thing", uuid7(make.MONDAY), 0, 0, role, "…", {}, make.MONDAY,
        needed=needed,
    )  # fmt: skip
    with transaction():
        asked = ask(request, by=asker, now=make.MONDAY)
        for ballot in Ballot:
            with pytest.raises(NotAllowed):
                vote(asked, ballot, "", by=asker, now=make.MONDAY)
        with pytest.raises(NotAllowed):
            vote(asked, Ballot.GRANT, "", by=SYSTEM, now=make.MONDAY)
        for decider in deciders:
            assert asked.state is ApprovalState.PENDING
            vote(asked, Ballot.GRANT, "", by=decider, now=make.MONDAY)
    end_read()
    kept = db.session.scalars(select(Approval)).one()
    assert (kept.kind, kept.state) == (kind, ApprovalState.GRANTED)


def test_a_kind_nobody_knows_is_refused_by_the_database(app: Flask) -> None:
    test_every_kind_needs_a_second_person(app, ApprovalKind.EXPORT)
    end_read()
    with db.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("UPDATE approvals SET kind = 'whim'"))
