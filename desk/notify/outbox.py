"""The outbox: who is at which letter, and what became of it. Each verb is a short transaction."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_, update

from desk.kernel.db import db, end_read, transaction
from desk.notify.models import Channel, Letter
from desk.notify.troubles import FOR_GOOD, NOBODYS, OF_THE_WHOLE_WAY, NotSent

LEASE = timedelta(seconds=30)
BATCH = 20
BACK_OFF = (0, 30, 120, 300, 900)
LATER = 1800
GIVE_UP_AFTER = timedelta(hours=48)
PAUSE = timedelta(seconds=30)
PROBE = timedelta(minutes=2)
SOON = timedelta(minutes=1)
HASTENED_AT_ONCE = 200
LONGEST_ERROR = 120


@dataclass(frozen=True, slots=True)
class Taken:
    """A leased letter, free of the database. `leased_until` proves that the lease is this one."""

    region_id: int
    id: UUID
    template: str
    lang: str
    channel: Channel
    party_id: UUID | None
    user_id: int | None
    subject_id: UUID | None
    context: Mapping[str, object]
    secret_e: bytes | None = field(repr=False)
    written_at: datetime
    leased_until: datetime


def _waits() -> ColumnElement[bool]:
    return and_(Letter.posted_at.is_(None), Letter.dead_at.is_(None))


def _due(channels: Iterable[Channel], now: datetime) -> ColumnElement[bool]:
    free = or_(Letter.leased_until.is_(None), Letter.leased_until < now)
    return and_(_waits(), Letter.not_before <= now, free, Letter.channel.in_(list(channels)))


def claim(channels: Iterable[Channel], *, now: datetime, most: int = BATCH) -> list[Taken]:
    """Lease letters that are due, oldest first; whoever dies with a lease gives it back.

    Where nothing is due, the write lock is left alone.
    """
    due = _due(channels, now)
    anything = db.session.scalar(select(Letter.id).where(due).limit(1))
    end_read()
    if anything is None:
        return []
    statement = (
        select(Letter)
        .where(due)
        .order_by(Letter.not_before, Letter.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    with transaction():
        letters = list(db.session.scalars(statement))
        for letter in letters:
            letter.leased_until = now + LEASE
            letter.attempts += 1
        return [_taken(letter, now + LEASE) for letter in letters]


def _taken(letter: Letter, leased_until: datetime) -> Taken:
    return Taken(
        region_id=letter.region_id,
        id=letter.id,
        template=letter.template,
        lang=letter.lang,
        channel=letter.channel,
        party_id=letter.party_id,
        user_id=letter.user_id,
        subject_id=letter.subject_id,
        context=dict(letter.context),
        secret_e=bytes(letter.secret_e) if letter.secret_e is not None else None,
        written_at=letter.written_at,
        leased_until=leased_until,
    )


def posted(letter: Taken, *, now: datetime) -> None:
    """Note that a letter has left, and forget its secret; true even when its lease ran out."""
    with transaction():
        db.session.execute(
            update(Letter)
            .where(
                Letter.region_id == letter.region_id,
                Letter.id == letter.id,
                Letter.posted_at.is_(None),
            )
            .values(posted_at=now, leased_until=None, dead_at=None, secret_e=None)
            .execution_options(synchronize_session=False)
        )


def failed(letter: Taken, failure: NotSent, *, now: datetime) -> None:
    """Set the next try, or after two days leave the letter for a person to look at.

    Changes nothing when somebody else has leased the letter meanwhile.
    """
    with transaction():
        row = db.session.scalar(select(Letter).where(_held(letter)).with_for_update())
        if row is None:
            return
        row.leased_until, row.last_error = None, str(failure)[:LONGEST_ERROR]
        since = row.retried_at or row.written_at
        if failure.trouble in FOR_GOOD or now - since >= GIVE_UP_AFTER:
            row.dead_at = now
            row.secret_e = None if failure.trouble in NOBODYS else row.secret_e
            return
        row.not_before = now + _wait(row, failure, now)


def _held(letter: Taken) -> ColumnElement[bool]:
    return and_(
        Letter.region_id == letter.region_id,
        Letter.id == letter.id,
        Letter.posted_at.is_(None),
        Letter.leased_until == letter.leased_until,
    )


def _wait(letter: Letter, failure: NotSent, now: datetime) -> timedelta:
    """Wait longer each time; but while a way is shut, one letter looks every two minutes."""
    tries = letter.attempts
    wait = timedelta(seconds=BACK_OFF[tries] if tries < len(BACK_OFF) else LATER)
    if wait > PROBE and failure.trouble in OF_THE_WHOLE_WAY:
        sooner = and_(
            _waits(),
            Letter.channel == letter.channel,
            Letter.not_before <= now + PROBE,
            Letter.id != letter.id,
        )
        if db.session.scalar(select(Letter.id).where(sooner).limit(1)) is None:
            wait = PROBE
    return wait * random.uniform(0.9, 1.1)  # noqa: S311 - spreads tries, protects nothing


def give_back(letters: Sequence[Taken], *, not_before: datetime | None = None) -> None:
    """Return letters that were leased and never tried; it does not count as a try."""
    if not letters:
        return
    held = or_(*(_held(letter) for letter in letters))
    later = {"not_before": not_before} if not_before else {}
    with transaction():
        db.session.execute(
            update(Letter)
            .where(held)
            .values(leased_until=None, attempts=Letter.attempts - 1, **later)
            .execution_options(synchronize_session=False)
        )


def hasten(channel: Channel, *, now: datetime) -> None:
    """Try within a minute what failed while a way was shut, for it is open again."""
    shut = or_(*(Letter.last_error.startswith(trouble.value) for trouble in OF_THE_WHOLE_WAY))
    late = and_(
        _waits(),
        Letter.channel == channel,
        Letter.leased_until.is_(None),
        Letter.not_before > now + SOON,
        shut,
    )
    keys = select(Letter.region_id, Letter.id).where(late).limit(HASTENED_AT_ONCE)
    found = db.session.execute(keys).all()
    end_read()
    if not found:
        return
    with transaction():
        db.session.execute(
            update(Letter)
            .where(late, tuple_(Letter.region_id, Letter.id).in_([tuple(key) for key in found]))
            .values(not_before=now + SOON)
            .execution_options(synchronize_session=False)
        )
