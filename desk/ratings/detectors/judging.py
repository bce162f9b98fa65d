"""All detectors over one window of ratings."""

from collections.abc import Callable, Collection, Iterable, Iterator

from desk.ratings.detectors.crowding import bursts, many_of_one
from desk.ratings.detectors.fitting import misfits
from desk.ratings.detectors.runs import long_runs
from desk.ratings.detectors.seen import Flag, Limits, Seen
from desk.ratings.detectors.texts import same_text
from desk.ratings.detectors.timing import back_dated, too_fast

Detector = Callable[[Collection[Seen], Limits], Iterator[Flag]]

OF_A_DAY: tuple[Detector, ...] = (too_fast, back_dated, many_of_one, bursts, misfits)
"""What two days of ratings are enough for."""

OF_A_MONTH: tuple[Detector, ...] = (long_runs, same_text)
"""What needs weeks of them."""

ALL = (*OF_A_DAY, *OF_A_MONTH)


def flags(
    ratings: Collection[Seen], limits: Limits, detectors: Iterable[Detector] = ALL
) -> frozenset[Flag]:
    """Give what the detectors say of these ratings, each rating and rule once, at its highest."""
    highest: dict[tuple[object, str], Flag] = {}
    for detector in detectors:
        for flag in detector(ratings, limits):
            key = (flag.key, flag.rule)
            if key not in highest or flag.n > highest[key].n:
                highest[key] = flag
    return frozenset(highest.values())
