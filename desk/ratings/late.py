"""What changed the ratings of a month after it was closed: come late, or decided late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import desc, literal, select

from desk.kernel.db import db
from desk.organisation.models import Region
from desk.ratings.models import Rating, RatingStanding
from desk.worktime.calendar import WorkCalendar
from desk.worktime.periods import Month

CLOSES_ON = 5
"""The working day of the next month with which a month is closed (settled.md 4, issue 4.9)."""

SHOWN = 200


@dataclass(frozen=True, slots=True)
class LateChange:
    """One rating that came, or one word on a rating, after its month was closed."""

    at: datetime
    rating_id: UUID
    given_at: datetime
    what: str
    level: int
    department_id: int


def closed_at(month: Month, calendar: WorkCalendar, zone: str) -> datetime:
    """Say when a month is closed: with the end of the fifth working day after it."""
    day, worked = month.last, 0
    while worked < CLOSES_ON:
        day += timedelta(days=1)
        worked += calendar.is_workday(day)
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def late_changes(region: Region, month: Month, *, closed: datetime) -> Sequence[LateChange]:
    """List what came, or was decided, of a month's ratings after it was closed, the newest first.

    Each has changed the sums of its own day there and then; what was published of the month stays
    as it was, and this is what a revision of it tells. At most 200 are listed.
    """
    first, last = month.bounds(region.time_zone)
    of_month = (
        Rating.region_id == region.id,
        Rating.given_at >= first,
        Rating.given_at < last,
        ~Rating.is_test,
    )
    came = select(
        Rating.received_at.label("at"),
        Rating.id,
        Rating.given_at,
        literal("came").label("what"),
        Rating.level,
        Rating.department_id,
    ).where(*of_month, Rating.received_at >= closed)
    said = (
        select(
            RatingStanding.at.label("at"),
            Rating.id,
            Rating.given_at,
            RatingStanding.cause.label("what"),
            Rating.level,
            Rating.department_id,
        )
        .join(
            Rating,
            (Rating.region_id == RatingStanding.region_id)
            & (Rating.id == RatingStanding.rating_id),
        )
        .where(*of_month, RatingStanding.region_id == region.id, RatingStanding.at >= closed)
    )
    rows = [
        LateChange(row.at, row.id, row.given_at, str(row.what), row.level, row.department_id)
        for statement in (came, said)
        for row in db.session.execute(statement.order_by(desc("at")).limit(SHOWN))
    ]
    return sorted(rows, key=lambda one: (one.at, one.rating_id.hex), reverse=True)[:SHOWN]
