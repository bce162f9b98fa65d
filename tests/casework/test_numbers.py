"""Case numbers and access codes, as people read them out, type and paste them."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desk.casework.numbers import (
    ALPHABET,
    CODE_LENGTH,
    check_digit,
    contains_code,
    grouped,
    new_access_code,
    new_case_number,
    normalise_access_code,
    parse_case_number,
)

DAY = date(2026, 11, 24)
FULL_WIDTH = {ord(" "): "\u3000"} | {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
numbers = st.builds(
    lambda short, days, width, seed: new_case_number(
        short, date(2010, 1, 1) + timedelta(days=days), width=width, rng=Random(seed)
    ),
    st.sampled_from(["XZ", "GDS", "ABCD"]),
    st.integers(0, 9000),
    st.sampled_from([6, 8]),
    st.integers(0),
)
codes = st.integers(0).map(lambda seed: new_access_code(Random(seed)))
gaps = st.sampled_from(["", " ", "-", " - ", "–", "—", "－", "\u3000", "_", "\u200b", "\n"])


def test_the_examples_of_the_standard() -> None:
    """ISO 7064 MOD 11,10 by its own example, and by the rule that a checked string yields 1."""
    assert check_digit("0794") == "5"
    assert check_digit("") == "1"
    assert check_digit("0") == "2"


@given(st.from_regex(r"[0-9]{1,14}", fullmatch=True), st.integers(0), st.integers(1, 9))
def test_one_wrong_digit_never_keeps_its_check_digit(digits: str, place: int, by: int) -> None:
    at = place % len(digits)
    wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
    assert check_digit(wrong) != check_digit(digits)


def test_nearly_every_swap_of_neighbours_is_caught() -> None:
    """MOD 11,10 lets some through; a hundred thousand say how many: fewer than 3 in 100."""
    source, swapped, missed = Random(1), 0, 0
    while swapped < 100_000:
        digits = f"{source.randrange(10**12):012d}"
        at = source.randrange(11)
        if digits[at] == digits[at + 1]:
            continue
        other = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        swapped += 1
        missed += check_digit(other) == check_digit(digits)
    assert missed < 3_000


@given(numbers)
def test_a_number_is_read_as_it_was_written(number: str) -> None:
    assert parse_case_number(number) == number


@given(numbers, gaps, st.booleans(), st.booleans())
def test_a_number_is_read_as_people_type_it(number: str, gap: str, lower: bool, wide: bool) -> None:
    typed = f" {number.replace('-', gap)} "
    typed = typed.lower() if lower else typed
    typed = typed.translate(FULL_WIDTH) if wide else typed
    assert parse_case_number(typed) == number


@given(numbers, st.integers(0), st.integers(1, 9))
def test_a_number_with_one_wrong_digit_is_no_number(number: str, place: int, by: int) -> None:
    places = [at for at, character in enumerate(number) if character.isdigit()]
    at = places[place % len(places)]
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert parse_case_number(wrong) is None


def test_a_number_has_the_shape_that_was_promised() -> None:
    assert new_case_number("XZ", DAY, rng=Random(1)) == "XZ-261124-140891-4"
    assert new_case_number("XZ", DAY, width=8, rng=Random(1)) == "XZ-261124-18034063-6"
    assert new_case_number("XZ", date(2030, 1, 2), rng=Random(1)).startswith("XZ-300102-")


def test_numbers_are_drawn_and_not_counted() -> None:
    drawn = {new_case_number("XZ", DAY) for _ in range(200)}
    assert len(drawn) > 195
    assert {number[:10] for number in drawn} == {"XZ-261124-"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "XZ",
        "261124-140891-4",
        "X-261124-140891-4",
        "ABCDE-261124-140891-4",
        "XZ-261124-140891",
        "XZ-261124-140891-48",
        "XZ-261124-1408910-8",
        "XZ-261124-14089A-8",
        "襄州-261124-140891-4",
        "XZ-٢٦١١٢٤-140891-4",
        "XZ/261124/140891/4",
        "XZ-261124-140891-4; DROP TABLE cases",
        "XZ-261124-140891-4\x00",
        "9" * 10_000,
        "\ufdfa" * 64,
        "\ud800",
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_case_number(text) is None


@pytest.mark.parametrize("on", ["260230", "261301", "261100", "260000", "270229"])
def test_a_day_that_does_not_exist_makes_no_number(on: str) -> None:
    drawn = "140891"
    assert parse_case_number(f"XZ-{on}-{drawn}-{check_digit(on + drawn)}") is None


@given(st.text(max_size=80))
def test_any_text_is_a_number_in_its_one_form_or_none(text: str) -> None:
    number = parse_case_number(text)
    assert number is None or parse_case_number(number) == number


@given(codes)
def test_a_code_has_80_bits_and_no_letter_that_misleads(code: str) -> None:
    assert len(code) == CODE_LENGTH == 16
    assert len(ALPHABET) == 32
    assert set(code) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
    assert normalise_access_code(code) == code


def test_codes_are_drawn_evenly() -> None:
    drawn = "".join(new_access_code() for _ in range(4_000))
    counts = {character: drawn.count(character) for character in ALPHABET}
    assert min(counts.values()) > 1_700
    assert max(counts.values()) < 2_300


@given(
    codes, gaps, st.booleans(), st.booleans(), st.sampled_from(["O", "o"]), st.sampled_from("IiLl")
)
def test_a_code_is_read_as_people_type_it(
    code: str, gap: str, lower: bool, wide: bool, zero: str, one: str
) -> None:
    typed = grouped(code).lower() if lower else grouped(code)
    typed = typed.replace("0", zero).replace("1", one).replace("-", gap)
    typed = typed.translate(FULL_WIDTH) if wide else typed
    assert normalise_access_code(f" {typed}\n") == code


def test_a_code_is_shown_in_fours() -> None:
    assert grouped("0123456789ABCDEF") == "0123-4567-89AB-CDEF"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0123-4567-89AB-CDE",
        "0123-4567-89AB-CDEFG",
        "0123-4567-89AB-CDEU",
        "0123-4567-89AB-CDE١",
        "0123-4567-89AB-CDE*",
        "办不成事办不成事办不成事办不成事",
        "0" * 10_000,
        "\x00" * 16,
        "\ud800" * 16,
    ],
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert normalise_access_code(text) is None


@given(
    codes, gaps, st.text("我的码是 abc019,。\n", max_size=30), st.text("请查abc019", max_size=30)
)
def test_a_code_in_a_text_is_noticed(code: str, gap: str, before: str, after: str) -> None:
    written = grouped(code).replace("-", gap)
    assert contains_code(f"{before}{written}{after}", code)
    assert contains_code(f"{before}{written.lower()}{after}".translate(FULL_WIDTH), code)


@given(codes, codes, st.text(max_size=60))
def test_another_code_or_none_is_not_taken_for_it(code: str, other: str, text: str) -> None:
    assume(code != other)
    assert not contains_code(f"{text} {grouped(other)}", code)
    assert not contains_code(f"{text} {grouped(code)[:-1]}", code)
    assert not contains_code("6222 0211 2345 6789", code)
