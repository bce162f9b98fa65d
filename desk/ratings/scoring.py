"""What a rating counts for: plain decisions over plain values."""

from datetime import datetime, timedelta

LEVELS = (5, 4, 3, 2, 1)
BAD = frozenset({1, 2})
OPENS_CASE_WITHIN = timedelta(days=30)


def opens_case(
    level: int, *, round_: int, scored: bool, is_test: bool, occurred_at: datetime, now: datetime
) -> bool:
    """Tell whether a rating becomes a case: bad, scored, one's own, no test, not older than 30 d.

    A second-round rating never opens another case; it opens the first one again.
    """
    fresh = now - occurred_at <= OPENS_CASE_WITHIN
    return level in BAD and round_ == 1 and scored and not is_test and fresh
