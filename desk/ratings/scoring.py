"""What a rating counts for: plain decisions over plain values."""

from collections.abc import Iterable
from datetime import datetime, timedelta

LEVELS = (5, 4, 3, 2, 1)
BAD = frozenset({1, 2})
SECOND_ROUND = 2
TAG = "rating.tag."
"""Sums of the words chosen with bad ratings."""

OPENS_CASE_WITHIN = timedelta(days=30)


def opens_case(
    level: int, *, round_: int, scored: bool, is_test: bool, occurred_at: datetime, now: datetime
) -> bool:
    """Tell whether a rating becomes a case: bad, scored, one's own, no test, not older than 30 d.

    A second-round rating never opens another case; it opens the first one again.
    """
    fresh = now - occurred_at <= OPENS_CASE_WITHIN
    return level in BAD and round_ == 1 and scored and not is_test and fresh


def measure_of(
    level: int, *, round_: int, scored: bool, effective: bool, is_test: bool, of_case: bool
) -> str | None:
    """Name the sum a rating adds to; None when it adds to none.

    Tests, defaults (round 0) and what does not stand count nowhere. Unscored ones and those after a
    rectification are kept apart from people's own ratings, and so are those of the desk's replies.
    """
    if is_test or not effective or round_ == 0:
        return None
    room = "case_rating" if of_case else "rating"
    if not scored:
        return f"{room}.unscored.{level}"
    return f"{room}.second.{level}" if round_ == SECOND_ROUND else f"{room}.level.{level}"


def measures_of(level: int, tags: Iterable[str], *, standing: str | None) -> list[str]:
    """Name all sums a rating adds to; `standing` is what `measure_of` says of it.

    Each tag of a bad one that counts as people's own adds once, however often it was sent.
    """
    if standing is None:
        return []
    own = standing == f"rating.level.{level}" and level in BAD
    return [standing, *(f"{TAG}{tag}" for tag in sorted(set(tags)) if own)]


def excluded_for(
    *, round_: int, scored: bool, effective: bool, is_test: bool, cause: str | None
) -> str | None:
    """Say why a rating is not among people's own that are published; None for one that is.

    `cause` is that of its last standing. Every rating is published or has exactly one reason.
    """
    if is_test:
        return "test"
    if round_ == 0:
        return "default"
    if not effective:
        return cause or "unconfirmed"
    if not scored:
        return "unscored"
    return "second" if round_ == SECOND_ROUND else None
