"""A text is broken into lines as Chinese and English are, and a paper says what it cannot write."""

import io
from datetime import UTC, datetime

import pikepdf
from hypothesis import given
from hypothesis import strategies as st

from desk.kernel.breaking import BLANKS, NOT_FIRST, NOT_LAST, broken, pieces
from desk.kernel.paper import MISSING, Paper

TEXTS = st.text(alphabet="办不成事窗口，。（）《》“”ab1 .\t\n\u0301龘𠮷", max_size=120)


def two_or_one(character: str) -> float:
    return 1 if character.isascii() else 2


def bare(text: str) -> str:
    return "".join(character for character in text if character not in BLANKS + "\n")


@given(TEXTS, st.integers(min_value=4, max_value=40))
def test_no_line_is_too_wide_and_no_character_is_lost(text: str, width: int) -> None:
    lines = broken(text, width, two_or_one)
    assert bare("".join(lines)) == bare(text)
    assert all(sum(map(two_or_one, line)) <= width for line in lines)
    assert len(lines) >= text.count("\n") + 1


@given(TEXTS)
def test_a_line_begins_and_ends_with_no_sign_that_may_not(text: str) -> None:
    for before, after in zip(parts := list(pieces(text)), parts[1:], strict=False):
        assert after[0] not in NOT_FIRST
        assert before[-1] not in NOT_LAST


def test_words_stay_whole_and_long_ones_are_cut() -> None:
    assert broken("材料 incomplete，又来", 14, two_or_one) == ["材料", "incomplete，又", "来"]
    assert broken("x" * 9, 4, two_or_one) == ["xxxx", "xxxx", "x"]
    assert broken("甲\n\n乙", 10, two_or_one) == ["甲", "", "乙"]


def test_rare_characters_are_written_and_those_without_a_shape_are_counted() -> None:
    at = datetime(2026, 11, 25, 8, tzinfo=UTC)
    paper = Paper("龘𠮷㐂䶮", "YY-1", "沈青禾", "zh_Hans", at)
    assert paper.shaped("龘𠮷㐂䶮 “A”\u200b\ufe0f") == "龘𠮷㐂䶮 “A”"
    assert not paper.missing
    assert paper.shaped("好😀한😀\u202e") == f"好{MISSING}{MISSING}{MISSING}"
    assert paper.missing == {"😀": 2, "한": 1}
    paper.heading("经过")
    paper.facts([("事项", "长" * 4_000)])
    paper.entry("11月25日", "“好”" * 2_000, [("依据", "第一条")])
    with pikepdf.open(io.BytesIO(paper.output())) as made:
        assert len(made.pages) > 3
        assert str(made.Root.Lang) == "zh-Hans"
