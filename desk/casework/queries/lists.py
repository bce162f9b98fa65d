"""Lists of cases: the queue with its tabs and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union,
)

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission, Role
from desk.accounts.models import User
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.casework.disclosure import LONGEST_TITLE
from desk.casework.models import Case, Party, Reply
from desk.casework.queries.scope import seat_condition
from desk.casework.words import REFUSALS, IdentityMode, Kind, Outcome, Review, Status
from desk.catalogue.models import ItemVersion
from desk.kernel.db import db
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.organisation.models import Department

PAGE = 25
COUNT_CAP = 100


class Tab(StrEnum):
    """The tabs of the queue, in the order they are shown; the last only at the start of a day."""

    TURN = "turn"
    UNASSIGNED = "unassigned"
    TODAY = "today"
    OVERDUE = "overdue"
    WAITING = "waiting"
    FOLLOW_UP = "follow_up"
    DECISIONS = "decisions"
    MINE = "mine"
    ALL = "all"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """What the queue shows of a case; whoever may not know the complainant is shown less of it."""

    region_id: int
    hall_id: int
    department_id: int | None
    id: UUID
    number: str
    title: str
    status: Status
    kind: Kind
    version: int
    next_due_at: datetime
    filed_at: datetime
    party_kind: str
    identity_mode: IdentityMode
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
    brief: str | None


COLUMNS = (
    Case.region_id,
    Case.hall_id,
    Case.department_id,
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
    func.substr(Case.brief, 1, LONGEST_TITLE),
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


def counts(actor: Actor, *, now: datetime, day_end: datetime) -> dict[Tab, int]:
    """Count the cases of every tab, each up to 100: the page shows "99+" for that."""
    parts = []
    for tab in Tab:
        for condition in _conditions(actor, tab, now, day_end):
            some = select(Case.id).where(Case.open, condition).limit(COUNT_CAP).subquery()
            parts.append(select(literal(tab.value).label("tab"), some.c.id))
    if not parts:
        return dict.fromkeys(Tab, 0)
    found = union(*parts).subquery()
    rows = db.session.execute(select(found.c.tab, func.count()).group_by(found.c.tab))
    return dict.fromkeys(Tab, 0) | {Tab(tab): min(n, COUNT_CAP) for tab, n in rows}


def _conditions(
    actor: Actor, tab: Tab, now: datetime, day_end: datetime
) -> list[ColumnElement[bool]]:
    """Give one condition per seat: an OR over seats would cost the index."""
    seats = actor.seats_for(Permission.CASE_READ)
    if tab is Tab.MINE:
        return [
            and_(seat_condition(seat, actor), Case.handler_id == actor.user_id) for seat in seats
        ]
    if tab is Tab.TURN:
        return [and_(seat_condition(seat, actor), _turn_of(seat, actor)) for seat in seats]
    if tab is Tab.DECISIONS:
        return [and_(seat_condition(seat, actor), _asks(seat, actor)) for seat in seats]
    if tab is Tab.RETURNED:
        return [and_(seat_condition(seat, actor), _returned_to(seat, actor)) for seat in seats]
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
    return [and_(seat_condition(seat, actor), extra[tab]) for seat in seats]


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
    return turns.get(seat.role, false())


def _asks(seat: Seat, actor: Actor) -> ColumnElement[bool]:
    """Say at which cases somebody else's request waits for this seat."""
    return exists().where(
        Approval.region_id == Case.region_id,
        Approval.subject_id == Case.id,
        Approval.state == ApprovalState.PENDING,
        Approval.decider_role == seat.role,
        Approval.asked_by != (actor.user_id or 0),
    )


def _returned_to(seat: Seat, actor: Actor) -> ColumnElement[bool]:
    """Say which cases came back to this seat: a reply sent back, or a case to be done again."""
    mine_or_nobodys = or_(Case.handler_id.is_(None), Case.handler_id == actor.user_id)
    held: dict[Role, ColumnElement[bool]] = {
        Role.CLERK: Case.status == Status.ACCEPTED,
        Role.HANDLER: and_(Case.status == Status.HANDLING, mine_or_nobodys),
        Role.LEAD: Case.status == Status.HANDLING,
        Role.SUPERVISOR: Case.status.in_([Status.ACCEPTED, Status.HANDLING]),
    }
    sent_back = exists().where(
        Reply.region_id == Case.region_id,
        Reply.case_id == Case.id,
        Reply.round == Case.round,
        Reply.review == Review.SENT_BACK,
    )
    return and_(held.get(seat.role, false()), or_(Case.round > 0, sent_back))
