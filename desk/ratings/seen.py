"""What the rated may see of their ratings: in batches, with no rater, no occasion and no hour."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.catalogue.models import ItemVersion
from desk.kernel.db import db
from desk.ratings.batches import Batch, batches
from desk.ratings.models import Rating, ServiceEvent
from desk.worktime.periods import Month


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose ratings are shown: one's own, or those of the departments somebody leads."""

    condition: ColumnElement[bool]
    regions: frozenset[int]


@dataclass(frozen=True, slots=True)
class SeenBatch:
    """One batch of a place: the days its ratings were given on, and how many of each level."""

    department_id: int
    window_id: int
    batch: Batch
    first_on: date
    last_on: date
    levels: Mapping[int, int]

    @property
    def good(self) -> int:
        return sum(n for level, n in self.levels.items() if level >= 3)


@dataclass(frozen=True, slots=True)
class Seen:
    """One rating as the rated see it: what was said, never by whom, of which occasion or when."""

    level: int
    tags: tuple[str, ...]
    comment: str
    group: str
    counts: bool


def own(actor: Actor) -> Whose:
    """Name the ratings of whoever looks: of occasions at which they served."""
    regions = actor.regions_for(Permission.RATINGS_OWN)
    mine = Rating.clerk_id == (actor.user_id or 0)
    return Whose(and_(mine, Rating.region_id.in_(sorted(regions))), regions)


def of_units(actor: Actor) -> Whose:
    """Name the ratings of the departments somebody sits in."""
    seats = [s for s in actor.seats_for(Permission.RATINGS_UNIT) if s.department_id]
    each = [
        and_(Rating.region_id.in_(sorted(s.region_ids)), Rating.department_id == s.department_id)
        for s in seats
    ]
    return Whose(or_(false(), *each), frozenset().union(*(s.region_ids for s in seats)))


def _shown(whose: Whose, *, of_cases: bool) -> ColumnElement[bool]:
    """Give the ratings that belong to batches: first ones of an occasion, no test.

    Whether one counts is left out on purpose: a batch never changes once it was seen.
    """
    of_case = ServiceEvent.case_id.isnot(None) if of_cases else ServiceEvent.case_id.is_(None)
    return and_(whose.condition, Rating.scored, Rating.round == 1, ~Rating.is_test, of_case)


def seen_batches(
    whose: Whose, month: Month, today: date, zone: str, *, of_cases: bool = False
) -> list[SeenBatch]:
    """List the batches that came to be seen in a month, the newest first.

    They are cut from the first day of the year before, so that a month alone cuts none in two.
    """
    start = date(month.first.year - 1, 1, 1)
    until = min(month.last, today)
    rows = db.session.execute(
        _joined(select(Rating.department_id, Rating.window_id, Rating.visible_on, func.count()))
        .where(_shown(whose, of_cases=of_cases), Rating.visible_on.between(start, until))
        .group_by(Rating.department_id, Rating.window_id, Rating.visible_on)
    )
    places: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for department_id, window_id, day, n in rows:
        places.setdefault((department_id, window_id or 0), []).append((day, n))
    cut = [
        (place, batch)
        for place, days in places.items()
        for batch in batches(days, until)
        if batch.last >= month.first
    ]
    if not cut:
        return []
    first = min(batch.first for _place, batch in cut)
    given = _given(whose, first, until, of_cases=of_cases)
    found = [_seen_batch(place, batch, given, zone) for place, batch in cut]
    return sorted(found, key=lambda one: (one.batch.last, one.window_id), reverse=True)


Given = dict[tuple[int, int], list[tuple[date, int, datetime]]]


def _given(whose: Whose, first: date, last: date, *, of_cases: bool) -> Given:
    rows = db.session.execute(
        _joined(
            select(
                Rating.department_id,
                Rating.window_id,
                Rating.visible_on,
                Rating.level,
                Rating.given_at,
            )
        ).where(_shown(whose, of_cases=of_cases), Rating.visible_on.between(first, last))
    )
    found: Given = {}
    for department_id, window_id, day, level, at in rows:
        found.setdefault((department_id, window_id or 0), []).append((day, level, at))
    return found


def _seen_batch(place: tuple[int, int], batch: Batch, given: Given, zone: str) -> SeenBatch:
    inside = [row for row in given[place] if batch.first <= row[0] <= batch.last]
    days = [at.astimezone(ZoneInfo(zone)).date() for _day, _level, at in inside]
    levels = Counter(level for _day, level, _at in inside)
    return SeenBatch(*place, batch, min(days), max(days), levels)


def ratings_in(whose: Whose, one: SeenBatch, *, of_cases: bool = False) -> list[Seen]:
    """List the ratings of a batch in an order that tells nothing of when they were given."""
    name = ItemVersion.type
    window = Rating.window_id == one.window_id if one.window_id else Rating.window_id.is_(None)
    rows: Sequence[Any] = db.session.execute(
        _joined(
            select(Rating.id, Rating.level, Rating.tags, Rating.comment, Rating.effective, name)
        )
        .outerjoin(ItemVersion, ItemVersion.id == ServiceEvent.item_version_id)
        .where(
            _shown(whose, of_cases=of_cases),
            Rating.department_id == one.department_id,
            window,
            Rating.visible_on.between(one.batch.first, one.batch.last),
        )
    ).all()
    mixed = sorted(rows, key=lambda row: (-row[1], hashlib.sha256(row[0].bytes).digest()))
    return [
        Seen(level, tuple(tags), comment or "", group or "", effective)
        for _id, level, tags, comment, effective, group in mixed
    ]


def _joined(statement: Any) -> Any:
    return statement.select_from(Rating).join(
        ServiceEvent,
        and_(
            ServiceEvent.region_id == Rating.region_id,
            ServiceEvent.id == Rating.service_event_id,
        ),
    )
