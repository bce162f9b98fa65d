"""Keeping away from a case whoever it names, or whoever says that they have an interest in it."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.accounts.models import User
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.actions.joining import keep_away_too
from desk.casework.actions.move import check_version, stream_of
from desk.casework.models import Case, CaseNamed, NamedBasis
from desk.casework.queries.scope import case_of, permissions_at
from desk.kernel.db import db
from desk.kernel.errors import Invalid, NotAllowed


def name_staff(number: str, login: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Keep a member of staff away from a case that names them, from this moment and for good.

    They find it nowhere any more; a case they had in hand waits for somebody else of their
    department. Raises Invalid for a sign-in name nobody has.
    """
    case = _open(number, version, Permission.CASE_NAME, by)
    user_id = db.session.scalar(select(User.id).where(User.login == login.strip()))
    if user_id is None:
        raise Invalid(
            _l("Nobody signs in with this name. Look it up in the list of staff."), field="login"
        )
    return _keep_away(case, user_id, NamedBasis.NAMED, by=by, now=now)


def declare_interest(number: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Step back from a case: whoever acts does not see it again, and others go on with it."""
    case = _open(number, version, Permission.CASE_STEP_BACK, by)
    if by.user_id is None:
        raise NotAllowed(_l("Only somebody of the staff can step back from a case."))
    return _keep_away(case, by.user_id, NamedBasis.DECLARED, by=by, now=now)


def keep_rated_away(case: Case, user_ids: set[int], *, now: datetime) -> None:
    """Keep away from the case of a bad rating whoever was rated, without a line of its own."""
    for user_id in sorted(user_ids):
        _name(case, user_id, NamedBasis.RATED, by=None, now=now)


def _open(number: str, version: int, permission: Permission, by: Actor) -> Case:
    case = case_of(by, number)
    check_version(case, version)
    if permission not in permissions_at(by, case):
        raise NotAllowed(_l("Your role does not include this. Ask your lead if it should."))
    return case


def _keep_away(case: Case, user_id: int, basis: NamedBasis, *, by: Actor, now: datetime) -> Case:
    _name(case, user_id, basis, by=by.user_id, now=now)
    if case.parent_id is not None:
        parent = db.session.get_one(Case, (case.region_id, case.parent_id))
        keep_away_too(
            parent, db.session.get_one(CaseNamed, (case.region_id, case.id, user_id)), now=now
        )
    if case.handler_id == user_id:
        case.handler_id = None
    flag_modified(case, "needs")
    db.session.flush()
    record(
        stream_of(case),
        "name_staff",
        region_id=case.region_id,
        by=by,
        now=now,
        visibility=Visibility.SUPERVISORS,
        body={"version": case.version, "named": user_id, "basis": basis.value},
    )
    return case


def _name(case: Case, user_id: int, basis: NamedBasis, *, by: int | None, now: datetime) -> None:
    if db.session.get(CaseNamed, (case.region_id, case.id, user_id)) is None:
        db.session.add(
            CaseNamed(
                region_id=case.region_id,
                case_id=case.id,
                user_id=user_id,
                basis=basis,
                added_at=now,
                by_user_id=by,
            )
        )
        db.session.flush()
