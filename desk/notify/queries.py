"""Questions about letters."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, select

from desk.kernel.db import db
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.notify.models import Letter, NoticeChoice
from desk.notify.notices import KINDS, Notice, Way
from desk.notify.troubles import NOBODYS

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
    over = sorted(trouble.value for trouble in NOBODYS)
    return and_(Letter.dead_at.isnot(None), Letter.last_error.notin_(over))


def choices_of(user_ids: Sequence[int], kind: Notice) -> dict[int, Way]:
    """Say how each of these people wants to be told of a kind."""
    chosen = db.session.execute(
        select(NoticeChoice.user_id, NoticeChoice.way).where(
            NoticeChoice.user_id.in_(user_ids), NoticeChoice.kind == kind
        )
    )
    return dict.fromkeys(user_ids, KINDS[kind].way) | {row.user_id: row.way for row in chosen}


def choices_by(user_id: int) -> dict[Notice, Way]:
    """Say how one person wants to be told of every kind."""
    chosen = db.session.execute(
        select(NoticeChoice.kind, NoticeChoice.way).where(NoticeChoice.user_id == user_id)
    )
    usual = {kind: told.way for kind, told in KINDS.items()}
    return usual | {row.kind: row.way for row in chosen}


def waiting_count(region_ids: Sequence[int] | None = None) -> int:
    """Count letters that are still owed, in these regions or in all."""
    counted = select(func.count()).where(Letter.posted_at.is_(None), Letter.dead_at.is_(None))
    if region_ids is not None:
        counted = counted.where(Letter.region_id.in_(region_ids))
    return int(db.session.scalar(counted) or 0)


def dead_count(region_ids: Sequence[int] | None = None) -> int:
    """Count letters that somebody has to see to, in these regions or in all."""
    counted = select(func.count()).where(needs_somebody())
    if region_ids is not None:
        counted = counted.where(Letter.region_id.in_(region_ids))
    return int(db.session.scalar(counted) or 0)


def oldest_dead() -> Sequence[Letter]:
    """List letters that somebody has to see to, in all regions, the longest dead first."""
    statement = select(Letter).where(needs_somebody()).order_by(Letter.dead_at, Letter.id)
    return db.session.scalars(statement.limit(MOST_LISTED)).all()
