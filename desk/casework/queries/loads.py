"""What the handlers of a department have in hand."""

from datetime import date

from sqlalchemy import and_, exists, func, select

from desk.access.permissions import Role
from desk.accounts.models import Absence, Membership, User
from desk.accounts.queries import away_on, stand_ins_of, valid_on
from desk.casework.models import Case, CaseNamed, Handout
from desk.casework.sharing import Load
from desk.kernel.db import db


def loads_for(case: Case, day: date) -> list[Load]:
    """Give every handler of the department that has a case, with their open cases."""
    is_away = exists().where(Absence.user_id == User.id, away_on(day))
    handlers = db.session.execute(
        select(User.id, Handout.given_at, is_away, User.disabled_at.isnot(None))
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(
            Handout,
            and_(Handout.user_id == User.id, Handout.department_id == case.department_id),
        )
        .where(
            Membership.department_id == case.department_id,
            Membership.role == Role.HANDLER,
            valid_on(day),
        )
        .distinct()
    ).all()
    counted = db.session.execute(
        select(Case.handler_id, func.count())
        .where(
            Case.open,
            Case.region_id == case.region_id,
            Case.handler_id.in_([row[0] for row in handlers]),
        )
        .group_by(Case.handler_id)
    )
    open_cases = {row[0]: row[1] for row in counted}
    return [
        Load(user_id, open_cases.get(user_id, 0), given_at, is_away=away, is_disabled=disabled)
        for user_id, given_at, away, disabled in handlers
    ]


def kept_away(case: Case, day: date) -> frozenset[int]:
    """Say whom a case keeps away: those it names, and whoever stands in for them."""
    named = db.session.scalars(
        select(CaseNamed.user_id).where(
            CaseNamed.region_id == case.region_id, CaseNamed.case_id == case.id
        )
    ).all()
    return frozenset((*named, *stand_ins_of(named, day))) if named else frozenset()
