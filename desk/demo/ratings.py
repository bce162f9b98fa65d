"""The demo's service events and what people thought of them."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.casework.words import IdentityMode, PartyKind
from desk.demo.cases import Filer
from desk.demo.items import CatalogueItem
from desk.demo.place import Place
from desk.demo.words import COMMENTS
from desk.kernel.db import db
from desk.kernel.ids import uuid7
from desk.organisation.queries import codes_of
from desk.ratings.actions.elsewhere import digest_of
from desk.ratings.actions.links import LINK_LIVES, OWN_ROUND
from desk.ratings.models import EventSource, Rating, RatingChannel, RatingToken, ServiceEvent
from desk.ratings.scoring import measures_of
from desk.tally.actions import Leaf

EVENTS = 30_000
RATINGS = 18_000
BAD_SHARE = 0.008
CHUNK = 5_000
OFFICE = (1.2, 9.3)
"""UTC hours between which the hall works."""
LATEST = timedelta(minutes=15)
CHANNELS = {
    RatingChannel.KIOSK: 35,
    RatingChannel.SMS: 30,
    RatingChannel.LINK: 20,
    RatingChannel.QR: 10,
    RatingChannel.WEB: 5,
}
"""How often each way of rating is used, in percent."""


def build_ratings(
    place: Place, items: list[CatalogueItem], filer: Filer, rng: Random
) -> list[tuple[Leaf, int]]:
    """Write events and ratings, open a case for each bad one; give what to count."""
    events = [_event(place, items, filer, rng, n) for n in range(EVENTS)]
    rated = rng.sample(range(EVENTS), RATINGS)
    bad = set(rated[: round(RATINGS * BAD_SHARE)])
    tags = _tags_by_level(filer.now)
    ratings = [_rating(events[n], n in bad, tags, items, filer, rng) for n in sorted(rated)]
    db.session.flush()
    for first in range(0, len(events), CHUNK):
        chunk = events[first : first + CHUNK]
        db.session.execute(insert(ServiceEvent), chunk)
        _line(place, ServiceEvent.__tablename__, first, chunk, filer.now)
    for first in range(0, len(ratings), CHUNK):
        batch = uuid7(filer.now)
        chunk = [{**rating, "batch_key": batch} for rating in ratings[first : first + CHUNK]]
        db.session.execute(insert(Rating), chunk)
        _told(place, batch, chunk, filer.now)
    links = _links(ratings, rng)
    for first in range(0, len(links), CHUNK):
        db.session.execute(insert(RatingToken), links[first : first + CHUNK])
    counted = [(_leaf(event, "event", event["on_day"]), 1) for event in events]
    return counted + [
        (_leaf(rating, measure, filer.where.day(rating["given_at"])), 1)
        for rating in ratings
        for measure in _measures(rating)
    ]


def _measures(rating: dict[str, Any]) -> list[str]:
    level, tags = rating["level"], rating["tags"]
    return measures_of(level, tags, standing=f"rating.level.{level}")


def _event(
    place: Place, items: list[CatalogueItem], filer: Filer, rng: Random, n: int
) -> dict[str, Any]:
    item = items[min(int(rng.paretovariate(0.55) * 5), len(items)) - 1]
    at = min(_moment(filer, rng), filer.now - LATEST)
    windows = [w for w in place.windows if w.department_id == item.department_id]
    return {
        "region_id": place.region.id,
        "id": uuid7(at),
        "source_system": "hall",
        "project_no": f"P{at:%y%m%d}{n:06d}",
        "service_no": "1",
        "source": EventSource.HALL,
        "case_id": None,
        "item_id": item.id,
        "item_version_id": item.version_id,
        "department_id": item.department_id,
        "hall_id": place.hall.id,
        "window_id": rng.choice(windows).id,
        "party_kind": PartyKind.BUSINESS if rng.random() < 0.25 else PartyKind.INDIVIDUAL,
        "occurred_at": at,
        "on_day": filer.where.day(at),
        "is_test": False,
    }


def _moment(filer: Filer, rng: Random) -> datetime:
    """Draw a moment of the last two years at which the hall was open for business."""
    while True:
        day = filer.now - timedelta(days=rng.uniform(0, 730))
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + timedelta(hours=rng.uniform(*OFFICE))
        if filer.where.timetable.calendar.is_workday(filer.where.day(at)):
            return at


def _given(event: dict[str, Any], filer: Filer, rng: Random) -> tuple[RatingChannel, datetime]:
    """Draw how and when an occasion was rated: at the window while leaving, by a link later."""
    channel = rng.choices(tuple(CHANNELS), tuple(CHANNELS.values()))[0]
    at_window = channel in {RatingChannel.KIOSK, RatingChannel.QR}
    after = (
        timedelta(minutes=rng.uniform(1, 4))
        if at_window
        else timedelta(minutes=4) + timedelta(hours=rng.expovariate(0.2))
    )
    return channel, min(event["occurred_at"] + after, filer.now)


def _links(ratings: Sequence[dict[str, Any]], rng: Random) -> list[dict[str, Any]]:
    """Make the links by which those were given that came by one; what opens them is not kept."""
    return [
        {
            "region_id": rating["region_id"],
            "token_h": rng.randbytes(32),
            "service_event_id": rating["service_event_id"],
            "round": OWN_ROUND,
            "channel": rating["channel"],
            "expires_at": rating["given_at"] + LINK_LIVES,
            "used_at": rating["given_at"],
        }
        for rating in ratings
        if rating["channel"] in {RatingChannel.LINK, RatingChannel.SMS}
    ]


def _rating(
    event: dict[str, Any],
    bad: bool,
    tags: dict[int, list[str]],
    items: list[CatalogueItem],
    filer: Filer,
    rng: Random,
) -> dict[str, Any]:
    level = rng.choice((1, 2, 2)) if bad else rng.choices((3, 4, 5), (4, 21, 75))[0]
    channel, given_at = _given(event, filer, rng)
    case_id: UUID | None = None
    if bad:
        item = next(i for i in items if i.id == event["item_id"])
        case_id = filer.open_rectification(given_at, item, level=level, words=COMMENTS[level][0])
    return {
        "region_id": event["region_id"],
        "id": uuid7(given_at),
        "service_event_id": event["id"],
        "round": 1,
        "level": level,
        "tags": rng.sample(tags[level], rng.randint(0, 2)),
        "comment": rng.choice(COMMENTS[level]) if bad or rng.random() < 0.12 else None,
        "channel": channel,
        "identity_mode": IdentityMode.CONFIDENTIAL,
        "scored": True,
        "effective": True,
        "is_test": False,
        "given_at": given_at,
        "received_at": given_at,
        "visible_on": filer.where.timetable.calendar.next_workday(filer.where.day(given_at)),
        "department_id": event["department_id"],
        "hall_id": event["hall_id"],
        "window_id": event["window_id"],
        "clerk_id": None,
        "item_id": event["item_id"],
        "party_kind": event["party_kind"],
        "case_id": case_id,
    }


def _tags_by_level(now: datetime) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for entry in codes_of("rating_tags", now.date()):
        found.setdefault(int(entry.code[0]), []).append(entry.code)
    return found


def _leaf(row: dict[str, Any], measure: str, on: date) -> Leaf:
    return Leaf(
        region_id=row["region_id"],
        measure=measure,
        on_date=on,
        department_id=row["department_id"],
        hall_id=row["hall_id"],
        window_id=row["window_id"] or 0,
        item_id=row["item_id"] or 0,
        channel=(row["channel"].value if "channel" in row else row["source"].value),
        party_kind=row["party_kind"].value,
    )


def _line(
    place: Place, table: str, first: int, chunk: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Put one line for a chunk into the ledger, with the hash of its ids in order."""
    ids = json.dumps([row["id"].hex for row in chunk]).encode()
    record(
        f"r/demo/{table}",
        "loaded",
        region_id=place.region.id,
        by=SYSTEM,
        now=now,
        body={"first": first, "n": len(chunk), "sha256": hashlib.sha256(ids).hexdigest()},
    )


def _told(place: Place, batch: UUID, chunk: Sequence[dict[str, Any]], now: datetime) -> None:
    """Put the line of a chunk of ratings into the ledger, as a system that told them would."""
    numbers = dict.fromkeys(("source_system", "project_no", "service_no"))
    rows = [SimpleNamespace(**numbers, **row) for row in chunk]
    record(
        "r/demo/ratings",
        "ratings_told",
        region_id=place.region.id,
        by=SYSTEM,
        now=now,
        body={"batch": batch.hex, "n": len(rows), "sha256": digest_of(rows)},
    )
