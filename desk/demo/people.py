"""What the demo's staff have been told lately, and where they are written to."""

from datetime import datetime, timedelta

from sqlalchemy import select

from desk.accounts.reaching import seal_email
from desk.casework.actions.notices import tell
from desk.casework.models import Case
from desk.casework.words import Status
from desk.demo.place import Place
from desk.kernel.db import db
from desk.notify.actions import mark_read
from desk.notify.notices import Notice

MOST_TOLD = 150
STAYS_UNREAD = timedelta(days=3)
TOLD = {
    Status.DISPATCHED: Notice.ASSIGNED,
    Status.HANDLING: Notice.ASSIGNED,
    Status.REPLY_REVIEW: Notice.DECISION,
}


def tell_lately(place: Place, *, now: datetime) -> None:
    """Tell staff of the newest open cases as the desk would have done; older news is read."""
    cases = db.session.scalars(
        select(Case)
        .where(Case.region_id == place.region.id, Case.open, Case.status.in_(list(TOLD)))
        .order_by(Case.filed_at.desc(), Case.id)
        .limit(MOST_TOLD)
    ).all()
    for case in reversed(cases):
        at = min(now, (case.accepted_at or case.filed_at) + timedelta(hours=2))
        department = case.department_id or 0
        lead = place.leads[department]
        whom = [lead.id] if case.status is Status.REPLY_REVIEW else [case.handler_id or lead.id]
        tell(case, TOLD[case.status], whom, key="demo", now=at)
        if case.round and case.handler_id:
            tell(case, Notice.RETURNED, [case.handler_id], key="demo", now=at)
    for user in place.staff.values():
        mark_read(user.id, until=now - STAYS_UNREAD, now=now)
    for login, user in place.staff.items():
        user.email_e = seal_email(user.id, f"{login}@desk.example")
