"""The clocks of a case: one promise that nothing resets, and time charged to whoever held it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.audit.queries import lines_of
from desk.casework.actions import acts, asking, deciding
from desk.casework.actions.move import stream_of
from desk.casework.courses import course_of
from desk.casework.explaining import promise_lines
from desk.casework.holding import Held, Holder, Told, held, holder_at, stays
from desk.casework.models import CaseClock
from desk.casework.place import place_of
from desk.casework.queries.context import clocks_of
from desk.casework.words import Outcome, PauseReason, Status, Step
from desk.casework.workflow import Move
from desk.kernel.db import db, transaction
from desk.notify.models import Letter
from desk.notify.texts import text_of
from desk.organisation.models import DayKind
from desk.organisation.queries import Timetable
from desk.worktime.course import runs_out
from desk.worktime.explain import LineKind
from tests import make
from tests.casework.test_second_person import Flow
from tests.worktime.official import at

HOUR = timedelta(hours=1)


@pytest.fixture
def flow(app: Flask) -> Flow:
    return Flow(app)


def table_of(flow: Flow) -> Timetable:
    return place_of(flow.region.id, flow.hall.id, flow.now).timetable


def report(flow: Flow) -> list[Held]:
    lines = lines_of(flow.region.id, stream_of(flow.case))
    told = [
        Told(line.at, line.what, Status(line.to_status) if line.to_status else None, line.body)
        for line in lines
    ]
    table = table_of(flow)
    return held(stays(told, flow.now), table.calendar, table.hours, table.zone)


def told(flow: Flow) -> list[str]:
    return [line.kind.value for line in promise_lines(clocks_of(flow.case), table_of(flow))]


def check_clocks(flow: Flow) -> None:
    """The date of every running clock is what its course comes to."""
    table = table_of(flow)
    for clock in (clock for clock in clocks_of(flow.case) if clock.stopped_at is None):
        deadline = runs_out(course_of(clock), table.calendar, table.hours, table.zone)
        assert (clock.due_at, clock.provisional) == (deadline.due_at, deadline.provisional)


def test_a_bounced_case_is_charged_to_whoever_held_it(flow: Flow) -> None:
    """Each had it for an hour of a working morning or afternoon; the promise never moved."""
    flow.to(Status.ACCEPTED)
    promise = flow.clock(Step.REPLY).due_at
    assert flow.clock(Step.REPLY).department_id == 0
    flow.dispatch_to(flow.department.id)
    assert flow.clock(Step.REPLY).department_id == flow.department.id
    flow.now += HOUR
    flow.act(asking.ask_return, "handler", "不是本局事项", None)
    flow.go(Move.RETURN_UPHELD, "clerk", text="确非该局事项")
    assert flow.clock(Step.REPLY).department_id == 0
    flow.now += 3 * HOUR
    flow.dispatch_to(flow.other.id)
    flow.now += HOUR
    found = {(entry.holder, entry.department_id): entry for entry in report(flow)}
    first = found[Holder.DEPARTMENT, flow.department.id]
    assert (first.net, first.gross) == (HOUR + timedelta(minutes=15),) * 2
    second = found[Holder.DEPARTMENT, flow.other.id]
    assert (second.net, second.gross) == (HOUR, HOUR)
    window = found[Holder.WINDOW, 0]
    assert window.gross - window.net == timedelta(hours=1, minutes=30)
    assert sum((e.gross for e in report(flow)), timedelta()) == flow.now - make.MONDAY
    assert flow.clock(Step.REPLY).due_at == promise
    check_clocks(flow)


def test_a_pause_is_charged_to_nobody_and_told_among_the_days(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.act(asking.ask_pause, "handler", PauseReason.INSPECTION, 5, "等检测报告")
    flow.act(deciding.decide_pause, "lead", grant=True, reason="")
    since = flow.now
    assert "stands" in told(flow)
    flow.now = at("2026-11-25 10:00")
    flow.act(deciding.resume, "handler")
    assert (LineKind.PAUSED.value in told(flow), "stands" in told(flow)) == (True, False)
    flow.act(asking.ask_extension, "handler", 2, "还要一份证明")
    flow.act(deciding.decide_extension, "lead", grant=True, reason="")
    flow.act(deciding.decide_extension, "supervisor", grant=True, reason="")
    lines = promise_lines(clocks_of(flow.case), table_of(flow))
    assert [(n.kind.value, n.number) for n in lines if n.kind is LineKind.EXTENDED] == [
        ("extended", 2)
    ]
    assert lines[-1].number == 5
    waiting = {entry.holder: entry for entry in report(flow)}[Holder.WAITING]
    assert waiting.gross == at("2026-11-25 10:05") - since
    assert flow.case.promised_on == date(2026, 12, 2)
    check_clocks(flow)


def test_the_complainant_ends_a_wait_for_them_by_writing(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    for why, runs in ((PauseReason.INSPECTION, False), (PauseReason.COMPLAINANT, True)):
        flow.act(asking.ask_pause, "handler", why, 3, "等材料")
        flow.act(deciding.decide_pause, "lead", grant=True, reason="")
        flow.now += timedelta(minutes=5)
        with transaction():
            acts.add_message(
                flow.number, "材料在这里", version=None,
                by=flow.people["complainant"], now=flow.now,
            )  # fmt: skip
        assert (flow.clock(Step.REPLY).paused_at is None) is runs
        if not runs:
            flow.act(deciding.resume, "handler")
    lines = lines_of(flow.region.id, stream_of(flow.case))
    assert [(line.what, line.actor_kind) for line in lines[-2:]] == [
        ("add_message", "complainant"), ("resume", "system"),
    ]  # fmt: skip
    check_clocks(flow)


def test_a_new_round_says_so_and_which_day_was_promised_before(flow: Flow) -> None:
    flow.to(Status.REPLIED)
    before = flow.case.promised_on
    flow.go(Move.REDO, "complainant", text="证书写错了")
    first = promise_lines(clocks_of(flow.case), table_of(flow))[0]
    assert (first.kind, first.number, first.was) == (LineKind.ROUND, 2, before)


def test_a_date_in_an_unpublished_year_says_so_in_its_letter(app: Flask) -> None:
    flow = Flow(app, now=at("2026-12-30 10:00"))
    make.day(flow.region.id, date(2026, 1, 1), DayKind.HOLIDAY)
    flow.to(Status.ACCEPTED)
    assert flow.clock(Step.REPLY).provisional
    letter = db.session.scalars(select(Letter).where(Letter.template == "accepted")).first()
    assert letter is not None
    assert letter.context["provisional"] is True
    said = [
        text_of("accepted", "en", letter.context | {"provisional": maybe}, secret=None,
                base_url="https://example.org")[1]
        for maybe in (True, False)
    ]  # fmt: skip
    assert ["may still be corrected" in text for text in said] == [True, False]


def test_a_supplement_is_the_complainants_time(flow: Flow) -> None:
    flow.go(Move.ASK_SUPPLEMENT, "clerk", text="缺一份")
    asked = flow.now
    flow.now += timedelta(days=2)
    flow.go(Move.SUPPLY, "complainant", text="补来了")
    found = {entry.holder: entry for entry in report(flow)}
    assert found[Holder.COMPLAINANT].gross == flow.now - asked
    check_clocks(flow)


def test_an_instant_belongs_to_whoever_held_the_case_then(flow: Flow) -> None:
    flow.to(Status.DISPATCHED)
    told_lines = [
        Told(line.at, line.what, Status(line.to_status) if line.to_status else None, line.body)
        for line in lines_of(flow.region.id, stream_of(flow.case))
    ]
    found = stays(told_lines, flow.now + HOUR)
    stay = holder_at(found, flow.now + HOUR)
    assert stay is not None
    assert (stay.holder, stay.department_id) == (Holder.DEPARTMENT, flow.department.id)
    assert holder_at(found, make.MONDAY) is None


def test_the_desk_resumes_as_of_the_day_the_pause_was_over(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.act(asking.ask_pause, "handler", PauseReason.INSPECTION, 1, "等检测报告")
    flow.act(deciding.decide_pause, "lead", grant=True, reason="")
    since, until = flow.now, flow.clock(Step.REPLY).alarm_at
    assert until is not None
    flow.now = until + timedelta(days=6)
    with transaction():
        deciding.resume(flow.number, version=flow.case.version, by=SYSTEM, now=flow.now)
    waiting = {entry.holder: entry for entry in report(flow)}[Holder.WAITING]
    assert waiting.gross == until - since
    check_clocks(flow)


def test_a_stopped_clock_keeps_its_course(flow: Flow) -> None:
    flow.to(Status.REPLY_REVIEW, Outcome.DONE)
    stopped = db.session.scalars(select(CaseClock).where(CaseClock.step == Step.SIGN)).one()
    assert (stopped.met, stopped.alarm_at, stopped.changes) == (True, None, [])
    check_clocks(flow)
