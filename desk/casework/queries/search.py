"""Finding cases by the words they hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select, text

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
    """What a search found; `capped` says that it looked only at the newest of more."""

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
        .subquery()
    )
    doc_nos = db.session.scalars(select(matched.c.doc_no)).all()
    capped = len(doc_nos) > cap
    hits = (
        select(Case.region_id, Case.id)
        .join(SearchDoc, and_(SearchDoc.region_id == Case.region_id, SearchDoc.case_id == Case.id))
        .where(
            SearchDoc.doc_no.in_(doc_nos[:cap]),
            SearchDoc.text.like(grams.like_pattern(words), escape="\\"),
            _searchable(actor),
        )
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(cap)
    )
    keys = [(region_id, key) for region_id, key in db.session.execute(hits)]
    rows = rows_by_key(keys)
    rows.sort(key=lambda row: (row.filed_at, row.id), reverse=True)
    return Found(rows, capped)


def _searchable(actor: Actor) -> ColumnElement[bool]:
    """Say whose words somebody may search: never those of a complainant they may not know."""
    open_to_all = and_(Case.kind == Kind.COMPLAINT, Case.identity_mode == IdentityMode.REAL)
    return or_(
        false(),
        *(
            and_(seat_condition(seat), open_to_all) if seat.department_id else seat_condition(seat)
            for seat in actor.seats_for(Permission.CASE_READ)
        ),
    )


def _scope_tokens(actor: Actor) -> tuple[str, ...]:
    """Name the halls to look in, when every seat is bound to one; nothing narrows otherwise."""
    seats = actor.seats_for(Permission.CASE_READ)
    if not seats or any(not seat.hall_id for seat in seats):
        return ()
    return tuple(sorted({scope_token(seat.hall_id) for seat in seats}))
