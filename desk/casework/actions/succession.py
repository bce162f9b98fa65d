"""What becomes of open cases when a department or a hall ends, or a person leaves."""

from datetime import date, datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from desk.access.actors import SYSTEM
from desk.access.permissions import GRANTS, Permission
from desk.accounts.events import SeatsEnded
from desk.accounts.models import Membership, User
from desk.approvals.words import ApprovalState
from desk.audit.models import Visibility
from desk.casework.actions import letters, tasks
from desk.casework.actions.acting import begin, finish
from desk.casework.events import CaseActed
from desk.casework.models import Case, CaseTask
from desk.casework.queries.context import Context
from desk.casework.words import TaskState
from desk.jobs.actions import enqueue
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.kernel.events import announce
from desk.organisation.actions.departments import successor_of
from desk.organisation.events import DepartmentClosing, HallClosing
from desk.organisation.models import Department, Region

BATCH = 50


RELEASE = "release"
"""The name of the work that takes cases from whoever may no longer have them."""


class Succession(StrEnum):
    HAND_OVER = "hand_over"
    HAND_OVER_PART = "hand_over_part"
    RELEASE = "release"


def _theirs(department: Department) -> ColumnElement[bool]:
    """Give the condition for the open cases a department answers, or owes its part of."""
    owes = select(CaseTask.id).where(
        CaseTask.region_id == Case.region_id,
        CaseTask.case_id == Case.id,
        CaseTask.department_id == department.id,
        CaseTask.state == TaskState.OPEN,
    )
    return and_(
        Case.region_id == department.region_id,
        Case.open,
        or_(Case.department_id == department.id, owes.exists()),
    )


def open_cases_of(department: Department) -> int:
    """Count the open cases a department answers, or owes its part of."""
    counted = select(func.count()).select_from(Case).where(_theirs(department))
    return int(db.session.scalar(counted) or 0)


def cases_to_hand_over(department: Department, *, most: int = BATCH) -> list[str]:
    """List the numbers of open cases of a department, the most urgent first."""
    numbers = select(Case.number).where(_theirs(department))
    return list(db.session.scalars(numbers.order_by(Case.next_due_at, Case.id).limit(most)))


def hand_over(number: str, department_id: int, *, asked_by: int | None, now: datetime) -> Case:
    """Give what a department has of a case to its successor; status and clocks go on.

    That is the case, its part of it, or both. The desk does it for an administrator, who sees
    nothing of the case. Raises Conflict when the department has no successor that takes cases, or
    nothing of this case.
    """
    context = begin(number, None, Permission.CASE_HAND_OVER, SYSTEM, now)
    case = context.case
    before = db.session.get_one(Department, department_id)
    heir = successor_of(before, context.place.day(now))
    if heir is None:
        raise Conflict(_l("Name a successor that takes cases first."))
    parts, theirs_already = _parts_of(case, before), bool(_parts_of(case, heir))
    if not case.open or (case.department_id != before.id and not parts):
        raise Conflict(_l("No department has this case now."))
    answers = case.department_id == before.id
    if answers:
        case.department_id, case.handler_id = heir.id, None
        _pass_on(context, before, heir)
    for part in parts:
        if theirs_already or case.department_id == heir.id:
            part.state, part.ended_at = TaskState.DROPPED, now
        else:
            part.department_id = heir.id
            announce(CaseActed(case, "ask_task", tasks.which(part), now, SYSTEM))
    with db.session.no_autoflush:
        tasks.drop_needless(case, now=now)
    body = {"from": before.id, "asked_by": asked_by, "parts": len(parts)}
    if answers:
        body["department"] = heir.id
    visibility = Visibility.PUBLIC if answers else Visibility.TEAM
    act = Succession.HAND_OVER if answers else Succession.HAND_OVER_PART
    done = finish(context, act, SYSTEM, now, body, visibility)
    if answers:
        letters.owe(done, "passed_on", now=now)
    return done


def _parts_of(case: Case, department: Department) -> list[CaseTask]:
    return list(
        db.session.scalars(
            select(CaseTask).where(
                CaseTask.region_id == case.region_id,
                CaseTask.case_id == case.id,
                CaseTask.department_id == department.id,
                CaseTask.state == TaskState.OPEN,
            )
        )
    )


def _pass_on(context: Context, before: Department, heir: Department) -> None:
    """Let clocks and requests that were a department's be its successor's."""
    for clock in context.clocks:
        if clock.stopped_at is None and clock.department_id == before.id:
            clock.department_id, clock.user_id = heir.id, None
    for approval in context.approvals:
        if approval.state is ApprovalState.PENDING and approval.department_id == before.id:
            approval.department_id = heir.id


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
