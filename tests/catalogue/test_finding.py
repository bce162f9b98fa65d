"""Searching items as one types: right for one character and many, names before departments."""

import random
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from desk.catalogue.finding import END, NAME, PLACE, doc_text, sought
from desk.catalogue.queries import Found, search_items
from desk.kernel.grams import normalise
from desk.organisation.models import Region
from tests import make
from tests.catalogue.test_loading import ENTRY, JUNE, load

TODAY = date(2026, 11, 23)
SYLLABLES = "不动产转移登记企业设立变更注销许可证办理身份户口医保养老金社会保险"


@pytest.fixture
def region(app: Flask) -> Region:
    region = make.region()
    load(
        region,
        ENTRY,
        replace(ENTRY, code="A2", name_zh="企业变更登记", name_en=None, guide={}),
        replace(ENTRY, code="A3", name_zh="变更登记事项（企业）", name_en=None, guide={}),
        replace(
            ENTRY,
            code="A4",
            name_zh="Ａ类100%_申请",
            name_en=None,
            department="企业服务局",
            guide={},
        ),
        replace(ENTRY, code="A5", name_zh="变更备案", name_en=None, active_to=JUNE, guide={}),
        replace(ENTRY, code="A6", name_zh="居民身份证申领", name_en="Identity card", guide={}),
    )
    return region


def codes(found: Found) -> list[str]:
    return [row.code for row in found.rows]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("变更", ["A3", "A2"]),
        ("变", ["A3", "A2"]),
        ("企业", ["A2", "A3", "A4"]),
        ("登记 企业", ["A2", "A3"]),
        ("过户", ["A1"]),
        ("transfer", ["A1"]),
        ("PROPERTY", ["A1"]),
        ("a类", ["A4"]),
        ("１００％", ["A4"]),
        ("0%_申", ["A4"]),
        ("%申", []),
        ("A6", ["A6"]),
        ("登记中心 身份", ["A6"]),
        ("查无", []),
        ("，。", []),
        ("", []),
        ("   ", []),
        ("\0", []),
        ("%", []),
        ("_", []),
        (f"{NAME}不动产", ["A1"]),
    ],
)
def test_a_search_finds_what_holds_all_words(region: Region, words: str, wanted: list[str]) -> None:
    found = search_items(region.id, words, on=TODAY)
    assert (codes(found), found.near) == (wanted, False)


def test_what_nothing_matches_finds_what_comes_close(region: Region) -> None:
    found = search_items(region.id, "我要补办身份证", on=TODAY)
    assert (codes(found), found.near) == (["A6"], True)


def test_an_item_is_found_while_it_is_offered(region: Region) -> None:
    assert codes(search_items(region.id, "变更备案", on=JUNE)) == ["A5"]
    assert codes(search_items(region.id, "变更备案", on=TODAY)) == []
    assert codes(search_items(region.id, "身份", on=date(2025, 1, 1))) == []


def test_another_region_finds_nothing(region: Region) -> None:
    assert codes(search_items(region.id + 1, "登记", on=TODAY)) == []


def test_the_limit_holds(region: Region) -> None:
    assert len(search_items(region.id, "登", 2, on=TODAY).rows) == 2
    assert len(search_items(region.id, "登", 0, on=TODAY).rows) == 1


def test_names_come_in_the_language_or_in_chinese(region: Region) -> None:
    transfer, card = (search_items(region.id, w, on=TODAY).rows[0] for w in ("过户", "企业变更"))
    assert (transfer.name("en"), transfer.name("zh_Hans")) == (
        "Transfer of property", "不动产转移登记",
    )  # fmt: skip
    assert card.name("en") == "企业变更登记"


def test_a_search_finds_exactly_what_a_plain_search_does(app: Flask) -> None:
    rng = random.Random(11)
    region = make.region()
    names = {f"N{n}": "".join(rng.choices(SYLLABLES, k=rng.randint(4, 14))) for n in range(300)}
    load(
        region,
        *(replace(ENTRY, code=c, name_zh=n, name_en=None, guide={}) for c, n in names.items()),
    )
    for _ in range(200):
        name = rng.choice(list(names.values()))
        start = rng.randrange(len(name))
        words = name[start : start + rng.randint(1, 4)]
        wanted = {code for code, name in names.items() if words in name}
        found = search_items(region.id, words, 50, on=TODAY)
        assert not found.near
        if len(wanted) <= 50:
            assert set(codes(found)) == wanted | (set(names) if words in "登记中心" else set())
        first = [row.name_zh.startswith(words) for row in found.rows]
        assert first == sorted(first, reverse=True)


def test_marks_cannot_be_typed() -> None:
    assert not {NAME, PLACE, END} & set(normalise(f"a{NAME}b{PLACE}c{END}d"))
    assert doc_text(("甲", None), ("乙", "乙", None)) == f"{NAME}甲{END}{PLACE}乙"


def test_a_long_search_is_cut() -> None:
    search = sought("长 " * 500)
    assert search is not None
    assert set(search.terms) == {"%长%"}
