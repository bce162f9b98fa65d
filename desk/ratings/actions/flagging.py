"""Holding what the detectors flag: it counts in nothing until two people have decided."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from desk.access.actors import SYSTEM
from desk.kernel.db import db
from desk.ratings.actions.standing import decide, standings_of
from desk.ratings.detectors.seen import Flag
from desk.ratings.models import Rating, RatingStanding, StandingCause

ASKED_AT_ONCE = 400


def unknown(region_id: int, flags: frozenset[Flag]) -> list[Flag]:
    """Leave out what was said before, without a lock; what is left, in the order of its rating."""
    ordered = sorted(flags)
    known: set[tuple[UUID, str | None]] = set()
    for first in range(0, len(ordered), ASKED_AT_ONCE):
        pairs = [(flag.key, flag.rule.value) for flag in ordered[first : first + ASKED_AT_ONCE]]
        rows = db.session.execute(
            select(RatingStanding.rating_id, RatingStanding.rule).where(
                RatingStanding.region_id == region_id,
                RatingStanding.cause == StandingCause.DETECTOR,
                tuple_(RatingStanding.rating_id, RatingStanding.rule).in_(pairs),
            )
        )
        known |= {(row.rating_id, row.rule) for row in rows}
    return [flag for flag in ordered if (flag.key, flag.rule.value) not in known]


def hold(region_id: int, flag: Flag, *, now: datetime) -> RatingStanding | None:
    """Hold a rating for what a detector counted; None where that was said, or it counts no more.

    Nothing is held that a verdict, an appeal or two people have set aside: it counts in nothing.
    """
    rating = db.session.get_one(Rating, (region_id, flag.key))
    said = standings_of(rating)
    if said and not said[-1].effective and said[-1].cause is not StandingCause.DETECTOR:
        return None
    return decide(
        rating,
        effective=False,
        cause=StandingCause.DETECTOR,
        rule=flag.rule.value,
        n=flag.n,
        by=SYSTEM,
        now=now,
    )
