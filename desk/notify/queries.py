"""Questions about letters."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from desk.kernel.db import db
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.notify.models import Letter
from desk.notify.troubles import Trouble

PAGE = 50
MOST_LISTED = 100


def dead_letters(region_ids: Sequence[int], cursor: Cursor | None) -> Page[Letter]:
    """List letters nobody will try again by themselves, the newest first.

    One to somebody who has been erased since is not among them: nobody has to see to it.
    """
    statement = after(
        select(Letter).where(Letter.region_id.in_(region_ids), needs_somebody()),
        cursor,
        Letter.written_at,
        Letter.id,
        newest_first=True,
    ).limit(PAGE + 1)
    rows = list(db.session.scalars(statement))
    return page_of(rows, cursor, PAGE, lambda row: (row.written_at, row.id))


def needs_somebody() -> ColumnElement[bool]:
    """Give the condition for a dead letter that a person can still do something about."""
    return and_(Letter.dead_at.isnot(None), Letter.last_error != Trouble.ERASED.value)


def waiting_count(region_ids: Sequence[int] | None = None) -> int:
    """Count letters that are still owed, in these regions or in all."""
    counted = select(func.count()).where(Letter.posted_at.is_(None), Letter.dead_at.is_(None))
    if region_ids is not None:
        counted = counted.where(Letter.region_id.in_(region_ids))
    return int(db.session.scalar(counted) or 0)


def dead_count() -> int:
    """Count letters that somebody has to see to, in all regions."""
    return int(db.session.scalar(select(func.count()).where(needs_somebody())) or 0)


def oldest_dead() -> Sequence[Letter]:
    """List letters that somebody has to see to, in all regions, the longest dead first."""
    statement = select(Letter).where(needs_somebody()).order_by(Letter.dead_at, Letter.id)
    return db.session.scalars(statement.limit(MOST_LISTED)).all()


def letter_key(text: str) -> UUID | None:
    """Read a letter's id from a form; None when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
