"""Pages by key: the next page starts after the last row seen, however long the list is."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, SQLColumnExpression, tuple_

from desk.kernel.errors import Invalid
from desk.kernel.texts import storable

NO_SUCH_PAGE = _l("This page of the list does not exist. Start at the first one.")

Row = TypeVar("Row")
Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])
Key = tuple[datetime, UUID]

LONGEST_CURSOR = 200
LONGEST_TEXT_CURSOR = 120


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursors of the pages beside them (None: there is none)."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: after (or before) the row with this key."""

    at: datetime
    id: UUID
    backwards: bool = False

    def text(self) -> str:
        """Write the cursor for a URL."""
        raw = json.dumps([self.at.isoformat(), self.id.hex, int(self.backwards)])
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> Cursor | None:
    """Read a cursor from a URL; an empty one is the first page, a tampered one raises Invalid."""
    if not text:
        return None
    try:
        if len(text) > LONGEST_CURSOR:
            raise ValueError(text[:20])
        padded = text + "=" * (-len(text) % 4)
        at, hexed, backwards = json.loads(base64.b64decode(padded.encode(), b"-_", validate=True))
        cursor = Cursor(datetime.fromisoformat(at), UUID(hexed), bool(backwards))
        if cursor.at.tzinfo is None:
            raise ValueError(at)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid(NO_SUCH_PAGE) from error
    return cursor


def after(
    statement: Statement,
    cursor: Cursor | None,
    at: SQLColumnExpression[datetime],
    key: SQLColumnExpression[UUID],
    *,
    newest_first: bool = False,
) -> Statement:
    """Order a statement by (at, key) and start it where the cursor says."""
    backwards = bool(cursor and cursor.backwards)
    descending = newest_first != backwards
    order = (at.desc(), key.desc()) if descending else (at.asc(), key.asc())
    if cursor is not None:
        here, there = tuple_(at, key), tuple_(cursor.at, cursor.id)
        statement = statement.where(here < there if descending else here > there)
    return statement.order_by(*order)


def page_of(
    rows: Sequence[Row], cursor: Cursor | None, size: int, key: Callable[[Row], Key]
) -> Page[Row]:
    """Cut `size + 1` fetched rows into a page with the cursors beside it."""
    more, rows = len(rows) > size, rows[:size]
    backwards = bool(cursor and cursor.backwards)
    if backwards:
        rows = rows[::-1]
    if not rows:
        return Page([], None, None)
    first, last = key(rows[0]), key(rows[-1])
    has_next = more or backwards
    has_previous = more if backwards else cursor is not None
    return Page(
        rows,
        Cursor(*last).text() if has_next else None,
        Cursor(*first, backwards=True).text() if has_previous else None,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list in the order of its codes starts: behind one, or ending before one."""

    after: str | None = None
    before: str | None = None


def read_place(after_text: str | None, before_text: str | None) -> Place:
    """Read where a page starts from a URL; raises Invalid for what can be no code."""
    for given in (after_text, before_text):
        if given and (len(given) > LONGEST_TEXT_CURSOR or not storable(given)):
            raise Invalid(NO_SUCH_PAGE)
    return Place(after_text or None, before_text or None)


def beside(statement: Statement, place: Place, code: SQLColumnExpression[str]) -> Statement:
    """Order a statement by a unique code and start it where the place says."""
    if place.before is not None:
        return statement.where(code < place.before).order_by(code.desc())
    return statement.where(code > (place.after or "")).order_by(code)


def page_by_code(
    rows: Sequence[Row], place: Place, size: int, code: Callable[[Row], str]
) -> Page[Row]:
    """Cut `size + 1` fetched rows into a page with the codes to go on from beside it."""
    more, rows = len(rows) > size, rows[:size]
    backwards = place.before is not None
    if backwards:
        rows = rows[::-1]
    if not rows:
        return Page([], None, None)
    has_next = more or backwards
    has_previous = more if backwards else place.after is not None
    return Page(
        rows,
        code(rows[-1]) if has_next else None,
        code(rows[0]) if has_previous else None,
    )
