"""Questions about waiting work."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from desk.jobs.models import Job
from desk.kernel.db import db

SHOWN = 100


def is_due(names: Iterable[str], now: datetime) -> ColumnElement[bool]:
    """Give the condition for work of these names whose time has come and that nobody is at."""
    return and_(
        Job.done_at.is_(None),
        Job.run_at <= now,
        Job.name.in_(list(names)),
        or_(Job.leased_until.is_(None), Job.leased_until < now),
    )


def any_due(names: Iterable[str], *, tries: int, now: datetime) -> bool:
    """Tell whether there is anything to claim, without taking the write lock."""
    found = select(Job.id).where(is_due(names, now), Job.attempts < tries).limit(1)
    return db.session.scalar(found) is not None


def known_slots(slots: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """List which of these (name, slot) are in the table."""
    pairs = select(Job.name, Job.slot).where(tuple_(Job.name, Job.slot).in_(list(slots)))
    return {(name, slot) for name, slot in db.session.execute(pairs)}


def parked(*, tries: int, now: datetime) -> Sequence[Job]:
    """List work that was tried so often that nobody tries it again, the oldest first."""
    statement = (
        select(Job)
        .where(
            Job.done_at.is_(None),
            Job.attempts >= tries,
            or_(Job.leased_until.is_(None), Job.leased_until < now),
        )
        .order_by(Job.run_at, Job.id)
        .limit(SHOWN)
    )
    return db.session.scalars(statement).all()


def last_done(name: str) -> datetime | None:
    """Say when work of a name was last done; None when that is longer ago than is kept."""
    return db.session.scalar(
        select(func.max(Job.done_at)).where(Job.name == name, Job.error.is_(None))
    )
