"""What of a month may be published: plain values out of plain sums."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from desk.board.suppression import LEAST, Key, Line, protect, protect_least

SHOWN_FROM = 10
RANKED_FROM = 30
LEVELS = (5, 4, 3, 2, 1)
WHOLE = "all"
ANY_SMALL = LEAST - 1
"""How many values a level that is hidden may have: any that is hidden for itself, 1 to 4."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A count of a unit, and how many of it went otherwise than they should."""

    n: int
    other: int | Fraction


@dataclass(frozen=True, slots=True)
class Told:
    """A count as it may be published. None is hidden; `few` says fewer than five went otherwise.

    `share` is the share of those that went as they should.
    """

    n: int | None = None
    share: float | None = None
    few: bool = False

    @property
    def over(self) -> float | None:
        """The share that is surpassed where fewer than five went otherwise."""
        return 1 - LEAST / self.n if self.few and self.n else None

    @property
    def is_ranked(self) -> bool:
        """Tell whether there are enough to be ranked by."""
        return self.n is not None and self.n >= RANKED_FROM


NOTHING = Told()


def table(units: Mapping[int, Counted]) -> tuple[Told, dict[int, Told]]:
    """Say what may be published of a whole and of the units that add up to it.

    A unit with fewer than ten is hidden, and so are one in which fewer than five went as they
    should and further ones where it could be worked out from the rest. Where fewer than five went
    otherwise, none included, that is all that is said; the share of a further unit is kept back
    where the number could be worked out from the others.
    """
    whole = Counted(sum(u.n for u in units.values()), sum(u.other for u in units.values()))
    poor = [unit for unit, one in units.items() if one.n and one.n - one.other < LEAST]
    small = hidden_units({unit: one.n for unit, one in units.items()}, poor)
    seen = {unit: one for unit, one in units.items() if unit not in small and one.n}
    few = {unit for unit, one in seen.items() if one.other < LEAST}
    kept: set[int] = set()
    if whole.other >= LEAST:
        shown = [one for unit, one in seen.items() if unit not in few]
        behind = whole.other - sum(one.other for one in shown)
        kept = _kept_back(seen, few, behind, whole.n - sum(one.n for one in seen.values()))
    found = dict.fromkeys(units, NOTHING)
    for unit, one in seen.items():
        if unit in few and kept != set(seen):
            found[unit] = Told(one.n, few=True)
        elif unit in few or unit in kept:
            found[unit] = Told(one.n)
        else:
            found[unit] = _told(one)
    return (NOTHING if WHOLE in small or not whole.n else _told(whole)), found


def _told(one: Counted) -> Told:
    few = one.other < LEAST
    return Told(one.n, few=True) if few else Told(one.n, float(1 - one.other / one.n))


def share(one: Counted) -> Told:
    """Say what may be published of one count that no units add up to."""
    if one.n < SHOWN_FROM or one.n - one.other < LEAST:
        return NOTHING
    return _told(one)


def _kept_back(
    seen: Mapping[int, Counted], few: Collection[int], behind: int | Fraction, room: int
) -> set[int]:
    """Choose whose share stands open so that nobody can tell how few the few are.

    `behind` is what the few and the hidden units are known to add up to, `room` how much of it may
    be the hidden ones'. Gives every unit where nothing else helps: then it is not even said which
    are few.
    """
    kept: set[int] = set()
    floor = 0
    rest = sorted((one.other, unit) for unit, one in seen.items() if unit not in few)
    while few and not _is_wide(len(few), behind - floor, behind - room):
        if not rest:
            return set(seen)
        other, unit = rest.pop(0)
        kept.add(unit)
        behind, room, floor = behind + other, room + seen[unit].n, floor + LEAST
    return kept


def _is_wide(count: int, at_most: int | Fraction, at_least: int | Fraction) -> bool:
    """Tell whether numbers below five, their sum within bounds, can each be several things."""
    most = min(LEAST - 1, at_most)
    least = max(0, at_least - (LEAST - 1) * (count - 1))
    return at_most == 0 or most - least >= 2


def hidden_units(counts: Mapping[int, int], poor: Collection[int] = ()) -> frozenset[Key]:
    """Name the units to hide beside their total, and `WHOLE` where it has to be hidden itself.

    `poor` are units that are hidden whatever they count.
    """
    cells: dict[Key, int] = {WHOLE: sum(counts.values())}
    cells.update(counts.items())
    return protect(cells, [Line(WHOLE, tuple(counts))], least=SHOWN_FROM, hidden=poor)


LEVEL_LINES = (
    Line(WHOLE, ("5", "4", "3", "2", "1")),
    Line(WHOLE, ("good", "bad")),
    Line("good", ("strict", "3")),
    Line("strict", ("5", "4")),
    Line("bad", ("2", "1")),
)


def levels(counts: Mapping[int, int]) -> dict[str, int | None]:
    """Say what may be published of ratings by level, of the good, the strict, the bad and all.

    Of all ways to hide enough the one that hides least is taken. Good and bad are told elsewhere
    where both are five at least, so hiding them here would not help.
    """
    return dict(_levels(*(counts.get(level, 0) for level in LEVELS)))


@lru_cache(maxsize=4096)
def _levels(five: int, four: int, three: int, two: int, one: int) -> Mapping[str, int | None]:
    parts: dict[Key, int] = {"5": five, "4": four, "3": three, "2": two, "1": one}
    sums: dict[Key, int] = {"good": five + four + three, "strict": five + four, "bad": two + one}
    cells: dict[Key, int] = {**parts, **sums, WHOLE: sums["good"] + sums["bad"]}
    if cells[WHOLE] < SHOWN_FROM:
        return dict.fromkeys(map(str, cells))
    told_elsewhere = min(sums["good"], sums["bad"]) >= LEAST
    free: list[Key] = [*parts, "strict", *(() if told_elsewhere else ("good", "bad"))]
    hidden = protect_least(cells, LEVEL_LINES, free, room=ANY_SMALL)
    return {str(key): None if key in hidden else n for key, n in cells.items()}


def reasons(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Say what may be published of complaints by reason, their total beside them."""
    cells: dict[Key, int] = {WHOLE: sum(counts.values())}
    cells.update(counts.items())
    lines = [Line(WHOLE, tuple(counts))]
    hidden = set(cells) if cells[WHOLE] < SHOWN_FROM else protect(cells, lines)
    return {str(key): None if key in hidden else n for key, n in cells.items()}


def top(told: Mapping[str, int | None], most: int) -> tuple[list[tuple[str, int]], int, int]:
    """Give the most frequent reasons that are shown, how many others there are, and their sum."""
    parts = {key: n for key, n in told.items() if key != WHOLE and n != 0}
    whole = told.get(WHOLE)
    known = [(key, n) for key, n in parts.items() if n is not None]
    shown = sorted(known, key=lambda one: (-one[1], one[0]))[:most]
    rest = (whole or 0) - sum(n for _key, n in shown)
    return shown, len(parts) - len(shown), rest


def year(months: Sequence[Mapping[int, int]]) -> dict[int, int | None]:
    """Say which units' sums over closed months may be published beside the months themselves.

    What the months hide was decided month by month and stays; a year's sum that would give one of
    them away is hidden instead, also to whoever remembers the sums of fewer months.
    """
    units = sorted({unit for month in months for unit in month})
    cells: dict[Key, int] = {}
    hidden: set[Key] = set()
    lines: list[Line] = []
    for at, month in enumerate(months):
        cells.update({(at, unit): month.get(unit, 0) for unit in units})
        cells[at, WHOLE] = sum(month.values())
        lines.append(Line((at, WHOLE), tuple((at, unit) for unit in units)))
        hidden |= {(at, unit) for unit in hidden_units(month)}
    for unit in (*units, WHOLE):
        mine = [(at, unit) for at in range(len(months))]
        cells[WHOLE, unit] = sum(cells[key] for key in mine)
        lines.append(Line((WHOLE, unit), tuple(mine)))
        if not _adds_up([cells[key] if key in hidden else 0 for key in mine]):
            hidden.add((WHOLE, unit))
    lines.append(Line((WHOLE, WHOLE), tuple((WHOLE, unit) for unit in units)))
    small = {(WHOLE, unit) for unit in units if 0 < cells[WHOLE, unit] < SHOWN_FROM}
    sums = {(WHOLE, unit) for unit in (*units, WHOLE)}
    found = protect(cells, lines, hidden=hidden | small, may_hide=sums)
    return {unit: None if (WHOLE, unit) in found else cells[WHOLE, unit] for unit in units}


def _adds_up(hidden: Sequence[int]) -> bool:
    """Tell whether a sum to the last month leaves open what each month hides (0: nothing).

    Sums are shown from month to month: from one to the next so many months have to be hidden that
    their difference leaves each of them open.
    """
    since: list[int] = []
    for n in hidden:
        since += [n] if n else []
        if len(since) > 1 and sum(since) - len(since) + 1 >= LEAST:
            since = []
    return not since
