"""Finding the occasion somebody wants to rate: by its link, its queue ticket, or at its window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select

from desk.catalogue.models import Item, ItemVersion
from desk.kernel.db import db
from desk.kernel.vault import hashes
from desk.organisation.models import Department, Hall, Window
from desk.ratings.models import EventSource, Rating, RatingToken, ServiceEvent

LOOKS_BACK = timedelta(hours=24)
"""How old an occasion may be that is found by a queue ticket: their numbers begin anew each day."""

LISTED = 30
ITEMS = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a rating belongs that has no occasion: a window, and who sits there."""

    region_id: int
    hall_id: int
    department_id: int
    window_id: int | None


def is_rated(event: ServiceEvent, round_: int = 1) -> bool:
    """Tell whether an occasion has been rated in a round."""
    found = select(Rating.id).where(
        Rating.region_id == event.region_id,
        Rating.service_event_id == event.id,
        Rating.round == round_,
    )
    return db.session.scalar(found) is not None


def window_by_code(code: str, today: date) -> tuple[Window, Hall] | None:
    """Find the window, with its hall, whose poster carries a code; None when it is closed."""
    row = db.session.execute(
        select(Window, Hall)
        .join(Hall, Hall.id == Window.hall_id)
        .where(Window.qr_code == code, (Window.active_to.is_(None)) | (Window.active_to >= today))
    ).first()
    return (row[0], row[1]) if row else None


def spot_of(window: Window, hall: Hall) -> Spot:
    """Say where a rating belongs that is of no occasion.

    At a window for everything no department sits: then it is that of the newest occasion there, or
    the region's first. It is not scored, so no department's figures move.
    """
    department_id = window.department_id or db.session.scalar(
        select(ServiceEvent.department_id)
        .where(ServiceEvent.region_id == hall.region_id, ServiceEvent.window_id == window.id)
        .order_by(ServiceEvent.occurred_at.desc())
        .limit(1)
    )
    if department_id is None:
        department_id = db.session.scalars(
            select(Department.id)
            .where(Department.region_id == hall.region_id)
            .order_by(Department.id)
            .limit(1)
        ).one()
    return Spot(hall.region_id, hall.id, department_id, window.id)


def occasion_by_ticket(
    region_id: int, window_id: int, ticket: str, *, at: datetime
) -> ServiceEvent | None:
    """Find the newest unrated occasion of a window within a day by its queue ticket or number."""
    wanted = func.upper(ticket)
    return _newest(
        region_id,
        window_id,
        or_(
            func.upper(ServiceEvent.project_no) == wanted,
            func.upper(ServiceEvent.service_no) == wanted,
        ),
        at=at,
    )


def occasion_by_phone(
    region_id: int, window_id: int, phone: str, *, at: datetime
) -> ServiceEvent | None:
    """Find the newest unrated occasion of a window within a day by whose matter it was."""
    known = ServiceEvent.applicant_h == hashes().index("phone", phone)
    return _newest(region_id, window_id, known, at=at)


def _newest(
    region_id: int, window_id: int, condition: ColumnElement[bool], *, at: datetime
) -> ServiceEvent | None:
    return db.session.scalars(
        select(ServiceEvent)
        .where(
            ServiceEvent.region_id == region_id,
            ServiceEvent.window_id == window_id,
            ServiceEvent.source != EventSource.CASE,
            ServiceEvent.occurred_at > at - LOOKS_BACK,
            ServiceEvent.occurred_at <= at,
            condition,
            _unrated(),
        )
        .order_by(ServiceEvent.occurred_at.desc(), ServiceEvent.id.desc())
        .limit(1)
    ).first()


def _unrated() -> ColumnElement[bool]:
    return ~exists().where(
        Rating.region_id == ServiceEvent.region_id,
        Rating.service_event_id == ServiceEvent.id,
        Rating.round == 1,
    )


def unrated_at(region_id: int, window_id: int, *, now: datetime) -> Sequence[ServiceEvent]:
    """List up to 30 occasions of a window within a day that nobody has rated, newest first."""
    return db.session.scalars(
        select(ServiceEvent)
        .where(
            ServiceEvent.region_id == region_id,
            ServiceEvent.window_id == window_id,
            ServiceEvent.source != EventSource.CASE,
            ServiceEvent.occurred_at > now - LOOKS_BACK,
            _unrated(),
        )
        .order_by(ServiceEvent.occurred_at.desc(), ServiceEvent.id.desc())
        .limit(LISTED)
    ).all()


def event_at(region_id: int, window_id: int, event_id: UUID) -> ServiceEvent | None:
    """Find an occasion by its id, if it was at this window."""
    event = db.session.get(ServiceEvent, (region_id, event_id))
    return event if event is not None and event.window_id == window_id else None


def tokens_of(event: ServiceEvent) -> int:
    """Count the links that were drawn for an occasion."""
    count = (
        select(func.count())
        .select_from(RatingToken)
        .where(RatingToken.region_id == event.region_id, RatingToken.service_event_id == event.id)
    )
    return db.session.scalar(count) or 0


def items_at(region_id: int, department_id: int | None, lang: str) -> list[tuple[str, str]]:
    """List up to 200 items as (id, name) that the department of a window answers for; else all."""
    newest = (
        select(ItemVersion.item_id, func.max(ItemVersion.version).label("version"))
        .group_by(ItemVersion.item_id)
        .subquery()
    )
    statement = (
        select(Item.id, ItemVersion.name_zh, ItemVersion.name_en)
        .join(newest, newest.c.item_id == Item.id)
        .join(
            ItemVersion,
            (ItemVersion.item_id == Item.id) & (ItemVersion.version == newest.c.version),
        )
        .where(Item.region_id == region_id)
        .order_by(Item.code)
        .limit(ITEMS)
    )
    if department_id is not None:
        statement = statement.where(Item.department_id == department_id)
    rows = db.session.execute(statement)
    return [(str(key), en if lang == "en" and en else zh) for key, zh, en in rows]
