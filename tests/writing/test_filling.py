"""What is put where a saved reply names it in braces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.writing.filling import NAMES, fill, joined, key_of, left_in, unknown_in

VALUES = {"number": "XZ-261123-482915-8", "promised": "2026年11月27日", "item": "{number}"}


def test_both_languages_name_the_same_thing() -> None:
    assert fill("{编号} / {number} / { Promised  Date }", VALUES) == (
        "XZ-261123-482915-8 / XZ-261123-482915-8 / 2026年11月27日"
    )
    for key, names in NAMES.items():
        assert {key_of(name) for name in names} == {key}


def test_what_is_absent_or_unknown_stays_to_be_seen() -> None:
    assert fill("{部门}，{天气}，{", VALUES) == "{部门}，{天气}，{"
    assert left_in("{部门}，{天气}，{部门}") == ["{部门}"]
    assert unknown_in("{部门}，{天气}，{天气}") == ["天气"]


def test_a_value_with_braces_is_not_read_again() -> None:
    assert fill("{item}", VALUES) == "{number}"


@given(st.text(), st.dictionaries(st.sampled_from(sorted(NAMES)), st.text()))
def test_any_text_can_be_filled(text: str, values: dict[str, str]) -> None:
    filled = fill(text, values)
    assert fill(text, {}) == text
    if not any("{" in value for value in values.values()):
        known = {key for key, value in values.items() if value}
        assert {key_of(left[1:-1]) for left in left_in(filled)} & known == set()


@pytest.mark.parametrize(
    ("typed", "inserted", "whole"),
    [
        ("", "b", "b"),
        ("  \n", "b", "b"),
        ("a", "b", "a\nb"),
        ("a\n\n", "b", "a\nb"),
        ("a", "", "a"),
    ],
)
def test_what_was_typed_comes_first(typed: str, inserted: str, whole: str) -> None:
    assert joined(typed, inserted) == whole
