"""Places where people could not rate, or were not asked: nothing is held, somebody must look."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desk.ratings.detectors.seen import Limits, Rule

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something about a place; `n` is minutes without a kiosk, or people not asked of `of`."""

    place: Any
    rule: Rule
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A time in which a kiosk was not heard of, and the hours its hall was open meanwhile."""

    kiosk: Hashable
    since: datetime
    until: datetime
    open_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many of those who could be asked at a place were sent their link."""

    place: Hashable
    could: int
    were: int


def quiet_kiosks(silences: Iterable[Silence], limits: Limits) -> Iterator[Finding]:
    """Name the kiosks that were away for longer than they may while their hall was open."""
    minutes: dict[Hashable, int] = {}
    for silence in silences:
        away = sum(
            (
                max(timedelta(0), min(silence.until, until) - max(silence.since, since))
                for since, until in silence.open_spans
            ),
            timedelta(0),
        )
        if away > timedelta(minutes=limits.gap_min):
            minutes[silence.kiosk] = minutes.get(silence.kiosk, 0) + int(away.total_seconds() // 60)
    for kiosk, n in minutes.items():
        yield Finding(kiosk, Rule.KIOSK_GAP, n, 0)


def not_asked(places: Iterable[Asked], limits: Limits) -> Iterator[Finding]:
    """Name the places that send links to some only: fewer than nine of ten (security.md C37)."""
    for asked in places:
        if asked.could >= limits.sent_of and asked.were < limits.sent_least * asked.could:
            yield Finding(asked.place, Rule.UNSENT, asked.could - asked.were, asked.could)
