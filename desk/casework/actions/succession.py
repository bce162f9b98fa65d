"""What becomes of open cases when a department or a hall ends, or a person leaves."""

from datetime import date, datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from desk.access.actors import SYSTEM
from desk.access.permissions import GRANTS, Permission
from desk.accounts.events import SeatsEnded
from desk.accounts.models import Membership, User
from desk.approvals.words import ApprovalState
from desk.audit.models import Visibility
from desk.casework.actions import letters
from desk.casework.actions.acting import begin, finish
from desk.casework.models import Case
from desk.jobs.actions import enqueue
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.organisation.actions.departments import successor_of
from desk.organisation.events import DepartmentClosing, HallClosing
from desk.organisation.models import Department, Region

BATCH = 50


RELEASE = "release"
"""The name of the work that takes cases from whoever may no longer have them."""


class Succession(StrEnum):
    HAND_OVER = "hand_over"
    RELEASE = "release"


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


def release_soon(news: SeatsEnded) -> None:
    """Ask the worker to take cases from whoever may no longer have them."""
    enqueue(RELEASE, news.at.isoformat(), run_at=news.at, now=news.at)


def cases_left_behind(today: date, *, most: int = BATCH) -> list[str]:
    """List open cases whose handler left, or has no seat any more that reaches them."""
    found = (
        select(Case.number)
        .where(Case.open, Case.handler_id.isnot(None), ~_still_theirs(today))
        .order_by(Case.region_id, Case.id)
        .limit(most)
    )
    return list(db.session.scalars(found))


def _still_theirs(today: date) -> ColumnElement[bool]:
    """Give the condition that the handler of a case holds a seat today in which to handle it."""
    above, here = aliased(Region), aliased(Region)
    return (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .join(above, above.id == Membership.region_id)
        .join(here, here.path.startswith(above.path))
        .where(
            Membership.user_id == Case.handler_id,
            User.disabled_at.is_(None),
            Membership.role.in_(sorted(GRANTS[Permission.CASE_TAKE])),
            Membership.from_on <= today,
            or_(Membership.to_on.is_(None), Membership.to_on >= today),
            here.id == Case.region_id,
            or_(Membership.hall_id == 0, Membership.hall_id == Case.hall_id),
            or_(Membership.department_id == 0, Membership.department_id == Case.department_id),
        )
        .exists()
    )


def release(number: str, *, now: datetime) -> bool:
    """Take a case from a handler who may no longer have it; it waits for somebody to take it.

    Status, clocks and the promise stay. False when the handler may have it after all.
    """
    context = begin(number, None, Permission.CASE_HAND_OVER, SYSTEM, now)
    case = context.case
    theirs = select(Case.id).where(
        Case.region_id == case.region_id, Case.id == case.id, _still_theirs(now.date())
    )
    if not case.open or case.handler_id is None or db.session.scalar(theirs) is not None:
        return False
    former, case.handler_id = case.handler_id, None
    for clock in context.clocks:
        if clock.stopped_at is None and clock.user_id == former:
            clock.user_id = None
    finish(context, Succession.RELEASE, SYSTEM, now, {"handler": former})
    return True


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
