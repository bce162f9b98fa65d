"""Counting occasions and ratings, and their lines in the ledger."""

from datetime import date, datetime

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.ratings.models import EventSource, Rating, ServiceEvent
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


def count_and_record(rating: Rating, event: ServiceEvent, day: date, *, now: datetime) -> None:
    """Add a rating to the sums of its day, and write its line into the chain of its place."""
    own = event.source is not EventSource.CASE
    measure = "rating" if own else "case_rating"
    if not event.is_test:
        leaf = leaf_of(event, f"{measure}.level.{rating.level}", day, rating.channel.value)
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
