"""Pressing a case on: nudges, urging, orders for a written answer, and who leads when raised."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from desk.audit.models import Visibility
from desk.audit.queries import faults, lines_of
from desk.casework.actions import asking, pressing
from desk.casework.actions.move import stream_of
from desk.casework.models import Case, CaseOrder
from desk.casework.queries.context import context_of
from desk.casework.queries.replay import replay_faults
from desk.casework.words import OrderState, Outcome, Status
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.notify.models import Letter
from desk.notify.notices import Notice
from desk.schedules import tick
from tests.casework.test_life import Desk


class Pressed(Desk):
    """The same desk, pressed on."""

    def nudge(self) -> Case:
        with transaction():
            return pressing.nudge(self.number, by=self.people["complainant"], now=self.now)

    def press(self, act: object, who: str, words: str = "请尽快办理", **given: object) -> Case:
        self.now += timedelta(minutes=5)
        version = self.case.version
        with transaction():
            return act(  # type: ignore[operator, no-any-return]
                self.number, words, version=version, by=self.people[who], now=self.now, **given
            )

    def order(self, *, to_hall: bool = False, days: int = 2) -> CaseOrder:
        self.press(pressing.supervise, "supervisor", "为何两次退回？", to_hall=to_hall, days=days)
        return self.orders()[-1]

    def orders(self) -> list[CaseOrder]:
        end_read()
        return list(db.session.scalars(select(CaseOrder).order_by(CaseOrder.asked_at)))

    def told(self, kind: Notice) -> set[int | None]:
        end_read()
        return set(db.session.scalars(select(Letter.user_id).where(Letter.template == kind.value)))

    def lines(self, *visible: Visibility) -> list[str]:
        end_read()
        found = lines_of(self.region.id, stream_of(self.case), visibility=visible)
        return [line.what for line in found]

    def id_of(self, who: str) -> int | None:
        return self.people[who].user_id


@pytest.fixture
def desk(app: Flask) -> Pressed:
    return Pressed(app)


def test_a_complainant_nudges_once_in_two_working_days(desk: Pressed) -> None:
    desk.to(Status.HANDLING)
    desk.nudge()
    assert desk.told(Notice.URGED) == {desk.id_of("handler")}
    assert "nudge" in desk.lines(Visibility.PUBLIC)
    first = pressing.nudge_from(context_of(desk.case, desk.people["complainant"], now=desk.now))
    assert str(first) == "2026-11-25"
    desk.now += timedelta(days=1)
    with pytest.raises(Conflict):
        desk.nudge()
    desk.now += timedelta(days=1)
    assert desk.nudge().nudged_at == desk.now
    assert faults() == []


def test_a_weekend_is_no_working_day_for_a_nudge(desk: Pressed) -> None:
    desk.now += timedelta(days=4)
    desk.nudge()
    desk.now += timedelta(days=2)
    with pytest.raises(Conflict):
        desk.nudge()
    desk.now += timedelta(days=2)
    desk.nudge()


@pytest.mark.parametrize("status", [Status.REPLIED, Status.CLOSED])
def test_there_is_nothing_to_nudge_when_it_is_not_the_desks_turn(
    desk: Pressed, status: Status
) -> None:
    desk.to(status)
    with pytest.raises(Conflict):
        desk.nudge()


def test_a_supervisor_urges_and_the_department_is_told(desk: Pressed) -> None:
    desk.to(Status.HANDLING)
    with pytest.raises(Invalid):
        desk.press(pressing.urge, "supervisor", "  ")
    for who in ("clerk", "handler", "lead"):
        with pytest.raises(NotAllowed):
            desk.press(pressing.urge, who)
    desk.press(pressing.urge, "supervisor")
    assert desk.told(Notice.URGED) == {desk.id_of("handler"), desk.id_of("lead")}
    assert "urge" not in desk.lines(Visibility.PUBLIC)
    desk.go(Move.WITHDRAW, "complainant", text="不办了")
    for act in (pressing.urge, pressing.escalate):
        with pytest.raises(Conflict):
            desk.press(act, "supervisor")


def test_an_order_stays_until_the_unit_answers_in_writing(desk: Pressed) -> None:
    desk.to(Status.HANDLING)
    order = desk.order()
    assert (order.department_id, order.state) == (desk.department.id, OrderState.OPEN)
    assert desk.case.supervised_at == order.asked_at
    assert order.due_at.isoformat().startswith("2026-11-25")
    with pytest.raises(Conflict):
        desk.order()
    with pytest.raises(NotAllowed):
        desk.press(pressing.answer_order, "clerk", "窗口来答")
    with pytest.raises(Invalid):
        desk.press(pressing.answer_order, "lead", " ")
    desk.press(pressing.answer_order, "lead", "因材料在税务系统，已调取。")
    assert desk.case.supervised_at is None
    assert [o.state for o in desk.orders()] == [OrderState.ANSWERED]
    assert desk.told(Notice.ORDER_ANSWERED) == {desk.id_of("supervisor")}
    with pytest.raises(Conflict):
        desk.press(pressing.answer_order, "lead", "再答一次")
    desk.order(to_hall=True)
    assert len(desk.orders()) == 2
    assert list(replay_faults()) == []


def test_what_an_order_needs(desk: Pressed) -> None:
    for given, field in (
        ({"to_hall": False, "days": 2}, "unit"),
        ({"to_hall": True, "days": 0}, "days"),
        ({"to_hall": True, "days": 16}, "days"),
    ):
        with pytest.raises(Invalid) as refused:
            desk.press(pressing.supervise, "supervisor", "为何？", **given)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        desk.press(pressing.supervise, "clerk", "为何？", to_hall=True, days=2)
    assert desk.case.supervised_at is None


def test_whoever_took_over_answers_when_the_case_has_left_the_unit(desk: Pressed) -> None:
    desk.to(Status.DISPATCHED)
    desk.order()
    version = desk.case.version
    with transaction():
        asking.ask_return(
            desk.number, "不是本局", None, version=version, by=desk.people["handler"], now=desk.now
        )
    desk.go(Move.RETURN_UPHELD, "clerk", text="确非该局事项")
    desk.press(pressing.answer_order, "clerk2", "已退回窗口，改派中")
    assert desk.case.supervised_at is None


def test_an_order_is_lifted_with_a_reason_also_after_the_end(desk: Pressed) -> None:
    desk.order(to_hall=True)
    desk.go(Move.WITHDRAW, "complainant", text="不办了")
    assert desk.case.supervised_at is not None
    with pytest.raises(Invalid):
        desk.press(pressing.lift_order, "supervisor", "")
    with pytest.raises(NotAllowed):
        desk.press(pressing.lift_order, "clerk", "算了")
    desk.press(pressing.lift_order, "supervisor", "反映人已撤回")
    assert desk.case.supervised_at is None
    assert [o.state for o in desk.orders()] == [OrderState.LIFTED]


def test_an_order_nobody_answers_raises_the_case_once(desk: Pressed) -> None:
    desk.to(Status.HANDLING)
    order = desk.order(days=1)
    tick(order.due_at - timedelta(seconds=1))
    assert desk.case.escalated_at is None
    late = order.due_at + timedelta(hours=1)
    tick(late)
    tick(late + timedelta(minutes=1))
    case = desk.case
    assert (case.escalated_at, case.leader_id) == (late, desk.id_of("lead"))
    assert case.supervised_at is not None
    assert desk.lines(Visibility.PUBLIC).count("escalate") == 1
    assert desk.told(Notice.ESCALATED) == {desk.id_of("lead")}


def test_a_supervisor_raises_a_case_to_whoever_leads(desk: Pressed) -> None:
    desk.to(Status.HANDLING)
    with pytest.raises(NotAllowed):
        desk.press(pressing.escalate, "lead", "…")
    desk.press(pressing.escalate, "supervisor", "久拖不决")
    assert desk.case.leader_id == desk.id_of("lead")
    assert desk.told(Notice.ESCALATED) == {desk.id_of("lead")}
    with pytest.raises(Conflict):
        desk.press(pressing.escalate, "supervisor", "再提一次")


def test_a_third_round_raises_a_case_by_itself_and_names_who_leads(desk: Pressed) -> None:
    desk.to(Status.REPLIED)
    for n in range(3):
        assert desk.case.escalated_at is None, n
        desk.go(Move.REDO, "complainant", text="还是不行")
        if n < 2:
            desk.reply(Outcome.DONE)
            desk.approve(Outcome.DONE)
    case = desk.case
    assert (case.round, case.escalated_at, case.leader_id) == (3, desk.now, desk.id_of("lead"))
    assert desk.lines(Visibility.PUBLIC).count("escalate") == 1
    assert list(replay_faults()) == []
    assert faults() == []


@pytest.mark.parametrize(
    "change", ["state = 'answered'", "state = 'lifted'", "ended_at = asked_at", "state = 'gone'"]
)
def test_the_database_refuses_what_cannot_be(desk: Pressed, change: str) -> None:
    desk.order(to_hall=True)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(f"UPDATE case_orders SET {change}"))
