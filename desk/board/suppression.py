"""Which cells of published tables stay hidden, so that no small one can be worked out.

A small cell is hidden; where the lines of the tables (a total and its parts) would still give it
away, further cells are hidden until they do not. That is checked exactly, by solving the lines for
what is hidden, and by how far each line leaves the hidden ones open. Empty cells are shown.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

LEAST = 5
Key = Hashable
Row = dict[Key, Fraction]


@dataclass(frozen=True, slots=True)
class Line:
    """A total and the parts it is the sum of."""

    total: Key
    parts: tuple[Key, ...]


def protect(
    cells: Mapping[Key, int],
    lines: Sequence[Line],
    *,
    least: int = LEAST,
    room: int = LEAST,
    hidden: Collection[Key] = (),
    may_hide: Collection[Key] | None = None,
) -> frozenset[Key]:
    """Name the cells to hide: those given, those from 1 to below `least`, and what protects them.

    A line has to leave each of its hidden parts open up to `room` at least. `may_hide` limits
    what protects the others, as where the rest has been published before.
    """
    found = {key for key, n in cells.items() if 0 < n < least} | set(hidden)
    while weak := _weak(cells, lines, found, room):
        further = _next(cells, lines, found, weak, may_hide)
        if further is None:
            break
        found.add(further)
    return frozenset(found)


def protect_least(
    cells: Mapping[Key, int], lines: Sequence[Line], may_hide: Collection[Key], *, room: int
) -> frozenset[Key]:
    """Name the fewest cells to hide, of equally many the smallest, so that nothing small is told.

    Tries every choice among `may_hide`: for tables of a few cells.
    """
    small = frozenset(key for key, n in cells.items() if 0 < n < LEAST)
    free = [key for key in may_hide if cells[key] and key not in small]
    for count in range(len(free) + 1 if small else 0):
        for some in sorted(combinations(free, count), key=lambda some: sum(cells[k] for k in some)):
            if not _weak(cells, lines, {*small, *some}, room):
                return small.union(some)
    return small.union(free) if small else small


def reached(lines: Iterable[Line], hidden: Collection[Key]) -> frozenset[Key]:
    """Name the hidden cells whose value follows from the lines and the shown ones, whatever it is.

    A cell follows exactly when elimination leaves it alone in a row.
    """
    rows = _eliminated(lines, frozenset(hidden))
    return frozenset(pivot for pivot, row in rows.items() if len(row) == 1)


def _eliminated(lines: Iterable[Line], hidden: frozenset[Key]) -> dict[Key, Row]:
    rows: dict[Key, Row] = {}
    for line in lines:
        row = _unknown(line, hidden)
        for pivot in [key for key in row if key in rows]:
            _subtract(row, rows[pivot], pivot)
        if not row:
            continue
        pivot = min(row, key=repr)
        scale = row[pivot]
        row = {key: value / scale for key, value in row.items()}
        for other in rows.values():
            if pivot in other:
                _subtract(other, row, pivot)
        rows[pivot] = row
    return rows


def _unknown(line: Line, hidden: frozenset[Key]) -> Row:
    row: Row = {}
    for key, sign in ((line.total, -1), *((part, 1) for part in line.parts)):
        if key in hidden:
            row[key] = row.get(key, Fraction(0)) + sign
    return {key: value for key, value in row.items() if value}


def _subtract(row: Row, other: Row, pivot: Key) -> None:
    factor = row.get(pivot, Fraction(0))
    for key, value in other.items():
        left = row.get(key, Fraction(0)) - factor * value
        if left:
            row[key] = left
        else:
            row.pop(key, None)


def _weak(
    cells: Mapping[Key, int], lines: Sequence[Line], hidden: set[Key], room: int
) -> list[Line]:
    """List the lines by which a hidden cell follows, or lies between bounds that are too near."""
    found = reached(lines, hidden)
    return [
        line
        for line in lines
        if any(key in found for key in (line.total, *line.parts))
        or _is_narrow(cells, line, hidden, room)
    ]


def _is_narrow(cells: Mapping[Key, int], line: Line, hidden: set[Key], room: int) -> bool:
    """Tell whether a shown total leaves its hidden parts, each of them 1 at least, too little."""
    parts = [cells[part] for part in line.parts if part in hidden]
    if line.total in hidden or not parts:
        return False
    return sum(parts) - (len(parts) - 1) < room or len(parts) == 1


def _next(
    cells: Mapping[Key, int],
    lines: Sequence[Line],
    hidden: set[Key],
    weak: Sequence[Line],
    may_hide: Collection[Key] | None,
) -> Key | None:
    """Choose what to hide next: the smallest part of a weak line, else its total."""
    parts = {part for line in weak for part in line.parts}
    totals = {line.total for line in weak}
    everything = {key for line in lines for key in (line.total, *line.parts)}
    for among in (parts - totals, totals, everything):
        free = [
            key
            for key in among
            if key not in hidden and cells[key] and (may_hide is None or key in may_hide)
        ]
        if free:
            return min(free, key=lambda key: (cells[key], repr(key)))
    return None
