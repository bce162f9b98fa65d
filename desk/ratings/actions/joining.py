"""Joining a rating given at a window to its occasion, when that is told later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.place import place_of
from desk.casework.words import IdentityMode
from desk.kernel.db import db
from desk.ratings.actions.bad_ratings import open_case
from desk.ratings.actions.counting import counted_leaves, stream_of
from desk.ratings.actions.keeping import becomes_a_case, next_working_day
from desk.ratings.models import Rating, ServiceEvent
from desk.ratings.occasions import is_rated
from desk.tally.actions import add


def join(region_id: int, rating_id: UUID, event_id: UUID, *, now: datetime) -> bool:
    """Let a rating of the open tier count for its occasion; False where either has changed hands.

    It moves from the sums of the open tier to those of people's own on the day it was given, is
    shown to the rated from the next working day on, and a bad one opens its case unless it is held
    (settled.md 2.14, 2.18). The database allows this once, and only with an occasion.
    """
    rating = _locked(region_id, rating_id)
    event = db.session.get_one(ServiceEvent, (region_id, event_id))
    if rating.service_event_id is not None or is_rated(event):
        return False
    place = place_of(region_id, rating.hall_id, now)
    day = place.day(rating.given_at)
    before = counted_leaves(rating, None, day, effective=rating.effective)
    rating.service_event_id, rating.scored = event.id, True
    rating.identity_mode = IdentityMode.CONFIDENTIAL
    rating.visible_on = next_working_day(place.day(now), place.timetable.calendar.is_workday)
    rating.department_id, rating.item_id = event.department_id, event.item_id
    rating.clerk_id, rating.party_kind = event.clerk_id, event.party_kind
    if rating.effective and becomes_a_case(rating, event, now):
        with db.session.no_autoflush:
            rating.case_id = open_case(event, rating, now=now)
    db.session.flush()
    after = counted_leaves(rating, event.source, day, effective=rating.effective)
    add([*((leaf, -1) for leaf in before), *((leaf, 1) for leaf in after)])
    record(
        stream_of(rating, place.day(now)),
        "rating_joined",
        region_id=region_id,
        by=SYSTEM,
        now=now,
        visibility=Visibility.SUPERVISORS,
        body={"rating": rating.id.hex, "event": event.id.hex},
    )
    return True


def _locked(region_id: int, rating_id: UUID) -> Rating:
    return db.session.scalars(
        select(Rating)
        .where(Rating.region_id == region_id, Rating.id == rating_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
