"""Finding cases by the words they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, text

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.actions.search import scope_token
from desk.casework.models import Case, SearchDoc
from desk.casework.queries.lists import QueueRow, rows_by_key
from desk.casework.queries.scope import seat_condition
from desk.casework.words import IdentityMode, Kind
from desk.kernel import grams
from desk.kernel.db import db, dialect_name

SEARCH_CAP = 1000
SHOWN = 50

SEARCHES = {
    "sqlite": (
        "SELECT rowid AS doc_no FROM search_grams WHERE search_grams MATCH :query"
        " ORDER BY rowid DESC LIMIT :cap"
    ),
    "postgresql": (
        "SELECT doc_no FROM search_grams WHERE grams @@ CAST(:query AS tsquery)"
        " ORDER BY doc_no DESC LIMIT :cap"
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: every key, newest first, and what a list shows of the first 50.

    `capped` says that it looked only at the newest of more.
    """

    keys: Sequence[tuple[int, UUID]]
    rows: Sequence[QueueRow]
    capped: bool


def search(actor: Actor, words: str, *, cap: int = SEARCH_CAP) -> Found | None:
    """Find cases whose text holds these words, newest first, within what the person may see.

    Returns None when there is nothing to search for (only punctuation).
    """
    query = grams.query(words, dialect=dialect_name(), scope=_scope_tokens(actor))
    if query is None:
        return None
    matched = (
        text(SEARCHES[dialect_name()])
        .bindparams(query=query, cap=cap + 1)
        .columns(SearchDoc.doc_no)
        .cte("matched")
    )
    some = select(matched.c.doc_no).order_by(matched.c.doc_no.desc()).limit(cap).subquery()
    looked_at = select(func.count()).select_from(matched).scalar_subquery()
    hits = (
        select(Case.region_id, Case.id, looked_at)
        .select_from(some)
        .join(SearchDoc, SearchDoc.doc_no == some.c.doc_no)
        .join(Case, and_(Case.region_id == SearchDoc.region_id, Case.id == SearchDoc.case_id))
        .where(SearchDoc.text.like(grams.like_pattern(words), escape="\\"), searchable(actor))
        .order_by(Case.filed_at.desc(), Case.id.desc())
    )
    found = db.session.execute(hits).all()
    looked = found[0][2] if found else db.session.scalar(select(looked_at))
    keys = [(region_id, key) for region_id, key, _looked in found]
    rows = rows_by_key(keys[:SHOWN])
    rows.sort(key=lambda row: (row.filed_at, row.id), reverse=True)
    return Found(keys, rows, (looked or 0) > cap)


def searchable(actor: Actor) -> ColumnElement[bool]:
    """Say whose words somebody may search: never those of a complainant they may not know."""
    open_to_all = and_(Case.kind == Kind.COMPLAINT, Case.identity_mode == IdentityMode.REAL)
    return or_(
        false(),
        *(
            and_(seat_condition(seat, actor), open_to_all)
            if seat.department_id
            else seat_condition(seat, actor)
            for seat in actor.seats_for(Permission.CASE_READ)
        ),
    )


def _scope_tokens(actor: Actor) -> tuple[str, ...]:
    """Name the halls to look in, when every seat is bound to one; nothing narrows otherwise."""
    seats = actor.seats_for(Permission.CASE_READ)
    if not seats or any(not seat.hall_id for seat in seats):
        return ()
    return tuple(sorted({scope_token(seat.hall_id) for seat in seats}))
