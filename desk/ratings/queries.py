"""Questions about events, links and ratings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, select

from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.kernel.ids import floor_of
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.organisation.queries import region_id_of
from desk.ratings.knowing import counted_at, had_come, was_rated
from desk.ratings.models import EventSource, Rating, RatingToken, ServiceEvent
from desk.ratings.scoring import BAD

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
    tag: str | None = None,
    of_cases: bool = False,
    known: datetime | None = None,
    narrowed: Mapping[str, int | str] | None = None,
) -> Select[Rating]:
    """Select the counted ratings of regions between two instants: own, effective, no test.

    Ratings of the hall's services, or of how the desk handled complaints: never both together.
    With a `tag` (or any, for the empty one) only bad ones. With `known`, as they counted then.
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
            was_rated(known),
            counted_at(known),
            Rating.scored,
            Rating.round == 1,
            ~Rating.is_test,
            ServiceEvent.case_id.isnot(None) if of_cases else ServiceEvent.case_id.is_(None),
        )
    )
    if level is not None:
        statement = statement.where(Rating.level == level)
    if tag is not None:
        tags = cast(Rating.tags, String)
        chosen = tags.like(f'%"{tag}"%') if tag else tags != "[]"
        statement = statement.where(Rating.level.in_(BAD), chosen)
    return statement.where(*narrowed_to(Rating, Rating.channel, narrowed or {}))


def narrowed_to(
    table: Any, channel: Any, narrowed: Mapping[str, int | str]
) -> list[ColumnElement[bool]]:
    """Give the conditions for what ratings or occasions are narrowed to, as their sums are."""
    columns: Mapping[str, Any] = {
        "department_id": table.department_id,
        "item_id": table.item_id,
        "channel": cast(channel, String),
        "party_kind": cast(table.party_kind, String),
    }
    return [columns[name] == value for name, value in narrowed.items()]


EventKey = tuple[int, UUID]


def page_of_events(
    region_ids: Collection[int],
    *,
    first: date,
    last: date,
    of_cases: bool = False,
    known: datetime | None = None,
    narrowed: Mapping[str, int | str] | None = None,
    after: EventKey | None = None,
    size: int = PAGE,
) -> tuple[Sequence[ServiceEvent], EventKey | None]:
    """List the counted occasions of some days, region by region, in the order they were told.

    With the key of the last one, where more follow. None is told before it was: so the list of a
    region starts where these days do.
    """
    since = floor_of(datetime.combine(first, time(), UTC) - timedelta(days=2))
    of_case = ServiceEvent.source == EventSource.CASE
    begin, key = after or (0, since)
    rows: list[ServiceEvent] = []
    for region_id in sorted(region for region in region_ids if region >= begin):
        rows += db.session.scalars(
            select(ServiceEvent)
            .where(
                ServiceEvent.region_id == region_id,
                ServiceEvent.id > (key if region_id == begin else since),
                ServiceEvent.on_day.between(first, last),
                ~ServiceEvent.is_test,
                of_case if of_cases else ~of_case,
                had_come(ServiceEvent.id, known),
                *narrowed_to(ServiceEvent, ServiceEvent.source, narrowed or {}),
            )
            .order_by(ServiceEvent.id)
            .limit(size + 1 - len(rows))
        )
        if len(rows) > size:
            return rows[:size], (rows[size - 1].region_id, rows[size - 1].id)
    return rows, None


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
