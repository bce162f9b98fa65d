"""Cases joined to one another: who belongs where, and what may be told across."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import aliased

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.models import LedgerLine, Visibility
from desk.audit.queries import lines_of
from desk.casework.models import Case, CaseMessage, Contact
from desk.casework.queries.lists import PAGE, QueueRow, rows_by_key
from desk.casework.queries.scope import within
from desk.casework.words import ContactKind, Status
from desk.kernel.db import db
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.organisation.models import Department

ANSWERED = frozenset({Status.REPLIED, Status.CLOSED})
CALLS = 3
"""After so many calls without an answer nobody need be called again."""

PROGRESS = frozenset(
    {
        "accept", "dispatch", "sign", "return_upheld", "arbitrate", "approve_reply",
        "solve_on_spot", "close_solved", "close_unconfirmed", "lapse_confirm", "close_unsolved",
        "confirm", "redo", "redo_0", "reopen", "reopen_0", "extend", "pause", "resume",
        "ask_task", "answer_task", "escalate",
    }
)  # fmt: skip
"""The steps of a case that the complainants of those joined to it may follow."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a case: cases joined to it, and the one it was joined to."""

    joined: int = 0
    to_ask: int = 0
    parent: Case | None = None


def around_of(case: Case) -> Around:
    """Count the cases joined to this one, and find the one it was joined to."""
    return around_from(case, db.session.scalar(select(func.count()).where(_child_of(case))) or 0)


def around_from(case: Case, joined: int) -> Around:
    """Say what stands around a case, where the cases joined to it have been counted."""
    if case.parent_id is not None:
        return Around(parent=db.session.get(Case, (case.region_id, case.parent_id)))
    return Around(joined, _to_ask(case) if joined and case.status is Status.REPLIED else 0)


def joined_to(case: Case) -> Sequence[Case]:
    """List the cases joined to this one, the oldest first."""
    return db.session.scalars(select(Case).where(_child_of(case)).order_by(Case.id)).all()


def joined_page(actor: Actor, case: Case, cursor: Cursor | None) -> Page[QueueRow]:
    """Give one page of the joined cases this person may read, the oldest first."""
    statement = after(
        select(Case.region_id, Case.id).where(_child_of(case), within(actor, Permission.CASE_READ)),
        cursor,
        Case.filed_at,
        Case.id,
    ).limit(PAGE + 1)
    rows = rows_by_key([(region_id, key) for region_id, key in db.session.execute(statement)])
    backwards = bool(cursor and cursor.backwards)
    rows.sort(key=lambda row: (row.filed_at, row.id), reverse=backwards)
    return page_of(rows, cursor, PAGE, lambda row: (row.filed_at, row.id))


def asked_among(case: Case, rows: Sequence[QueueRow]) -> frozenset[UUID]:
    """Tell which of these joined cases' complainants were reached since the answer to this one."""
    if case.replied_at is None or not rows:
        return frozenset()
    found = db.session.scalars(
        select(Contact.case_id).where(
            Contact.region_id == case.region_id,
            Contact.case_id.in_([row.id for row in rows]),
            Contact.kind == ContactKind.FOLLOW_UP,
            Contact.reached,
            Contact.at >= case.replied_at,
        )
    )
    return frozenset(found)


def asked_since(case: Case, since: datetime) -> bool:
    """Tell whether the complainant of a joined case has said what they think of the answer."""
    found = db.session.scalar(
        select(Contact.n)
        .where(
            Contact.region_id == case.region_id,
            Contact.case_id == case.id,
            Contact.kind == ContactKind.FOLLOW_UP,
            Contact.reached,
            Contact.at >= since,
        )
        .limit(1)
    )
    return found is not None


def is_to_be_asked(case: Case, parent: Case) -> bool:
    """Tell whether there is an answer to ask the complainant of a joined case about."""
    if parent.status not in ANSWERED or parent.replied_at is None:
        return False
    return not asked_since(case, parent.replied_at)


@cache
def joined_count() -> ScalarSelect[int]:
    """Count the cases joined to each case of a larger query.

    Built once: a second name for so wide a table costs milliseconds, a fifth of a case's page.
    """
    child = aliased(Case)
    here = and_(child.region_id == Case.region_id, child.parent_id == Case.id)
    return select(func.count()).select_from(child).where(here).correlate(Case).scalar_subquery()


def _child_of(case: Case) -> ColumnElement[bool]:
    return and_(Case.region_id == case.region_id, Case.parent_id == case.id)


def _to_ask(case: Case) -> int:
    """Count the joined cases whose complainant can be reached and was not asked since the reply."""
    calls = and_(
        Contact.region_id == Case.region_id,
        Contact.case_id == Case.id,
        Contact.kind == ContactKind.FOLLOW_UP,
        Contact.at >= (case.replied_at or case.filed_at),
    )
    tried = select(func.count()).select_from(Contact).where(calls, ~Contact.reached)
    return (
        db.session.scalar(
            select(func.count()).where(
                _child_of(case),
                Case.party_id.isnot(None),
                ~exists().where(calls, Contact.reached),
                tried.correlate(Case).scalar_subquery() < CALLS,
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Course:
    """Where a matter stands: the case's own, or that of the case it was joined to."""

    status: Status
    open: bool
    promised_on: date | None
    replied_at: datetime | None
    ended_at: datetime | None
    department: Department | None


def course_of(case: Case) -> Course:
    """Say where a case stands, in what anybody may know who may know of it at all."""
    key = case.department_id
    department = db.session.get(Department, key) if key is not None else None
    return Course(
        case.status, case.open, case.promised_on, case.replied_at, case.ended_at, department
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """What the complainant of a joined case may know of the one it was joined to."""

    course: Course
    lines: Sequence[LedgerLine]
    messages: Sequence[CaseMessage]


def followed(parent: Case) -> Followed:
    """Give the steps of a case and what was said to all; never an answer to somebody else."""
    messages = db.session.scalars(
        select(CaseMessage)
        .where(
            CaseMessage.region_id == parent.region_id,
            CaseMessage.case_id == parent.id,
            CaseMessage.visibility == Visibility.PUBLIC,
            CaseMessage.to_all,
        )
        .order_by(CaseMessage.seq)
    ).all()
    lines = lines_of(parent.region_id, parent.stream, visibility=[Visibility.PUBLIC])
    return Followed(course_of(parent), [line for line in lines if line.what in PROGRESS], messages)
