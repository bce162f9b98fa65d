"""Definitions: each has one key, words, and a value that follows from its sums."""

from fractions import Fraction
from statistics import median_low

from hypothesis import given
from hypothesis import strategies as st

from desk.insight.indicators import (
    BY_KEY,
    REGISTRY,
    Method,
    figure,
    measures_of,
    out_of_ordinary,
    progress,
    quantile,
)

EVERY_KEY = (
    {f"E{n}" for n in range(1, 14)}
    | {f"W{n}" for n in range(1, 21)} - {"W10"}
    | {f"K{n}" for n in range(1, 9)}
)
SUMS = st.dictionaries(st.sampled_from(measures_of(REGISTRY)), st.integers(0, 50))


def test_every_figure_of_the_list_has_one_definition() -> None:
    assert {key.rstrip("bcdef") for key in BY_KEY} == EVERY_KEY
    assert len(BY_KEY) == len(REGISTRY)
    names = [str(one.name) for one in REGISTRY]
    assert len(set(names)) == len(names)


def test_nothing_of_nothing_is_nothing_everywhere() -> None:
    for one in REGISTRY:
        assert figure(one, {}, BY_KEY.__getitem__).value is None, one.key


@given(SUMS)
def test_a_value_follows_from_its_sums_alone(sums: dict[str, int]) -> None:
    for one in REGISTRY:
        found = figure(one, sums, BY_KEY.__getitem__)
        others = {key: n for key, n in sums.items() if key in measures_of([one])}
        assert found == figure(one, others, BY_KEY.__getitem__)
        if one.method is Method.RATIO and not found.den:
            assert found.value is None


def test_a_mix_needs_all_its_parts() -> None:
    whole = {"contact.met": 1, "contact.done": 2, "follow.satisfied": 3, "follow.scored": 4,
             "follow.yes": 1, "follow.no": 1}  # fmt: skip
    mixed = figure(BY_KEY["W9"], whole, BY_KEY.__getitem__)
    assert mixed.exact == Fraction(1, 5) / 2 + Fraction(2, 5) / 2 + Fraction(2, 5) * Fraction(3, 4)
    del whole["contact.done"]
    assert figure(BY_KEY["W9"], whole, BY_KEY.__getitem__).value is None


@given(st.lists(st.integers(0, 60), min_size=1), st.integers(1, 10))
def test_a_quantile_is_the_one_of_the_sorted_list(days: list[int], tenths: int) -> None:
    counts = {n: days.count(n) for n in range(61)}
    ordered = sorted(days)
    assert quantile(counts, Fraction(tenths, 10)) == ordered[-(-len(days) * tenths // 10) - 1]
    assert quantile(counts, Fraction(1, 2)) == median_low(days)


def test_only_what_is_out_of_the_ordinary_is_said() -> None:
    assert out_of_ordinary([4, 5, 6, 5], 7) is None
    signal = out_of_ordinary([4, 5, 6, 5], 13)
    assert signal is not None
    assert signal.times == 13 / 5
    assert out_of_ordinary([0, 0, 0, 0], 1) is None
    assert out_of_ordinary([0, 0, 0], 50) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=8))
def test_progress_is_clipped_and_full_marks_are_held(pairs: list[tuple[float, float]]) -> None:
    units = {n: {"W11": pair, "W7": (0.5, None)} for n, pair in enumerate(pairs)}
    found = progress(units, {"W11": 5.0})
    for n, (now, _then) in enumerate(pairs):
        index = found[n]
        assert index is not None
        assert 90 - 1e-9 <= index <= 110 + 1e-9
        assert now < 0.98 or index == 110
    assert set(progress(units, {"W11": 5.0, "W7": 5.0}).values()) == {None}
