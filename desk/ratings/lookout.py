"""Laying ratings out for the detectors: what they need to know of each, and of its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select

from desk.kernel.db import db
from desk.organisation.models import Hall, Region
from desk.organisation.queries import setting_of, timetable_of
from desk.ratings.detectors.seen import Limits, Seen
from desk.ratings.models import Kiosk, Rating, RatingToken, ServiceEvent
from desk.worktime.calendar import Span, local_day, spans

CHOSEN = "rating_flags"
"""The setting by which a region chooses its own limits."""

GRACE = timedelta(minutes=30)
"""How long before opening and after closing somebody may still stand at a kiosk."""

AT_MOST = 200_000
"""How many ratings of a region are laid out at once, the newest."""


@dataclass(frozen=True, slots=True)
class Day:
    """When a hall opens and shuts on a local day; None on a day it does not open."""

    opens_at: datetime
    closes_at: datetime


def limits_of(region: Region, on: date) -> Limits:
    """Give the limits that hold in a region on a day."""
    return Limits.of(setting_of(CHOSEN, region, on))


def regions_with_new(since: datetime) -> Sequence[int]:
    """List the regions in which ratings have arrived."""
    return db.session.scalars(
        select(Region.id)
        .where(exists().where(Rating.region_id == Region.id, Rating.received_at >= since))
        .order_by(Region.id)
    ).all()


def laid_out(region: Region, *, since: datetime, until: datetime) -> list[Seen]:
    """Lay out what a region received between two instants, those nobody is to count included.

    Tests and second rounds are left out: the first are ours, the others follow a rectification. A
    system's rating came by that system, whatever channel it names; of history the time of arrival
    says nothing.
    """
    rows = db.session.execute(
        select(*_columns())
        .outerjoin(
            ServiceEvent,
            (ServiceEvent.region_id == Rating.region_id)
            & (ServiceEvent.id == Rating.service_event_id),
        )
        .outerjoin(Kiosk, (Kiosk.region_id == Rating.region_id) & (Kiosk.id == Rating.kiosk_id))
        .where(
            Rating.region_id == region.id,
            Rating.received_at >= since,
            Rating.received_at < until,
            Rating.round == 1,
            ~Rating.is_test,
        )
        .order_by(Rating.received_at.desc(), Rating.id.desc())
        .limit(AT_MOST)
    ).all()
    days = Days(region)
    return [_seen(row, days) for row in rows]


class Days:
    """The hours of halls, each day looked up once."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._halls: dict[int, Hall] = {}
        self._days: dict[tuple[int, date], Day | None] = {}

    def at(self, hall_id: int, at: datetime) -> Day | None:
        """Give the opening hours around an instant at a hall."""
        on = local_day(at, self.region.time_zone)
        if (hall_id, on) not in self._days:
            worked = self.spans(hall_id, on, at)
            self._days[hall_id, on] = Day(worked[0][0], worked[-1][1]) if worked else None
        return self._days[hall_id, on]

    def spans(self, hall_id: int, on: date, around: datetime) -> tuple[Span, ...]:
        """Give the stretches a hall is open on a day."""
        if hall_id not in self._halls:
            self._halls[hall_id] = db.session.get_one(Hall, hall_id)
        table = timetable_of(self._halls[hall_id], self.region, around)
        return spans(on, table.calendar, table.hours, table.zone)


def _columns() -> list[Any]:
    drawn = exists().where(
        RatingToken.region_id == Rating.region_id,
        RatingToken.service_event_id == Rating.service_event_id,
    )
    return [
        Rating.id,
        Rating.hall_id,
        Rating.window_id,
        Rating.level,
        Rating.channel,
        Rating.given_at,
        Rating.received_at,
        Rating.comment,
        ServiceEvent.occurred_at,
        drawn.label("drawn"),
        Rating.device_h,
        Rating.address_h,
        Rating.rater_h,
        Kiosk.window_id.label("kiosk_window_id"),
        ServiceEvent.window_id.label("event_window_id"),
        Rating.source_system,
        ServiceEvent.historic,
    ]


def _seen(row: Any, days: Days) -> Seen:
    day = days.at(row.hall_id, row.given_at)
    told = row.source_system is not None
    return Seen(
        key=row.id,
        window=row.window_id or 0,
        level=row.level,
        channel="api" if told else row.channel.value,
        given_at=row.given_at,
        received_at=row.given_at if row.historic else row.received_at,
        served_at=row.occurred_at,
        device=row.device_h,
        address=row.address_h,
        phone=row.rater_h,
        text=row.comment,
        closes_at=day.closes_at if day else None,
        is_open=bool(day and day.opens_at - GRACE <= row.given_at <= day.closes_at + GRACE),
        fits_window=None in (row.kiosk_window_id, row.event_window_id)
        or row.kiosk_window_id == row.event_window_id,
        was_invited=told or bool(row.drawn),
    )
