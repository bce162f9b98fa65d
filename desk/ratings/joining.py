"""Finding the occasions of ratings that were given at a window before their system told of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError

from desk.jobs.queries import last_done
from desk.kernel.db import db, end_read, transaction
from desk.kernel.ids import floor_of
from desk.organisation.models import Region
from desk.ratings.actions.joining import join
from desk.ratings.models import EventSource, Rating, RatingChannel, ServiceEvent
from desk.ratings.occasions import LOOKS_BACK
from desk.ratings.staff_ways import staff_phones
from desk.ratings.tickets import ticket_mark

JOB = "early-ratings"
WAITS = timedelta(days=7)
"""How long a rating without an occasion waits for one; after that it stays unscored."""
AROUND = timedelta(hours=1)
"""How far before the last round it looks again: a chunk may have been under way."""
AT_WINDOW = (RatingChannel.QR, RatingChannel.KIOSK)


def join_open(now: datetime) -> None:
    """Join ratings of the open tier to occasions told since the last round; again changes nothing.

    An occasion is rated once: two ratings that name the same one are joined to none but the first.
    """
    since = max((last_done(JOB) or now - WAITS) - AROUND, now - WAITS)
    regions = db.session.scalars(select(Region.id).order_by(Region.id)).all()
    end_read()
    for region_id in regions:
        pairs = list(_pairs(region_id, since, now))
        end_read()
        for rating_id, event_id in pairs:
            try:
                with transaction():
                    join(region_id, rating_id, event_id, now=now)
            except IntegrityError:
                end_read()


def _pairs(region_id: int, since: datetime, now: datetime) -> Iterator[tuple[UUID, UUID]]:
    waiting = _waiting(region_id, now)
    if not waiting:
        return
    region = db.session.get_one(Region, region_id)
    theirs = staff_phones(region, region.local_day(now))
    by_window = defaultdict(list)
    for event in _told(region_id, {one.window_id for one in waiting}, since):
        by_window[event.window_id].append(event)
    for one in waiting:
        by_staff = one.rater_h is not None and one.rater_h.hex() in theirs
        found = _meant(one, by_window[one.window_id], by_staff=by_staff)
        if found is not None:
            yield one.id, found


def _waiting(region_id: int, now: datetime) -> Sequence[Any]:
    """List the ratings of the open tier that say what they are of, the first given first."""
    return db.session.execute(
        select(Rating.id, Rating.window_id, Rating.given_at, Rating.ticket_h, Rating.rater_h)
        .where(
            Rating.region_id == region_id,
            Rating.received_at > now - WAITS,
            Rating.service_event_id.is_(None),
            Rating.round == 1,
            ~Rating.scored,
            Rating.channel.in_(AT_WINDOW),
            or_(Rating.ticket_h.is_not(None), Rating.rater_h.is_not(None)),
        )
        .order_by(Rating.given_at, Rating.id)
    ).all()


def _told(region_id: int, windows: Iterable[int], since: datetime) -> Sequence[Any]:
    """List what was told lately of these windows and nobody has rated, the newest service first.

    Ids sort by the time they were told.
    """
    return db.session.execute(
        select(
            ServiceEvent.id,
            ServiceEvent.window_id,
            ServiceEvent.project_no,
            ServiceEvent.service_no,
            ServiceEvent.applicant_h,
            ServiceEvent.occurred_at,
        )
        .where(
            ServiceEvent.region_id == region_id,
            ServiceEvent.id >= floor_of(since),
            ServiceEvent.window_id.in_(sorted(windows)),
            ServiceEvent.source != EventSource.CASE,
            ~ServiceEvent.is_test,
            ~exists().where(
                Rating.region_id == ServiceEvent.region_id,
                Rating.service_event_id == ServiceEvent.id,
                Rating.round == 1,
            ),
        )
        .order_by(ServiceEvent.occurred_at.desc(), ServiceEvent.id.desc())
    ).all()


def _meant(one: Any, events: Iterable[Any], *, by_staff: bool) -> UUID | None:
    """Find the occasion a rating means, by the rules by which it is looked for at once."""
    near = [e for e in events if one.given_at - LOOKS_BACK < e.occurred_at <= one.given_at]
    for event in near:
        numbers = (event.project_no, event.service_no)
        if one.ticket_h is not None and one.ticket_h in map(ticket_mark, numbers):
            return event.id  # type: ignore[no-any-return]
    for event in near:
        if one.rater_h is not None and not by_staff and event.applicant_h == one.rater_h:
            return event.id  # type: ignore[no-any-return]
    return None
