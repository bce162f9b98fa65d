"""Lists of cases: the pages of the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, Uuid, and_, bindparam, func, literal_column, select, tuple_

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission
from desk.accounts.models import User
from desk.casework.conditions import NONE, Conditions
from desk.casework.disclosure import LONGEST_TITLE
from desk.casework.models import Case, Party
from desk.casework.queries.narrowing import moments, narrowed
from desk.casework.queries.scope import within
from desk.casework.queries.tabs import Tab, condition_of
from desk.casework.words import IdentityMode, Kind, Status
from desk.catalogue.models import ItemVersion
from desk.kernel.db import Instant, db
from desk.kernel.paging import Cursor, Page, page_of
from desk.organisation.models import Department
from desk.organisation.queries import Timetable, region_id_of

PAGE = 25
KEPT_STATEMENTS = 1024


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
    table: Timetable,
    cursor: Cursor | None = None,
    conditions: Conditions = NONE,
    size: int = PAGE,
) -> Page[QueueRow]:
    """Give one page of the cases of a tab that fit the conditions, oldest promise first.

    Reads one ordered, limited list per seat and merges them, so that a person with several roles
    costs no more than the sum of single ones.
    """
    backwards = bool(cursor and cursor.backwards)
    values = moments(now, table, conditions)
    if cursor is not None:
        values |= {"at": cursor.at, "key": cursor.id}
    found: dict[tuple[datetime, UUID], QueueRow] = {}
    for seat in actor.seats_for(Permission.CASE_READ):
        statement = _page_of(actor, seat, tab, conditions, size + 1, cursor is not None, backwards)
        for row in db.session.connection().execute(statement, values):
            found[row.next_due_at, row.id] = QueueRow(*row)
    chosen = [found[key] for key in sorted(found, reverse=backwards)[: size + 1]]
    return page_of(chosen, cursor, size, lambda row: (row.next_due_at, row.id))


@lru_cache(maxsize=KEPT_STATEMENTS)
def _page_of(
    actor: Actor,
    seat: Seat,
    tab: Tab,
    conditions: Conditions,
    size: int,
    starts_at_key: bool,
    backwards: bool,
) -> Select[*tuple[Any, ...]]:
    """Build the statement of a seat's page once; the hour and the place in the list are given."""
    here = tuple_(Case.next_due_at, Case.id)
    statement = shown().where(Case.open, condition_of(actor, seat, tab), narrowed(conditions, seat))
    if starts_at_key:
        there = tuple_(bindparam("at", type_=Instant), bindparam("key", type_=Uuid))
        statement = statement.where(here < there if backwards else here > there)
    order = (Case.next_due_at, Case.id)
    return statement.order_by(*(one.desc() if backwards else one for one in order)).limit(
        literal_column(str(size), Integer)
    )


def shown() -> Select[*tuple[Any, ...]]:
    """Select what a list shows of a case, with what it points at."""
    return (
        select(*COLUMNS)
        .outerjoin(Party, and_(Party.region_id == Case.region_id, Party.id == Case.party_id))
        .outerjoin(ItemVersion, ItemVersion.id == Case.item_version_id)
        .outerjoin(Department, Department.id == Case.department_id)
        .outerjoin(User, User.id == Case.handler_id)
    )


def rows_by_number(actor: Actor, numbers: Sequence[str]) -> list[QueueRow]:
    """Load what a list shows of these cases, as far as this person may see them."""
    if not numbers:
        return []
    regions = {region_id_of(number.split("-", maxsplit=1)[0]) for number in numbers}
    statement = shown().where(
        Case.region_id.in_(regions), Case.number.in_(numbers), within(actor, Permission.CASE_READ)
    )
    rows: Sequence[Any] = db.session.execute(statement).all()
    return [QueueRow(*row) for row in rows]


def rows_by_key(keys: Sequence[tuple[int, UUID]]) -> list[QueueRow]:
    """Load what a list shows of these cases; the caller has found them within somebody's scope."""
    if not keys:
        return []
    statement = shown().where(tuple_(Case.region_id, Case.id).in_(list(keys)))
    rows: Sequence[Any] = db.session.execute(statement).all()
    return [QueueRow(*row) for row in rows]
