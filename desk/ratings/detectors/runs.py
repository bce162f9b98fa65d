"""Runs that honest people do not make: the same level again and again, or never a bad one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import ceil, log

from desk.ratings.detectors.seen import Flag, Limits, Rule, Seen

KINDS = (*(frozenset({level}) for level in (1, 2, 3, 4, 5)), frozenset({3, 4, 5}))
"""What a run is made of: one level, or anything but a bad one."""


def long_runs(ratings: Iterable[Seen], limits: Limits) -> Iterator[Flag]:
    """Flag runs of one window that its luck cannot explain, measured at all other windows.

    How long is too long follows from how often the others are given that level: a run whose chance
    is below `run_chance` even for a window much better than they are. Where the others are too few
    to tell, nothing is said.
    """
    windows: dict[int, list[Seen]] = defaultdict(list)
    for seen in ratings:
        if seen.window:
            windows[seen.window].append(seen)
    counts = {window: Counter(seen.level for seen in group) for window, group in windows.items()}
    total = sum(counts.values(), Counter[int]())
    for window, group in windows.items():
        others = total - counts[window]
        n = others.total()
        if n < limits.run_others or len(group) < limits.run_least:
            continue
        ordered = sorted(group, key=lambda s: s.order)
        yield from _longest(ordered, others, n, limits)


def _longest(
    ordered: Sequence[Seen], others: Counter[int], n: int, limits: Limits
) -> Iterator[Flag]:
    found: dict[object, int] = {}
    for kind in KINDS:
        too_long = longest_by_luck(sum(others[level] for level in kind), n, limits)
        for run in _no_luck(_runs(ordered, kind), too_long, limits.run_least):
            for seen in run:
                found[seen.key] = max(found.get(seen.key, 0), len(run))
    for key, length in found.items():
        yield Flag(key, Rule.LONG_RUN, length)


def _no_luck(runs: Sequence[Sequence[Seen]], too_long: int, least: int) -> list[Sequence[Seen]]:
    """Pick the runs that are too long, and the long ones beside them: one other broke them off."""
    picked = [len(run) >= too_long for run in runs]
    for way in (range(1, len(runs)), range(len(runs) - 2, -1, -1)):
        for here in way:
            beside = here - way.step
            picked[here] = picked[here] or (picked[beside] and len(runs[here]) >= least)
    return [run for run, too in zip(runs, picked, strict=True) if too]


def longest_by_luck(k: int, n: int, limits: Limits) -> int:
    """Say from which length on a run is no luck, where `k` of `n` others are of its kind."""
    rest = (n - k + 1) / (n + 2)
    share = 1 - rest * (1 - limits.run_better)
    return max(limits.run_least, ceil(log(limits.run_chance) / log(share)))


def _runs(ordered: Sequence[Seen], kind: frozenset[int]) -> list[list[Seen]]:
    """Cut ratings into the runs of a kind; between two neighbours lies exactly one other."""
    runs: list[list[Seen]] = [[]]
    for seen in ordered:
        if seen.level in kind:
            runs[-1].append(seen)
        else:
            runs.append([])
    return runs
