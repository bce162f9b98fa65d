"""Which days and hours are worked: plain values, no database, no clock."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

WORKDAY, WEEKEND, HOLIDAY, MAKEUP, CLOSURE = (
    "workday",
    "weekend",
    "holiday",
    "workday_makeup",
    "closure",
)
WORKED = frozenset({WORKDAY, MAKEUP})
KINDS = WORKED | {WEEKEND, HOLIDAY, CLOSURE}
SATURDAY = 5
WEEK = 7
ONE_DAY = timedelta(days=1)

Interval = tuple[time, time]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """What kind of day each date is; dates not listed follow the weekday.

    A date of a year that has not been published is provisional: its holidays and make-up days are
    not yet known. Raises ValueError for a kind that does not exist.
    """

    days: Mapping[date, str]
    published_years: frozenset[int]
    _odd_days: tuple[tuple[date, ...], tuple[int, ...]] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        unknown = set(self.days.values()) - KINDS
        if unknown:
            raise ValueError(f"no such kinds of day: {', '.join(sorted(unknown))}")
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        object.__setattr__(self, "_odd_days", self._find_odd_days())

    @classmethod
    def of(cls, days: Mapping[date, str], *, published_years: Iterable[int]) -> "WorkCalendar":
        return cls(days, frozenset(published_years))

    def kind(self, day: date) -> str:
        """Name the kind of a day."""
        known = self.days.get(day)
        if known is not None:
            return known
        return WEEKEND if day.weekday() >= SATURDAY else WORKDAY

    def is_workday(self, day: date) -> bool:
        return self.kind(day) in WORKED

    def next_workday(self, day: date) -> date:
        """Find the first working day after a day."""
        following = day + ONE_DAY
        while not self.is_workday(following):
            following += ONE_DAY
        return following

    def workdays_until(self, day: date) -> int:
        """Count the working days from the first of all dates to `day`, `day` included.

        Only differences between two of these numbers mean anything. The weekdays are reckoned;
        the days that are not as their weekday says are looked up.
        """
        weeks, rest = divmod(day.toordinal(), WEEK)
        odd, sums = self._odd_days
        return weeks * SATURDAY + min(rest, SATURDAY) + sums[bisect_right(odd, day)]

    def _find_odd_days(self) -> tuple[tuple[date, ...], tuple[int, ...]]:
        """List the days off on weekdays and the weekends worked, with the sum up to each."""
        turned = {
            day: int(kind in WORKED) - int(day.weekday() < SATURDAY)
            for day, kind in sorted(self.days.items())
        }
        odd = {day: by for day, by in turned.items() if by}
        return tuple(odd), (0, *accumulate(odd.values()))

    def is_provisional(self, first: date, last: date | None = None) -> bool:
        """Tell whether a day from `first` to `last` lies in a year not yet published."""
        years = range(first.year, (last or first).year + 1)
        return any(year not in self.published_years for year in years)


@dataclass(frozen=True, slots=True)
class Hours:
    """The local intervals of each weekday (0 = Monday), in order and apart from one another.

    Raises ValueError when they are not, or when a weekday is not one of 0 to 6.
    """

    by_weekday: Mapping[int, tuple[Interval, ...]]

    def __post_init__(self) -> None:
        for weekday, intervals in self.by_weekday.items():
            if weekday not in range(WEEK):
                raise ValueError(f"no such weekday: {weekday}")
            if any(opens.tzinfo or closes.tzinfo for opens, closes in intervals):
                raise ValueError(f"the hours of weekday {weekday} are local and carry no zone")
            ends = [end for interval in intervals for end in interval]
            touching = zip(ends[1::2], ends[2::2], strict=False)
            if any(opens >= closes for opens, closes in intervals) or any(
                closes > opens for closes, opens in touching
            ):
                raise ValueError(f"the hours of weekday {weekday} are not in order")
        object.__setattr__(self, "by_weekday", MappingProxyType(dict(self.by_weekday)))

    def on(self, day: date, calendar: WorkCalendar) -> tuple[Interval, ...]:
        """Give the intervals of a day.

        A make-up day on a weekday without hours of its own works as a Monday does, or as the first
        weekday that has hours.
        """
        kind = calendar.kind(day)
        if kind not in WORKED:
            return ()
        own = self.by_weekday.get(day.weekday(), ())
        if own or kind != MAKEUP:
            return own
        week = (self.by_weekday.get(weekday, ()) for weekday in range(WEEK))
        return next((intervals for intervals in week if intervals), ())


def spans(day: date, calendar: WorkCalendar, hours: Hours, zone: str) -> tuple[Span, ...]:
    """Give the worked intervals of a local day as instants in UTC, in order, none of them empty.

    An interval that a change to summer time swallows is left out or cut short.
    """
    local = ZoneInfo(zone)
    edges = [
        datetime.combine(day, edge, local).astimezone(UTC)
        for interval in hours.on(day, calendar)
        for edge in interval
    ]
    ordered = all(earlier <= later for earlier, later in pairwise(edges))
    found = list(zip(edges[::2], edges[1::2], strict=True))
    return tuple(found if ordered else _apart(found))


def local_day(at: datetime, zone: str) -> date:
    """Name the local day of an instant; raises ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(ZoneInfo(zone)).date()


def _apart(intervals: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for opens, closes in intervals:
        begin = max(opens, kept[-1][1]) if kept else opens
        if begin < closes:
            kept.append((begin, closes))
    return kept
