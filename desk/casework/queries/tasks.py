"""What departments besides the answering one are asked, for the case and for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.models import Case, CaseTask
from desk.casework.queries.scope import not_named
from desk.casework.words import TaskState
from desk.catalogue.models import ItemVersion
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.organisation.models import Department, Hall

COUNT_CAP = 100
PAGE = 25


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What a department may know of a case it is asked about: its item, and who answers it."""

    task: CaseTask
    number: str
    item: ItemVersion | None
    department: Department
    answering: Department | None
    hall: Hall


def tasks_within(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Give the condition for the tasks somebody may see or answer: those of their departments.

    Whoever the case names finds them nowhere.
    """
    seats = actor.seats_for(permission)
    reached = (
        and_(
            CaseTask.region_id.in_(sorted(seat.region_ids)),
            *([CaseTask.department_id == seat.department_id] if seat.department_id else []),
        )
        for seat in seats
    )
    return and_(or_(false(), *reached), not_named(actor))


def open_page(actor: Actor, cursor: Cursor | None, *, size: int = PAGE) -> Page[TaskRow]:
    """Give one page of what this person's departments still owe, the first due first."""
    statement = after(
        _rows(actor).where(CaseTask.state == TaskState.OPEN), cursor, CaseTask.due_at, CaseTask.id
    ).limit(size + 1)
    rows = [TaskRow(*row) for row in db.session.execute(statement)]
    return page_of(rows, cursor, size, lambda row: (row.task.due_at, row.task.id))


def open_count(actor: Actor) -> int:
    """Count what this person's departments still owe, up to a hundred."""
    some = _rows(actor).where(CaseTask.state == TaskState.OPEN).with_only_columns(CaseTask.id)
    counted = select(func.count()).select_from(some.limit(COUNT_CAP).subquery())
    return db.session.scalar(counted) or 0


def answered_page(actor: Actor, cursor: Cursor | None, *, size: int = PAGE) -> Page[TaskRow]:
    """Give one page of what this person's departments have answered, the newest first."""
    statement = after(
        _rows(actor).where(CaseTask.state == TaskState.ANSWERED),
        cursor,
        cast("InstrumentedAttribute[datetime]", CaseTask.ended_at),
        CaseTask.id,
        newest_first=True,
    ).limit(size + 1)
    rows = [TaskRow(*row) for row in db.session.execute(statement)]
    return page_of(rows, cursor, size, lambda row: (_ended(row.task), row.task.id))


def _ended(task: CaseTask) -> datetime:
    return task.ended_at or task.asked_at


def task_row(actor: Actor, key: UUID) -> TaskRow:
    """Find a task with what its department may know; raises NotFound out of reach."""
    row = db.session.execute(_rows(actor).where(CaseTask.id == key)).first()
    if row is None:
        raise NotFound(_l("There is no such task, or it is not yours to see."))
    return TaskRow(*row)


def task_of(actor: Actor, key: UUID) -> tuple[CaseTask, Case]:
    """Find a task with its case, locked when a transaction is open.

    Raises NotFound in the same words for one that is absent and one out of reach.
    """
    statement: Select[*tuple[Any, ...]] = (
        select(CaseTask, Case)
        .join(Case, and_(Case.region_id == CaseTask.region_id, Case.id == CaseTask.case_id))
        .where(CaseTask.id == key, tasks_within(actor, Permission.TASK_SEE))
    )
    if is_writing():
        statement = statement.with_for_update(of=(Case, CaseTask)).execution_options(
            populate_existing=True
        )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound(_l("There is no such task, or it is not yours to see."))
    return row[0], row[1]


def tasks_of(case: Case) -> Sequence[CaseTask]:
    """List what other departments were asked in a case, the oldest first."""
    return db.session.scalars(
        select(CaseTask).where(_of(case)).order_by(CaseTask.asked_at, CaseTask.id)
    ).all()


def count_open(case: Case) -> int:
    """Count the departments that still owe their part of a case; none before it is passed on."""
    if not case.hop:
        return 0
    counted = select(func.count()).where(_of(case), CaseTask.state == TaskState.OPEN)
    return db.session.scalar(counted) or 0


def _of(case: Case) -> ColumnElement[bool]:
    return and_(CaseTask.region_id == case.region_id, CaseTask.case_id == case.id)


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    answering = aliased(Department)
    return (
        select(CaseTask, Case.number, ItemVersion, Department, answering, Hall)
        .join(Case, and_(Case.region_id == CaseTask.region_id, Case.id == CaseTask.case_id))
        .join(Department, Department.id == CaseTask.department_id)
        .join(Hall, Hall.id == Case.hall_id)
        .outerjoin(answering, answering.id == Case.department_id)
        .outerjoin(ItemVersion, ItemVersion.id == Case.item_version_id)
        .where(tasks_within(actor, Permission.TASK_SEE))
    )
