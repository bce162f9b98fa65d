"""Putting work into the table, and taking it out with a lease."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from desk.jobs.models import Heartbeat, Job
from desk.kernel.db import db, dialect_name
from desk.kernel.ids import uuid7

LEASE = timedelta(minutes=2)
MOST_TRIES = 12
BATCH = 20
LONGEST_ERROR = 400


def enqueue(
    name: str, slot: str, *, payload: dict[str, Any] | None = None, run_at: datetime, now: datetime
) -> bool:
    """Put a piece of work into the table; False when this slot exists already."""
    if dialect_name() == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import (  # type: ignore[assignment] # noqa: PLC0415
            insert,
        )
    made = db.session.execute(
        insert(Job)
        .values(
            id=uuid7(now), name=name, slot=slot, payload=payload or {}, run_at=run_at, attempts=0
        )
        .on_conflict_do_nothing(index_elements=["name", "slot"])
        .returning(Job.id)
    ).first()
    return made is not None


def claim(names: list[str], *, now: datetime, most: int = BATCH) -> list[Job]:
    """Lease due work, oldest first. A lease that runs out gives the work back, counted as a try."""
    statement = (
        select(Job)
        .where(
            Job.done_at.is_(None),
            Job.run_at <= now,
            Job.name.in_(names),
            Job.attempts < MOST_TRIES,
            (Job.leased_until.is_(None)) | (Job.leased_until < now),
        )
        .order_by(Job.run_at, Job.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    jobs = list(db.session.scalars(statement))
    for job in jobs:
        job.leased_until = now + LEASE
        job.attempts += 1
    return jobs


def finish(job_id: object, *, now: datetime) -> None:
    """Mark work as done."""
    job = db.session.get(Job, job_id)
    if job is not None:
        job.done_at, job.leased_until, job.error = now, None, None


def fail(job_id: object, error: str, *, now: datetime) -> None:
    """Put failed work back for later; after twelve tries it stays where people see it."""
    job = db.session.get(Job, job_id)
    if job is not None:
        job.error = error[:LONGEST_ERROR]
        job.leased_until = None
        job.run_at = now + timedelta(seconds=min(30 * 2**job.attempts, 1800))


def beat(name: str, *, now: datetime) -> None:
    """Note that a worker is alive."""
    row = db.session.get(Heartbeat, name)
    if row is None:
        db.session.add(Heartbeat(name=name, at=now))
    else:
        row.at = now


def forget_done(*, before: datetime) -> None:
    """Remove work that was done long ago."""
    db.session.execute(delete(Job).where(Job.done_at < before))
