"""Another calendar, another limit, another kind of matter: which dates move, and how it is told."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from desk import schedules
from desk.access.permissions import Role
from desk.audit.queries import faults, lines_of
from desk.casework.actions import asking, correcting, deciding
from desk.casework.actions.correcting import change_limit, stop_limit, withdraw_limit
from desk.casework.actions.move import stream_of
from desk.casework.actions.reclassifying import reclassify
from desk.casework.explaining import promise_lines
from desk.casework.models import CaseClock
from desk.casework.queries.context import clocks_of
from desk.casework.queries.dates import Plan, new_dates, plan, present, with_calendar, with_limit
from desk.casework.words import Complexity, PauseReason, Status, Step
from desk.casework.workflow import Move
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.notify.models import Letter
from desk.organisation.limits import RuleKey
from desk.organisation.models import DayKind, LimitUnit, Region, SlaRule
from desk.organisation.queries import Limit, limit_of
from desk.schedules import run_due
from desk.worktime.explain import LineKind
from tests import make
from tests.casework.test_clocks import check_clocks, table_of
from tests.casework.test_second_person import Flow
from tests.worktime.official import at

WD = LimitUnit.WORKING_DAY
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def flow(app: Flask) -> Flow:
    return Flow(app)


def region_of(flow: Flow) -> Region:
    end_read()
    return db.session.get_one(Region, flow.region.id)


def publish(flow: Flow, *days: date, kind: DayKind = DayKind.HOLIDAY) -> None:
    flow.now += timedelta(minutes=1)
    years = {2026: dict.fromkeys(days, kind)}
    with transaction():
        correcting.publish_calendar(
            region_of_open(flow), years, source="test", by=flow.people["admin"], now=flow.now
        )
    run_due(flow.now)


def region_of_open(flow: Flow) -> Region:
    return db.session.get_one(Region, flow.region.id)


def wrong(flow: Flow) -> list[Step]:
    """List the clocks that are not what calendar and limits make them."""
    end_read()
    found = new_dates(present(flow.now), [flow.region.id])
    return sorted((new.step for new in found if new.moves), key=list(Step).index)


def test_a_published_calendar_moves_promises_with_history_and_a_letter(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    assert flow.case.promised_on == date(2026, 11, 26)
    version = flow.case.version
    publish(flow, TUESDAY)
    case, clock = flow.case, flow.clock(Step.REPLY)
    assert case.promised_on == date(2026, 11, 27)
    assert (clock.provisional, case.version > version) == (False, True)
    assert flow.letters()[-1] == "corrected"
    lines = promise_lines(clocks_of(case), table_of(flow))
    told = next(line for line in lines if line.kind is LineKind.CORRECTED)
    assert (told.why, told.was) == ("calendar", date(2026, 11, 26))
    ledger = [
        line for line in lines_of(case.region_id, stream_of(case)) if line.what == "correct_date"
    ]
    by_step = {line.body["step"]: line for line in ledger}
    assert by_step["reply"].body["promised_on"] == "2026-11-27"
    assert (by_step["reply"].visibility.value, by_step["reply"].actor_kind) == ("public", "system")
    assert case.next_due_at == min(c.due_at for c in clocks_of(case) if c.stopped_at is None)
    check_clocks(flow)
    assert faults() == []
    again = flow.case.version
    run_due(flow.now + timedelta(minutes=1))
    assert (flow.case.version, wrong(flow)) == (again, [])


def test_a_date_that_stands_is_only_provisional_no_longer(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    version, letters = flow.case.version, flow.letters()
    assert flow.clock(Step.REPLY).provisional
    publish(flow)
    assert not flow.clock(Step.REPLY).provisional
    assert (flow.case.version, flow.letters()) == (version, letters)
    whats = [line.what for line in lines_of(flow.region.id, stream_of(flow.case))]
    assert whats[-1] == "settle_date"
    assert "correct_date" not in whats


def test_a_dry_run_says_what_would_happen_and_changes_nothing(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    make.case(flow.region.id, flow.hall.id, now=flow.now)
    before = [(c.due_at, c.provisional) for c in clocks_of(flow.case)]
    region = region_of(flow)
    found = plan(with_calendar(region, {2026: {TUESDAY: DayKind.HOLIDAY}}, flow.now), region)
    assert (found.later, found.earlier, found.promises, found.settled) == (3, 0, 1, 0)
    assert {new.step for new in found.shown} == {Step.ACCEPT, Step.FIRST_CONTACT, Step.REPLY}
    quiet = plan(with_calendar(region, {2026: {}}, flow.now), region)
    assert (quiet.later, quiet.settled) == (0, 3)
    assert [(c.due_at, c.provisional) for c in clocks_of(flow.case)] == before
    publish(flow, TUESDAY)
    assert {new.was for new in found.shown} <= {due for due, _ in before} | {
        new.was for new in found.shown if new.step is Step.ACCEPT
    }
    assert {c.step: c.due_at for c in clocks_of(flow.case) if c.stopped_at is None} == {
        new.step: new.due_at for new in found.shown if new.number == flow.number
    }


def test_pauses_and_extensions_survive_a_correction(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.act(asking.ask_pause, "handler", PauseReason.INSPECTION, 3, "等检测报告")
    flow.act(deciding.decide_pause, "lead", grant=True, reason="")
    flow.now = at("2026-11-25 10:00")
    flow.act(deciding.resume, "handler")
    flow.act(asking.ask_extension, "handler", 2, "还要一份证明")
    flow.act(deciding.decide_extension, "lead", grant=True, reason="")
    flow.act(deciding.decide_extension, "supervisor", grant=True, reason="")
    assert flow.case.promised_on == date(2026, 12, 2)
    publish(flow, date(2026, 11, 30))
    assert flow.case.promised_on == date(2026, 12, 3)
    check_clocks(flow)
    publish(flow)
    assert flow.case.promised_on == date(2026, 12, 2)
    assert [line.kind for line in promise_lines(clocks_of(flow.case), table_of(flow))].count(
        LineKind.CORRECTED
    ) == 2


def test_a_paused_clock_is_corrected_and_still_goes_on_by_itself(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.act(asking.ask_pause, "handler", PauseReason.INSPECTION, 3, "等检测报告")
    flow.act(deciding.decide_pause, "lead", grant=True, reason="")
    until = flow.clock(Step.REPLY).alarm_at
    publish(flow, TUESDAY)
    clock = flow.clock(Step.REPLY)
    assert (clock.paused_at is not None, clock.alarm_at) == (True, until)
    schedules.tick(until + timedelta(minutes=1))  # type: ignore[operator]
    assert flow.clock(Step.REPLY).paused_at is None
    check_clocks(flow)


def test_what_is_stopped_stays_as_it_was(flow: Flow) -> None:
    flow.to(Status.REPLIED)
    before = {(c.step, c.n): (c.due_at, c.met) for c in clocks_of(flow.case) if c.stopped_at}
    publish(flow, TUESDAY)
    after = {(c.step, c.n): (c.due_at, c.met) for c in clocks_of(flow.case) if c.stopped_at}
    assert after == before


def test_one_case_at_fault_keeps_no_other_from_being_put_right(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make.case(flow.region.id, flow.hall.id, now=flow.now).case.id
    right = correcting.put_right

    def sometimes(number: str, *rest: object, **more: object) -> bool:
        if number == flow.number:
            raise ValueError("this one")
        return right(number, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(correcting, "put_right", sometimes)
    publish(flow, TUESDAY)
    moved = select(CaseClock.case_id).where(CaseClock.due_at > at("2026-11-25 00:00"))
    end_read()
    assert db.session.scalars(moved).all() == [other]
    monkeypatch.undo()
    run_due(flow.now + timedelta(minutes=2))
    assert wrong(flow) == []


def limit(n: int) -> Limit:
    return Limit(n, WD)


def change(flow: Flow, key: RuleKey, n: int, on: date) -> SlaRule:
    flow.now += timedelta(minutes=1)
    with transaction():
        return change_limit(
            region_of_open(flow),
            key,
            limit(n),
            active_from=on,
            by=flow.people["admin"],
            now=flow.now,
        )


def in_force(flow: Flow, on: date, **changes: object) -> int:
    given = {"hall_id": flow.hall.id, "complexity": "general", "party": "individual", **changes}
    return limit_of("reply", region=region_of(flow), on=on, **given).n  # type: ignore[arg-type]


GENERAL = RuleKey("reply", complexity="general", party="individual")


def test_another_limit_holds_from_its_day_on(flow: Flow) -> None:
    change(flow, GENERAL, 2, date(2026, 12, 1))
    assert [in_force(flow, on) for on in (date(2026, 11, 30), date(2026, 12, 1))] == [3, 2]
    rules = db.session.scalars(select(SlaRule).where(SlaRule.step == "reply",
        SlaRule.complexity == "general", SlaRule.party == "individual")).all()  # fmt: skip
    assert sorted((r.limit_n, str(r.active_to)) for r in rules) == [(2, "None"), (3, "2026-11-30")]
    with pytest.raises(Conflict):
        change(flow, GENERAL, 4, date(2026, 12, 1))
    with pytest.raises(Invalid):
        change(flow, GENERAL, 4, date(2026, 11, 22))


def test_a_limit_that_does_not_hold_yet_can_be_taken_back(flow: Flow) -> None:
    rule = change(flow, GENERAL, 2, date(2026, 12, 1))
    rule_id = rule.id
    with transaction():
        withdraw_limit(region_of_open(flow), rule_id, by=flow.people["admin"], now=flow.now)
    assert in_force(flow, date(2026, 12, 2)) == 3
    for gone in (rule_id, 10**9):
        with pytest.raises(NotFound), transaction():
            withdraw_limit(region_of_open(flow), gone, by=flow.people["admin"], now=flow.now)
    in_use = db.session.scalars(select(SlaRule.id).where(SlaRule.step == "reply")).first()
    with pytest.raises(Conflict), transaction():
        withdraw_limit(
            region_of_open(flow), int(in_use or 0), by=flow.people["admin"], now=flow.now
        )


def test_a_hall_may_have_a_limit_of_its_own_until_it_ends(flow: Flow) -> None:
    rule = change(flow, RuleKey("reply", hall_id=flow.hall.id), 1, make.MONDAY.date())
    rule_id = rule.id
    elsewhere = make.hall(flow.region.id)
    assert in_force(flow, make.MONDAY.date()) == 1
    assert in_force(flow, make.MONDAY.date(), hall_id=elsewhere.id) == 3
    with transaction():
        stop_limit(region_of_open(flow), rule_id, last_on=date(2026, 11, 30),
                   by=flow.people["admin"], now=flow.now)  # fmt: skip
    assert in_force(flow, date(2026, 12, 1)) == 3
    only = db.session.scalars(select(SlaRule.id).where(SlaRule.step == "sign")).one()
    with pytest.raises(Conflict), transaction():
        stop_limit(region_of_open(flow), only, last_on=date(2026, 11, 30),
                   by=flow.people["admin"], now=flow.now)  # fmt: skip


def test_no_limit_for_nonsense(flow: Flow) -> None:
    for key, n, field in (
        (RuleKey("sleep"), 1, "step"),
        (RuleKey("reply", complexity="huge"), 1, "complexity"),
        (RuleKey("reply", party="robot"), 1, "party"),
        (RuleKey("reply", hall_id=10**9), 1, "hall"),
        (RuleKey("reply"), 0, "n"),
        (RuleKey("reply"), 10**30, "n"),
    ):
        with pytest.raises(Invalid) as error:
            change(flow, key, n, make.MONDAY.date())
        assert error.value.field == field


def test_a_limit_of_today_moves_what_started_today_with_history(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    region = region_of(flow)
    foreseen: Plan = plan(with_limit(region, GENERAL, limit(2), TUESDAY, flow.now), region)
    assert foreseen.shown == []
    today = make.MONDAY.date()
    foreseen = plan(with_limit(region, GENERAL, limit(2), today, flow.now), region)
    assert [(new.step, new.due_at) for new in foreseen.shown] == [
        (Step.REPLY, at("2026-11-25 17:30"))
    ]
    change(flow, GENERAL, 2, today)
    run_due(flow.now)
    assert (flow.case.promised_on, flow.clock(Step.REPLY).limit_n) == (date(2026, 11, 25), 2)
    assert flow.letters()[-1] == "corrected"
    lines = promise_lines(clocks_of(flow.case), table_of(flow))
    told = next(line for line in lines if line.kind is LineKind.LIMITED)
    assert (told.why, told.number, told.was) == ("rule", 2, date(2026, 11, 26))
    check_clocks(flow)


def test_a_shorter_kind_holds_at_once_and_a_longer_one_is_asked_for(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.act(reclassify, "clerk", Complexity.SIMPLE, "只差一份证明")
    case = flow.case
    assert (case.complexity, case.promised_on) == (Complexity.SIMPLE, TUESDAY)
    assert flow.letters()[-1] == "corrected"
    told = next(line for line in promise_lines(clocks_of(case), table_of(flow))
                if line.kind is LineKind.LIMITED)  # fmt: skip
    assert (told.why, told.was) == ("simple", date(2026, 11, 26))
    assert wrong(flow) == []
    flow.act(reclassify, "clerk", Complexity.COMPLEX, "涉及三个部门")
    assert (flow.case.complexity, flow.case.promised_on) == (Complexity.SIMPLE, TUESDAY)
    flow.act(deciding.decide_extension, "lead", grant=True, reason="")
    flow.act(deciding.decide_extension, "supervisor", grant=True, reason="")
    assert (flow.case.complexity, flow.case.promised_on) == (
        Complexity.COMPLEX, date(2026, 11, 25)
    )  # fmt: skip
    assert wrong(flow) == []
    check_clocks(flow)


def test_a_kind_is_not_changed_without_a_promise_a_reason_or_a_difference(flow: Flow) -> None:
    with pytest.raises(Conflict):
        flow.act(reclassify, "clerk", Complexity.SIMPLE, "…")
    flow.to(Status.HANDLING)
    with pytest.raises(Invalid):
        flow.act(reclassify, "clerk", Complexity.SIMPLE, "  ")
    with pytest.raises(Invalid):
        flow.act(reclassify, "clerk", Complexity.GENERAL, "…")
    with pytest.raises(NotAllowed):
        flow.act(reclassify, "handler", Complexity.SIMPLE, "…")
    flow.now = at("2026-11-25 10:00")
    with pytest.raises(Conflict):
        flow.act(reclassify, "clerk", Complexity.SIMPLE, "迟了")
    assert flow.case.complexity is Complexity.GENERAL


def test_a_late_case_is_not_made_later_by_a_word(flow: Flow) -> None:
    """Past its date a case may still be put down as simpler: the date was missed either way."""
    flow.to(Status.HANDLING)
    flow.now = at("2026-11-27 10:00")
    flow.act(reclassify, "supervisor", Complexity.SIMPLE, "其实很简单")
    assert flow.case.promised_on == TUESDAY


def test_the_command_tells_before_it_publishes(app: Flask, tmp_path: Path) -> None:
    region = make.region()
    hall = make.hall(region.id)
    from desk.kernel.clock import utc_now

    receipt = make.case(region.id, hall.id, now=utc_now())
    number, year = receipt.number, utc_now().year
    clock = db.session.scalars(select(CaseClock)).one()
    due_on = clock.due_at.date()
    end_read()
    path = tmp_path / "days.csv"
    path.write_text(f"date,kind\n{due_on.isoformat()},holiday\n")
    runner = app.test_cli_runner()
    args = ["desk", "import-calendar", str(path), "--region", "000000"]
    told = runner.invoke(args=[*args, "--dry-run"]).output
    assert number in told
    assert "Nothing was changed." in told
    assert db.session.scalars(select(CaseClock.due_at)).one() == clock.due_at
    done = runner.invoke(args=args)
    assert f"{year}: 365 days changed." in done.output
    run_due(utc_now())
    end_read()
    assert db.session.scalars(select(CaseClock.due_at)).one() > clock.due_at


def test_only_what_moves_owes_letters(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    publish(flow, TUESDAY)
    letters = select(func.count()).select_from(Letter).where(Letter.template == "corrected")
    end_read()
    assert db.session.scalar(letters) == 2
    publish(flow, TUESDAY)
    assert db.session.scalar(letters) == 2


def test_a_move_after_a_correction_reads_what_was_corrected(flow: Flow) -> None:
    flow.to(Status.ACCEPTED)
    publish(flow, TUESDAY)
    flow.go(Move.DISPATCH, "clerk", department_id=flow.department.id, brief="…")
    assert flow.clock(Step.REPLY).department_id == flow.department.id
    make.actor(Role.LEAD, flow.region.id, department_id=flow.department.id)
    check_clocks(flow)
