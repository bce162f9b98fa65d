"""Deciding whether a rating counts: said beside it, never by changing it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from desk.access.actors import Actor
from desk.approvals.actions import void
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.place import place_of
from desk.kernel.db import db
from desk.ratings.actions.counting import counted_leaves, stream_of
from desk.ratings.models import EventSource, Rating, RatingStanding, ServiceEvent, StandingCause
from desk.tally.actions import Leaf, add

ENDS_REVIEW = frozenset({StandingCause.APPEAL, StandingCause.VERDICT})


def decide(
    rating: Rating,
    *,
    effective: bool,
    cause: StandingCause,
    rule: str | None = None,
    approval_id: UUID | None = None,
    n: int | None = None,
    by: Actor,
    now: datetime,
) -> RatingStanding | None:
    """Say that a rating counts or counts no longer; None when exactly this was said before.

    Appends a standing, repeats it in `ratings.effective`, moves the sums of the day the rating was
    given by the difference, and writes one line. The same words (effective, cause, rule, approval)
    do nothing a second time, whatever was said in between: a detector does not hold again what two
    people released. Review and appeal need their approval, a detector its rule and `n`, what it
    counted. A verdict or an upheld appeal ends the question two people had before them.
    """
    _lock(rating)
    earlier = standings_of(rating)
    words = (effective, cause, rule, approval_id)
    if any((s.effective, s.cause, s.rule, s.approval_id) == words for s in earlier):
        return None
    made = RatingStanding(
        region_id=rating.region_id,
        rating_id=rating.id,
        seq=len(earlier) + 1,
        effective=effective,
        cause=cause,
        rule=rule,
        n=n,
        approval_id=approval_id,
        at=now,
        by_user_id=by.user_id,
    )
    db.session.add(made)
    db.session.flush()
    place = place_of(rating.region_id, rating.hall_id, now)
    add(_difference(rating, effective=effective))
    rating.effective = effective
    db.session.flush()
    if cause in ENDS_REVIEW:
        void(rating.region_id, rating.id, now=now)
    _record(rating, made, stream_of(rating, place.day(now)), by, now)
    return made


def standings_of(rating: Rating) -> list[RatingStanding]:
    """List what was decided on a rating, the first word first."""
    return list(
        db.session.scalars(
            select(RatingStanding)
            .where(
                RatingStanding.region_id == rating.region_id,
                RatingStanding.rating_id == rating.id,
            )
            .order_by(RatingStanding.seq)
        )
    )


def _lock(rating: Rating) -> None:
    """Take the rating's row until the commit, and what others have made of it meanwhile."""
    db.session.scalars(
        select(Rating)
        .where(Rating.region_id == rating.region_id, Rating.id == rating.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _difference(rating: Rating, *, effective: bool) -> list[tuple[Leaf, int]]:
    """Give by how much the sums of its day change when a rating stands otherwise than now."""
    day = place_of(rating.region_id, rating.hall_id, rating.given_at).day(rating.given_at)
    source = _source_of(rating)
    before = counted_leaves(rating, source, day, effective=rating.effective)
    after = counted_leaves(rating, source, day, effective=effective)
    if before == after:
        return []
    return [*((leaf, -1) for leaf in before), *((leaf, 1) for leaf in after)]


def _source_of(rating: Rating) -> EventSource | None:
    return db.session.scalar(
        select(ServiceEvent.source).where(
            ServiceEvent.region_id == rating.region_id,
            ServiceEvent.id == rating.service_event_id,
        )
    )


def _record(
    rating: Rating, standing: RatingStanding, stream: str, by: Actor, now: datetime
) -> None:
    approval_id = standing.approval_id
    record(
        stream,
        "rating_stands" if standing.effective else "rating_set_aside",
        region_id=rating.region_id,
        by=by,
        now=now,
        visibility=Visibility.PUBLIC if rating.is_test else Visibility.SUPERVISORS,
        body={
            "rating": rating.id.hex,
            "seq": standing.seq,
            "cause": standing.cause.value,
            "rule": standing.rule,
            "approval": approval_id.hex if approval_id else None,
        },
    )
