"""Working time: the published days, hand-made deadlines, and what must hold for all of them."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desk.worktime.calendar import CLOSURE, HOLIDAY, KINDS, Hours, WorkCalendar
from desk.worktime.deadline import due, elapsed, shift_by_pause, working_days_between
from desk.worktime.explain import LineKind, explain

ZONE = "Asia/Shanghai"
FILE = Path(__file__).parents[2] / "desk/organisation/data/cn_workdays_2015_2026.csv"


def published() -> dict[date, str]:
    with FILE.open(encoding="utf-8") as file:
        return {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}


DAYS = published()
CALENDAR = WorkCalendar.of(DAYS, published_years=range(2015, 2027))
MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17, 30))
HOURS = Hours(dict.fromkeys(range(5), (MORNING, AFTERNOON)))
DAY_LENGTH = timedelta(hours=7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M")


def test_every_published_day_is_as_published() -> None:
    with FILE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["date"])
            assert CALENDAR.is_workday(day) is (row["is_workday"] == "1"), day
    assert len(DAYS) == 4383


@pytest.mark.parametrize(
    ("start", "n", "unit", "expected"),
    [
        ("2026-11-23 10:00", 1, "working_day", "2026-11-24 17:30"),
        ("2026-11-23 10:00", 3, "working_day", "2026-11-26 17:30"),
        ("2026-11-20 16:50", 1, "working_day", "2026-11-23 17:30"),
        ("2026-11-20 18:00", 1, "working_day", "2026-11-24 17:30"),
        ("2026-11-21 10:00", 1, "working_day", "2026-11-24 17:30"),
        ("2026-11-23 08:00", 1, "working_day", "2026-11-24 17:30"),
        ("2026-11-23 23:59", 1, "working_day", "2026-11-25 17:30"),
        ("2026-09-30 10:00", 1, "working_day", "2026-10-08 17:30"),
        ("2026-09-30 10:00", 2, "working_day", "2026-10-09 17:30"),
        ("2026-09-30 10:00", 3, "working_day", "2026-10-10 17:30"),
        ("2026-02-13 10:00", 1, "working_day", "2026-02-14 17:30"),
        ("2024-02-28 10:00", 1, "working_day", "2024-02-29 17:30"),
        ("2026-11-23 10:00", 4, "working_hour", "2026-11-23 15:30"),
        ("2026-11-23 10:00", 2, "working_hour", "2026-11-23 12:00"),
        ("2026-11-23 11:30", 1, "working_hour", "2026-11-23 14:00"),
        ("2026-11-23 16:30", 2, "working_hour", "2026-11-24 10:00"),
        ("2026-11-20 17:00", 1, "working_hour", "2026-11-23 09:30"),
        ("2026-11-21 03:00", 4, "working_hour", "2026-11-23 14:30"),
        ("2026-11-23 10:00", 30, "calendar_day", "2026-12-24 00:00"),
    ],
)
def test_deadlines_counted_by_hand(start: str, n: int, unit: str, expected: str) -> None:
    assert local(due(at(start), n, unit, CALENDAR, HOURS, ZONE).due_at) == expected


@given(
    first=st.dates(date(2014, 6, 1), date(2028, 6, 1)),
    length=st.integers(-800, 800),
    odd=st.dictionaries(
        st.dates(date(2014, 6, 1), date(2028, 6, 1)), st.sampled_from(sorted(KINDS)), max_size=60
    ),
)
def test_working_days_are_those_one_can_count(
    first: date, length: int, odd: dict[date, str]
) -> None:
    calendar = WorkCalendar.of(DAYS | odd, published_years=range(2015, 2027))
    early, late = sorted((first, first + timedelta(days=length)))
    counted = sum(
        calendar.is_workday(early + timedelta(days=n)) for n in range(1, (late - early).days + 1)
    )
    assert working_days_between(early, late, calendar) == counted
    assert working_days_between(late, early, calendar) == -counted


def test_a_date_in_an_unpublished_year_is_provisional() -> None:
    assert due(at("2026-12-30 10:00"), 5, "working_day", CALENDAR, HOURS, ZONE).provisional
    assert not due(at("2026-11-23 10:00"), 5, "working_day", CALENDAR, HOURS, ZONE).provisional


starts = st.datetimes(datetime(2015, 2, 1), datetime(2026, 6, 30)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
limits = st.integers(1, 30)
units = st.sampled_from(["working_day", "working_hour"])


@given(starts, limits, units)
def test_one_more_is_never_earlier(start: datetime, n: int, unit: str) -> None:
    one = due(start, n, unit, CALENDAR, HOURS, ZONE).due_at
    assert start < one <= due(start, n + 1, unit, CALENDAR, HOURS, ZONE).due_at


@given(starts, starts, limits, units)
def test_who_comes_later_is_never_due_earlier(
    one: datetime, other: datetime, n: int, unit: str
) -> None:
    first, second = sorted((one, other))
    assert (
        due(first, n, unit, CALENDAR, HOURS, ZONE).due_at
        <= due(second, n, unit, CALENDAR, HOURS, ZONE).due_at
    )


@given(starts, limits, units, st.integers(0, 40), st.sampled_from([HOLIDAY, CLOSURE]))
def test_another_holiday_never_makes_anything_late_sooner(
    start: datetime, n: int, unit: str, after: int, kind: str
) -> None:
    holiday = (start + timedelta(days=after)).date()
    fewer = WorkCalendar.of({**DAYS, holiday: kind}, published_years=range(2015, 2027))
    assert (
        due(start, n, unit, CALENDAR, HOURS, ZONE).due_at
        <= due(start, n, unit, fewer, HOURS, ZONE).due_at
    )


@given(starts, limits, units, st.integers(0, 200), st.integers(0, 200))
def test_a_pause_never_brings_a_date_forward(
    start: datetime, n: int, unit: str, wait: int, length: int
) -> None:
    deadline = due(start, n, unit, CALENDAR, HOURS, ZONE).due_at
    paused = start + timedelta(hours=wait)
    resumed = paused + timedelta(hours=length)
    moved = shift_by_pause(deadline, paused, resumed, CALENDAR, HOURS, ZONE).due_at
    assert moved >= deadline
    assume(paused < deadline)
    assert elapsed(deadline, moved, CALENDAR, HOURS, ZONE) == elapsed(
        paused, resumed, CALENDAR, HOURS, ZONE
    )


@given(starts, limits)
def test_hours_due_are_hours_worked(start: datetime, n: int) -> None:
    deadline = due(start, n, "working_hour", CALENDAR, HOURS, ZONE).due_at
    assert elapsed(start, deadline, CALENDAR, HOURS, ZONE) == timedelta(hours=n)


@given(starts, limits)
def test_the_explanation_ends_where_the_deadline_is(start: datetime, n: int) -> None:
    lines = explain(start, n, "working_day", CALENDAR, HOURS, ZONE)
    deadline = due(start, n, "working_day", CALENDAR, HOURS, ZONE)
    counted = [line for line in lines if line.kind in {LineKind.COUNTED, LineKind.MAKEUP}]
    assert [line.number for line in counted] == list(range(1, n + 1))
    assert counted[-1].last == lines[-1].last == deadline.due_at.astimezone(ZoneInfo(ZONE)).date()
    days = [line.first for line in lines[:-1]]
    assert days == sorted(days)


@given(starts, st.integers(0, 60))
def test_counting_days_forth_and_back_is_the_same(start: datetime, span: int) -> None:
    first = start.date()
    last = first + timedelta(days=span)
    assert working_days_between(first, last, CALENDAR) == -working_days_between(
        last, first, CALENDAR
    )
