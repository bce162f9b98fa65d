"""What happens again and again: one table of name, period and function."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from desk.accounts.models import UserSession
from desk.casework.actions.tick import due_alarms, ring
from desk.intake.models import Draft, RequestKey
from desk.jobs import actions as jobs
from desk.kernel.db import db, end_read, transaction

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A name, its period in seconds, and what is done; safe to do twice."""

    name: str
    period: int
    function: Callable[[datetime], None]


def tick(now: datetime) -> None:
    """Let time act on cases, each in a transaction of its own."""
    for number, region_id, case_id, step, n in due_alarms(now=now):
        end_read()
        with transaction():
            ring(number, (region_id, case_id, step, n), now=now)


def forget(now: datetime) -> None:
    """Remove drafts, request keys, sessions and jobs whose time is over."""
    with transaction():
        db.session.execute(delete(Draft).where(Draft.expires_at < now))
        db.session.execute(delete(RequestKey).where(RequestKey.made_at < now - KEPT))
        db.session.execute(delete(UserSession).where(UserSession.expires_at < now - KEPT))
        jobs.forget_done(before=now - KEPT)


SCHEDULES = (
    Schedule("tick", 60, tick),
    Schedule("forget", 3600, forget),
)


def slot_of(schedule: Schedule, now: datetime) -> str:
    """Name the period an instant lies in; every worker names it the same."""
    start = int(now.timestamp()) // schedule.period * schedule.period
    return datetime.fromtimestamp(start, UTC).isoformat()


def run_due(now: datetime) -> int:
    """Do what is due, once among all workers; after a stop of days, once. Give how many ran."""
    with transaction():
        for schedule in SCHEDULES:
            jobs.enqueue(schedule.name, slot_of(schedule, now), run_at=now, now=now)
    with transaction():
        claimed = [(job.id, job.name) for job in jobs.claim([s.name for s in SCHEDULES], now=now)]
    functions = {schedule.name: schedule.function for schedule in SCHEDULES}
    for job_id, name in claimed:
        try:
            functions[name](now)
        except Exception as error:  # noqa: BLE001 - one schedule must not stop the others
            end_read()
            with transaction():
                jobs.fail(job_id, type(error).__name__, now=now)
            continue
        with transaction():
            jobs.finish(job_id, now=now)
    return len(claimed)
