"""Searching Chinese text by pairs: nothing missed, nothing invented."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine
from sqlalchemy import text as sql

from desk.kernel.grams import (
    LONGEST_QUERY,
    index_text,
    like_pattern,
    normalise,
    pairs,
    query,
)

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
crowded = st.text(
    st.sampled_from(
        "办不成事反映窗口材料aAbB1２㈱ﬁßİ é·，。%_\\'\"*():&|!-\n\t\u200b𠮷𪚥\ue863\U00031350"
    ),
    max_size=60,
)
texts = st.one_of(anything, crowded)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[str, str]:
    """A text and a piece of it, both as the desk keeps them."""
    text = normalise(draw(texts))
    start = draw(st.integers(0, len(text)))
    return text, text[start : start + draw(st.integers(1, 20))]


def holds(indexed: str, sought: str) -> bool:
    """Ask an index of words as the databases do: every term, a starred one by its beginning."""
    words = indexed.split()

    def held(term: str) -> bool:
        if term.endswith("*"):
            return any(word.startswith(term[:-1]) for word in words)
        return term in words

    return all(held(term) for term in sought.replace('"', "").split(" AND "))


@given(texts)
@example("e\u200b\u0301")
@example("ﾊﾟ \u3000Å")
@example("ΐ\u0345")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(cuts())
def test_a_piece_of_a_kept_text_is_kept_as_it_is(cut: tuple[str, str]) -> None:
    assert normalise(cut[1]) == cut[1]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("２０２６年ＡＢ", "2026年ab"),
        ("Straße", "strasse"),
        ("ｶﾞ", "ガ"),
        ("办\u200b事\ufeff", "办事"),
        ("葛\U000e0100城", "葛城"),
        ("一\r\n二\x00三", "一 二 三"),
        ("㈱①", "(株)1"),
    ],
)
def test_width_case_and_what_nobody_sees_are_folded(written: str, kept: str) -> None:
    assert normalise(written) == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("办不成", {"办不", "不成", "成"}),
        ("办", {"办"}),
        ("a区，b", {"a区", "区", "b"}),
        ("abc 12", {"ab", "bc", "c", "12", "2"}),
        ("snake_case", {"sn", "na", "ak", "ke", "e", "ca", "as", "se"}),
        ("，。 \n", set()),
        ("", set()),
        ("𠮷野", {"𠮷野", "野"}),
        ("\ue863\ue864", {"\ue863\ue864", "\ue864"}),
    ],
)
def test_pairs_of_each_run_and_its_last_character(text: str, found: set[str]) -> None:
    assert set(pairs(text)) == found


@given(cuts())
def test_no_piece_of_a_text_is_missed(cut: tuple[str, str]) -> None:
    text, piece = cut
    sought = query(piece, dialect="sqlite")
    assert sought is None or holds(index_text(text), sought)


@given(cuts())
def test_a_piece_with_a_letter_or_digit_can_be_sought(cut: tuple[str, str]) -> None:
    _, piece = cut
    sought = query(piece, dialect="postgresql")
    assert (sought is None) is (not pairs(piece))


@given(texts)
def test_words_of_an_index_are_plain_letters_and_digits(text: str) -> None:
    """Neither database may cut, fold or stem them: FTS5's and PostgreSQL's parsers leave them be."""
    for word in index_text(normalise(text), extra=("h12",)).split():
        assert word.isascii()
        assert word.isalnum()
        assert word.islower()
        assert word[0] in "xz"


def test_words_are_written_once_and_in_order() -> None:
    assert index_text("办办办") == "x00529e x00529ex00529e"
    assert index_text("b a", extra=("h12", "h3")) == "x000061 x000062 zh12 zh3"


@pytest.mark.parametrize(
    "words", ["", " ", "，。！？", "%_", "\\", "😀", "\x00", "\u200b", "- * ' \""]
)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_signs_alone_cannot_be_sought(words: str, dialect: str) -> None:
    assert query(words, dialect=dialect) is None


@pytest.mark.parametrize(
    ("words", "dialect", "sought"),
    [
        ("办不成", "sqlite", '"x00529ex004e0d" AND "x004e0dx006210"'),
        ("办不成", "postgresql", "'x00529ex004e0d' & 'x004e0dx006210'"),
        ("办", "sqlite", '"x00529e"*'),
        ("办", "postgresql", "'x00529e':*"),
        ("办办办", "sqlite", '"x00529ex00529e"'),
        ("Ａ，办不", "sqlite", '"x000061"* AND "x00529ex004e0d"'),
    ],
)
def test_a_search_as_each_database_wants_it(words: str, dialect: str, sought: str) -> None:
    assert query(words, dialect=dialect) == sought


def test_a_search_within_some_halls() -> None:
    halls = ("h1", "h2")
    assert query("办", dialect="sqlite", scope=halls) == '"x00529e"* AND ("zh1" OR "zh2")'
    assert query("办", dialect="postgresql", scope=halls) == "'x00529e':* & ('zh1' | 'zh2')"


def test_a_hall_is_never_taken_for_text() -> None:
    assert not holds(index_text("h12"), query("x", dialect="sqlite", scope=("h12",)) or "")
    assert not holds(index_text("办事", extra=("h12",)), query("h12", dialect="sqlite") or "")


@pytest.fixture
def like() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


@given(text=texts, words=texts)
@example(text="100%好", words="0%好")
@example(text="100元好", words="0%好")
@example(text="a_b", words="a_b")
@example(text="axb", words="a_b")
@example(text="c:\\d", words=":\\d")
def test_the_recheck_is_a_plain_search(like: sqlite3.Connection, text: str, words: str) -> None:
    kept = normalise(text)
    found = like.execute("SELECT ? LIKE ? ESCAPE '\\'", (kept, like_pattern(words))).fetchone()[0]
    assert bool(found) is (normalise(words)[:LONGEST_QUERY].strip() in kept)


def test_a_very_long_search_is_cut() -> None:
    words = "办不成事" * 100
    assert like_pattern(words) == f"%{'办不成事' * 16}%"
    assert query(words, dialect="sqlite") == query(words[:LONGEST_QUERY], dialect="sqlite")


@given(st.lists(texts, min_size=1, max_size=8), st.data())
def test_the_index_of_sqlite_finds_what_a_plain_search_finds(
    written: list[str], data: st.DataObject
) -> None:
    """Index and recheck together, on the real engine, against `in`."""
    kept = [normalise(text) for text in written]
    source = data.draw(st.sampled_from(kept))
    start = data.draw(st.integers(0, len(source)))
    words = source[start : start + data.draw(st.integers(1, 6))]
    sought = query(words, dialect="sqlite")
    if sought is None:
        return
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE VIRTUAL TABLE g USING fts5(grams, content='', detail=none)")
        base.execute("CREATE TABLE d (no INTEGER PRIMARY KEY, text TEXT)")
        for no, text in enumerate(kept):
            base.execute("INSERT INTO g (rowid, grams) VALUES (?, ?)", (no, index_text(text)))
            base.execute("INSERT INTO d VALUES (?, ?)", (no, text))
        rows = base.execute(
            "SELECT no FROM d WHERE no IN (SELECT rowid FROM g WHERE g MATCH ?)"
            " AND text LIKE ? ESCAPE '\\'",
            (sought, like_pattern(words)),
        ).fetchall()
    base.close()
    assert {no for (no,) in rows} == {no for no, text in enumerate(kept) if words.strip() in text}


@pytest.fixture(scope="module")
def postgres(postgres_server: str) -> Iterator[Connection]:
    engine = create_engine(postgres_server)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@given(texts, cuts(), st.booleans())
def test_the_index_of_postgresql_answers_as_the_words_do(
    postgres: Connection, text: str, cut: tuple[str, str], own: bool
) -> None:
    sought = query(cut[1], dialect="postgresql")
    if sought is None:
        return
    indexed = index_text(cut[0] if own else normalise(text))
    found = postgres.execute(
        sql("SELECT CAST(:indexed AS tsvector) @@ CAST(:sought AS tsquery)"),
        {"indexed": indexed, "sought": sought},
    ).scalar_one()
    assert found is holds(indexed, query(cut[1], dialect="sqlite") or "")
    assert found or not own
