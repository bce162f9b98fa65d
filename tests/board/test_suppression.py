"""Nobody gets at a hidden cell by adding and subtracting what is published."""

from collections.abc import Collection, Mapping, Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.board import book
from desk.board.book import WHOLE, Counted, table
from desk.board.suppression import LEAST, Key, Line, protect, reached

COUNTS = st.integers(0, 40) | st.integers(0, 6)


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[Key, int], list[Line]]:
    """A table of rows and columns with all its sums."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    cells: dict[Key, int] = {}
    for row in range(rows):
        for column in range(columns):
            cells[row, column] = draw(COUNTS)
    lines = []
    for row in range(rows):
        parts: tuple[Key, ...] = tuple((row, column) for column in range(columns))
        lines.append(Line((row, WHOLE), parts))
    for column in (*range(columns), WHOLE):
        parts = tuple((row, column) for row in range(rows))
        lines.append(Line((WHOLE, column), parts))
    lines.append(Line((WHOLE, WHOLE), tuple((WHOLE, column) for column in range(columns))))
    for line in lines:
        cells.setdefault(line.total, sum(cells[part] for part in line.parts))
    return cells, lines


def attempt(lines: Sequence[Line], hidden: Collection[Key], rng: Random) -> Key | None:
    """Add up some published lines, some of them subtracted; give the hidden cell left alone."""
    left: dict[Key, int] = {}
    for line in lines:
        factor = rng.choice((-2, -1, 0, 0, 1, 2))
        for key, sign in ((line.total, -1), *((part, 1) for part in line.parts)):
            if key in hidden:
                left[key] = left.get(key, 0) + factor * sign
    alone = [key for key, factor in left.items() if factor]
    return alone[0] if len(alone) == 1 else None


@settings(max_examples=50)
@given(tables(), st.integers(0, 2**32))
def test_a_thousand_attempts_to_reach_a_hidden_cell_fail(
    given_table: tuple[dict[Key, int], list[Line]], seed: int
) -> None:
    cells, lines = given_table
    hidden = protect(cells, lines)
    assert all(key in hidden for key, n in cells.items() if 0 < n < LEAST)
    assert not reached(lines, hidden)
    rng = Random(seed)
    assert {attempt(lines, hidden, rng) for _ in range(20)} == {None}
    for line in lines:
        parts = [cells[part] for part in line.parts if part in hidden]
        if line.total not in hidden and parts:
            assert sum(parts) - (len(parts) - 1) >= LEAST


def test_what_nothing_else_covers_is_found() -> None:
    lines = [Line("all", ("a", "b", "c"))]
    assert reached(lines, {"a"}) == {"a"}
    assert reached(lines, {"a", "b"}) == frozenset()
    assert protect({"a": 3, "b": 9, "c": 20, "all": 32}, lines) == {"a", "b"}
    assert protect({"a": 0, "b": 9, "c": 20, "all": 29}, lines) == frozenset()
    assert protect({"a": 1, "b": 1, "c": 20, "all": 22}, lines) == {"a", "b", "c"}
    assert protect({"a": 3, "b": 0, "c": 0, "all": 3}, lines) == {"a", "all"}


UNITS = st.dictionaries(
    st.integers(0, 9),
    st.tuples(st.integers(0, 80), st.integers(0, 12)).map(lambda pair: Counted(pair[0], min(pair))),
    max_size=8,
)


@settings(max_examples=300)
@given(UNITS)
def test_nothing_small_of_a_unit_can_be_worked_out(units: Mapping[int, Counted]) -> None:
    whole, told = table(units)
    total = sum(one.n for one in units.values())
    others = sum(one.other for one in units.values())
    assert all(one.n is None or one.n >= 10 for one in told.values())
    hidden = [unit for unit, one in units.items() if one.n and told[unit].n is None]
    if whole.n is not None and hidden:
        assert len(hidden) > 1
        assert sum(units[unit].n for unit in hidden) - len(hidden) + 1 >= LEAST
    for unit, one in told.items():
        if one.share is not None:
            assert min(units[unit].other, units[unit].n - units[unit].other) >= LEAST
            assert one.share == 1 - units[unit].other / units[unit].n
    if whole.share is None:
        return
    assert whole.share == 1 - others / total
    open_ones = {unit for unit, one in units.items() if one.n and told[unit].share is None}
    few = {unit for unit in open_ones if told[unit].few}
    known = others - sum(one.other for u, one in units.items() if u not in open_ones)
    for unit in few:
        rest = open_ones - {unit}
        least = max(0, known - sum(_most(told, units, other) for other in rest))
        most = min(LEAST - 1, known - sum(_least(told, other) for other in rest))
        assert most - least >= 2 or units[unit].other == 0, (unit, known, told)


def _most(told: Mapping[int, book.Told], units: Mapping[int, Counted], unit: int) -> int:
    return LEAST - 1 if told[unit].few else units[unit].n


def _least(told: Mapping[int, book.Told], unit: int) -> int:
    return LEAST if told[unit].n is not None and not told[unit].few else 0


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(book.LEVELS), COUNTS))
def test_no_small_level_is_published_nor_can_it_be_worked_out(counts: dict[int, int]) -> None:
    told = book.levels(counts)
    cells = exact(counts)
    hidden = {key for key, n in told.items() if n is None}
    assert all(told[key] == cells[key] for key in told if key not in hidden)
    assert all(n is None or n == 0 or n >= LEAST for n in told.values())
    if cells["all"] < 10:
        assert set(told.values()) == {None}
        return
    assert told["all"] == cells["all"]
    known = [key for key in ("good", "bad") if min(cells["good"], cells["bad"]) >= LEAST]
    assert all(told[key] is not None for key in known)
    small = {key for key in hidden if 0 < cells[key] < LEAST}
    assert not reached(book.LEVEL_LINES, hidden) & small
    assert not hidden or small


def exact(counts: dict[int, int]) -> dict[str, int]:
    def n(*levels: int) -> int:
        return sum(counts.get(level, 0) for level in levels)

    sums = {"good": n(5, 4, 3), "strict": n(5, 4), "bad": n(2, 1), "all": n(5, 4, 3, 2, 1)}
    return {**{str(level): n(level) for level in (5, 4, 3, 2, 1)}, **sums}


def test_a_month_with_five_bad_ratings_hides_their_two_levels_only() -> None:
    for two in (1, 2, 3, 4):
        told = book.levels({5: 100, 4: 40, 3: 8, 2: two, 1: 5 - two})
        hidden = {key for key, n in told.items() if n is None}
        assert hidden == {"2", "1"}
        assert told["bad"] == 5
    few = book.levels({5: 100, 4: 40, 3: 8, 2: 2, 1: 1})
    assert {key for key, n in few.items() if n is None} == {"2", "1", "bad", "good", "3"}
    assert book.levels({5: 100, 4: 40, 3: 8, 2: 9, 1: 5})["1"] == 5


@settings(max_examples=60)
@given(st.lists(st.dictionaries(st.integers(1, 5), st.integers(0, 40), max_size=5), max_size=8))
def test_a_year_gives_no_month_away(months: list[dict[int, int]]) -> None:
    shown = book.year(months)
    for unit, n in shown.items():
        hidden = [
            month.get(unit, 0)
            for month in months
            if month.get(unit) and unit in book.hidden_units(month)
        ]
        if n is not None and hidden:
            assert len(hidden) > 1
            assert sum(hidden) - len(hidden) + 1 >= LEAST


@settings(max_examples=60)
@given(st.lists(st.dictionaries(st.integers(1, 3), st.integers(0, 14), max_size=3), max_size=7))
def test_years_looked_at_month_after_month_give_no_month_away(
    months: list[dict[int, int]],
) -> None:
    lines, hidden = [], set()
    for at, month in enumerate(months):
        hidden |= {(at, unit) for unit in month if unit in book.hidden_units(month)}
        for unit, n in book.year(months[: at + 1]).items():
            if n is not None:
                lines.append(Line(("to", at, unit), tuple((k, unit) for k in range(at + 1))))
    small = {(at, unit) for at, unit in hidden if 0 < months[at][unit] < 10}
    assert not reached(lines, hidden) & small


def test_the_frequent_reasons_are_named_and_the_rest_is_summed() -> None:
    told = book.reasons({"R01": 40, "R02": 30, "R03": 3, "R04": 7, "R05": 0})
    assert told == {"R01": 40, "R02": 30, "R03": None, "R04": None, "R05": 0, WHOLE: 80}
    assert book.top(told, 1) == ([("R01", 40)], 3, 40)
    assert set(book.reasons({"R01": 4}).values()) == {None}
