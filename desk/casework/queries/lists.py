"""Lists of cases: the queue with its tabs and counts, and search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, or_, select, text, true, tuple_

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission, Role
from desk.accounts.models import User
from desk.casework.actions.search import scope_token
from desk.casework.models import Case, Party, SearchDoc
from desk.casework.queries.scope import seat_condition, within
from desk.casework.words import REFUSALS, Kind, Outcome, Status
from desk.catalogue.models import ItemVersion
from desk.kernel import grams
from desk.kernel.db import db, dialect_name
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.organisation.models import Department

PAGE = 25
COUNT_CAP = 100
SEARCH_CAP = 1000
SHOWN = 50


class Tab(StrEnum):
    """The tabs of the queue, in the order they are shown."""

    TURN = "turn"
    UNASSIGNED = "unassigned"
    TODAY = "today"
    OVERDUE = "overdue"
    WAITING = "waiting"
    FOLLOW_UP = "follow_up"
    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What the queue shows of a case; the party is masked before it leaves the database's side."""

    region_id: int
    id: UUID
    number: str
    title: str
    status: Status
    kind: Kind
    version: int
    next_due_at: datetime
    filed_at: datetime
    party_kind: str
    identity_mode: str
    name_masked: str | None
    item_name: str | None
    item_words: str | None
    department_zh: str | None
    department_en: str | None
    handler: str | None
    handler_id: int | None
    needs: list[str]
    hop: int
    round: int
    escalated_at: datetime | None
    supervised_at: datetime | None
    has_agent: bool
    channel: str


COLUMNS = (
    Case.region_id,
    Case.id,
    Case.number,
    Case.title,
    Case.status,
    Case.kind,
    Case.version,
    Case.next_due_at,
    Case.filed_at,
    Case.party_kind,
    Case.identity_mode,
    Party.name_masked,
    ItemVersion.name_zh,
    Case.item_words,
    Department.name_zh,
    Department.name_en,
    User.name,
    Case.handler_id,
    Case.needs,
    Case.hop,
    Case.round,
    Case.escalated_at,
    Case.supervised_at,
    Case.agent_party_id.isnot(None),
    Case.channel,
)


def queue(
    actor: Actor,
    tab: Tab,
    *,
    now: datetime,
    day_end: datetime,
    cursor: Cursor | None,
    size: int = PAGE,
) -> Page[QueueRow]:
    """Give one page of a tab, oldest promise first.

    Reads one ordered, limited list per seat and merges them, so that a person with several roles
    costs no more than the sum of single ones.
    """
    keys: dict[tuple[datetime, UUID], tuple[int, UUID]] = {}
    for condition in _conditions(actor, tab, now, day_end):
        statement = after(
            select(Case.next_due_at, Case.id, Case.region_id).where(Case.open, condition),
            cursor,
            Case.next_due_at,
            Case.id,
        ).limit(size + 1)
        for due, key, region_id in db.session.execute(statement):
            keys[due, key] = (region_id, key)
    backwards = bool(cursor and cursor.backwards)
    chosen = sorted(keys, reverse=backwards)[: size + 1]
    rows = rows_by_key([keys[key] for key in chosen])
    rows.sort(key=lambda row: (row.next_due_at, row.id), reverse=backwards)
    return page_of(rows, cursor, size, lambda row: (row.next_due_at, row.id))


def rows_by_key(keys: Sequence[tuple[int, UUID]]) -> list[QueueRow]:
    """Load what a list shows of these cases; the caller has found them within somebody's scope."""
    if not keys:
        return []
    statement = (
        select(*COLUMNS)
        .outerjoin(Party, and_(Party.region_id == Case.region_id, Party.id == Case.party_id))
        .outerjoin(ItemVersion, ItemVersion.id == Case.item_version_id)
        .outerjoin(Department, Department.id == Case.department_id)
        .outerjoin(User, User.id == Case.handler_id)
        .where(tuple_(Case.region_id, Case.id).in_(list(keys)))
    )
    rows: Sequence[Any] = db.session.execute(statement).all()
    return [QueueRow(*row) for row in rows]


def count(actor: Actor, tab: Tab, *, now: datetime, day_end: datetime) -> int:
    """Count the cases of a tab, up to 100: the page shows "99+" for that."""
    found: set[UUID] = set()
    for condition in _conditions(actor, tab, now, day_end):
        statement = select(Case.id).where(Case.open, condition).limit(COUNT_CAP)
        found.update(db.session.scalars(statement))
    return min(len(found), COUNT_CAP)


def _conditions(
    actor: Actor, tab: Tab, now: datetime, day_end: datetime
) -> list[ColumnElement[bool]]:
    """Give one condition per seat: an OR over seats would cost the index."""
    seats = actor.seats_for(Permission.CASE_READ)
    if tab is Tab.MINE:
        return [and_(seat_condition(seat), Case.handler_id == actor.user_id) for seat in seats]
    if tab is Tab.TURN:
        return [and_(seat_condition(seat), _turn_of(seat, actor)) for seat in seats]
    extra: dict[Tab, ColumnElement[bool]] = {
        Tab.UNASSIGNED: and_(
            Case.handler_id.is_(None), Case.status.in_([Status.DISPATCHED, Status.HANDLING])
        ),
        Tab.TODAY: and_(Case.next_due_at >= now, Case.next_due_at < day_end),
        Tab.OVERDUE: Case.next_due_at < now,
        Tab.WAITING: Case.status == Status.SUPPLEMENT,
        Tab.FOLLOW_UP: Case.status == Status.REPLIED,
        Tab.ALL: true(),
    }
    return [and_(seat_condition(seat), extra[tab]) for seat in seats]


def _turn_of(seat: Seat, actor: Actor) -> ColumnElement[bool]:
    """Say for which cases the next move belongs to this seat."""
    ordinary = Case.outcome.in_([Outcome.DONE, Outcome.PART])
    mine_or_nobodys = or_(Case.handler_id.is_(None), Case.handler_id == actor.user_id)
    turns: dict[Role, ColumnElement[bool]] = {
        Role.CLERK: Case.status.in_([Status.SUBMITTED, Status.ACCEPTED, Status.REPLIED]),
        Role.HANDLER: and_(Case.status.in_([Status.DISPATCHED, Status.HANDLING]), mine_or_nobodys),
        Role.LEAD: or_(
            Case.status == Status.DISPATCHED,
            and_(Case.status == Status.REPLY_REVIEW, ordinary, Case.kind == Kind.COMPLAINT),
        ),
        Role.SUPERVISOR: and_(
            Case.status == Status.REPLY_REVIEW,
            or_(Case.outcome.in_(sorted(REFUSALS)), Case.kind == Kind.RECTIFICATION),
        ),
    }
    return turns.get(seat.role, literal(False))


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
            within(actor, Permission.CASE_READ),
        )
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(cap)
    )
    keys = [(region_id, key) for region_id, key in db.session.execute(hits)]
    rows = rows_by_key(keys)
    rows.sort(key=lambda row: (row.filed_at, row.id), reverse=True)
    return Found(rows, capped)


def _scope_tokens(actor: Actor) -> tuple[str, ...]:
    """Name the halls to look in, when every seat is bound to one; nothing narrows otherwise."""
    seats = actor.seats_for(Permission.CASE_READ)
    if not seats or any(not seat.hall_id for seat in seats):
        return ()
    return tuple(sorted({scope_token(seat.hall_id) for seat in seats}))
