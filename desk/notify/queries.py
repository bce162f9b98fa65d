"""Questions about letters."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from desk.kernel.db import db
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.notify.models import Letter

PAGE = 50


def dead_letters(region_ids: Sequence[int], cursor: Cursor | None) -> Page[Letter]:
    """List letters nobody will try again by themselves, the newest first."""
    statement = after(
        select(Letter).where(Letter.region_id.in_(region_ids), Letter.dead_at.isnot(None)),
        cursor,
        Letter.written_at,
        Letter.id,
        newest_first=True,
    ).limit(PAGE + 1)
    rows = list(db.session.scalars(statement))
    return page_of(rows, cursor, PAGE, lambda row: (row.written_at, row.id))


def waiting_count() -> int:
    """Count letters that are still owed."""
    statement = (
        select(func.count())
        .select_from(Letter)
        .where(Letter.posted_at.is_(None), Letter.dead_at.is_(None))
    )
    return int(db.session.scalar(statement) or 0)


def letter_key(text: str) -> UUID | None:
    """Read a letter's id from a form; None when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None
