"""Doing what is due, once among all workers, however often they were stopped."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from uuid import UUID

import structlog

from desk.jobs import actions as jobs
from desk.jobs.queries import any_due, known_slots
from desk.kernel.db import end_read, transaction
from desk.schedules.table import SCHEDULES, Schedule

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A period that is ours to do, free of the database."""

    id: UUID
    name: str
    slot: str
    attempts: int


def slot_of(schedule: Schedule, now: datetime) -> str:
    """Name the period an instant lies in; every worker names it the same."""
    period = schedule.period or 1
    start = (int(now.timestamp()) - schedule.at) // period * period + schedule.at
    return datetime.fromtimestamp(start, UTC).isoformat()


def run_due(
    now: datetime,
    schedules: Iterable[Schedule] = SCHEDULES,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Do what is due, once among all workers, and give how many schedules ran.

    The newest period catches up for all before it that were not finished, so days without a worker
    cost one run, and so does a schedule that keeps failing.
    """
    by_name = {schedule.name: schedule for schedule in schedules}
    periodic = {name: schedule for name, schedule in by_name.items() if schedule.period}
    _plan({(name, slot_of(schedule, now)) for name, schedule in periodic.items()}, now)
    if not any_due(by_name, tries=jobs.MOST_TRIES, now=now):
        end_read()
        return 0
    ours = _claim(list(by_name), now)
    for position, period in enumerate(ours):
        if stopping():
            with transaction():
                jobs.give_back([left.id for left in ours[position:]])
            return position
        _run(by_name[period.name], period, now)
    return len(ours)


def _claim(names: list[str], now: datetime) -> list[Claimed]:
    """Take the newest period of each name; it stands for the earlier ones nobody has done."""
    newest: dict[str, Claimed] = {}
    with transaction():
        claimed = [
            Claimed(job.id, job.name, job.slot, job.attempts) for job in jobs.claim(names, now=now)
        ]
        for period in sorted(claimed, key=attrgetter("slot")):
            newest[period.name] = period
        for name, period in newest.items():
            mine = [job.id for job in claimed if job.name == name]
            jobs.supersede(name, period.slot, mine=mine, now=now)
    return list(newest.values())


def _plan(slots: set[tuple[str, str]], now: datetime) -> None:
    """Put periods that have begun into the table; the write lock is taken only for new ones."""
    new = slots - known_slots(slots)
    end_read()
    if new:
        with transaction():
            for name, slot in sorted(new):
                jobs.enqueue(name, slot, run_at=now, now=now)


def _run(schedule: Schedule, period: Claimed, now: datetime) -> None:
    try:
        schedule.function(now)
    except Exception as error:
        log.exception("schedule failed", name=period.name, slot=period.slot)
        with transaction():
            jobs.fail(period.id, type(error).__name__, attempts=period.attempts, now=now)
    else:
        with transaction():
            jobs.finish(period.id, now=now)
