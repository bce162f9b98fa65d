"""The list behind a number: its facts with their cases, exactly as many as it says."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, select, tuple_

from desk.access.actors import Actor
from desk.casework.models import Case
from desk.casework.words import Status
from desk.improvement.models import Undertaking
from desk.insight.models import Fact
from desk.insight.scope import Scope
from desk.insight.summing import days_of, facts_within, not_about
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.ratings.queries import EventKey

PAGE = 50
LONGEST = 200
Key = tuple[date, UUID, int]
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: its day and where it counts, and the case or improvement item it is of."""

    on_date: date
    department_id: int
    weight: int
    subject_id: UUID
    n: int
    number: str | None
    title: str
    status: Status | None


def facts_behind(
    scope: Scope, measure: str, *, reader: Actor, after: Key | None = None, size: int = PAGE
) -> tuple[Sequence[Row], Key | None]:
    """List the facts that a number counts, oldest first; with the key the next page starts after.

    A case that keeps the reader away is in neither.
    """
    statement = (
        select(
            Fact.on_date,
            Fact.department_id,
            Fact.weight,
            Fact.subject_id,
            Fact.n,
            Case.number,
            Case.title,
            Case.status,
            Undertaking.title.label("item"),
        )
        .outerjoin(Case, and_(Case.region_id == Fact.region_id, Case.id == Fact.subject_id))
        .outerjoin(
            Undertaking,
            and_(Undertaking.region_id == Fact.region_id, Undertaking.id == Fact.subject_id),
        )
        .where(facts_within(scope, [measure], days_of(scope, measure)), not_about(reader))
        .order_by(Fact.on_date, Fact.subject_id, Fact.n)
        .limit(size + 1)
    )
    if after is not None:
        here = tuple_(Fact.on_date, Fact.subject_id, Fact.n)
        statement = statement.where(here > tuple_(*after))
    rows = [
        Row(
            row.on_date,
            row.department_id,
            row.weight,
            row.subject_id,
            row.n,
            row.number,
            row.title or row.item or "",
            row.status,
        )
        for row in db.session.execute(statement)
    ]
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], (last.on_date, last.subject_id, last.n) if last else None


def write_key(key: Key | None) -> str | None:
    """Write the key of a page for an address."""
    if key is None:
        return None
    return _write(key[0].isoformat(), key[1].hex, key[2])


def read_key(text: str | None) -> Key | None:
    """Read the key of a page; raises Invalid for anything this desk did not write."""

    def made(day: str, subject: str, n: int) -> Key:
        return date.fromisoformat(day), UUID(subject), _number(n)

    return _read(text, made)


def write_event_key(key: EventKey | None) -> str | None:
    """Write the key of a page of occasions for an address."""
    return None if key is None else _write(key[0], key[1].hex)


def read_event_key(text: str | None) -> EventKey | None:
    """Read the key of a page of occasions; raises Invalid for anything this desk did not write."""

    def made(region_id: int, key: str) -> EventKey:
        return _number(region_id), UUID(key)

    return _read(text, made)


def _write(*parts: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _number(n: object) -> int:
    if type(n) is not int or not 0 <= n < 2**31:
        raise ValueError(n)
    return n


def _read(text: str | None, made: Callable[..., Read]) -> Read | None:
    if not text:
        return None
    try:
        if len(text) > LONGEST:
            raise ValueError(text[:20])
        padded = (text + "=" * (-len(text) % 4)).encode()
        return made(*json.loads(base64.b64decode(padded, b"-_", validate=True)))
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid(
            _l("This page of the list does not exist. Start at the first one.")
        ) from error
