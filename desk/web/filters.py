"""How dates, numbers and headings are written on a page."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, format_decimal, gettext
from flask_babel import get_locale as babel_locale

CLAUSE_ENDS = "，。：；？！"
UTC_ZONE = "Asia/Shanghai"


def _is_chinese() -> bool:
    locale = babel_locale()
    return locale is None or locale.language == "zh"


def local(value: datetime, zone: str = UTC_ZONE) -> datetime:
    """Move an instant into the hall's zone."""
    return value.astimezone(ZoneInfo(zone))


def _as_day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """Write a day: 2026年11月23日, 23 November 2026."""
    return str(format_date(_as_day(value), "y年M月d日" if _is_chinese() else "d MMMM y"))


def weekday(value: date | datetime) -> str:
    """Write a day with its weekday and without its year: 11月23日 周一, Mon 23 November."""
    return str(format_date(_as_day(value), "M月d日 EEE" if _is_chinese() else "EEE d MMMM"))


def day_weekday(value: date | datetime) -> str:
    """Write a whole day with its weekday: 2026年11月23日（周一）, Mon 23 November 2026."""
    return str(format_date(_as_day(value), "y年M月d日（EEE）" if _is_chinese() else "EEE d MMMM y"))


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
    return "—" if value is None else str(format_decimal(value))


def percent(value: float | None, digits: int = 1) -> str:
    """Write a share as per cent; nothing over nothing is a dash, never 100 %."""
    return "—" if value is None else f"{value * 100:.{digits}f}%"


def in_language(row: object, name: str = "name") -> str:
    """Give the name of a row in the language of the page."""
    zh, en = getattr(row, f"{name}_zh"), getattr(row, f"{name}_en")
    return str(zh if _is_chinese() or not en else en)


def joined(words: list[str]) -> str:
    """Put words in a row, as the language does."""
    return ("、" if _is_chinese() else ", ").join(words)


def yes_no(value: bool | None) -> str:
    """Say yes, no, or that it is not known."""
    if value is None:
        return "—"
    return str(gettext("Yes") if value else gettext("No"))


def register_filters(app: Flask) -> None:
    """Hand the filters to the templates."""
    for function in (
        day,
        weekday,
        day_weekday,
        clock,
        instant,
        iso,
        clauses,
        number,
        percent,
        in_language,
        joined,
        yes_no,
    ):
        app.jinja_env.filters[function.__name__] = function
