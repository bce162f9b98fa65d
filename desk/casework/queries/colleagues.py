"""Who works with a case, and so can be named in its notes."""

from datetime import datetime

from sqlalchemy import exists, select

from desk.access.permissions import GRANTS, Permission
from desk.accounts.models import Membership, User
from desk.accounts.queries import valid_on
from desk.casework.mentions import Colleague
from desk.casework.models import Case, CaseNamed
from desk.kernel.db import db
from desk.organisation.queries import home_day, region_ids_above

MOST = 300


def colleagues_of(case: Case, *, now: datetime) -> list[Colleague]:
    """List who reads this case by their seat, by name; whoever it names is left out."""
    kept_away = exists().where(
        CaseNamed.region_id == case.region_id,
        CaseNamed.case_id == case.id,
        CaseNamed.user_id == User.id,
    )
    rows = db.session.execute(
        select(User.id, User.login, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role.in_(GRANTS[Permission.CASE_READ]),
            Membership.region_id.in_(region_ids_above(case.region_id)),
            Membership.hall_id.in_((0, case.hall_id)),
            Membership.department_id.in_((0, case.department_id or 0)),
            User.disabled_at.is_(None),
            valid_on(home_day(now)),
            ~kept_away,
        )
        .distinct()
        .order_by(User.name, User.id)
        .limit(MOST)
    )
    return [Colleague(*row) for row in rows]
