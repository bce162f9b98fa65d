"""Too many at once: from one device, telephone or address, at one window, at closing time."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median

from desk.ratings.detectors.seen import Flag, Limits, Rule, Seen

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
AFTER = -1
"""The stretch just after closing time, counted from it backwards."""
OF_NOBODY = frozenset({"kiosk"})
"""Channels that share one device or address among all who come."""


def many_of_one(ratings: Iterable[Seen], limits: Limits) -> Iterator[Flag]:
    """Flag every rating of a device, telephone or address that gave too many within a day.

    A whole hall or town may stand behind one address: there it is many for one window that count,
    or more in a minute than people come.
    """
    alone = [seen for seen in ratings if seen.channel not in OF_NOBODY]
    yield from _crowds(alone, _device, DAY, limits.per_device_day, Rule.MANY_DEVICE)
    yield from _crowds(alone, _phone, DAY, limits.per_phone_day, Rule.MANY_PHONE)
    yield from _crowds(alone, _address_at, DAY, limits.per_address_day, Rule.MANY_ADDRESS)
    yield from _crowds(alone, _address, MINUTE, limits.per_minute, Rule.MANY_ADDRESS)


def _device(seen: Seen) -> bytes | None:
    return seen.device


def _phone(seen: Seen) -> bytes | None:
    return seen.phone


def _address(seen: Seen) -> bytes | None:
    return seen.address


def _address_at(seen: Seen) -> tuple[bytes, int] | None:
    return (seen.address, seen.window) if seen.address and seen.window else None


def _window(seen: Seen) -> int | None:
    return seen.window or None


def bursts(ratings: Collection[Seen], limits: Limits) -> Iterator[Flag]:
    """Flag more ratings of a window in a minute than anybody can serve, and heaps at closing."""
    yield from _crowds(ratings, _window, MINUTE, limits.per_minute, Rule.BURST)
    yield from _at_closing(ratings, limits)


def _crowds(
    ratings: Iterable[Seen],
    of: Callable[[Seen], Hashable | None],
    within: timedelta,
    most: int,
    rule: Rule,
) -> Iterator[Flag]:
    """Flag all that lie in a stretch of time, anywhere, with more than `most` of one origin."""
    groups: dict[Hashable, list[Seen]] = defaultdict(list)
    for seen in ratings:
        origin = of(seen)
        if origin is not None:
            groups[origin].append(seen)
    for group in groups.values():
        if len(group) > most:
            yield from _dense(sorted(group, key=lambda s: s.order), within, most, rule)


def _dense(group: Sequence[Seen], within: timedelta, most: int, rule: Rule) -> Iterator[Flag]:
    counts: dict[int, int] = {}
    first = 0
    for last, seen in enumerate(group):
        while seen.given_at - group[first].given_at > within:
            first += 1
        n = last - first + 1
        if n > most:
            for position in range(first, last + 1):
                counts[position] = max(counts.get(position, 0), n)
    for position, n in counts.items():
        yield Flag(group[position].key, rule, n)


def _at_closing(ratings: Iterable[Seen], limits: Limits) -> Iterator[Flag]:
    """Flag the last stretch of a window's day, or the first after it, when it is heaped.

    The day is cut into stretches backwards from closing time; heaped is what holds several times
    as many as the others of that day usually do.
    """
    days: dict[tuple[int, datetime], dict[int, list[Seen]]] = defaultdict(lambda: defaultdict(list))
    stretch = timedelta(minutes=limits.closing_min)
    for seen in ratings:
        if seen.closes_at is not None and seen.window:
            slot = (seen.closes_at - seen.given_at) // stretch
            days[seen.window, seen.closes_at][slot].append(seen)
    for slots in days.values():
        before = range(1, max(slots) + 1)
        usual = median([len(slots.get(n, ())) for n in before] or [0])
        heap = max(limits.closing_least, limits.closing_times * max(usual, 1))
        for slot in (0, AFTER):
            found = slots.get(slot, [])
            if len(found) >= heap:
                yield from (Flag(seen.key, Rule.BURST, len(found)) for seen in found)
