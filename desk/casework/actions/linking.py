"""Saying that two cases have to do with one another, and taking it back."""

from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.actions.acting import begin, finish
from desk.casework.models import Case, CaseLink
from desk.casework.numbers import parse_case_number
from desk.casework.queries.scope import cases_of
from desk.casework.words import LinkKind
from desk.kernel.db import db
from desk.kernel.errors import Invalid

MOST = 50
LONGEST_NOTE = 200


class Act(StrEnum):
    LINK = "link"
    UNLINK = "unlink"


def link(number: str, kind: LinkKind, to: str, note: str = "", *, by: Actor, now: datetime) -> Case:
    """Link a case to another that this person may see; it overwrites nothing, so no version.

    Raises Invalid for one out of reach, the case itself, or a link that is there already.
    """
    context = begin(number, None, Permission.CASE_LINK, by, now)
    case = context.case
    other = _other(case, to, by)
    if db.session.scalar(select(CaseLink.kind).where(_between(case, other), CaseLink.kind == kind)):
        raise Invalid(_l("These two cases are linked already."), field="to")
    count = select(func.count()).where(
        CaseLink.region_id == case.region_id, CaseLink.case_id == case.id
    )
    if (db.session.scalar(count) or 0) >= MOST:
        raise Invalid(_l("A case can have 50 links. Take one away first."), field="to")
    db.session.add(
        CaseLink(
            region_id=case.region_id,
            case_id=case.id,
            kind=kind,
            to_number=other.number,
            note=note,
            linked_by=by.user_id,
            linked_at=now,
        )
    )
    return finish(context, Act.LINK, by, now, {"kind": kind.value, "other": other.id.hex})


def unlink(number: str, kind: LinkKind, to: str, *, by: Actor, now: datetime) -> Case:
    """Take a link away, whichever of the two it was made at; raises Invalid where there is none."""
    context = begin(number, None, Permission.CASE_LINK, by, now)
    case = context.case
    other = _other(case, to, by)
    gone = db.session.execute(
        delete(CaseLink)
        .where(_between(case, other), CaseLink.kind == kind)
        .returning(CaseLink.case_id)
    ).all()
    if not gone:
        raise Invalid(_l("There is no such link any more."), field="to")
    return finish(context, Act.UNLINK, by, now, {"kind": kind.value, "other": other.id.hex})


def _other(case: Case, typed: str, by: Actor) -> Case:
    """Find the other case without locking it: two people may link two cases to one another."""
    other = db.session.scalar(
        cases_of(by).where(
            Case.region_id == case.region_id, Case.number == (parse_case_number(typed) or "")
        )
    )
    if other is None:
        raise Invalid(
            _l("There is no case with this number, or it is not yours to see."), field="to"
        )
    if other.id == case.id:
        raise Invalid(_l("This is the case itself. Write the number of the other."), field="to")
    return other


def _between(one: Case, other: Case) -> ColumnElement[bool]:
    return and_(
        CaseLink.region_id == one.region_id,
        or_(
            and_(CaseLink.case_id == one.id, CaseLink.to_number == other.number),
            and_(CaseLink.case_id == other.id, CaseLink.to_number == one.number),
        ),
    )
