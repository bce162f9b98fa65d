"""Ratings at impossible times: seconds after the service, before it, or dated back."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from desk.ratings.detectors.seen import Flag, Limits, Rule, Seen

AT_WINDOW = frozenset({"kiosk", "api"})
"""Where the screen stands before whoever was served: they need no time to open a link."""

SENT_LATER = frozenset({"kiosk", "api", "paper", "phone"})
"""What may honestly arrive some days after it was said; everything else arrives at once."""

ON_PAPER = frozenset({"paper", "phone"})


def too_fast(ratings: Iterable[Seen], limits: Limits) -> Iterator[Flag]:
    """Flag what was given sooner after the service than anybody can read the question."""
    for seen in ratings:
        if seen.served_at is None or seen.channel in ON_PAPER:
            continue
        least = limits.fast_at_window_s if seen.channel in AT_WINDOW else limits.fast_s
        after = seen.given_at - seen.served_at
        if timedelta(0) <= after < timedelta(seconds=least):
            yield Flag(seen.key, Rule.TOO_FAST, int(after.total_seconds()))


def back_dated(ratings: Iterable[Seen], limits: Limits) -> Iterator[Flag]:
    """Flag times that cannot be: after the arrival, long before it, or before the service."""
    for seen in ratings:
        wrong = _wrong_by(seen, limits)
        if wrong is not None:
            yield Flag(seen.key, Rule.BACK_DATED, int(wrong.total_seconds()))


def _wrong_by(seen: Seen, limits: Limits) -> timedelta | None:
    """Say by how much a time is wrong; None where it can be true."""
    ahead = seen.given_at - seen.received_at
    if ahead > timedelta(seconds=limits.ahead_s):
        return ahead
    slow = seen.channel in SENT_LATER
    most = timedelta(days=limits.late_days) if slow else timedelta(seconds=limits.late_s)
    if -ahead > most:
        return -ahead
    if seen.served_at is not None:
        before = seen.served_at - seen.given_at
        if before > timedelta(seconds=limits.before_service_s):
            return before
    return None
