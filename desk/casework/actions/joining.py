"""Joining a case to another on the same matter, and parting them again."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from desk.access.actors import Actor
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.models import Case, CaseNamed
from desk.casework.numbers import parse_case_number
from desk.casework.queries.scope import case_of
from desk.casework.words import Kind
from desk.kernel.db import db
from desk.kernel.errors import Invalid, NotFound


def find_parent(case: Case, typed: str, *, by: Actor) -> Case:
    """Find the case another is to be joined to, and lock it.

    Raises Invalid for one out of reach, of another place, ended, of a rating, or the case itself.
    """
    number = parse_case_number(typed)
    try:
        parent = case_of(by, number or "")
    except NotFound:
        raise Invalid(
            _l("There is no case with this number, or it is not yours to see."), field="parent"
        ) from None
    if parent.id == case.id:
        raise Invalid(_l("This is the case itself. Write the number of the other."), field="parent")
    if parent.region_id != case.region_id or parent.kind is not Kind.COMPLAINT:
        raise Invalid(
            _l("Only a complaint of the same place can take this one in."), field="parent"
        )
    if not parent.open:
        raise Invalid(
            _l("That case has ended. Join this one to a case that is still open."), field="parent"
        )
    return parent


def join(case: Case, parent: Case, *, by: Actor, now: datetime) -> None:
    """Tell the parent's chain of the case that joins it, and keep away whoever that one names."""
    named = db.session.scalars(
        select(CaseNamed).where(CaseNamed.region_id == case.region_id, CaseNamed.case_id == case.id)
    ).all()
    for person in named:
        keep_away_too(parent, person, now=now)
    flag_modified(parent, "needs")
    _line(parent, "join", case, by, now, {"version": parent.version + 1})


def keep_away_too(parent: Case, person: CaseNamed, *, now: datetime) -> None:
    """Keep somebody away from a case as well, because one that was joined to it names them."""
    key = (parent.region_id, parent.id, person.user_id)
    if db.session.get(CaseNamed, key) is not None:
        return
    db.session.add(
        CaseNamed(
            region_id=parent.region_id,
            case_id=parent.id,
            user_id=person.user_id,
            basis=person.basis,
            added_at=now,
            by_user_id=person.by_user_id,
        )
    )
    if parent.handler_id == person.user_id:
        parent.handler_id = None


def part(case: Case, *, by: Actor, now: datetime) -> None:
    """Tell the parent's chain that a case was taken out of it again."""
    parent = db.session.get_one(Case, (case.region_id, case.parent_id))
    _line(parent, "part", case, by, now)


def tell_parent(case: Case, what: str, *, by: Actor, now: datetime) -> None:
    """Tell the parent's chain what came in a case that was joined to it."""
    parent = db.session.get_one(Case, (case.region_id, case.parent_id))
    _line(parent, what, case, by, now)


def _line(
    parent: Case,
    what: str,
    case: Case,
    by: Actor,
    now: datetime,
    more: dict[str, Any] | None = None,
) -> None:
    """Write the line; the key of the joined case is in it, so that nobody has to guess."""
    record(
        parent.stream,
        what,
        region_id=parent.region_id,
        by=by,
        now=now,
        visibility=Visibility.TEAM,
        body={"joined": case.id.hex, **(more or {})},
    )
