"""Ratings and occasions added up from their rows: as they were known, or where no sum says it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, and_, cast, false, func, select

from desk.insight.scope import ONE_DAY, Scope
from desk.kernel.db import db
from desk.organisation.models import Region
from desk.ratings.knowing import counted_at, decided_since, had_come, was_rated
from desk.ratings.models import EventSource, Rating, ServiceEvent
from desk.ratings.queries import narrowed_to
from desk.ratings.scoring import BAD, TAG, measure_of, measures_of
from desk.worktime.periods import Month

EVENTS: Mapping[str, ColumnElement[bool]] = {
    "event": ServiceEvent.source != EventSource.CASE,
    "case_event": ServiceEvent.source == EventSource.CASE,
}
OF_RATINGS = ("rating.", "case_rating.")
OF_CASE = func.coalesce(ServiceEvent.source == EventSource.CASE, false())
TAGS = cast(Rating.tags, String)
Sums = Counter[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Span:
    """Some local days of regions in one zone; `label` is the day they are added up under."""

    scope: Scope
    by: tuple[str, ...]
    region_ids: Sequence[int]
    zone: str
    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        since, until = (
            datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)
            for day in (self.first, self.last + ONE_DAY)
        )
        return since, until

    def columns(self, table: Any) -> list[Any]:
        """Give what is added up by, but for the day."""
        named = {"department_id": table.department_id, "item_id": func.coalesce(table.item_id, 0)}
        return [named[name] for name in self.by if name in named]

    def key(self, measure: str, values: Iterable[Any]) -> tuple[Any, ...]:
        """Name what was added up as the sums do: the measure, and what it is by."""
        left = iter(values)
        return (measure, *(self.first if name == "on_date" else next(left) for name in self.by))


def counted(scope: Scope, measures: Sequence[str], by: tuple[str, ...] = ()) -> Sums:
    """Add up rows as they stand, or as they were known. Costs as much as there are rows."""
    known = scope.known_at
    events = had_come(ServiceEvent.id, known)
    return _added(scope, measures, by, events, and_(was_rated(known), counted_at(known)))


def news(scope: Scope, measures: Sequence[str], by: tuple[str, ...] = ()) -> Sums:
    """Add up what the sums of now hold that was not known then: to be taken from them.

    That is what came since or was joined to its occasion, and by how much the rest has changed by
    what was decided since.
    """
    known = scope.known_at
    if known is None:
        return Counter()
    events, rated, now = ~had_come(ServiceEvent.id, known), was_rated(known), counted_at(None)
    decided = and_(rated, decided_since(known))
    found = _added(scope, measures, by, events, and_(~rated, now))
    found.update(_added(scope, measures, by, None, and_(decided, now)))
    found.subtract(_added(scope, measures, by, None, and_(decided, counted_at(known))))
    return found


def _added(
    scope: Scope,
    measures: Sequence[str],
    by: tuple[str, ...],
    events: ColumnElement[bool] | None,
    ratings: ColumnElement[bool],
) -> Sums:
    """Add up occasions and ratings that fulfil a condition; no occasions without one."""
    wanted = frozenset(measures)
    found: Sums = Counter()
    for span in _spans(scope, by):
        told = () if events is None else _events(span, wanted, events)
        for key, n in chain(told, _levels(span, wanted, ratings), _tags(span, wanted, ratings)):
            found[key] += n
    return found


def _spans(scope: Scope, by: tuple[str, ...]) -> Iterator[_Span]:
    zones: dict[str, list[int]] = {}
    for key, zone in db.session.execute(
        select(Region.id, Region.time_zone).where(Region.id.in_(scope.region_ids))
    ):
        zones.setdefault(zone, []).append(key)
    pieces = list(_pieces(scope)) if "on_date" in by else [(scope.first, scope.last)]
    for zone, ids in zones.items():
        for first, last in pieces:
            yield _Span(scope, by, ids, zone, first, last)


def _pieces(scope: Scope) -> Iterator[tuple[date, date]]:
    """Cut the days of a scope into months where it is of whole ones, else into days."""
    first = scope.first
    while first <= scope.last:
        last = min(Month(first.replace(day=1)).last, scope.last) if scope.is_whole else first
        yield first, last
        first = last + ONE_DAY


Counts = Iterator[tuple[tuple[Any, ...], int]]


def _events(span: _Span, wanted: frozenset[str], condition: ColumnElement[bool]) -> Counts:
    columns = span.columns(ServiceEvent)
    for measure in sorted(EVENTS.keys() & wanted):
        rows = db.session.execute(
            select(*columns, func.count())
            .where(
                ServiceEvent.region_id.in_(span.region_ids),
                ServiceEvent.on_day.between(span.first, span.last),
                ~ServiceEvent.is_test,
                EVENTS[measure],
                *narrowed_to(ServiceEvent, ServiceEvent.source, span.scope.to_item),
                condition,
            )
            .group_by(*columns)
        )
        for *values, n in rows:
            if n:
                yield span.key(measure, values), n


def _levels(span: _Span, wanted: frozenset[str], condition: ColumnElement[bool]) -> Counts:
    if any(measure.startswith(OF_RATINGS) and not measure.startswith(TAG) for measure in wanted):
        cells = (Rating.level, Rating.round, Rating.scored, OF_CASE)
        for (level, round_, scored, of_case, *values), n in _rated(span, cells, condition):
            measure = _standing(level, round_, scored, of_case)
            if measure in wanted:
                yield span.key(measure, values), n


def _tags(span: _Span, wanted: frozenset[str], condition: ColumnElement[bool]) -> Counts:
    if any(measure.startswith(TAG) for measure in wanted):
        cells = (Rating.level, Rating.round, Rating.scored, OF_CASE, TAGS)
        bad = and_(condition, Rating.level.in_(BAD), TAGS != "[]")
        for (level, round_, scored, of_case, tags, *values), n in _rated(span, cells, bad):
            standing = _standing(level, round_, scored, of_case)
            for measure in measures_of(level, json.loads(tags), standing=standing):
                if measure in wanted and measure.startswith(TAG):
                    yield span.key(measure, values), n


def _standing(level: int, round_: int, scored: bool, of_case: Any) -> str | None:
    return measure_of(
        level, round_=round_, scored=scored, effective=True, is_test=False, of_case=bool(of_case)
    )


def _rated(
    span: _Span, cells: Sequence[Any], condition: ColumnElement[bool]
) -> Iterator[tuple[list[Any], int]]:
    since, until = span.bounds
    columns = [*cells, *span.columns(Rating)]
    rows = db.session.execute(
        select(*columns, func.count())
        .select_from(Rating)
        .outerjoin(
            ServiceEvent,
            and_(
                ServiceEvent.region_id == Rating.region_id,
                ServiceEvent.id == Rating.service_event_id,
            ),
        )
        .where(
            Rating.region_id.in_(span.region_ids),
            Rating.given_at >= since,
            Rating.given_at < until,
            ~Rating.is_test,
            *narrowed_to(Rating, Rating.channel, span.scope.to_item),
            condition,
        )
        .group_by(*columns)
    )
    for *values, n in rows:
        yield values, n
