"""Counting occasions and ratings, and their lines in the ledger."""

from datetime import date, datetime

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.ratings.models import EventSource, Rating, ServiceEvent
from desk.ratings.scoring import measure_of, measures_of
from desk.tally.actions import Leaf, add


def leaf_of(event: ServiceEvent, measure: str, on: date, channel: str) -> Leaf:
    """Give what an occasion, and what is said of it, is counted under."""
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


def counted_leaves(
    rating: Rating, source: EventSource | None, day: date, *, effective: bool
) -> list[Leaf]:
    """Give what a rating is counted under while it stands so; nothing when it counts nowhere.

    `source` is that of its occasion, None while it has none; `day` is the local day it was given.
    """
    standing = measure_of(
        rating.level,
        round_=rating.round,
        scored=rating.scored,
        effective=effective,
        is_test=rating.is_test,
        of_case=source is EventSource.CASE,
    )
    return [
        Leaf(
            region_id=rating.region_id,
            measure=measure,
            on_date=day,
            department_id=rating.department_id,
            hall_id=rating.hall_id,
            window_id=rating.window_id or 0,
            item_id=rating.item_id or 0,
            channel=rating.channel.value,
            party_kind=rating.party_kind.value,
        )
        for measure in measures_of(rating.level, rating.tags, standing=standing)
    ]


def stream_of(rating: Rating, day: date) -> str:
    """Name the chain that what happens to a rating on a day is written into: that of its place."""
    place = f"w{rating.window_id}" if rating.window_id else f"d{rating.department_id}"
    return f"r/{place}/{day.isoformat()}"


def count_and_record(
    rating: Rating, event: ServiceEvent | None, day: date, *, now: datetime
) -> None:
    """Add a rating to the sums of its day, and write its line into the chain of its place."""
    source = event.source if event else None
    add((leaf, 1) for leaf in counted_leaves(rating, source, day, effective=rating.effective))
    record(
        stream_of(rating, day),
        "rated",
        region_id=rating.region_id,
        by=SYSTEM,
        now=now,
        visibility=Visibility.SUPERVISORS,
        body={
            "rating": rating.id.hex,
            "level": rating.level,
            "round": rating.round,
            "event": event.id.hex if event else None,
        },
    )
