"""At which cases nobody is left whose turn it is, as a condition for lists."""

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from desk.access.permissions import Role
from desk.accounts.models import Absence, Membership, User
from desk.accounts.queries import away_on, valid_on
from desk.casework.models import Case, CaseNamed, Reply
from desk.casework.queries.narrowing import TODAY
from desk.casework.words import REFUSALS, Kind, Status

WITH_WINDOW = (Status.SUBMITTED, Status.SUPPLEMENT, Status.ACCEPTED, Status.REPLIED)
WITH_DEPARTMENT = (Status.DISPATCHED, Status.HANDLING)
DEPARTMENT_ROLES = (Role.HANDLER, Role.LEAD)


def left_alone() -> ColumnElement[bool]:
    """Say at which cases a supervisor has to step in, as `line.in_line` says it of one.

    Where nobody works any more is asked once a list; one by one only of cases that keep somebody
    away, that wait for a review, or that were answered.
    """
    by_window, by_department = Case.status.in_(WITH_WINDOW), Case.status.in_(WITH_DEPARTMENT)
    keeps_away = Case.id.in_(select(CaseNamed.case_id))
    reviewed_in_it = and_(
        Case.status == Status.REPLY_REVIEW,
        Case.kind == Kind.COMPLAINT,
        Case.outcome.notin_(sorted(REFUSALS)),
    )
    asks = or_(keeps_away, Case.status == Status.REPLIED)
    return or_(
        and_(by_window, Case.hall_id.notin_(_places(Membership.hall_id, Role.CLERK))),
        and_(
            by_department,
            Case.department_id.notin_(_places(Membership.department_id, *DEPARTMENT_ROLES)),
        ),
        and_(by_window, asks, ~_somebody(Membership.hall_id == Case.hall_id, _clerk())),
        and_(by_department, keeps_away, ~_somebody(_in_department(), _worker())),
        and_(reviewed_in_it, ~_somebody(_in_department(), _reviewer())),
    )


def _in_department() -> ColumnElement[bool]:
    return Membership.department_id == Case.department_id


def _clerk() -> ColumnElement[bool]:
    return and_(Membership.role == Role.CLERK, ~_took_part(Case.status == Status.REPLIED))


def _worker() -> ColumnElement[bool]:
    return Membership.role.in_(DEPARTMENT_ROLES)


def _reviewer() -> ColumnElement[bool]:
    """Give the condition for who reviews: a lead or the head, and not of a reply of their own."""
    may = or_(Membership.role == Role.LEAD, and_(Membership.is_head, _worker()))
    return and_(may, ~_took_part())


def _took_part(*when: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that somebody wrote or reviewed the newest reply of a case."""
    later = Reply.__table__.alias()
    is_newest = ~exists().where(
        later.c.region_id == Reply.region_id,
        later.c.case_id == Reply.case_id,
        later.c.n > Reply.n,
    ).correlate(Reply)
    who = or_(Reply.author_id == Membership.user_id, Reply.reviewer_id == Membership.user_id)
    of_case = and_(Reply.region_id == Case.region_id, Reply.case_id == Case.id)
    return exists().where(of_case, who, is_newest, *when).correlate(Case, Membership)


def _places(place: InstrumentedAttribute[int], *roles: Role) -> Select[int]:
    """Select where somebody of these roles works today."""
    return (
        select(place)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role.in_(roles), _works())
    )


def _somebody(*who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that somebody is there whom the case does not keep away."""
    is_kept = (
        exists()
        .where(
            CaseNamed.user_id == Membership.user_id,
            CaseNamed.region_id == Case.region_id,
            CaseNamed.case_id == Case.id,
        )
        .correlate(Case, Membership)
    )
    mine = User.id == Membership.user_id
    return exists().where(mine, _works(), ~is_kept, *who).correlate(Case)


def _works() -> ColumnElement[bool]:
    """Say that somebody has their seat today and is not away, as `line.in_line` asks."""
    is_away = exists().where(Absence.user_id == Membership.user_id, away_on(TODAY))
    return and_(User.disabled_at.is_(None), valid_on(TODAY), ~is_away.correlate(Membership))
