"""Reaching hidden cells of the published board by linear algebra, as a stranger with a computer would."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

PRIME = (1 << 61) - 1
"""Everything is reckoned modulo this: a combination that is exact is exact here as well."""

Atom = Hashable
Row = dict[Atom, int]


def summed(atoms: Iterable[Atom]) -> Row:
    return dict.fromkeys(atoms, 1)


@dataclass(slots=True)
class Board:
    """What was published, as sums of what nobody knows, and the small cells that must stay hidden."""

    told: dict[str, tuple[Row, int]] = field(default_factory=dict)
    hidden: dict[str, tuple[Row, int]] = field(default_factory=dict)

    def cell(self, name: str, atoms: Iterable[Atom], value: int, told: object, least: int) -> None:
        """Note a cell: published, or hidden; then it is to be reached where it is small."""
        row = summed(atoms)
        if told is not None:
            assert told == value, (name, told, value)
            self.told[name] = row, value
        elif 0 < value < least:
            self.hidden[name] = row, value

    def attempt(self, rng: Random) -> str | None:
        """Combine some of what was published, however helps most, against one hidden cell."""
        if not self.hidden:
            return None
        name = rng.choice(sorted(self.hidden))
        some = [key for key in sorted(self.told) if rng.random() < 0.9]
        return name if name in reached(some, self.told, {name: self.hidden[name]}) else None


def reached(
    some: Iterable[str], told: Mapping[str, tuple[Row, int]], wanted: Mapping[str, tuple[Row, int]]
) -> set[str]:
    """Name the wanted cells that are a combination of these published sums."""
    basis: dict[Atom, Row] = {}
    for key in some:
        row = _reduced(told[key][0], basis)
        if row:
            pivot = next(iter(row))
            inverse = pow(row[pivot], -1, PRIME)
            basis[pivot] = {atom: n * inverse % PRIME for atom, n in row.items()}
    return {name for name, (row, _n) in wanted.items() if not _reduced(row, basis)}


def _reduced(row: Row, basis: Mapping[Atom, Row]) -> Row:
    """Take from a row what others say, until none of their leading atoms is left in it."""
    left = dict(row)
    while pivot := next((atom for atom in left if atom in basis), None):
        factor = left[pivot]
        for atom, n in basis[pivot].items():
            value = (left.get(atom, 0) - factor * n) % PRIME
            if value:
                left[atom] = value
            else:
                left.pop(atom, None)
    return left
