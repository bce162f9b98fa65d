"""Questions about events, links and ratings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.organisation.queries import region_id_of
from desk.ratings.models import Rating, RatingToken, ServiceEvent

PAGE = 50
LONGEST_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Opened:
    """A link with the occasion it rates."""

    token: RatingToken
    event: ServiceEvent


def opened_by(token: str) -> Opened | None:
    """Find what a link opens, used or not; None for one that never was."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    row = db.session.execute(
        select(RatingToken, ServiceEvent)
        .join(
            ServiceEvent,
            (ServiceEvent.region_id == RatingToken.region_id)
            & (ServiceEvent.id == RatingToken.service_event_id),
        )
        .where(
            RatingToken.region_id == region_id_of(token.partition("-")[0]),
            RatingToken.token_h == token_hash(token),
        )
    ).first()
    return Opened(row[0], row[1]) if row else None


def events_of_case(region_id: int, case_id: object) -> Sequence[ServiceEvent]:
    """List the occasions that a case's closings were."""
    return db.session.scalars(
        select(ServiceEvent)
        .where(ServiceEvent.region_id == region_id, ServiceEvent.case_id == case_id)
        .order_by(ServiceEvent.occurred_at)
    ).all()


def ratings_where(
    region_ids: Collection[int],
    *,
    first: datetime,
    last: datetime,
    level: int | None = None,
    department_id: int | None = None,
    item_id: int | None = None,
    of_cases: bool = False,
) -> Select[Rating]:
    """Select the counted ratings of regions between two instants: own, effective, no test.

    Ratings of the hall's services, or of how the desk handled complaints: never both together.
    """
    statement = (
        select(Rating)
        .join(
            ServiceEvent,
            (ServiceEvent.region_id == Rating.region_id)
            & (ServiceEvent.id == Rating.service_event_id),
        )
        .where(
            Rating.region_id.in_(region_ids),
            Rating.given_at >= first,
            Rating.given_at < last,
            Rating.effective,
            Rating.scored,
            Rating.round == 1,
            ~Rating.is_test,
            ServiceEvent.case_id.isnot(None) if of_cases else ServiceEvent.case_id.is_(None),
        )
    )
    for column, value in (
        (Rating.level, level),
        (Rating.department_id, department_id),
        (Rating.item_id, item_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def page_of_ratings(statement: Select[Rating], cursor: Cursor | None) -> Page[Rating]:
    """Cut a selection of ratings into a page, the newest first."""
    rows = list(
        db.session.scalars(
            after(statement, cursor, Rating.given_at, Rating.id, newest_first=True).limit(PAGE + 1)
        )
    )
    return page_of(rows, cursor, PAGE, lambda row: (row.given_at, row.id))


def rated_on(event: ServiceEvent) -> date | None:
    """Tell on which day an occasion was rated, if it was."""
    at = db.session.scalar(
        select(Rating.given_at)
        .where(
            Rating.region_id == event.region_id,
            Rating.service_event_id == event.id,
            Rating.round >= 1,
        )
        .limit(1)
    )
    return at.date() if at else None
