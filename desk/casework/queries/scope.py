"""Which cases somebody may see. Every list, count, search and row begins here."""

from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, or_, select, true

from desk.access.actors import Actor, ActorKind, Seat
from desk.access.permissions import SECOND_PERSON, Permission, permissions_of
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.casework import disclosure
from desk.casework.models import Case, CaseNamed, Reply
from desk.casework.words import IdentityMode, Kind
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.organisation.queries import region_id_of

KEPT_STATEMENTS = 256
ABSENT = _l("There is no case with this number, or it is not yours to see.")


class Reach(NamedTuple):
    """Where a case is and who may know of whom: enough to say what may be loaded of it."""

    region_id: int
    id: UUID
    hall_id: int
    department_id: int | None
    kind: Kind
    identity_mode: IdentityMode


def cases_of(actor: Actor) -> Select[Case]:
    """Select the cases this person may read, in no order yet."""
    return select(Case).where(within(actor, Permission.CASE_READ))


def within(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Give the condition under which this person may do this to a case."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    if actor.kind is ActorKind.COMPLAINANT:
        if actor.case is None:
            return false()
        return and_(Case.region_id == actor.case[0], Case.id == actor.case[1])
    return or_(false(), *(seat_condition(seat, actor) for seat in actor.seats_for(permission)))


def seat_condition(seat: Seat, actor: Actor) -> ColumnElement[bool]:
    """Give the condition for the cases that one seat reaches, those that name its holder left out.

    Every list, count and search of staff is made of this, so whoever a case names finds it nowhere.
    """
    conditions: list[ColumnElement[bool]] = [Case.region_id.in_(sorted(seat.region_ids))]
    if len(seat.region_ids) == 1:
        conditions = [Case.region_id == next(iter(seat.region_ids))]
    if seat.hall_id:
        conditions.append(Case.hall_id == seat.hall_id)
    if seat.department_id:
        conditions.append(Case.department_id == seat.department_id)
    return and_(*conditions, not_named(actor))


def not_named(actor: Actor) -> ColumnElement[bool]:
    """Give the condition that a case keeps neither this person away nor whom they stand in for."""
    me, others = actor.user_id or 0, actor.stands_for
    return ~exists().where(
        CaseNamed.user_id.in_((me, *others)) if others else CaseNamed.user_id == me,
        CaseNamed.region_id == Case.region_id,
        CaseNamed.case_id == Case.id,
    )


def permissions_at(actor: Actor, case: Case) -> frozenset[Permission]:
    """List what this person may do to this case: by the seats that reach it, no others.

    Whoever stands in decides nothing that whom they stand in for has in hand, wrote or asked for.
    """
    if actor.kind is ActorKind.SYSTEM:
        return permissions_of(actor.seats[0].role)
    if actor.kind is ActorKind.COMPLAINANT:
        mine = actor.case == (case.region_id, case.id)
        return permissions_of(actor.seats[0].role) if mine else frozenset()
    found: set[Permission] = set()
    for seat in _seats_at(actor, case):
        own = seat.for_user is not None and _is_own(case, seat.for_user)
        found |= permissions_of(seat.role) - (SECOND_PERSON if own else frozenset())
    return frozenset(found)


def _seats_at(actor: Actor, case: Case) -> list[Seat]:
    here = (case.region_id, case.hall_id, case.department_id)
    return [seat for seat in actor.seats if seat.reaches(*here)]


def _is_own(case: Case, user_id: int) -> bool:
    """Tell whether somebody has a case in hand, answered it, or asked for something about it."""
    if case.handler_id == user_id:
        return True
    replied = exists().where(
        Reply.region_id == case.region_id,
        Reply.case_id == case.id,
        or_(Reply.author_id == user_id, Reply.reviewer_id == user_id),
    )
    asked = exists().where(
        Approval.region_id == case.region_id,
        Approval.subject_id == case.id,
        Approval.asked_by == user_id,
        Approval.state == ApprovalState.PENDING,
    )
    return bool(db.session.scalar(select(or_(replied, asked))))


def standing_in(actor: Actor, case: Case) -> dict[str, int]:
    """Say for the ledger in whose seat somebody acts, where it is not their own."""
    here = _seats_at(actor, case)
    own = {seat.role for seat in here if seat.for_user is None}
    for seat in here:
        if seat.for_user and (seat.role not in own or case.handler_id == seat.for_user):
            return {"for": seat.for_user}
    return {}


def lock_together(actor: Actor, *numbers: str) -> None:
    """Lock several cases in one order, so that two people who do so never wait for each other."""
    regions = {region_id_of(number.split("-", maxsplit=1)[0]) for number in numbers}
    db.session.execute(
        cases_of(actor)
        .with_only_columns(Case.id)
        .where(Case.region_id.in_(regions), Case.number.in_(numbers))
        .order_by(Case.id)
        .with_for_update(of=Case)
    ).all()


def may_see(actor: Actor, case: Case) -> bool:
    """Tell whether this person may read a case that is at hand."""
    statement = cases_of(actor).where(Case.region_id == case.region_id, Case.id == case.id)
    return db.session.scalar(statement.with_only_columns(Case.id)) is not None


def sees_identity(case: Case | Reach, actor: Actor) -> bool:
    """Tell whether somebody may learn who the complainant is."""
    seats = [
        seat
        for seat in actor.seats_for(Permission.CASE_READ)
        if seat.reaches(case.region_id, case.hall_id, case.department_id)
    ]
    return disclosure.may_know(case.kind, case.identity_mode, seats)


@lru_cache(maxsize=KEPT_STATEMENTS)
def _reached(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Build the question of `reach_of` once for each person."""
    columns = (Case.region_id, Case.id, Case.hall_id, Case.department_id, Case.kind)
    return select(*columns, Case.identity_mode).where(
        within(actor, Permission.CASE_READ),
        Case.region_id == bindparam("region_id"),
        Case.number == bindparam("number"),
    )


def reach_of(actor: Actor, number: str) -> Reach:
    """Find out what must be known of a case before it is loaded; raises NotFound as `case_of`."""
    region_id = region_id_of(number.split("-", maxsplit=1)[0])
    row: Any = db.session.execute(
        _reached(actor), {"region_id": region_id, "number": number}
    ).first()
    if row is None:
        raise NotFound(ABSENT)
    return Reach(*row)


@lru_cache(maxsize=KEPT_STATEMENTS)
def _numbered(actor: Actor, *, locked: bool) -> Select[Case]:
    """Build the question of `case_of` once for each person."""
    found = cases_of(actor).where(
        Case.region_id == bindparam("region_id"), Case.number == bindparam("number")
    )
    if not locked:
        return found
    return found.with_for_update(of=Case).execution_options(populate_existing=True)


def case_of(actor: Actor, number: str) -> Case:
    """Find a case by its number, locked when a transaction is open.

    Raises NotFound in the same words for a case that is absent and for one out of reach.
    """
    region_id = region_id_of(number.split("-", maxsplit=1)[0])
    key = {"region_id": region_id, "number": number}
    case = db.session.scalar(_numbered(actor, locked=is_writing()), key)
    if case is None:
        raise NotFound(ABSENT)
    return case
