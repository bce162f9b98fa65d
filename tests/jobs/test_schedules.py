"""What happens again and again: each period once, whoever runs and however long nobody did."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from desk import schedules
from desk.accounts.models import UserSession
from desk.audit.models import LedgerLine
from desk.casework.actions.move import move
from desk.casework.models import Case, CaseClock
from desk.casework.situation import StepData
from desk.casework.words import Status, Step
from desk.casework.workflow import Move
from desk.intake import drafts
from desk.intake.models import Draft, RequestKey
from desk.jobs import actions as jobs
from desk.jobs.models import Job
from desk.kernel.db import db, end_read, transaction
from desk.schedules import Schedule, run_due, tidying
from tests import make
from tests.casework.test_life import Desk

NOW = make.MONDAY


class Counter:
    """A schedule that notes when it ran, and fails as often as it is told."""

    def __init__(self, fails: int = 0) -> None:
        self.ran: list[datetime] = []
        self.fails = fails

    def __call__(self, now: datetime) -> None:
        self.ran.append(now)
        if len(self.ran) <= self.fails:
            raise ValueError("told to fail")


def run(work: Callable[[datetime], None], at: datetime) -> int:
    return run_due(at, [Schedule("work", 60, work)])


def slots() -> list[tuple[str, bool, str | None]]:
    end_read()
    rows = db.session.scalars(select(Job).order_by(Job.slot)).all()
    return [(job.slot[11:16], job.done_at is not None, job.error) for job in rows]


def test_each_period_runs_once_among_three_schedulers(app: Flask) -> None:
    work, gate = Counter(), threading.Barrier(3)

    def scheduler() -> None:
        with app.app_context():
            for minutes in range(10):
                gate.wait()
                run(work, NOW + timedelta(minutes=minutes))
            db.session.remove()

    threads = [threading.Thread(target=scheduler) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work.ran == [NOW + timedelta(minutes=minutes) for minutes in range(10)]
    assert [(done, error) for _slot, done, error in slots()] == [(True, None)] * 10


def test_nothing_is_written_between_periods(app: Flask) -> None:
    work = Counter()
    assert run(work, NOW) == 1
    with db.engine.connect() as connection:
        before = str(connection.execute(select(Job)).all())
    assert [run(work, NOW + timedelta(seconds=s)) for s in range(1, 60)] == [0] * 59
    with db.engine.connect() as connection:
        assert str(connection.execute(select(Job)).all()) == before


def test_days_without_a_worker_are_caught_up_by_one_run(app: Flask) -> None:
    work = Counter()
    run(work, NOW)
    later = NOW + timedelta(days=3)
    assert [run(work, later), run(work, later)] == [1, 0]
    assert work.ran == [NOW, later]


def test_a_period_whose_worker_died_is_caught_up_by_the_next(app: Flask) -> None:
    with transaction():
        jobs.enqueue("work", schedules.slot_of(Schedule("work", 60, Counter()), NOW),
                     run_at=NOW, now=NOW)  # fmt: skip
        jobs.claim(["work"], now=NOW)
    work = Counter()
    for minutes in range(1, 6):
        run(work, NOW + timedelta(minutes=minutes))
    assert len(work.ran) == 5
    assert slots()[0] == ("02:00", True, jobs.MISSED)
    assert [done for _slot, done, _error in slots()] == [True] * 6


def test_a_schedule_that_keeps_failing_leaves_no_heap(app: Flask) -> None:
    failing, good = Counter(fails=10**6), Counter()
    both = [Schedule("bad", 60, failing), Schedule("good", 60, good)]
    for seconds in range(0, 1200, 20):
        run_due(NOW + timedelta(seconds=seconds), both)
    assert len(good.ran) == 20
    assert 20 <= len(failing.ran) <= 40
    end_read()
    open_ = select(func.count()).select_from(Job).where(Job.done_at.is_(None))
    assert db.session.scalar(open_) == 1


def test_a_failed_period_is_tried_again_by_itself(app: Flask) -> None:
    work = Counter(fails=1)
    hourly = [Schedule("work", 3600, work)]
    assert [run_due(NOW, hourly), run_due(NOW + timedelta(seconds=61), hourly)] == [1, 1]
    assert slots() == [("02:00", True, None)]


def test_told_to_stop_it_gives_back_what_it_has_not_begun(app: Flask) -> None:
    first, second = Counter(), Counter()
    both = [Schedule("a", 60, first), Schedule("b", 60, second)]
    assert run_due(NOW, both, stopping=lambda: bool(first.ran or second.ran)) == 1
    assert len(first.ran) + len(second.ran) == 1
    assert run_due(NOW, both) == 1
    assert (first.ran, second.ran) == ([NOW], [NOW])


def test_time_ends_every_case_it_should_and_one_at_fault_stops_none(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(app)
    numbers = [desk.number]
    numbers += [make.case(desk.region.id, desk.hall.id).number for _ in range(60)]
    for number in numbers:
        with transaction():
            move(
                number,
                Move.ASK_SUPPLEMENT,
                StepData(version=1, text="缺一份"),
                by=desk.people["clerk"],
                now=NOW + timedelta(minutes=1),
            )
    later = NOW + timedelta(days=30)
    bad = numbers[0]

    def sometimes(number: str, *rest: Any, **more: Any) -> Case:
        if number == bad:
            raise ValueError("this one")
        return move(number, *rest, **more)

    monkeypatch.setattr("desk.casework.actions.tick.move", sometimes)
    schedules.tick(later)
    end_read()
    statuses = {case.number: case.status for case in db.session.scalars(select(Case))}
    assert statuses.pop(bad) is Status.SUPPLEMENT
    assert set(statuses.values()) == {Status.DIVERTED}
    monkeypatch.undo()
    schedules.tick(later + timedelta(minutes=1))
    end_read()
    assert desk.case.status is Status.SUPPLEMENT
    schedules.tick(later + timedelta(hours=1))
    assert desk.case.status is Status.DIVERTED


def alarm_of(desk: Desk) -> datetime | None:
    end_read()
    return db.session.scalar(select(CaseClock.alarm_at).where(CaseClock.step == Step.CONFIRM))


def test_somebody_who_can_be_called_silences_the_alarm(app: Flask) -> None:
    desk = Desk(app).to(Status.REPLIED)
    schedules.tick(desk.now + timedelta(days=30))
    assert (desk.case.status, alarm_of(desk)) == (Status.REPLIED, None)


def test_a_clock_set_later_rings_later(app: Flask) -> None:
    desk = Desk(app).to(Status.REPLIED)
    later = desk.now + timedelta(days=30)
    with transaction():
        moved = update(CaseClock).where(CaseClock.step == Step.CONFIRM)
        db.session.execute(moved.values(due_at=later + timedelta(days=1)))
    schedules.tick(later)
    assert alarm_of(desk) == later + timedelta(days=1)


def test_three_tickers_end_a_case_once(app: Flask) -> None:
    desk = Desk(app, anonymous=True).to(Status.REPLIED)
    later, gate = desk.now + timedelta(days=30), threading.Barrier(3)
    end_read()

    def ticker() -> None:
        with app.app_context():
            gate.wait()
            schedules.tick(later)
            db.session.remove()

    threads = [threading.Thread(target=ticker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lapses = select(func.count()).where(LedgerLine.what == Move.LAPSE_CONFIRM.value)
    assert (desk.case.status, db.session.scalar(lapses)) == (Status.CLOSED, 1)
    assert alarm_of(desk) is None


def test_what_is_over_is_forgotten_and_the_rest_stays(app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr(tidying, "FORGOTTEN_AT_ONCE", 2)
    region = make.region()
    user = make.actor(make.Role.CLERK, region.id, hall_id=make.hall(region.id).id)
    day = timedelta(days=1)
    with transaction():
        for n, age in enumerate((9, 9, 9, 9, 9, 6)):
            drafts.keep(f"token{n}", region.id, {}, now=NOW - age * day)
            for client in ("form", "import-cases"):
                db.session.add(RequestKey(region_id=region.id, client=client, key=str(n),
                                          body_h=b"", answer={}, made_at=NOW - age * day))  # fmt: skip
            db.session.add(UserSession(token_h=bytes([n]), user_id=user.user_id,
                                       created_at=NOW, seen_at=NOW,
                                       expires_at=NOW - age * day))  # fmt: skip
    schedules.forget(NOW)
    end_read()
    kept = [db.session.scalar(select(func.count()).select_from(m)) for m in (Draft, UserSession)]
    by_client = select(RequestKey.client, func.count()).group_by(RequestKey.client)
    assert kept == [1, 1]
    assert {(c, n) for c, n in db.session.execute(by_client)} == {("form", 1), ("import-cases", 6)}
