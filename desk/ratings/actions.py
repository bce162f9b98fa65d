"""Making events, links and ratings. The caller holds the transaction."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.actions.naming import keep_rated_away
from desk.casework.actions.opening import Filing, open_rectification
from desk.casework.events import CaseMoved
from desk.casework.models import Case, Party
from desk.casework.place import place_of
from desk.casework.words import CaseChannel, IdentityMode, Kind, PartyKind, Status
from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.kernel.errors import Gone, Invalid
from desk.kernel.ids import uuid7
from desk.notify.actions import write
from desk.notify.models import Channel
from desk.organisation.models import Department, Region
from desk.organisation.queries import codes_of
from desk.ratings.models import (
    EventSource,
    Rating,
    RatingChannel,
    RatingToken,
    ServiceEvent,
)
from desk.ratings.scoring import opens_case
from desk.tally.actions import Leaf, add

TOKEN_BYTES = 16
LINK_LIVES = timedelta(days=30)
OWN_ROUND = 1
REASON_UNSAID = "R99"


@dataclass(frozen=True, slots=True)
class EventData:
    """One service occasion as a system of the hall tells it."""

    source_system: str
    project_no: str
    service_no: str
    department_id: int
    hall_id: int
    occurred_at: datetime
    party_kind: PartyKind
    item_id: int | None = None
    item_version_id: int | None = None
    window_id: int | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class RatingData:
    """What somebody chose and wrote."""

    level: int
    tags: tuple[str, ...] = ()
    comment: str | None = None


def invite_when_closed(news: CaseMoved) -> None:
    """Make the closing of a complaint an occasion that can be rated, and owe its link.

    The link goes to whoever left an address; others ask for one at the window.
    """
    case = news.case
    if case.status is not Status.CLOSED or case.kind is not Kind.COMPLAINT or case.is_test:
        return
    event = _event_of_case(case, news.at)
    token = new_link(case.region_id, event.id, RatingChannel.LINK, now=news.at)
    party = db.session.get(Party, (case.region_id, case.party_id)) if case.party_id else None
    if party is None:
        return
    for channel, address in ((Channel.SMS, party.phone_e), (Channel.MAIL, party.email_e)):
        if address is not None:
            write(
                "rate",
                region_id=case.region_id,
                party_id=party.id,
                channel=channel,
                lang=case.lang,
                dedupe_key=f"{event.id.hex}/rate/{channel.value}",
                context={"number": case.number, "path": "/rate"},
                now=news.at,
                secret=token,
            )


def _event_of_case(case: Case, at: datetime) -> ServiceEvent:
    place = place_of(case.region_id, case.hall_id, at)
    department_id = case.department_id or db.session.scalar(
        select(Department.id).where(Department.region_id == case.region_id).order_by(Department.id)
    )
    if department_id is None:
        raise Invalid(_l("This region has no department yet."))
    event = ServiceEvent(
        region_id=case.region_id,
        id=uuid7(at),
        source_system="desk",
        project_no=case.number,
        service_no=str(case.round + 1),
        source=EventSource.CASE,
        case_id=case.id,
        item_id=case.item_id,
        item_version_id=case.item_version_id,
        department_id=department_id,
        hall_id=case.hall_id,
        window_id=case.window_id,
        party_kind=case.party_kind,
        occurred_at=at,
        on_day=place.day(at),
        is_test=case.is_test,
    )
    db.session.add(event)
    db.session.flush()
    add([(_leaf(event, "case_event", event.on_day, EventSource.CASE.value), 1)])
    return event


def new_link(
    region_id: int,
    event_id: UUID,
    channel: RatingChannel,
    *,
    now: datetime,
    round_: int = OWN_ROUND,
) -> str:
    """Draw a link's token: 128 random bits behind the region's letters. Only its hash is kept."""
    region = db.session.get_one(Region, region_id)
    token = f"{region.short_code}-{secrets.token_urlsafe(TOKEN_BYTES)}"
    db.session.add(
        RatingToken(
            region_id=region_id,
            token_h=token_hash(token),
            service_event_id=event_id,
            round=round_,
            channel=channel,
            expires_at=now + LINK_LIVES,
        )
    )
    db.session.flush()
    return token


def take_events(region_id: int, events: Iterable[EventData], *, now: datetime) -> list[UUID]:
    """Write occasions that are not known yet and return their ids; known ones change nothing."""
    made: list[ServiceEvent] = []
    seen: set[tuple[str, str, str]] = set()
    for data in events:
        key = (data.source_system, data.project_no, data.service_no)
        if key in seen or _is_known(region_id, key):
            continue
        seen.add(key)
        place = place_of(region_id, data.hall_id, now)
        made.append(
            ServiceEvent(
                region_id=region_id,
                id=uuid7(now),
                source_system=data.source_system,
                project_no=data.project_no,
                service_no=data.service_no,
                source=EventSource.IMPORT,
                item_id=data.item_id,
                item_version_id=data.item_version_id,
                department_id=data.department_id,
                hall_id=data.hall_id,
                window_id=data.window_id,
                party_kind=data.party_kind,
                occurred_at=data.occurred_at,
                on_day=place.day(data.occurred_at),
                is_test=data.is_test,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    source = EventSource.IMPORT.value
    add((_leaf(event, "event", event.on_day, source), 1) for event in made if not event.is_test)
    if made:
        record(
            f"r/import/{now:%Y-%m-%d}",
            "events_imported",
            region_id=region_id,
            by=SYSTEM,
            now=now,
            body={"n": len(made), "first": made[0].id.hex, "last": made[-1].id.hex},
        )
    return [event.id for event in made]


def _is_known(region_id: int, key: tuple[str, str, str]) -> bool:
    return (
        db.session.scalar(
            select(ServiceEvent.id).where(
                ServiceEvent.region_id == region_id,
                ServiceEvent.source_system == key[0],
                ServiceEvent.project_no == key[1],
                ServiceEvent.service_no == key[2],
            )
        )
        is not None
    )


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
        rating.case_id = _open_case(event, rating, now=now)
    db.session.add(rating)
    db.session.flush()
    _count_and_record(rating, event, place.day(now), now=now)
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


def _open_case(event: ServiceEvent, rating: Rating, *, now: datetime) -> UUID:
    """Open the case a bad rating becomes; of a complaint it carries over who complained."""
    complaint = db.session.get(Case, (event.region_id, event.case_id)) if event.case_id else None
    words = {entry.code: entry.zh for entry in codes_of("rating_tags", now.date())}
    said = "；".join([*(words[tag] for tag in rating.tags), *([rating.comment or ""])])
    receipt = open_rectification(
        Filing(
            region_id=event.region_id,
            hall_id=event.hall_id,
            channel=CaseChannel.RATING,
            party_kind=event.party_kind,
            identity_mode=rating.identity_mode,
            reason=complaint.reason if complaint else REASON_UNSAID,
            title=f"差评 {rating.level} · {event.project_no}"[:200],
            story=said.strip("；") or "—",
            wish="",
            lang=complaint.lang if complaint else "zh_Hans",
            item_id=event.item_id,
            window_id=event.window_id,
            is_test=event.is_test,
        ),
        by=SYSTEM,
        now=now,
    )
    rated = (event.clerk_id, complaint.handler_id if complaint else None)
    keep_rated_away(receipt.case, {user_id for user_id in rated if user_id}, now=now)
    if complaint is not None and complaint.party_id is not None:
        receipt.case.party_id = complaint.party_id
        db.session.flush()
    return receipt.case.id


def _next_working_day(day: date, is_workday: object) -> date:
    following = day + timedelta(days=1)
    while not is_workday(following):  # type: ignore[operator]
        following += timedelta(days=1)
    return following


def _count_and_record(rating: Rating, event: ServiceEvent, day: date, *, now: datetime) -> None:
    own = event.source is not EventSource.CASE
    measure = "rating" if own else "case_rating"
    if not event.is_test:
        leaf = _leaf(event, f"{measure}.level.{rating.level}", day, rating.channel.value)
        add([(leaf, 1)])
    place = f"w{rating.window_id}" if rating.window_id else f"d{rating.department_id}"
    record(
        f"r/{place}/{day.isoformat()}",
        "rated",
        region_id=rating.region_id,
        by=SYSTEM,
        now=now,
        visibility=Visibility.SUPERVISORS,
        body={"rating": rating.id.hex, "level": rating.level, "round": rating.round},
    )


def _leaf(event: ServiceEvent, measure: str, on: date, channel: str) -> Leaf:
    return Leaf(
        region_id=event.region_id,
        measure=measure,
        on_date=on,
        department_id=event.department_id,
        hall_id=event.hall_id,
        window_id=event.window_id or 0,
        item_id=event.item_id or 0,
        channel=channel,
        party_kind=event.party_kind.value,
    )
