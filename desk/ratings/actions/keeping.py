"""Keeping one rating as it was given, whatever way it came: the only place that writes one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM
from desk.casework.models import Case
from desk.casework.place import place_of
from desk.casework.words import IdentityMode, PartyKind
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.kernel.ids import uuid7
from desk.organisation.queries import codes_of, home_day
from desk.ratings.actions.bad_ratings import open_case
from desk.ratings.actions.counting import count_and_record
from desk.ratings.actions.rectifying import case_rated_again, take_second
from desk.ratings.actions.standing import decide
from desk.ratings.models import Rating, RatingChannel, ServiceEvent, StandingCause
from desk.ratings.occasions import Spot
from desk.ratings.scoring import SECOND_ROUND, opens_case


@dataclass(frozen=True, slots=True)
class RatingData:
    """What somebody chose and wrote."""

    level: int
    tags: tuple[str, ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a rating came: its channel, its round, what it counts for, and from whom and what.

    `told` is the system that told us of it, with its numbers. `held` is the rule for which it
    counts in nothing until two people have decided; its case waits for them too. `ticket_h` is of
    the number somebody named, kept while no occasion is known.
    """

    channel: RatingChannel
    round: int = 1
    scored: bool = True
    held: str | None = None
    given_at: datetime | None = None
    rater_h: bytes | None = None
    device_h: bytes | None = None
    address_h: bytes | None = None
    ticket_h: bytes | None = None
    kiosk: tuple[object, int] | None = None
    told: tuple[str, str, str] | None = None
    identity: IdentityMode | None = None


def keep(of: ServiceEvent | Spot, data: RatingData, way: Way, *, now: datetime) -> Rating:
    """Write down a rating, count it, and put its line into the ledger.

    Raises Invalid for a level or tag that does not exist. What is of no occasion, or not scored, is
    counted apart. In the same transaction a bad one that counts opens its case, and one after a
    rectification closes that case or opens it again.
    """
    check(data, home_day(way.given_at or now), home_day(now))
    event = of if isinstance(of, ServiceEvent) else None
    place = place_of(of.region_id, of.hall_id, now)
    given_at = way.given_at or now
    kiosk_id, kiosk_seq = way.kiosk or (None, None)
    source_system, project_no, service_no = way.told or (None, None, None)
    rating = Rating(
        region_id=of.region_id,
        id=uuid7(now),
        service_event_id=event.id if event else None,
        source_system=source_system,
        project_no=project_no,
        service_no=service_no,
        round=way.round,
        level=data.level,
        tags=list(data.tags),
        comment=data.comment,
        channel=way.channel,
        identity_mode=way.identity or _identity_of(event),
        scored=way.scored and event is not None,
        effective=True,
        is_test=event.is_test if event else False,
        given_at=given_at,
        received_at=now,
        visible_on=next_working_day(place.day(now), place.timetable.calendar.is_workday),
        department_id=of.department_id,
        hall_id=of.hall_id,
        window_id=of.window_id,
        clerk_id=event.clerk_id if event else None,
        item_id=event.item_id if event else None,
        party_kind=event.party_kind if event else PartyKind.INDIVIDUAL,
        rater_h=way.rater_h or (event.applicant_h if event else None),
        device_h=way.device_h,
        address_h=way.address_h,
        ticket_h=way.ticket_h if event is None else None,
        kiosk_id=kiosk_id,
        kiosk_seq=kiosk_seq,
    )
    _write(rating, event, now=now, opens=way.held is None)
    count_and_record(rating, event, place.day(given_at), now=now)
    if way.held is not None:
        cause = StandingCause.DETECTOR
        decide(rating, effective=False, cause=cause, rule=way.held, n=1, by=SYSTEM, now=now)
    return rating


def _write(rating: Rating, event: ServiceEvent | None, *, now: datetime, opens: bool) -> None:
    """Write a rating down with the case it opens, or with the one it is the second word on."""
    again = None
    if event is not None and rating.round == SECOND_ROUND:
        again = case_rated_again(event.region_id, event.id)
        rating.case_id = again.id if again is not None else None
    elif event is not None and opens and becomes_a_case(rating, event, now):
        rating.case_id = open_case(event, rating, now=now)
    db.session.add(rating)
    db.session.flush()
    if again is not None:
        take_second(rating, again, now=now)


def becomes_a_case(rating: Rating, event: ServiceEvent, now: datetime) -> bool:
    """Tell whether a rating that counts opens a case."""
    return opens_case(
        rating.level,
        round_=rating.round,
        scored=rating.scored,
        is_test=rating.is_test,
        occurred_at=event.occurred_at,
        now=now,
    )


def check(data: RatingData, *days: date) -> None:
    """Raise Invalid for a level that is none of the five, or words of another level.

    Words count that could be chosen on one of the days: a kiosk may keep a rating until its network
    is back, and a word that ended meanwhile loses nobody their rating.
    """
    if data.level not in range(1, 6):
        raise Invalid(_l("Choose one of the five levels."), field="level")
    level = str(data.level)
    held = {entry.code for day in days for entry in codes_of("rating_tags", day)}
    known = {code for code in held if code.startswith(level)}
    if not set(data.tags) <= known:
        raise Invalid(_l("Choose only words of the level you chose."), field="tags")


def _identity_of(event: ServiceEvent | None) -> IdentityMode:
    """Keep who rates hidden from the unit unless nobody is known at all."""
    if event is None:
        return IdentityMode.ANONYMOUS
    if event.case_id is None:
        return IdentityMode.CONFIDENTIAL
    case = db.session.get_one(Case, (event.region_id, event.case_id))
    hidden = case.identity_mode is IdentityMode.ANONYMOUS
    return IdentityMode.ANONYMOUS if hidden else IdentityMode.CONFIDENTIAL


def next_working_day(day: date, is_workday: Callable[[date], bool]) -> date:
    """Give the first working day behind a day."""
    following = day + timedelta(days=1)
    while not is_workday(following):
        following += timedelta(days=1)
    return following
