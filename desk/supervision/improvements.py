"""Improvement items: whose they are to see, their list, and one with its cases."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission, permissions_of
from desk.casework.models import Case, CaseUndertaking
from desk.casework.queries.scope import cases_of, seat_condition
from desk.improvement.models import Undertaking
from desk.improvement.words import UndertakingKind, UndertakingState
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.kernel.paging import Cursor, Page, after, page_of

PAGE = 30
MOST_CASES = 100


def improvements_within(actor: Actor) -> ColumnElement[bool]:
    """Give the condition for the items somebody may see.

    A hall or a supervisor sees those of the region, a department its own and those of its cases.
    """
    seats = actor.seats_for(Permission.IMPROVEMENT_SEE)
    return and_(
        Undertaking.kind == UndertakingKind.IMPROVEMENT,
        or_(false(), *(_seat(seat, actor) for seat in seats)),
    )


def _seat(seat: Seat, actor: Actor) -> ColumnElement[bool]:
    region = Undertaking.region_id.in_(sorted(seat.region_ids))
    if not seat.department_id:
        return region
    shown = exists().where(
        CaseUndertaking.region_id == Undertaking.region_id,
        CaseUndertaking.undertaking_id == Undertaking.id,
        Case.region_id == CaseUndertaking.region_id,
        Case.id == CaseUndertaking.case_id,
        seat_condition(seat, actor),
    )
    return and_(region, or_(Undertaking.owner_department_id == seat.department_id, shown))


def improvements(
    actor: Actor, state: UndertakingState | None, cursor: Cursor | None, *, size: int = PAGE
) -> Page[Undertaking]:
    """List improvement items, the newest first."""
    statement = select(Undertaking).where(improvements_within(actor))
    if state:
        statement = statement.where(Undertaking.state == state)
    statement = after(
        statement, cursor, Undertaking.opened_at, Undertaking.id, newest_first=True
    ).limit(size + 1)
    rows = db.session.scalars(statement).all()
    return page_of(rows, cursor, size, lambda one: (one.opened_at, one.id))


def improvement_of(actor: Actor, key: UUID) -> Undertaking:
    """Find an item, locked when a transaction is open.

    Raises NotFound in the same words for one that is absent and one out of reach.
    """
    statement = select(Undertaking).where(Undertaking.id == key, improvements_within(actor))
    if is_writing():
        statement = statement.with_for_update(of=Undertaking).execution_options(
            populate_existing=True
        )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_l("There is no such improvement item, or it is not yours to see."))
    return found


def cases_at(actor: Actor, one: Undertaking) -> Sequence[Case]:
    """List the cases of an item that somebody may read, the newest first."""
    return db.session.scalars(
        cases_of(actor)
        .join(
            CaseUndertaking,
            and_(CaseUndertaking.region_id == Case.region_id, CaseUndertaking.case_id == Case.id),
        )
        .where(CaseUndertaking.region_id == one.region_id, CaseUndertaking.undertaking_id == one.id)
        .order_by(Case.filed_at.desc(), Case.id)
        .limit(MOST_CASES)
    ).all()


def may(actor: Actor, permission: Permission, one: Undertaking) -> bool:
    """Tell whether a seat that reaches the item's region and owner allows this."""
    return any(
        permission in permissions_of(seat.role)
        and one.region_id in seat.region_ids
        and seat.department_id in (0, one.owner_department_id)
        for seat in actor.seats
    )
