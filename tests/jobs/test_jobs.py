"""The table of work: once, by one worker, again after a crash, and parked in the end."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from desk.jobs import actions as jobs
from desk.jobs.models import Heartbeat, Job
from desk.jobs.queries import any_due, parked
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from tests import make

NOW = make.MONDAY


def put(name: str, *slots: str) -> None:
    with transaction():
        for slot in slots:
            jobs.enqueue(name, slot, run_at=NOW, now=NOW)


def take(name: str, at: datetime = NOW, most: int = jobs.BATCH) -> list[tuple[UUID, int]]:
    with transaction():
        return [(job.id, job.attempts) for job in jobs.claim([name], now=at, most=most)]


def row(slot: str = "1") -> Job:
    end_read()
    return db.session.scalars(select(Job).where(Job.slot == slot)).one()


def test_a_slot_exists_once(app: Flask) -> None:
    with transaction():
        made = [jobs.enqueue("a", "1", payload={"n": n}, run_at=NOW, now=NOW) for n in (1, 2)]
    assert made == [True, False]
    assert row().payload == {"n": 1}


def test_twenty_at_a_time_and_never_one_twice(app: Flask) -> None:
    put("a", *(str(n) for n in range(100)))
    taken: list[UUID] = []

    def work() -> None:
        with app.app_context():
            while found := take("a"):
                assert len(found) <= jobs.BATCH
                taken.extend(job_id for job_id, _ in found)
            db.session.remove()

    run_together([work] * 3)
    assert len(taken) == len(set(taken)) == 100


def run_together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_work_of_a_dead_worker_comes_back_and_counts_as_a_try(app: Flask) -> None:
    put("a", "1")
    take("a")
    assert take("a", NOW + jobs.LEASE) == []
    ((_id, attempts),) = take("a", NOW + jobs.LEASE + timedelta(seconds=1))
    assert attempts == 2
    assert row().error == jobs.WORKER_DIED


def test_work_that_kills_every_worker_is_parked_and_blocks_nobody(app: Flask) -> None:
    put("a", "poison")
    at = NOW
    for _ in range(jobs.MOST_TRIES):
        assert len(take("a", at)) == 1
        at += jobs.LEASE + timedelta(seconds=1)
    put("a", "good")
    assert [job_id for job_id, _ in take("a", at)] == [row("good").id]
    end_read()
    assert [job.slot for job in parked(tries=jobs.MOST_TRIES, now=at)] == ["poison"]
    assert row("poison").error == jobs.WORKER_DIED
    assert not any_due(["a"], tries=jobs.MOST_TRIES, now=at)


def test_work_that_fails_waits_longer_each_time_and_is_parked_with_its_reason(app: Flask) -> None:
    put("a", "1")
    at, waits = NOW, []
    while found := take("a", at):
        ((job_id, attempts),) = found
        with transaction():
            jobs.fail(job_id, "ValueError", attempts=attempts, now=at)
        waits.append(int((row().run_at - at).total_seconds()))
        assert take("a", row().run_at - timedelta(seconds=1)) == []
        at = row().run_at
    assert waits == [60, 120, 240, 480, 960, *[1800] * 7]
    shown = app.test_cli_runner().invoke(args=["desk", "jobs"], env={"LC_ALL": "C"}).output
    assert shown == "a 1: ValueError\n"


def test_work_that_was_never_begun_costs_no_try(app: Flask) -> None:
    put("a", "1")
    ((job_id, _),) = take("a")
    with transaction():
        jobs.give_back([job_id])
    assert take("a") == [(job_id, 1)]


def test_done_is_done(app: Flask) -> None:
    put("a", "1")
    ((job_id, _),) = take("a")
    with transaction():
        jobs.finish(job_id, now=NOW)
    with transaction():
        jobs.fail(job_id, "late", attempts=1, now=NOW)
    assert (row().done_at, row().error) == (NOW, None)
    assert take("a", NOW + timedelta(days=1)) == []


def test_one_slot_stands_for_those_before_it(app: Flask) -> None:
    put("a", "1", "2", "3", "4")
    put("b", "1b")
    with transaction():
        other = jobs.claim(["a"], now=NOW, most=1)[0].slot
    with transaction():
        jobs.supersede("a", "4", mine=[], now=NOW)
    assert other == "1"
    assert [row(slot).error for slot in ("2", "3")] == [jobs.MISSED] * 2
    assert [row(slot).done_at for slot in ("1", "4", "1b")] == [None] * 3


def test_a_heartbeat_is_one_row_however_many_beat(app: Flask) -> None:
    def beats() -> None:
        with app.app_context():
            for _ in range(5):
                with transaction():
                    jobs.beat("worker", now=utc_now())
            db.session.remove()

    run_together([beats] * 3)
    end_read()
    assert len(db.session.scalars(select(Heartbeat)).all()) == 1


def test_what_was_done_long_ago_goes_in_batches(app: Flask) -> None:
    put("a", *(str(n) for n in range(5)))
    for job_id, _ in take("a"):
        with transaction():
            jobs.finish(job_id, now=NOW)
    put("a", "open")
    gone = []
    while not gone or gone[-1]:
        with transaction():
            gone.append(jobs.forget_done(before=NOW + timedelta(days=8), most=2))
    assert gone == [2, 2, 1, 0]
    assert row("open").done_at is None
