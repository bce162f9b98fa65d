"""Posting what is owed: lease, send with no transaction open, mark last."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from desk.kernel.crypto import Undecipherable
from desk.kernel.db import db, end_read, transaction
from desk.kernel.vault import hashes, ring
from desk.notify.models import Channel, Letter
from desk.notify.senders import Envelope, NotSent, Sender
from desk.notify.texts import text_of

LEASE = timedelta(seconds=30)
BATCH = 20
BACK_OFF = (0, 30, 120, 300, 900)
LATER = 1800
GIVE_UP_AFTER = timedelta(hours=48)

Resolve = Callable[[int, UUID, Channel], str | None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a worker needs of a leased letter, free of the database."""

    region_id: int
    id: UUID
    template: str
    lang: str
    channel: Channel
    party_id: UUID | None
    context: Mapping[str, object]
    secret: str | None
    written_at: datetime


def place_of_secret(letter_id: UUID) -> str:
    """Name the place a letter's secret belongs to."""
    return f"letters|secret_e|{letter_id}"


def claim(*, now: datetime) -> list[Taken]:
    """Lease letters that are due, oldest first; whoever dies with a lease gives it back."""
    statement = (
        select(Letter)
        .where(
            Letter.posted_at.is_(None),
            Letter.dead_at.is_(None),
            Letter.not_before <= now,
            or_(Letter.leased_until.is_(None), Letter.leased_until < now),
        )
        .order_by(Letter.not_before, Letter.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with transaction():
        letters = list(db.session.scalars(statement))
        for letter in letters:
            letter.leased_until = now + LEASE
            letter.attempts += 1
        return [
            Taken(
                letter.region_id,
                letter.id,
                letter.template,
                letter.lang,
                letter.channel,
                letter.party_id,
                dict(letter.context),
                _secret_of(letter),
                letter.written_at,
            )
            for letter in letters
        ]


def _secret_of(letter: Letter) -> str | None:
    if letter.secret_e is None:
        return None
    key = hashes().token_key("letter", letter.id.bytes)
    try:
        return ring().open(key, bytes(letter.secret_e), aad=place_of_secret(letter.id))
    except Undecipherable:
        return None


def post_due(
    senders: Mapping[Channel, Sender],
    resolve: Resolve,
    *,
    base_url: str,
    clock: Callable[[], datetime],
) -> int:
    """Post what is due now and return how many were tried."""
    taken = claim(now=clock())
    for letter in taken:
        address = (
            resolve(letter.region_id, letter.party_id, letter.channel) if letter.party_id else None
        )
        end_read()
        if address is None:
            _mark(letter, dead="no address", now=clock())
            continue
        subject, body = text_of(
            letter.template, letter.lang, letter.context, secret=letter.secret, base_url=base_url
        )
        try:
            senders[letter.channel].send(Envelope(str(letter.id), address, subject, body))
        except NotSent as failure:
            _later(letter, str(failure), now=clock())
            continue
        _mark(letter, dead=None, now=clock())
    return len(taken)


def _mark(letter: Taken, *, dead: str | None, now: datetime) -> None:
    with transaction():
        row = db.session.get(Letter, (letter.region_id, letter.id))
        if row is None:
            return
        row.leased_until, row.secret_e = None, None
        if dead is None:
            row.posted_at = now
        else:
            row.dead_at, row.last_error = now, dead


def _later(letter: Taken, why: str, *, now: datetime) -> None:
    """Try again later; after two days a person has to look."""
    with transaction():
        row = db.session.get(Letter, (letter.region_id, letter.id))
        if row is None:
            return
        row.leased_until, row.last_error = None, why[:120]
        if now - letter.written_at > GIVE_UP_AFTER:
            row.dead_at = now
            return
        wait = BACK_OFF[row.attempts] if row.attempts < len(BACK_OFF) else LATER
        row.not_before = now + timedelta(seconds=wait * random.uniform(0.9, 1.1))  # noqa: S311


def retry(region_id: int, letter_id: UUID, *, now: datetime) -> bool:
    """Give a dead letter another two days; the caller holds the transaction."""
    row = db.session.get(Letter, (region_id, letter_id))
    if row is None or row.dead_at is None:
        return False
    row.dead_at, row.not_before, row.written_at, row.attempts = None, now, now, 0
    return True
