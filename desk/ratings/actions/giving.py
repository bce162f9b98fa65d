"""Writing down what somebody says of one occasion, once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from desk.casework.models import Case
from desk.casework.place import place_of
from desk.casework.words import IdentityMode
from desk.kernel.db import db
from desk.kernel.errors import Gone, Invalid
from desk.kernel.ids import uuid7
from desk.organisation.queries import codes_of
from desk.ratings.actions.bad_ratings import open_case
from desk.ratings.actions.counting import count_and_record
from desk.ratings.models import Rating, RatingToken, ServiceEvent
from desk.ratings.scoring import opens_case


@dataclass(frozen=True, slots=True)
class RatingData:
    """What somebody chose and wrote."""

    level: int
    tags: tuple[str, ...] = ()
    comment: str | None = None


def give(token: RatingToken, event: ServiceEvent, data: RatingData, *, now: datetime) -> Rating:
    """Write down a rating, once; the link is used up with it.

    Raises Gone when the link or the occasion was rated before, Invalid for a level or tag that
    does not exist. A bad one opens its case in the same transaction.
    """
    _check(data, now.date())
    used = db.session.execute(
        update(RatingToken)
        .where(
            RatingToken.region_id == token.region_id,
            RatingToken.token_h == token.token_h,
            RatingToken.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RatingToken.token_h)
    ).first()
    if used is None or _rated(event, token.round):
        raise Gone(_l("This occasion has been rated already. Each can be rated once."))
    place = place_of(event.region_id, event.hall_id, now)
    rating = Rating(
        region_id=event.region_id,
        id=uuid7(now),
        service_event_id=event.id,
        round=token.round,
        level=data.level,
        tags=list(data.tags),
        comment=data.comment,
        channel=token.channel,
        identity_mode=_identity_of(event),
        scored=True,
        effective=True,
        is_test=event.is_test,
        given_at=now,
        received_at=now,
        visible_on=_next_working_day(place.day(now), place.timetable.calendar.is_workday),
        department_id=event.department_id,
        hall_id=event.hall_id,
        window_id=event.window_id,
        clerk_id=event.clerk_id,
        item_id=event.item_id,
        party_kind=event.party_kind,
    )
    if opens_case(
        data.level,
        round_=token.round,
        scored=True,
        is_test=event.is_test,
        occurred_at=event.occurred_at,
        now=now,
    ):
        rating.case_id = open_case(event, rating, now=now)
    db.session.add(rating)
    db.session.flush()
    count_and_record(rating, event, place.day(now), now=now)
    return rating


def _check(data: RatingData, today: date) -> None:
    if data.level not in range(1, 6):
        raise Invalid(_l("Choose one of the five levels."), field="level")
    known = {e.code for e in codes_of("rating_tags", today) if e.code.startswith(str(data.level))}
    if not set(data.tags) <= known:
        raise Invalid(_l("Choose only words of the level you chose."), field="tags")


def _rated(event: ServiceEvent, round_: int) -> bool:
    found = select(Rating.id).where(
        Rating.region_id == event.region_id,
        Rating.service_event_id == event.id,
        Rating.round == round_,
    )
    return db.session.scalar(found) is not None


def _identity_of(event: ServiceEvent) -> IdentityMode:
    """Keep who rates hidden from the unit unless nobody is known at all."""
    if event.case_id is None:
        return IdentityMode.CONFIDENTIAL
    case = db.session.get_one(Case, (event.region_id, event.case_id))
    hidden = case.identity_mode is IdentityMode.ANONYMOUS
    return IdentityMode.ANONYMOUS if hidden else IdentityMode.CONFIDENTIAL


def _next_working_day(day: date, is_workday: object) -> date:
    following = day + timedelta(days=1)
    while not is_workday(following):  # type: ignore[operator]
        following += timedelta(days=1)
    return following
