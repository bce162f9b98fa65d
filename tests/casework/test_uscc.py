"""The code of a business: GB 32100, as it is typed from a licence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.casework.uscc import ALPHABET, check_character, normalise_uscc

EXAMPLE = "91350100M000100Y43"
FULL_WIDTH = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
codes = st.builds(
    lambda kind, division, body: kind + division + body,
    st.sampled_from(["91", "92", "11", "12", "53", "N2"]),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(ALPHABET, min_size=9, max_size=9),
).map(lambda start: start + check_character(start))


def test_the_example_of_the_standard() -> None:
    assert check_character(EXAMPLE[:-1]) == "3"
    assert normalise_uscc(EXAMPLE) == EXAMPLE


def test_the_weights_are_those_of_the_standard() -> None:
    """1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28."""
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    for place, weight in enumerate(weights):
        alone = "0" * place + "1" + "0" * (16 - place)
        assert check_character(alone) == ALPHABET[31 - weight]
    assert check_character("0" * 17) == "0"


@given(codes, st.booleans(), st.booleans(), st.sampled_from(["", " ", "-", "—", "\u3000"]))
def test_a_code_is_read_as_people_type_it(code: str, lower: bool, wide: bool, gap: str) -> None:
    typed = gap.join((code[:2], code[2:8], code[8:]))
    typed = typed.lower() if lower else typed
    typed = typed.translate(FULL_WIDTH) if wide else typed
    assert normalise_uscc(f" {typed} ") == code


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_caught(code: str, place: int, character: str) -> None:
    wrong = code[:place] + character + code[place + 1 :]
    assert (normalise_uscc(wrong) is None) is (wrong != code)


@given(codes, st.integers(0, 16))
def test_two_neighbours_changed_about_are_always_caught(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (normalise_uscc(swapped) is None) is (swapped != code)


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_the_standard_leaves_out_are_refused(letter: str) -> None:
    assert letter not in ALPHABET
    assert normalise_uscc(EXAMPLE[:8] + letter + EXAMPLE[9:]) is None


def test_the_division_is_six_digits() -> None:
    start = "9135A100M000100Y4"
    assert normalise_uscc(start + check_character(start)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        EXAMPLE[:-1],
        EXAMPLE + "3",
        EXAMPLE.replace("1", "١"),
        EXAMPLE.replace("0", "零"),
        EXAMPLE + "\x00",
        "9" * 10_000,
        "\ud800" * 18,
        "110101199003070038",
    ],
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert normalise_uscc(text) is None


@given(st.text(max_size=70))
def test_any_text_is_a_code_in_its_one_form_or_none(text: str) -> None:
    code = normalise_uscc(text)
    assert code is None or normalise_uscc(code) == code
