"""What becomes of open cases when a department or a hall ends, or a person leaves."""

from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from desk.access.actors import SYSTEM
from desk.access.permissions import Permission
from desk.approvals.words import ApprovalState
from desk.audit.models import Visibility
from desk.casework.actions import letters
from desk.casework.actions.acting import begin, finish
from desk.casework.models import Case
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.organisation.actions.departments import successor_of
from desk.organisation.events import DepartmentClosing, HallClosing
from desk.organisation.models import Department

BATCH = 50


class Succession(StrEnum):
    HAND_OVER = "hand_over"


def open_cases_of(department: Department) -> int:
    """Count the open cases a department answers for."""
    counted = select(func.count()).where(
        Case.region_id == department.region_id, Case.open, Case.department_id == department.id
    )
    return int(db.session.scalar(counted) or 0)


def cases_to_hand_over(department: Department, *, most: int = BATCH) -> list[str]:
    """List the numbers of open cases of a department, the most urgent first."""
    numbers = (
        select(Case.number)
        .where(
            Case.region_id == department.region_id, Case.open, Case.department_id == department.id
        )
        .order_by(Case.next_due_at, Case.id)
        .limit(most)
    )
    return list(db.session.scalars(numbers))


def hand_over(number: str, *, asked_by: int | None, now: datetime) -> Case:
    """Give a case to the department that succeeds its own; its status and its clocks go on.

    The desk does it for an administrator, who sees nothing of the case. Raises Conflict when the
    department has no successor that takes cases, or the case has ended.
    """
    context = begin(number, None, Permission.CASE_HAND_OVER, SYSTEM, now)
    case = context.case
    before = db.session.get(Department, case.department_id or 0)
    if before is None or not case.open:
        raise Conflict(_l("No department has this case now."))
    heir = successor_of(before, context.place.day(now))
    if heir is None:
        raise Conflict(_l("Name a successor that takes cases first."))
    case.department_id, case.handler_id = heir.id, None
    for clock in context.clocks:
        if clock.stopped_at is None and clock.department_id == before.id:
            clock.department_id, clock.user_id = heir.id, None
    for approval in context.approvals:
        if approval.state is ApprovalState.PENDING and approval.department_id == before.id:
            approval.department_id = heir.id
    body = {"department": heir.id, "from": before.id, "asked_by": asked_by}
    done = finish(context, Succession.HAND_OVER, SYSTEM, now, body, Visibility.PUBLIC)
    letters.owe(done, "passed_on", now=now)
    return done


def refuse_closing_department(news: DepartmentClosing) -> None:
    """Object to the end of a department that still has open cases."""
    left = open_cases_of(news.department)
    if left:
        raise Conflict(
            ngettext(
                "%(num)s case of this department is still open. Hand it over to its successor "
                "first.",
                "%(num)s cases of this department are still open. Hand them over to its successor "
                "first.",
                left,
            )
        )


def refuse_closing_hall(news: HallClosing) -> None:
    """Object to the end of a hall that still has open cases."""
    counted = select(func.count()).where(
        Case.region_id == news.hall.region_id, Case.open, Case.hall_id == news.hall.id
    )
    left = int(db.session.scalar(counted) or 0)
    if left:
        raise Conflict(
            ngettext(
                "%(num)s case of this hall is still open. A hall ends when its last case does.",
                "%(num)s cases of this hall are still open. A hall ends when its last case does.",
                left,
            )
        )
