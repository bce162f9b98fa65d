"""What must hold for every hall, calendar and zone, beside a count minute by minute."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.worktime.calendar import KINDS, WORKED, Hours, Interval, WorkCalendar, spans
from desk.worktime.deadline import (
    CALENDAR_DAY,
    WORKING_DAY,
    WORKING_HOUR,
    Deadline,
    due,
    due_day,
    elapsed,
    shift_by_pause,
)
from desk.worktime.explain import OFF, Line, LineKind, explain

MINUTE = timedelta(minutes=1)
FIRST_DAY = date(2026, 1, 1)
DAYS_KNOWN = 60
ZONES = ("Asia/Shanghai", "UTC", "Asia/Kathmandu", "America/New_York", "Europe/Berlin")
UNITS = (WORKING_DAY, WORKING_HOUR, CALENDAR_DAY)
NUMBERED = {LineKind.COUNTED, LineKind.MAKEUP}


@dataclass(frozen=True)
class Hall:
    calendar: WorkCalendar
    hours: Hours
    zone: str

    def due(self, start: datetime, n: int, unit: str) -> Deadline:
        return due(start, n, unit, self.calendar, self.hours, self.zone)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return elapsed(start, end, self.calendar, self.hours, self.zone)

    def shift(self, due_at: datetime, first: datetime, last: datetime) -> datetime:
        place = self.calendar, self.hours, self.zone
        return shift_by_pause(due_at, first, last, *place).due_at

    def explain(self, start: datetime, n: int, unit: str) -> tuple[Line, ...]:
        return explain(start, n, unit, self.calendar, self.hours, self.zone)

    def closings(self, day: date) -> set[datetime]:
        worked = spans(day, self.calendar, self.hours, self.zone)
        return {worked[-1][1]} if worked else set()

    def day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def works(self, minute: datetime) -> bool:
        """Look at the clock on the wall, knowing nothing of intervals as instants."""
        local = minute.astimezone(ZoneInfo(self.zone))
        on = self.hours.on(local.date(), self.calendar)
        return any(opens <= local.time() < closes for opens, closes in on)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Up to three intervals between 05:00 and 23:45, away from the hours that clocks skip."""
    edges = draw(st.lists(st.integers(20, 95), max_size=6, unique=True).map(sorted))
    times = [time(edge // 4, edge % 4 * 15) for edge in edges[: len(edges) // 2 * 2]]
    return tuple(zip(times[::2], times[1::2], strict=True))


@st.composite
def halls(draw: st.DrawFn) -> Hall:
    week = draw(st.fixed_dictionaries({day: intervals() for day in range(7)}))
    week[draw(st.integers(0, 4))] = ((time(9), time(12)), (time(13, 30), time(17, 30)))
    dates = st.integers(0, DAYS_KNOWN).map(lambda n: FIRST_DAY + timedelta(days=n))
    days = draw(st.dictionaries(dates, st.sampled_from(sorted(KINDS)), max_size=20))
    years = draw(st.sampled_from([(2026,), (2025, 2026, 2027), ()]))
    zone = draw(st.sampled_from(ZONES))
    return Hall(WorkCalendar.of(days, published_years=years), Hours(week), zone)


starts = st.integers(0, DAYS_KNOWN * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
minutes = starts.map(lambda start: start.replace(second=0))
limits = st.integers(1, 12)
units = st.sampled_from(UNITS)


@settings(max_examples=60)
@given(halls(), minutes, st.integers(1, 5))
def test_hours_are_the_minutes_on_the_wall(hall: Hall, start: datetime, n: int) -> None:
    deadline = hall.due(start, n, WORKING_HOUR).due_at
    minute, left = start, n * 60
    while left:
        left -= hall.works(minute)
        minute += MINUTE
    assert deadline == minute


@settings(max_examples=60)
@given(halls(), minutes, st.integers(0, 4000))
def test_elapsed_time_is_the_minutes_on_the_wall(hall: Hall, start: datetime, n: int) -> None:
    worked = sum(hall.works(start + MINUTE * i) for i in range(n))
    assert hall.elapsed(start, start + MINUTE * n) == MINUTE * worked


@given(halls(), starts, limits)
def test_days_are_closings_counted_one_by_one(hall: Hall, start: datetime, n: int) -> None:
    """The first closing not before the start is day zero's; the nth after it is the deadline."""
    closings: list[datetime] = []
    day = hall.day(start)
    while len(closings) <= n:
        closings += [closing for closing in hall.closings(day) if closing >= start]
        day += timedelta(days=1)
    assert hall.due(start, n, WORKING_DAY).due_at == closings[n]


@given(halls(), starts, limits)
def test_an_hour_ends_inside_an_interval_or_at_its_end(hall: Hall, start: datetime, n: int) -> None:
    deadline = hall.due(start, n, WORKING_HOUR).due_at
    worked = spans(hall.day(deadline), hall.calendar, hall.hours, hall.zone)
    assert any(opens < deadline <= closes for opens, closes in worked)
    assert hall.elapsed(start, deadline) == timedelta(hours=n)


@given(halls(), starts, limits)
def test_a_calendar_day_ends_at_midnight(hall: Hall, start: datetime, n: int) -> None:
    deadline = hall.due(start, n, CALENDAR_DAY)
    assert deadline.due_at.astimezone(ZoneInfo(hall.zone)).time() == time()
    assert due_day(deadline.due_at, hall.zone) == hall.day(start) + timedelta(days=n)


@given(halls(), starts, limits, units)
def test_more_is_later_and_never_before_the_start(
    hall: Hall, start: datetime, n: int, unit: str
) -> None:
    one, more = hall.due(start, n, unit).due_at, hall.due(start, n + 1, unit).due_at
    assert start < one < more


@given(halls(), starts, starts, limits, units)
def test_who_comes_first_is_never_due_last(
    hall: Hall, one: datetime, other: datetime, n: int, unit: str
) -> None:
    first, second = sorted((one, other))
    assert hall.due(first, n, unit).due_at <= hall.due(second, n, unit).due_at


@given(halls(), starts, limits, limits, st.sampled_from([WORKING_DAY, WORKING_HOUR]))
def test_limits_add_up(hall: Hall, start: datetime, n: int, more: int, unit: str) -> None:
    between = hall.due(start, n, unit).due_at
    assert hall.due(between, more, unit).due_at == hall.due(start, n + more, unit).due_at


@given(
    halls(),
    starts,
    limits,
    units,
    st.integers(0, DAYS_KNOWN),
    st.sampled_from(sorted(KINDS - WORKED)),
)
def test_a_day_off_never_makes_anything_late_sooner(
    hall: Hall, start: datetime, n: int, unit: str, after: int, kind: str
) -> None:
    off = {**hall.calendar.days, FIRST_DAY + timedelta(days=after): kind}
    fewer = replace(hall, calendar=replace(hall.calendar, days=off))
    assert hall.due(start, n, unit).due_at <= fewer.due(start, n, unit).due_at


@given(halls(), starts, limits, units, starts, starts)
def test_a_pause_gives_back_its_working_time_and_no_more(
    hall: Hall, start: datetime, n: int, unit: str, one: datetime, other: datetime
) -> None:
    due_at = hall.due(start, n, unit).due_at
    paused, resumed = sorted((one, other))
    moved = hall.shift(due_at, paused, resumed)
    given_back = hall.elapsed(paused, resumed) if paused < due_at else timedelta()
    assert moved >= due_at
    assert hall.elapsed(due_at, moved) == given_back


@given(halls(), starts, limits, units, starts, starts, st.integers(0, 500))
def test_a_longer_pause_is_never_due_earlier(
    hall: Hall, start: datetime, n: int, unit: str, one: datetime, other: datetime, more: int
) -> None:
    due_at = hall.due(start, n, unit).due_at
    paused, resumed = sorted((one, other))
    longer = resumed + MINUTE * more
    assert hall.shift(due_at, paused, resumed) <= hall.shift(due_at, paused, longer)


@given(halls(), starts, starts, starts)
def test_elapsed_times_add_up(hall: Hall, a: datetime, b: datetime, c: datetime) -> None:
    first, between, last = sorted((a, b, c))
    parts = hall.elapsed(first, between) + hall.elapsed(between, last)
    assert parts == hall.elapsed(first, last) <= last - first


@given(halls(), starts, limits, units)
def test_provisional_says_that_an_unpublished_day_was_looked_at(
    hall: Hall, start: datetime, n: int, unit: str
) -> None:
    deadline = hall.due(start, n, unit)
    years = {hall.day(start).year, due_day(deadline.due_at, hall.zone).year}
    guessed = not years <= hall.calendar.published_years
    assert deadline.provisional is (guessed and unit != CALENDAR_DAY)


@given(halls(), starts, limits, units)
def test_the_explanation_ends_where_the_deadline_is(
    hall: Hall, start: datetime, n: int, unit: str
) -> None:
    deadline = hall.due(start, n, unit)
    *before, last = hall.explain(start, n, unit)
    day = due_day(deadline.due_at, hall.zone)
    assert last == Line(LineKind.DUE, day, day, number=n, at=deadline.due_at)
    counted = [line for line in before if line.kind in NUMBERED]
    assert (counted[-1].number, counted[-1].last) == (n, day)
    told = any(line.kind is LineKind.PROVISIONAL for line in before)
    assert told is deadline.provisional


@given(halls(), starts, limits, st.sampled_from([WORKING_DAY, WORKING_HOUR]))
def test_the_explanation_names_every_day_once(
    hall: Hall, start: datetime, n: int, unit: str
) -> None:
    lines = [
        line for line in hall.explain(start, n, unit)[:-1] if line.kind is not LineKind.PROVISIONAL
    ]
    if (
        unit == WORKING_HOUR
        and lines[0].kind is LineKind.AFTER_HOURS
        and lines[0].last == (lines[1].first)
    ):
        lines = lines[1:]
    assert lines[0].first == hall.day(start)
    for earlier, later in pairwise(lines):
        assert later.first == earlier.last + timedelta(days=1)
        assert later.kind in NUMBERED or later.kind is not earlier.kind


@given(halls(), starts, limits)
def test_the_explanation_calls_each_day_what_it_is(hall: Hall, start: datetime, n: int) -> None:
    lines = hall.explain(start, n, WORKING_DAY)
    numbers = [line.number for line in lines if line.kind in NUMBERED]
    assert numbers == list(range(1, n + 1))
    for line in lines:
        kind = hall.calendar.kind(line.first)
        if line.kind in NUMBERED:
            assert (line.kind is LineKind.MAKEUP) is (kind == "workday_makeup")
            assert hall.closings(line.first)
        elif line.kind in set(OFF.values()):
            assert OFF.get(kind, LineKind.CLOSURE) is line.kind
            assert not hall.closings(line.first)
            assert not hall.closings(line.last)
