"""Dates, numbers and headings as both languages write them."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale

from desk.web import filters

EVENING = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
OTHER_YEAR = date(2025, 3, 1)


@pytest.fixture(autouse=True)
def _now(face: Flask) -> None:
    """Every test has a request of its own."""


@time_machine.travel("2026-11-23T02:00:00Z", tick=False)
def test_an_instant_is_written_in_the_hall_s_zone() -> None:
    with force_locale("zh_Hans"):
        assert filters.day(EVENING) == "2026年11月23日"
        assert filters.day_weekday(EVENING) == "2026年11月23日 周一"
        assert filters.instant(EVENING) == "11月23日 周一 01:05"
        assert filters.weekday(OTHER_YEAR) == "2025年3月1日 周六"
        assert filters.month(OTHER_YEAR) == "2025年3月"
    with force_locale("en"):
        assert filters.day(EVENING) == "23 November 2026"
        assert filters.day_weekday(EVENING) == "Mon 23 November 2026"
        assert filters.instant(EVENING) == "Mon 23 Nov 01:05"
        assert filters.weekday(OTHER_YEAR) == "Sat 1 Mar 2025"
        assert filters.month(OTHER_YEAR) == "March 2025"
    assert filters.iso(OTHER_YEAR) == "2025-03-01"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("在窗口没办成的事，到这里说", ["在窗口没办成的事，", "到这里说"]),
        ("事项：一，二。", ["事项：", "一，", "二。"]),
        ("环境影响登记·首次办理", ["环境影响登记·", "首次办理"]),
        ("One, two", ["One, two"]),
        ("", []),
    ],
)
def test_a_heading_breaks_after_its_clauses(text: str, parts: list[str]) -> None:
    assert filters.clauses(text) == parts
    assert "".join(filters.clauses(text)) == text


@pytest.mark.parametrize(
    ("words", "in_chinese", "in_english"),
    [
        ("窗口不收", "", "zh-Hans"),
        ("They would not take it", "en", ""),
        ("XZ-261123-482915-8", "", ""),
        ("", "", ""),
    ],
)
def test_what_somebody_wrote_names_its_language_where_the_page_has_another(
    words: str, in_chinese: str, in_english: str
) -> None:
    with force_locale("zh_Hans"):
        assert filters.language_of(words) == in_chinese
    with force_locale("en"):
        assert filters.language_of(words) == in_english


def test_nothing_over_nothing_is_a_dash() -> None:
    assert filters.percent(None) == filters.number(None) == "—"
    assert filters.percent(0) == "0.0%"
    assert filters.percent(0.8788, 2) == "87.88%"
    assert filters.number(48216) == "48,216"


def test_names_and_lists_follow_the_language() -> None:
    class Row:
        name_zh, name_en = "区税务局", "Tax Office"

    class Bare:
        name_zh, name_en = "区税务局", ""

    with force_locale("en"):
        assert filters.in_language(Row()) == "Tax Office"
        assert filters.in_language(Bare()) == "区税务局"
        assert filters.joined(["a", "b"]) == "a, b"
    with force_locale("zh_Hans"):
        assert filters.in_language(Row()) == "区税务局"
        assert filters.joined(["甲", "乙"]) == "甲、乙"
