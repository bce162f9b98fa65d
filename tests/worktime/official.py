"""The published calendar, a hall's usual hours, and short ways to write an instant."""

import csv
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from desk import organisation
from desk.worktime.calendar import Hours, WorkCalendar

ZONE = "Asia/Shanghai"
YEARS = range(2015, 2027)
FILE = Path(organisation.__file__).parent / "data" / "cn_workdays_2015_2026.csv"

MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17, 30))
OFFICE = Hours(dict.fromkeys(range(5), (MORNING, AFTERNOON)))


def published() -> list[dict[str, str]]:
    """Read every line of the published list."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CHINA = WorkCalendar.of(
    {date.fromisoformat(row["date"]): row["kind"] for row in published()}, published_years=YEARS
)


def at(text: str, zone: str = ZONE) -> datetime:
    """Read a local `YYYY-MM-DD HH:MM[:SS]` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
