"""Which saved replies somebody is offered, sees and keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission
from desk.casework.models import Case
from desk.kernel.db import db, is_writing
from desk.kernel.errors import NotFound
from desk.organisation.models import Region
from desk.organisation.queries import departments_of, halls_of, region_ids_above
from desk.writing.models import ReplyTemplate
from desk.writing.words import Reach, purposes_of

OFFERED = 50
LISTED = 500


@dataclass(frozen=True, slots=True)
class Shelf:
    """A place somebody keeps replies for. Ids that `reach` does not need are 0."""

    reach: Reach
    region_id: int
    hall_id: int = 0
    department_id: int = 0
    name_zh: str = ""
    name_en: str = ""

    @property
    def key(self) -> str:
        return f"{self.reach.value}-{self.hall_id or self.department_id or self.region_id}"


@dataclass(frozen=True, slots=True)
class Offered:
    """A saved reply as the list of a form shows it."""

    id: UUID
    title: str
    reach: Reach


def may_change(actor: Actor, row: ReplyTemplate) -> bool:
    """Tell whether somebody keeps this saved reply: their own, or that of a place they keep."""
    if row.reach is Reach.OWN:
        return row.user_id == actor.user_id and actor.may(Permission.REPLIES_OWN)
    return any(
        seat.reaches(row.region_id, row.hall_id, row.department_id or None)
        for seat in actor.seats_for(Permission.REPLIES_SHARE)
    )


def replies_for(actor: Actor, at: Case, form: str) -> Sequence[Offered]:
    """List what somebody is offered where a form of a case stands open, at most 50.

    Those of the case's own item come first, then one's own, then the nearest place's.
    """
    here = [
        seat
        for seat in actor.seats_for(Permission.CASE_READ)
        if seat.reaches(at.region_id, at.hall_id, at.department_id)
    ]
    shared = _shared_here(here, at)
    near = case(
        (ReplyTemplate.reach == Reach.OWN, 0),
        (ReplyTemplate.reach == Reach.DEPARTMENT, 1),
        (ReplyTemplate.reach == Reach.HALL, 2),
        else_=3,
    )
    for_item = case((ReplyTemplate.item_id.isnot(None), 0), else_=1)
    rows = db.session.execute(
        select(ReplyTemplate.id, ReplyTemplate.title, ReplyTemplate.reach)
        .where(
            ReplyTemplate.purpose.in_(sorted(purposes_of(form))),
            or_(ReplyTemplate.item_id.is_(None), ReplyTemplate.item_id == (at.item_id or 0)),
            or_(ReplyTemplate.user_id == (actor.user_id or -1), shared),
            ReplyTemplate.retired_at.is_(None),
        )
        .order_by(for_item, near, ReplyTemplate.title, ReplyTemplate.id)
        .limit(OFFERED)
    )
    return [Offered(*row) for row in rows]


def _shared_here(seats: Sequence[Seat], at: Case) -> ColumnElement[bool]:
    """Give the condition for what is shared with these seats, each of which reaches the case."""
    places: list[ColumnElement[bool]] = [ReplyTemplate.reach == Reach.REGION]
    if any(not seat.department_id for seat in seats):
        places.append(ReplyTemplate.hall_id == at.hall_id)
    if at.department_id and any(seat.department_id for seat in seats):
        places.append(ReplyTemplate.department_id == at.department_id)
    if not seats:
        return false()
    above = sorted(region_ids_above(at.region_id))
    return and_(ReplyTemplate.region_id.in_(above), or_(*places))


def one_offered(actor: Actor, at: Case, form: str, key: UUID) -> ReplyTemplate | None:
    """Find one of the saved replies that `replies_for` lists; None for any other."""
    if all(row.id != key for row in replies_for(actor, at, form)):
        return None
    return db.session.scalar(select(ReplyTemplate).where(ReplyTemplate.id == key))


def replies_of(actor: Actor) -> Sequence[ReplyTemplate]:
    """List the saved replies somebody sees on their page: own ones, and those they are offered.

    What is retired is listed to whoever keeps it, at the end.
    """
    rows = db.session.scalars(
        select(ReplyTemplate)
        .where(_seen_by(actor))
        .order_by(
            ReplyTemplate.retired_at.isnot(None),
            ReplyTemplate.reach != Reach.OWN,
            ReplyTemplate.purpose,
            ReplyTemplate.title,
            ReplyTemplate.id,
        )
        .limit(LISTED)
    )
    return [row for row in rows if row.retired_at is None or may_change(actor, row)]


def shared_replies(actor: Actor) -> Sequence[ReplyTemplate]:
    """List the shared replies somebody keeps, retired ones last."""
    return [
        row for row in replies_of(actor) if row.reach is not Reach.OWN and may_change(actor, row)
    ]


def reply_of(actor: Actor, key: UUID) -> ReplyTemplate:
    """Find a saved reply somebody sees, locked when a transaction is open; raises NotFound."""
    statement = select(ReplyTemplate).where(_seen_by(actor), ReplyTemplate.id == key)
    if is_writing():
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(statement)
    if row is None:
        raise NotFound(_l("There is no such saved reply, or it is not yours to see."))
    return row


def shelves_of(actor: Actor, region_id: int, today: date) -> Sequence[Shelf]:
    """List where somebody may keep a new reply in a region: for themselves first, then by place."""
    region = db.session.get_one(Region, region_id)
    shared = [
        Shelf(Reach.REGION, region_id, 0, 0, region.name_zh, region.name_en),
        *(
            Shelf(Reach.HALL, region_id, hall.id, 0, hall.name_zh, hall.name_en)
            for hall in halls_of(region_id, today)
        ),
        *(
            Shelf(Reach.DEPARTMENT, region_id, 0, place.id, place.name_zh, place.name_en)
            for place in departments_of(region_id, today)
        ),
    ]
    seats = actor.seats_for(Permission.REPLIES_SHARE)
    own = [Shelf(Reach.OWN, region_id)] if actor.may(Permission.REPLIES_OWN) else []
    return own + [
        shelf
        for shelf in shared
        if any(
            seat.reaches(region_id, shelf.hall_id, shelf.department_id or None) for seat in seats
        )
    ]


def own_count(actor: Actor) -> int:
    """Count the replies somebody keeps for themselves and has not retired."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(ReplyTemplate)
            .where(
                ReplyTemplate.user_id == (actor.user_id or -1), ReplyTemplate.retired_at.is_(None)
            )
        )
        or 0
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    seats = [
        *actor.seats_for(Permission.REPLIES_OWN),
        *actor.seats_for(Permission.REPLIES_SHARE),
    ]
    return or_(
        ReplyTemplate.user_id == (actor.user_id or -1), *(_shared_with(seat) for seat in seats)
    )


def _shared_with(seat: Seat) -> ColumnElement[bool]:
    """Give the condition for what is shared where a seat is: in its place, or in a region above."""
    above = frozenset().union(*(region_ids_above(region) for region in seat.region_ids))
    places: list[ColumnElement[bool]] = [ReplyTemplate.reach == Reach.REGION]
    if not seat.department_id:
        halls = ReplyTemplate.reach == Reach.HALL
        places.append(and_(halls, ReplyTemplate.hall_id == seat.hall_id) if seat.hall_id else halls)
    if not seat.hall_id:
        departments = ReplyTemplate.reach == Reach.DEPARTMENT
        places.append(
            and_(departments, ReplyTemplate.department_id == seat.department_id)
            if seat.department_id
            else departments
        )
    within = [
        place if n == 0 else and_(place, ReplyTemplate.region_id.in_(sorted(seat.region_ids)))
        for n, place in enumerate(places)
    ]
    return and_(ReplyTemplate.region_id.in_(sorted(above)), or_(*within))
