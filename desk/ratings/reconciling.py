"""Holding what is published of ratings against what was given: nothing lost, nothing slipped in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, select

from desk.kernel.db import db
from desk.organisation.models import Region
from desk.ratings.models import Rating, RatingStanding
from desk.ratings.scoring import excluded_for
from desk.tally.models import Tally

PUBLISHED = tuple(f"{room}.level.{n}" for room in ("rating", "case_rating") for n in range(1, 6))
"""The sums of people's own ratings: what every page and figure is made of."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day: what was given, what is published, and what is left out for which reason."""

    day: date
    raw: int
    published: int
    excluded: Mapping[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> int:
        """Say how many ratings nobody can account for; 0 where all is well."""
        return self.raw - self.published - sum(self.excluded.values())


def days_of(region: Region, first: date, last: date) -> list[DayCount]:
    """Hold each day of a region against its sums: given = published + left out, by reason."""
    published = _published(region.id, first, last)
    found = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        raw, excluded = _given(region, day)
        found.append(DayCount(day, raw, published.get(day, 0), excluded))
    return found


def _published(region_id: int, first: date, last: date) -> dict[date, int]:
    rows = db.session.execute(
        select(Tally.on_date, func.sum(Tally.n))
        .where(
            Tally.region_id == region_id,
            Tally.grain == "d",
            Tally.measure.in_(PUBLISHED),
            Tally.on_date.between(first, last),
        )
        .group_by(Tally.on_date)
    )
    return {on: int(n) for on, n in rows}


def _given(region: Region, day: date) -> tuple[int, dict[str, int]]:
    """Count what was given on a local day, and what of it is left out for which reason."""
    excluded: Counter[str] = Counter()
    raw = 0
    for round_, scored, effective, is_test, cause, n in db.session.execute(_cells(region, day)):
        raw += n
        reason = excluded_for(
            round_=round_,
            scored=scored,
            effective=effective,
            is_test=is_test,
            cause=cause.value if cause else None,
        )
        if reason is not None:
            excluded[reason] += n
    return raw, dict(excluded)


def _cells(region: Region, day: date) -> Select[*tuple[Any, ...]]:
    newest = (
        select(func.max(RatingStanding.seq))
        .where(RatingStanding.region_id == Rating.region_id, RatingStanding.rating_id == Rating.id)
        .correlate(Rating)
        .scalar_subquery()
    )
    cells = (
        Rating.round,
        Rating.scored,
        Rating.effective,
        Rating.is_test,
        RatingStanding.cause,
    )
    since, until = (midnight(on, region.time_zone) for on in (day, day + timedelta(days=1)))
    return (
        select(*cells, func.count())
        .select_from(Rating)
        .outerjoin(
            RatingStanding,
            and_(
                RatingStanding.region_id == Rating.region_id,
                RatingStanding.rating_id == Rating.id,
                RatingStanding.seq == newest,
            ),
        )
        .where(Rating.region_id == region.id, Rating.given_at >= since, Rating.given_at < until)
        .group_by(*cells)
    )


def midnight(day: date, zone: str) -> datetime:
    """Give the instant a local day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
