"""How an item is found: what its search text holds, and what a search must match in it.

The text is the names, each after NAME, then END, then aliases, department and code, each after
PLACE. The three marks are control characters, which neither a name nor a search can contain.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from desk.kernel.grams import ESCAPE, RUN, normalise, pairs

NAME, PLACE, END = "\x02", "\x03", "\x04"
LONGEST_SEARCH = 64
MOST_TERMS = 8
FEWEST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Sought:
    """A search as LIKE patterns, escaped by a backslash; every one of `terms` has to match.

    `starts` matches when a name begins with the search, `in_names` when all terms stand in names.
    `near` holds pairs of characters for the case that nothing matches; empty when too few.
    """

    terms: tuple[str, ...]
    starts: str
    in_names: tuple[str, ...]
    near: tuple[str, ...]


def doc_text(names: Iterable[str | None], places: Iterable[str | None]) -> str:
    """Write what an item is found by: its names, then its aliases, department and code."""
    by_name = (f"{NAME}{normalise(name)}" for name in names if name)
    by_place = (f"{PLACE}{normalise(place)}" for place in dict.fromkeys(places) if place)
    return "".join((*by_name, END, *by_place))


def sought(words: str) -> Sought | None:
    """Read what somebody typed; None when there is no letter or digit in it."""
    typed = normalise(words[:LONGEST_SEARCH])
    terms = typed.split()[:MOST_TERMS]
    if not terms or not RUN.search(typed):
        return None
    escaped = [term.translate(ESCAPE) for term in terms]
    near = dict.fromkeys(pair for pair in pairs(typed) if len(pair) > 1)
    return Sought(
        terms=tuple(f"%{term}%" for term in escaped),
        starts=f"%{NAME}{escaped[0]}%",
        in_names=tuple(f"%{term}%{END}%" for term in escaped),
        near=tuple(f"%{pair}%{END}%" for pair in near) if len(near) >= FEWEST_PAIRS else (),
    )
