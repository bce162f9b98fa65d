"""Putting work into the table, and taking it out with a lease."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, delete, or_, select, update

from desk.jobs.models import Heartbeat, Job
from desk.jobs.queries import is_due
from desk.kernel.db import db, dialect_name
from desk.kernel.ids import uuid7

LEASE = timedelta(minutes=2)
MOST_TRIES = 12
BATCH = 20
LONGEST_ERROR = 400
SHORTEST_WAIT, LONGEST_WAIT = 30, 1800
WORKER_DIED = "the worker died at it"
MISSED = "missed; a later one caught up"


def enqueue(
    name: str, slot: str, *, payload: dict[str, Any] | None = None, run_at: datetime, now: datetime
) -> bool:
    """Put a piece of work into the table; False when this slot exists already."""
    made = db.session.execute(
        _insert(Job)
        .values(
            id=uuid7(now), name=name, slot=slot, payload=payload or {}, run_at=run_at, attempts=0
        )
        .on_conflict_do_nothing(index_elements=["name", "slot"])
        .returning(Job.id)
    ).first()
    return made is not None


def claim(names: Iterable[str], *, now: datetime, most: int = BATCH) -> list[Job]:
    """Lease due work, oldest first. A lease that runs out gives the work back, counted as a try.

    The rows are locked first and changed one by one: PostgreSQL may claim more than the limit when
    the limit stands inside the condition of an UPDATE.
    """
    statement = (
        select(Job)
        .where(is_due(names, now), Job.attempts < MOST_TRIES)
        .order_by(Job.run_at, Job.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    jobs = list(db.session.scalars(statement))
    for job in jobs:
        job.error = WORKER_DIED if job.leased_until is not None else job.error
        job.leased_until = now + LEASE
        job.attempts += 1
    db.session.flush()
    return jobs


def finish(job_id: UUID, *, now: datetime) -> None:
    """Mark work as done."""
    _change(job_id, done_at=now, leased_until=None, error=None)


def supersede(name: str, slot: str, *, mine: Sequence[UUID], now: datetime) -> None:
    """Let this slot stand for every earlier one of its name that is mine or that nobody is at."""
    db.session.execute(
        update(Job)
        .where(
            Job.name == name,
            Job.slot < slot,
            Job.done_at.is_(None),
            or_(Job.leased_until.is_(None), Job.leased_until < now, Job.id.in_(mine)),
        )
        .values(done_at=now, leased_until=None, error=MISSED)
        .execution_options(synchronize_session=False)
    )


def fail(job_id: UUID, error: str, *, attempts: int, now: datetime) -> None:
    """Put failed work back for later; after twelve tries it stays where people see it."""
    wait = min(SHORTEST_WAIT * 2**attempts, LONGEST_WAIT)
    _change(
        job_id,
        error=error[:LONGEST_ERROR],
        leased_until=None,
        run_at=now + timedelta(seconds=wait),
    )


def give_back(job_ids: Sequence[UUID]) -> None:
    """Return work that was claimed and never begun; it does not count as a try."""
    db.session.execute(
        update(Job)
        .where(Job.id.in_(job_ids), Job.done_at.is_(None))
        .values(leased_until=None, attempts=Job.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def _change(job_id: UUID, **values: object) -> None:
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.done_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def beat(name: str, *, now: datetime) -> None:
    """Note that a worker is alive."""
    db.session.execute(
        _insert(Heartbeat)
        .values(name=name, at=now)
        .on_conflict_do_update(index_elements=["name"], set_={"at": now})
    )


def forget_done(*, before: datetime, most: int) -> int:
    """Remove a batch of work that was done long ago, and say how much."""
    old = select(Job.id).where(Job.done_at < before).limit(most)
    gone = db.session.execute(delete(Job).where(Job.id.in_(old)).returning(Job.id))
    return len(gone.all())


def _insert(model: type[Job | Heartbeat]) -> Any:
    """Begin an INSERT that can say what to do about a row that is there already."""
    if dialect_name() == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import (  # type: ignore[assignment] # noqa: PLC0415
            insert,
        )
    return insert(cast("Table", model.__table__))
