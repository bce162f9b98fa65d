"""Keys, hashes, ids, pairs of characters: what holds for every text."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.casework.numbers import (
    check_digit,
    contains_code,
    grouped,
    new_access_code,
    new_case_number,
    normalise_access_code,
    parse_case_number,
)
from desk.casework.uscc import check_character, normalise_uscc
from desk.kernel import grams
from desk.kernel.crypto import KeyedHash, KeyRing, Undecipherable
from desk.kernel.ids import uuid7

RING = KeyRing.parse(KeyRing.make_key("one"))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
chinese = st.text(
    st.sampled_from("办不成事反映窗口材料一趟又二手房过户２０26 ，。·abcABC_%\\"), min_size=1
)


@given(texts)
def test_what_is_sealed_opens_in_its_place_only(plain: str) -> None:
    dek, wrapped = RING.new_dek(aad="parties|dek_e|1")
    sealed = RING.seal(dek, plain, aad="parties|name_e|1")
    assert (
        RING.open(RING.unwrap(wrapped, aad="parties|dek_e|1"), sealed, aad="parties|name_e|1")
        == plain
    )
    with pytest.raises(Undecipherable):
        RING.open(dek, sealed, aad="parties|name_e|2")
    with pytest.raises(Undecipherable):
        RING.unwrap(wrapped, aad="parties|dek_e|2")


def test_a_new_key_wraps_anew_and_the_old_one_still_opens() -> None:
    old = KeyRing.make_key("old")
    dek, wrapped = KeyRing.parse(old).new_dek(aad="a")
    both = KeyRing.parse(f"{KeyRing.make_key('new')},{old}")
    fresh = both.rewrap(wrapped, aad="a")
    assert (both.key_id(wrapped), both.key_id(fresh)) == ("old", "new")
    assert both.unwrap(fresh, aad="a") == dek
    with pytest.raises(Undecipherable):
        KeyRing.parse(old).unwrap(fresh, aad="a")


def test_a_key_of_the_wrong_length_is_refused_and_never_shown() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing.parse("k:c2hvcnQ=")
    assert "c2" not in repr(RING)


def test_hashes_of_two_purposes_differ() -> None:
    hashed = KeyedHash(b"k" * 32)
    assert hashed.index("phone", "1") != hashed.index("uscc", "1")
    assert hashed.index("phone", "1") == hashed.index("phone", "1")
    assert len(hashed.index("phone", "1")) == 16


@given(st.lists(st.integers(0, 5), max_size=50))
def test_ids_sort_by_the_order_they_were_made(steps: list[int]) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    made = []
    for step in steps:
        now += timedelta(milliseconds=step)
        made.append(uuid7(now))
    assert made == sorted(made)
    assert all(one.version == 7 for one in made)


@given(chinese, st.integers(0, 40), st.integers(1, 8))
def test_any_part_of_a_text_is_found_by_its_pairs(text: str, start: int, length: int) -> None:
    indexed = set(grams.index_text(grams.normalise(text)).split())
    query = grams.query(text[start : start + length], dialect="sqlite")
    if query is None:
        return
    for term in query.split(" AND "):
        word = term.strip('"').removesuffix('"*').strip('"')
        found = any(w.startswith(word) for w in indexed) if "*" in term else word in indexed
        assert found, (text, term)


def test_signs_alone_find_nothing() -> None:
    assert grams.query("，。%_", dialect="sqlite") is None


@given(st.integers(0, 10**6))
def test_a_number_reads_back_and_one_wrong_digit_is_caught(seed: int) -> None:
    from random import Random

    number = new_case_number("XZ", datetime(2026, 11, 24).date(), rng=Random(seed))
    assert parse_case_number(number.lower().replace("-", " ")) == number
    digits = number[:-1]
    for wrong in "0123456789":
        assert (parse_case_number(digits + wrong) == number) is (wrong == number[-1])


def test_the_published_example_of_the_check_digit() -> None:
    assert check_digit("0794") == "5"


def test_codes_forgive_what_looks_alike() -> None:
    code = new_access_code()
    typed = grouped(code).lower().replace("0", "o").replace("1", "l")
    assert normalise_access_code(f" {typed} ") == code
    assert normalise_access_code(code[:-1]) is None
    assert contains_code(f"我的码是{grouped(code)}，请查", code)
    assert not contains_code("没有码", code)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "９１350100m000100y43"])
def test_a_credit_code_is_read(code: str) -> None:
    assert normalise_uscc(code) == "91350100M000100Y43"


def test_a_wrong_credit_code_is_not() -> None:
    assert check_character("91350100M000100Y4") == "3"
    for wrong in ("91350100M000100Y44", "91350100M000100Y4", "", "I" * 18):
        assert normalise_uscc(wrong) is None
