"""Places where people could not rate, or were not asked, as rows and opening hours tell."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import case, exists, func, or_, select

from desk.kernel.db import db
from desk.organisation.models import Region, Window
from desk.ratings.detectors.places import Asked, Finding, Silence, not_asked, quiet_kiosks
from desk.ratings.detectors.seen import Limits
from desk.ratings.lookout import Days
from desk.ratings.models import EventSource, Kiosk, KioskGap, RatingToken, ServiceEvent
from desk.worktime.calendar import Span, local_day

GAPS_OF, ASKED_OF = timedelta(days=7), timedelta(days=30)
LONGEST_GAP = 31
"""Days of one gap whose opening hours are looked up."""


def findings(region: Region, limits: Limits, *, now: datetime) -> list[Finding]:
    """Name kiosks that were away this week, and windows that sent links to some only this month.

    A place is a kiosk by its code, or a window by its own. A window that sends no links at all
    picks nobody out and is not named.
    """
    found = [*quiet_kiosks(_silences(region, now), limits), *not_asked(_asked(region, now), limits)]
    return sorted(found)


def _silences(region: Region, now: datetime) -> Iterator[Silence]:
    days = Days(region)
    rows = db.session.execute(
        select(Kiosk.code, Window.hall_id, KioskGap.from_at, KioskGap.until_at)
        .join(Kiosk, (Kiosk.region_id == KioskGap.region_id) & (Kiosk.id == KioskGap.kiosk_id))
        .join(Window, Window.id == Kiosk.window_id)
        .where(KioskGap.region_id == region.id, KioskGap.until_at >= now - GAPS_OF)
    ).all()
    for code, hall_id, since, until in rows:
        yield Silence(code, since, until, _open(days, hall_id, since, until))


def _open(days: Days, hall_id: int, since: datetime, until: datetime) -> tuple[Span, ...]:
    first, last = (local_day(at, days.region.time_zone) for at in (since, until))
    count = min((last - first).days, LONGEST_GAP) + 1
    spans: list[Span] = []
    for n in range(count):
        spans += days.spans(hall_id, first + timedelta(days=n), since)
    return tuple(spans)


def _asked(region: Region, now: datetime) -> list[Asked]:
    drawn = exists().where(
        RatingToken.region_id == ServiceEvent.region_id,
        RatingToken.service_event_id == ServiceEvent.id,
    )
    sent = case((or_(ServiceEvent.invited_at.is_not(None), drawn), 1), else_=0)
    rows = db.session.execute(
        select(Window.code, func.count(), func.sum(sent))
        .join(Window, Window.id == ServiceEvent.window_id)
        .where(
            ServiceEvent.region_id == region.id,
            ServiceEvent.on_day >= region.local_day(now - ASKED_OF),
            ServiceEvent.source != EventSource.CASE,
            ServiceEvent.phone_e.is_not(None),
            ~ServiceEvent.is_test,
            ~ServiceEvent.historic,
        )
        .group_by(Window.code)
    )
    return [Asked(code, int(could), int(were)) for code, could, were in rows if were]
