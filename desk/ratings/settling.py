"""Settling ratings that came early: joined to their occasion, or kept as unscored."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Invalid
from desk.organisation.models import Region
from desk.ratings.actions.elsewhere import RatingRow, rating_row, settle, write_ratings
from desk.ratings.actions.keeping import RatingData, Way, keep
from desk.ratings.joining import join_open
from desk.ratings.loading_ratings import is_bad, keep_bad, telling_day
from desk.ratings.models import EarlyRating
from desk.ratings.occasions import Spot
from desk.ratings.references import events_by_numbers

WAITS = timedelta(days=7)
"""How long a rating waits for its occasion before it is kept as unscored."""

AT_ONCE = 500


def settle_early(now: datetime) -> None:
    """Join ratings that came early to their occasions, and keep those as unscored that waited long.

    A chunk is a transaction; again changes nothing. Those given at a window are joined too.
    """
    join_open(now)
    for region_id, rows in _waiting():
        region = db.session.get_one(Region, region_id)
        end_read()
        with transaction():
            region = db.session.get_one(Region, region_id)
            bad = _settle_chunk(region, rows, now)
        for early_id, row in bad:
            keep_bad(region_id, row, now, early_id)


def _waiting() -> Iterator[tuple[int, list[EarlyRating]]]:
    """Give what waits, region by region, a chunk at a time."""
    regions = db.session.scalars(
        select(EarlyRating.region_id).where(EarlyRating.settled_at.is_(None)).distinct()
    ).all()
    for region_id in sorted(regions):
        last = UUID(int=0)
        while True:
            rows = list(
                db.session.scalars(
                    select(EarlyRating)
                    .where(
                        EarlyRating.region_id == region_id,
                        EarlyRating.settled_at.is_(None),
                        EarlyRating.id > last,
                    )
                    .order_by(EarlyRating.id)
                    .limit(AT_ONCE)
                )
            )
            if not rows:
                break
            last = rows[-1].id
            for row in rows:
                db.session.expunge(row)
            yield region_id, rows


def _settle_chunk(
    region: Region, rows: Sequence[EarlyRating], now: datetime
) -> list[tuple[UUID, RatingRow]]:
    """Settle what can be settled in one transaction; gives back the bad ones, to be kept singly."""
    numbers = {
        early.id: (early.source_system, early.project_no, early.service_no) for early in rows
    }
    events = events_by_numbers(region.id, set(numbers.values()))
    day = telling_day(region, now)
    good: dict[UUID, tuple[RatingRow, date]] = {}
    bad: list[tuple[UUID, RatingRow]] = []
    for early in rows:
        event = events.get(numbers[early.id])
        if event is None:
            if now - early.received_at > WAITS:
                settle(region.id, early.id, _keep_unscored(early, now), now=now)
            continue
        try:
            row = rating_row(
                _as_told(early), event, early.given_at, day, received_at=early.received_at, now=now
            )
        except Invalid:
            settle(region.id, early.id, _keep_unscored(early, now), now=now)
            continue
        if is_bad(row, event, now):
            bad.append((early.id, row))
        else:
            good[early.id] = row, region.local_day(early.given_at)
    pairs = list(good.values())
    made = write_ratings(
        region.id, [row for row, _ in pairs], [on for _, on in pairs], chain="early", now=now
    )
    for early_id, (row, _on) in good.items():
        settle(region.id, early_id, row.id if row.id in made else None, now=now)
    return bad


def _as_told(early: EarlyRating) -> dict[str, Any]:
    return {
        "level": early.level,
        "tags": list(early.tags),
        "comment": early.comment,
        "channel": early.channel.value,
        "identity": early.identity_mode.value,
        "is_default": early.round == 0,
    }


def _keep_unscored(early: EarlyRating, now: datetime) -> UUID:
    """Keep what never found its occasion: there to be seen, and counted in nothing that ranks."""
    of = Spot(early.region_id, early.hall_id, early.department_id, None)
    data = RatingData(early.level, tuple(early.tags), early.comment)
    way = Way(
        channel=early.channel,
        round=early.round,
        scored=False,
        given_at=early.given_at,
        told=(early.source_system, early.project_no, early.service_no),
        identity=early.identity_mode,
    )
    return keep(of, data, way, now=now).id
