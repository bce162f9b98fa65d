"""What other departments are asked, as rows: asked with a step, and dropped when it is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.events import CaseActed
from desk.casework.models import Case, CaseClock, CaseTask
from desk.casework.place import Place
from desk.casework.situation import TaskData
from desk.casework.words import PROMISES, Complexity, Status, TaskState
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.events import announce
from desk.kernel.ids import uuid7
from desk.organisation.models import Department
from desk.organisation.queries import limit_of
from desk.worktime.deadline import due

STEP = "task"
WHILE = frozenset({Status.ACCEPTED, Status.DISPATCHED, Status.HANDLING})
"""Where a case still waits for what others owe."""


def ask(
    case: Case,
    asked: Iterable[TaskData],
    clocks: Sequence[CaseClock],
    place: Place,
    *,
    by: Actor,
    now: datetime,
) -> list[CaseTask]:
    """Ask departments for their part of a case, due by its limit and never after the promise.

    Raises Invalid for a department of another place or one that takes no more work, Conflict for
    one that owes its part already.
    """
    made = []
    for n, task in enumerate(asked, 1):
        if not task:
            continue
        _check(case, n, task, place, now)
        made.append(
            CaseTask(
                region_id=case.region_id,
                id=uuid7(now),
                case_id=case.id,
                department_id=task.department_id,
                round=case.round,
                brief=task.brief.strip(),
                asked_by=by.user_id,
                asked_at=now,
                due_at=_due(case, clocks, place, now),
                state=TaskState.OPEN,
            )
        )
        db.session.add(made[-1])
    db.session.flush()
    return made


def record_asked(case: Case, tasks: Iterable[CaseTask], *, by: Actor, now: datetime) -> None:
    """Write into the case's chain whom it asks for their part, and tell the rooms above."""
    for task in tasks:
        announce(CaseActed(case, "ask_task", which(task), now, by))
        record(
            case.stream,
            "ask_task",
            region_id=case.region_id,
            by=by,
            now=now,
            visibility=Visibility.PUBLIC,
            body={"version": case.version, **which(task)},
        )


def which(task: CaseTask) -> dict[str, object]:
    """Say in the ledger which task is meant."""
    return {"task": task.id.hex, "department": task.department_id}


def drop_needless(case: Case, *, now: datetime) -> None:
    """Drop what nobody needs any more: the case is over, or whoever was asked now answers it."""
    statement = select(CaseTask).where(
        CaseTask.region_id == case.region_id,
        CaseTask.case_id == case.id,
        CaseTask.state == TaskState.OPEN,
    )
    if case.status in WHILE:
        statement = statement.where(CaseTask.department_id == (case.department_id or 0))
    for task in db.session.scalars(statement):
        task.state, task.ended_at = TaskState.DROPPED, now


def _check(case: Case, n: int, task: TaskData, place: Place, now: datetime) -> None:
    field = f"task_{n}_department"
    department = db.session.get(Department, task.department_id or 0)
    if department is None or department.region_id != case.region_id:
        raise Invalid(_l("Choose a department from the list."), field=field)
    if department.active_to is not None and department.active_to < place.day(now):
        raise Invalid(
            _l("This department no longer takes cases. Choose its successor."), field=field
        )
    if department.id == case.department_id:
        raise Invalid(_l("This department answers the case itself. Choose another."), field=field)
    open_one = select(CaseTask.id).where(
        CaseTask.region_id == case.region_id,
        CaseTask.case_id == case.id,
        CaseTask.department_id == department.id,
        CaseTask.state == TaskState.OPEN,
    )
    if db.session.scalar(open_one) is not None:
        raise Conflict(_l("This department was asked and has not answered yet."))


def _due(case: Case, clocks: Sequence[CaseClock], place: Place, now: datetime) -> datetime:
    """Say by when the part is due: by its own limit, or with the promise if that comes first."""
    table = place.timetable
    limit = limit_of(
        STEP,
        region=place.region,
        hall_id=case.hall_id,
        complexity=(case.complexity or Complexity.GENERAL).value,
        party=case.party_kind.value,
        on=place.day(now),
    )
    own = due(now, limit.n, limit.unit.value, table.calendar, table.hours, table.zone).due_at
    running = (c.due_at for c in clocks if c.step in PROMISES and c.stopped_at is None)
    return min([own, *(at for at in running if at > now)])
