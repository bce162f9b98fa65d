"""How far a figure carries: bounds, small cells, what is out of the ordinary, and progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, pstdev

SHOWN_FROM = 10
RANKED_FROM = 30
Z = 1.96
"""The 95 % bound of Wilson's interval."""

SIGMAS = 3
LEAST_PERIODS = 4
LEAST_OUT = 3
FULL_MARKS = 0.98
MOST_STEPS = 2.0


def wilson_lower(good: float, n: int) -> float | None:
    """Give the lower 95 % bound of a share, by which units are ranked; None for nothing."""
    if n == 0:
        return None
    share = good / n
    centre = share + Z * Z / (2 * n)
    spread = Z * sqrt((share * (1 - share) + Z * Z / (4 * n)) / n)
    return (centre - spread) / (1 + Z * Z / n)


def hidden(cells: Mapping[int, int], *, least: int = SHOWN_FROM) -> frozenset[int]:
    """Name the cells that may not be published beside their total.

    Every cell below `least` is hidden; if the hidden ones together could still be worked out from
    the total and are fewer than `least`, the smallest published one is hidden too.
    """
    small = {key for key, n in cells.items() if 0 < n < least}
    while small and (len(small) == 1 or sum(cells[key] for key in small) < least):
        rest = sorted((n, key) for key, n in cells.items() if key not in small and n)
        if not rest:
            break
        small.add(rest[0][1])
    return frozenset(small)


@dataclass(frozen=True, slots=True)
class Signal:
    """A count that is out of the ordinary: what it is, what was usual, and the limit it passed."""

    now: int
    usual: float
    limit: float

    @property
    def times(self) -> float | None:
        """How many times the usual it is; None where nothing was usual."""
        return self.now / self.usual if self.usual else None


def out_of_ordinary(before: Sequence[int], now: int) -> Signal | None:
    """Tell whether a count lies above the upper control limit of the equal periods before it.

    A c-chart (Shewhart): mean + 3 × √mean. Fewer than four periods say nothing, and neither do
    fewer than three more than usual: one case after none is no alarm.
    """
    if len(before) < LEAST_PERIODS:
        return None
    usual = fmean(before)
    limit = usual + SIGMAS * sqrt(usual)
    if now <= limit or now - usual < LEAST_OUT:
        return None
    return Signal(now, usual, limit)


def progress(
    units: Mapping[int, Mapping[str, tuple[float | None, float | None]]],
    weights: Mapping[str, float],
    *,
    falling: frozenset[str] = frozenset(),
) -> dict[int, float | None]:
    """Compute the progress index of each unit: 100 + Σ weight × change ÷ spread of the changes.

    `units` maps a unit to {indicator: (now, same period last year)} as shares. A change is clipped
    to two spreads either way; an indicator in `falling` is better when it falls. A unit at 98 % or
    better (2 % or less for a falling one) counts as two spreads up: it cannot rise any more. A unit
    without a value now or then has no index.
    """
    steps = {key: _steps(units, key, key in falling) for key in weights}
    found: dict[int, float | None] = {}
    for unit in units:
        own = [steps[key].get(unit) for key in weights]
        if any(step is None for step in own):
            found[unit] = None
        else:
            terms = zip(weights.values(), own, strict=True)
            found[unit] = 100 + sum(weight * (step or 0.0) for weight, step in terms)
    return found


def _steps(
    units: Mapping[int, Mapping[str, tuple[float | None, float | None]]], key: str, falls: bool
) -> dict[int, float]:
    changes: dict[int, float] = {}
    full: set[int] = set()
    for unit, values in units.items():
        now, then = values.get(key, (None, None))
        if now is None or then is None:
            continue
        good, was = (1 - now, 1 - then) if falls else (now, then)
        changes[unit] = good - was
        if good >= FULL_MARKS:
            full.add(unit)
    spread = pstdev(changes.values()) if len(changes) > 1 else 0.0
    return {
        unit: MOST_STEPS
        if unit in full
        else (max(-MOST_STEPS, min(MOST_STEPS, change / spread)) if spread else 0.0)
        for unit, change in changes.items()
    }
