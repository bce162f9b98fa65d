"""Giving a case that is nobody's to whoever has the fewest, where a department wants it so."""

from datetime import datetime

from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.casework.actions.acts import assign
from desk.casework.events import HandlerWanted
from desk.casework.models import Handout
from desk.casework.queries.loads import kept_away, loads_for
from desk.casework.sharing import lightest
from desk.kernel.db import db
from desk.organisation.models import Department
from desk.organisation.queries import home_day


def give_by_load(news: HandlerWanted) -> None:
    """Assign a case by the rule of its department; it waits where there is none, or nobody is free.

    Departments are locked meanwhile, so that of two cases at once each counts the other.
    """
    case = news.case
    department = db.session.get(Department, case.department_id)
    if department is None or not department.by_load:
        return
    locked = select(Department.id).where(Department.id == department.id)
    db.session.execute(locked.with_for_update(key_share=True))
    day = home_day(news.at)
    user_id = lightest(loads_for(case, day), kept_away(case, day))
    if user_id is None:
        return
    _remember(department.id, user_id, news.at)
    assign(case.number, user_id, version=case.version, by=SYSTEM, now=news.at, rule="by_load")


def _remember(department_id: int, user_id: int, at: datetime) -> None:
    handout = db.session.get(Handout, (department_id, user_id), populate_existing=True)
    if handout is None:
        handout = Handout(department_id=department_id, user_id=user_id)
        db.session.add(handout)
    handout.given_at = at
