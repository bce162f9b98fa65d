"""What a supervisor decided before about whose an item is."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.models import Case, CaseMessage, Ruling
from desk.casework.queries.scope import within
from desk.casework.words import MessageKind
from desk.kernel.db import db
from desk.organisation.actions.departments import successor_of
from desk.organisation.models import Department


@dataclass(frozen=True, slots=True)
class Ruled:
    """A binding decision on an item: for which department now, by whom and when.

    `number` and `why` are empty for whoever may not read the case it was decided in.
    """

    department_id: int
    decided_by: int
    decided_at: datetime
    number: str
    why: str


def ruling_on(actor: Actor, case: Case, today: date) -> Ruled | None:
    """Find the newest binding decision on the item of a case.

    Of a department that has closed its successor takes the place; none stands where there is none.
    """
    if case.item_id is None:
        return None
    ruling = db.session.scalar(
        select(Ruling)
        .where(Ruling.region_id == case.region_id, Ruling.item_id == case.item_id)
        .order_by(Ruling.decided_at.desc(), Ruling.id.desc())
        .limit(1)
    )
    if ruling is None:
        return None
    department = db.session.get_one(Department, ruling.department_id)
    if department.active_to is not None and department.active_to < today:
        successor = successor_of(department, today)
        if successor is None:
            return None
        department = successor
    number, why = _told(actor, ruling)
    return Ruled(department.id, ruling.decided_by, ruling.decided_at, number, why)


def _told(actor: Actor, ruling: Ruling) -> tuple[str, str]:
    number = db.session.scalar(
        select(Case.number).where(
            Case.region_id == ruling.region_id,
            Case.id == ruling.case_id,
            within(actor, Permission.CASE_READ),
        )
    )
    if number is None:
        return "", ""
    why = db.session.scalar(
        select(CaseMessage.body).where(
            CaseMessage.region_id == ruling.region_id,
            CaseMessage.case_id == ruling.case_id,
            CaseMessage.kind == MessageKind.REASON,
            CaseMessage.user_id == ruling.decided_by,
            CaseMessage.at == ruling.decided_at,
        )
    )
    return number, why or ""
