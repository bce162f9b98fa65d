"""How dates, numbers and headings are written on a page."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, current_app
from flask_babel import get_locale as babel_locale

from desk.files.labels import file_state, file_trouble
from desk.kernel.clock import utc_now
from desk.organisation.queries import home_timetable

MEGABYTE = 1024 * 1024
CLAUSE_ENDS = "，。：；？！·"
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}[^A-Za-z]+[A-Za-z]{2,}")


def _is_chinese() -> bool:
    locale = babel_locale()
    return locale is None or locale.language == "zh"


def local(value: datetime) -> datetime:
    """Move an instant into the hall's zone."""
    return value.astimezone(ZoneInfo(current_app.config["DESK_TIME_ZONE"]))


def _as_day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def _written(value: date, chinese: str, english: str) -> str:
    return _kept(value, chinese, "zh") if _is_chinese() else _kept(value, english, "en")


@lru_cache(maxsize=4096)
def _kept(value: date, pattern: str, language: str) -> str:
    return format_date(value, pattern, locale=language)


def _this_year(value: date) -> bool:
    return value.year == local(utc_now()).year


def day(value: date | datetime) -> str:
    """Write a day: 2026年11月23日, 23 November 2026."""
    return _written(_as_day(value), "y年M月d日", "d MMMM y")


def weekday(value: date | datetime) -> str:
    """Write a day with its weekday, and its year only when it is another: 11月23日 周一."""
    at = _as_day(value)
    if _this_year(at):
        return _written(at, "M月d日 EEE", "EEE d MMM")
    return _written(at, "y年M月d日 EEE", "EEE d MMM y")


def day_weekday(value: date | datetime) -> str:
    """Write a whole day with its weekday: 2026年11月23日 周一, Mon 23 November 2026."""
    return _written(_as_day(value), "y年M月d日 EEE", "EEE d MMMM y")


def month(value: date | datetime) -> str:
    """Write a month: 2026年11月, November 2026."""
    return _written(_as_day(value), "y年M月", "MMMM y")


def clock(value: datetime) -> str:
    """Write the time of day: 17:30."""
    return f"{local(value):%H:%M}"


def instant(value: datetime) -> str:
    """Write a day and its time."""
    return f"{weekday(value)} {clock(value)}"


def iso(value: date | datetime) -> str:
    """Write an instant or a day for a machine."""
    return value.isoformat()


def clauses(text: str) -> list[str]:
    """Split a heading after its commas, so that it breaks there first."""
    parts: list[str] = []
    start = 0
    for at, character in enumerate(text):
        if character in CLAUSE_ENDS:
            parts.append(text[start : at + 1])
            start = at + 1
    return [part for part in [*parts, text[start:]] if part]


def number(value: float | None) -> str:
    """Write a number with its thousands; nothing is a dash."""
    return "—" if value is None else _decimal(value, "zh" if _is_chinese() else "en")


@lru_cache(maxsize=4096)
def _decimal(value: float, language: str) -> str:
    return format_decimal(value, locale=language)


def percent(value: float | None, digits: int = 1) -> str:
    """Write a share as per cent; nothing over nothing is a dash, never 100 %."""
    return "—" if value is None else f"{value * 100:.{digits}f}%"


def in_language(row: object, name: str = "name") -> str:
    """Give the name of a row in the language of the page."""
    zh, en = getattr(row, f"{name}_zh"), getattr(row, f"{name}_en")
    return str(zh if _is_chinese() or not en else en)


def file_size(size: int) -> str:
    """Write how large a file is: 340 KB, 2.3 MB."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))}\u00a0KB"
    return f"{size / MEGABYTE:.1f}\u00a0MB"


def joined(words: Iterable[str]) -> str:
    """Put words in a row, as the language does."""
    return ("、" if _is_chinese() else ", ").join(str(word) for word in words)


def language_of(text: object) -> str:
    """Name the language of what somebody wrote where it is not that of the page, else nothing.

    Screen readers then speak it as it is meant: a Chinese story on an English page, for example.
    """
    words = str(text or "")
    is_chinese = HAN.search(words) is not None
    if is_chinese == _is_chinese() or not (is_chinese or LATIN.search(words)):
        return ""
    return "zh-Hans" if is_chinese else "en"


def comma() -> str:
    """Give the comma of the language, with its space where it has one."""
    return "，" if _is_chinese() else ", "


def colon() -> str:
    """Give the colon of the language, with its space where it has one."""
    return "：" if _is_chinese() else ": "


def provisional(value: date | datetime) -> bool:
    """Tell whether a date lies in a year whose working days are not published yet."""
    return home_timetable(utc_now()).calendar.is_provisional(_as_day(value))


def register_filters(app: Flask) -> None:
    """Hand filters and signs to the templates."""
    app.jinja_env.globals.update(comma=comma, colon=colon, provisional=provisional)
    for function in (
        day,
        weekday,
        day_weekday,
        month,
        clock,
        instant,
        iso,
        clauses,
        number,
        percent,
        in_language,
        language_of,
        joined,
        file_size,
        file_state,
        file_trouble,
    ):
        app.jinja_env.filters[function.__name__] = function
