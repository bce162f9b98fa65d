"""Many people do not write the same sentence."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from desk.ratings.detectors.seen import Flag, Limits, Rule, Seen


def same_text(ratings: Iterable[Seen], limits: Limits) -> Iterator[Flag]:
    """Flag texts that stand word for word in too many ratings of a window within some days.

    Short ones ("很好", "thank you") are everybody's and say nothing.
    """
    groups: dict[tuple[int, str], list[Seen]] = defaultdict(list)
    for seen in ratings:
        bare = bare_text(seen.text or "")
        if len(bare) >= limits.text_shortest:
            groups[seen.window, bare].append(seen)
    within = timedelta(days=limits.text_days)
    for group in groups.values():
        if len(group) <= limits.text_equal:
            continue
        ordered = sorted(group, key=lambda s: s.order)
        times = [seen.given_at for seen in ordered]
        for seen in ordered:
            first = bisect_left(times, seen.given_at - within)
            near = bisect_right(times, seen.given_at + within) - first
            if near > limits.text_equal:
                yield Flag(seen.key, Rule.SAME_TEXT, near)


def bare_text(text: str) -> str:
    """Reduce a text to its letters and digits, so that a comma or a space makes no other one."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum())
