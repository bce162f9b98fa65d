"""Owing a letter, telling staff, trying a dead letter again. The caller holds the transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, update

from desk.kernel.db import db, dialect_name
from desk.kernel.ids import uuid7
from desk.notify.letters import LETTERS
from desk.notify.models import Channel, Letter, NoticeChoice
from desk.notify.notices import Notice, Way, ways_for
from desk.notify.queries import choices_of
from desk.notify.sealing import seal
from desk.notify.troubles import NOBODYS

ADD_LETTER = insert(cast("Table", Letter.__table__))


def write(
    template: str,
    *,
    region_id: int,
    party_id: UUID,
    channel: Channel,
    lang: str,
    dedupe_key: str,
    context: Mapping[str, Any],
    now: datetime,
    secret: str | None = None,
) -> None:
    """Owe a letter to a party; it is posted after the commit, never inside.

    A secret, such as a one-time link, is encrypted and forgotten once the letter is posted. The
    context may hold only the fields its row in `LETTERS` lists; raises KeyError for an unknown
    template and ValueError for a field that is not listed.
    """
    stray = set(context) - LETTERS[template]
    if stray:
        raise ValueError(f"{template} may not carry {sorted(stray)}")
    letter_id = uuid7(now)
    letter = {
        "region_id": region_id,
        "id": letter_id,
        "secret_e": seal(letter_id, secret) if secret else None,
        "dedupe_key": dedupe_key,
        "template": template,
        "lang": lang,
        "channel": channel,
        "party_id": party_id,
        "context": dict(context),
        "written_at": now,
        "not_before": now,
        "attempts": 0,
    }
    db.session.execute(ADD_LETTER, letter)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a notice is for: a member of staff, their language, whether a mail can reach them."""

    user_id: int
    lang: str
    has_mail: bool


def tell(
    kind: Notice,
    readers: Sequence[Reader],
    *,
    region_id: int,
    key: str,
    context: Mapping[str, Any],
    now: datetime,
    subject_id: UUID | None = None,
) -> None:
    """Tell staff something, each in the way they chose, once per key however often it is said.

    Rooms that know the case call `casework.actions.notices.tell` instead: that one leaves out
    whoever may not see it. The context may hold a number and a path, nothing else.
    """
    stray = set(context) - LETTERS["notice"]
    if stray:
        raise ValueError(f"a notice may not carry {sorted(stray)}")
    ways = choices_of([reader.user_id for reader in readers], kind)
    rows: list[dict[str, Any]] = []
    for reader in readers:
        way = ways[reader.user_id]
        if way is Way.OFF:
            continue
        common = {
            "region_id": region_id,
            "user_id": reader.user_id,
            "subject_id": subject_id,
            "lang": reader.lang,
            "written_at": now,
            "not_before": now,
            "attempts": 0,
        }
        dedupe = f"{kind.value}/{key}/{reader.user_id}"
        rows.append(
            common
            | {
                "id": uuid7(now),
                "dedupe_key": dedupe,
                "template": kind.value,
                "channel": Channel.IN_APP,
                "context": dict(context),
                "posted_at": now,
            }
        )
        if way is Way.MAIL and reader.has_mail:
            rows.append(
                common
                | {
                    "id": uuid7(now),
                    "dedupe_key": f"{dedupe}/mail",
                    "template": "notice",
                    "channel": Channel.MAIL,
                    "context": {**context, "kind": kind.value},
                    "posted_at": None,
                }
            )
    write_once(rows)


def write_once(rows: Iterable[Mapping[str, Any]]) -> None:
    """Put letters into the outbox whose dedupe key is new; the others are there already."""
    values = [dict(row) for row in rows]
    if not values:
        return
    if dialect_name() == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_new  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import (  # type: ignore[assignment] # noqa: PLC0415
            insert as insert_new,
        )
    statement = insert_new(cast("Table", Letter.__table__)).on_conflict_do_nothing(
        index_elements=["region_id", "dedupe_key"]
    )
    db.session.connection().execute(statement, values)


def mark_read(
    user_id: int, *, now: datetime, one: UUID | None = None, until: datetime | None = None
) -> int:
    """Mark this person's notice, or all written until then, as read; give how many were not."""
    statement = update(Letter).where(
        Letter.user_id == user_id, Letter.channel == Channel.IN_APP, Letter.read_at.is_(None)
    )
    if one is not None:
        statement = statement.where(Letter.id == one)
    if until is not None:
        statement = statement.where(Letter.written_at <= until)
    marked = db.session.execute(
        statement.values(read_at=now)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(marked)


def choose(user_id: int, ways: Mapping[Notice, Way]) -> None:
    """Keep how somebody wants to be told; raises KeyError for a way a kind does not offer."""
    for kind, way in ways.items():
        if way not in ways_for(kind):
            raise KeyError(way)
        row = db.session.get(NoticeChoice, (user_id, kind))
        if row is None:
            db.session.add(NoticeChoice(user_id=user_id, kind=kind, way=way))
        else:
            row.way = way
    db.session.flush()


def retry(region_id: int, letter_id: UUID, *, now: datetime) -> bool:
    """Give a dead letter another two days; False when it is not dead, or its party is erased."""
    found = db.session.execute(
        update(Letter)
        .where(
            Letter.region_id == region_id,
            Letter.id == letter_id,
            Letter.dead_at.isnot(None),
            Letter.last_error.notin_(sorted(trouble.value for trouble in NOBODYS)),
        )
        .values(dead_at=None, retried_at=now, not_before=now, attempts=0)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).first()
    return found is not None
