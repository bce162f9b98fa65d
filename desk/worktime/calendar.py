"""Which days and hours are worked: plain values, no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKDAY, WEEKEND, HOLIDAY, MAKEUP, CLOSURE = (
    "workday",
    "weekend",
    "holiday",
    "workday_makeup",
    "closure",
)
WORKED = frozenset({WORKDAY, MAKEUP})
SATURDAY = 5
MONDAY = 0
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """What kind of day each date is; dates not listed follow the weekday.

    A date of a year that has not been published is provisional: make-up days are not yet known.
    """

    days: Mapping[date, str]
    published_years: frozenset[int]

    @classmethod
    def of(cls, days: Mapping[date, str], *, published_years: Iterable[int]) -> "WorkCalendar":
        return cls(dict(days), frozenset(published_years))

    def kind(self, day: date) -> str:
        """Name the kind of a day."""
        known = self.days.get(day)
        if known is not None:
            return known
        return WEEKEND if day.weekday() >= SATURDAY else WORKDAY

    def is_workday(self, day: date) -> bool:
        return self.kind(day) in WORKED

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.published_years


@dataclass(frozen=True, slots=True)
class Hours:
    """The local intervals of each weekday (0 = Monday), in order and apart from one another."""

    by_weekday: Mapping[int, tuple[tuple[time, time], ...]]

    def on(self, day: date, calendar: WorkCalendar) -> tuple[tuple[time, time], ...]:
        """Give the intervals of a day; a make-up day without its own works as a Monday does."""
        if not calendar.is_workday(day):
            return ()
        own = self.by_weekday.get(day.weekday(), ())
        return own or self.by_weekday.get(MONDAY, ())


def spans(
    day: date, calendar: WorkCalendar, hours: Hours, zone: str
) -> tuple[tuple[datetime, datetime], ...]:
    """Give the worked intervals of a local day as instants in UTC."""
    local = ZoneInfo(zone)
    utc = ZoneInfo("UTC")
    return tuple(
        (
            datetime.combine(day, opens, local).astimezone(utc),
            datetime.combine(day, closes, local).astimezone(utc),
        )
        for opens, closes in hours.on(day, calendar)
    )
