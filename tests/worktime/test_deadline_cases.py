"""Deadlines worked out by hand on a printed calendar, and the zones of the process."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.worktime.calendar import CLOSURE, Hours, WorkCalendar
from desk.worktime.deadline import (
    CALENDAR_DAY,
    LONGEST_LIMIT,
    WORKING_DAY,
    WORKING_HOUR,
    Deadline,
    NoWorkingTime,
    day_zero,
    due,
    due_day,
    elapsed,
    shift_by_pause,
    working_days_between,
)
from tests.worktime.official import AFTERNOON, CHINA, MORNING, OFFICE, ZONE, at

CLOSES = "17:30:00"

# filed (local) -> working days -> the day on which they run out, at 17:30
DAYS = [
    # an ordinary week
    ("2026-11-23 10:00:00", 1, "2026-11-24"),
    ("2026-11-23 10:00:00", 3, "2026-11-26"),
    ("2026-11-23 10:00:00", 5, "2026-11-30"),
    ("2026-11-27 10:00:00", 1, "2026-11-30"),
    # before opening, at opening, at lunch, at closing, just after
    ("2026-11-23 00:00:00", 1, "2026-11-24"),
    ("2026-11-23 08:59:59", 1, "2026-11-24"),
    ("2026-11-23 09:00:00", 1, "2026-11-24"),
    ("2026-11-23 12:30:00", 1, "2026-11-24"),
    ("2026-11-23 17:30:00", 1, "2026-11-24"),
    ("2026-11-23 17:30:01", 1, "2026-11-25"),
    ("2026-11-23 23:59:59", 1, "2026-11-25"),
    # a weekend: Monday is day zero
    ("2026-11-27 17:31:00", 1, "2026-12-01"),
    ("2026-11-27 23:59:59", 3, "2026-12-03"),
    ("2026-11-28 10:00:00", 1, "2026-12-01"),
    ("2026-11-29 23:59:59", 1, "2026-12-01"),
    ("2026-11-30 00:00:00", 1, "2026-12-01"),
    # Spring Festival 2024: Sunday 4 and 18 February work, 10 to 17 February do not
    ("2024-02-02 10:00:00", 1, "2024-02-04"),
    ("2024-02-04 10:00:00", 1, "2024-02-05"),
    ("2024-02-08 16:00:00", 1, "2024-02-09"),
    ("2024-02-08 16:00:00", 2, "2024-02-18"),
    ("2024-02-09 16:00:00", 1, "2024-02-18"),
    ("2024-02-09 18:00:00", 1, "2024-02-19"),
    ("2024-02-10 00:00:01", 5, "2024-02-23"),
    ("2024-02-14 12:00:00", 1, "2024-02-19"),
    # Spring Festival 2025: Sunday 26 January and Saturday 8 February work, 28 to 4 do not
    ("2025-01-24 09:30:00", 1, "2025-01-26"),
    ("2025-01-24 09:30:00", 2, "2025-01-27"),
    ("2025-01-24 09:30:00", 3, "2025-02-05"),
    ("2025-01-27 17:00:00", 4, "2025-02-08"),
    ("2025-01-27 17:00:00", 5, "2025-02-10"),
    ("2025-01-28 00:00:00", 3, "2025-02-08"),
    # Spring Festival 2026: Saturday 14 and 28 February work, 15 to 23 do not
    ("2026-02-13 11:59:59", 1, "2026-02-14"),
    ("2026-02-13 11:59:59", 2, "2026-02-24"),
    ("2026-02-14 17:30:01", 1, "2026-02-25"),
    ("2026-02-20 20:00:00", 4, "2026-02-28"),
    ("2026-02-27 10:00:00", 1, "2026-02-28"),
    ("2026-02-28 10:00:00", 1, "2026-03-02"),
    # the Spring Festival of 2020 as published, and of 2016
    ("2020-01-23 10:00:00", 1, "2020-02-03"),
    ("2020-01-17 18:00:00", 1, "2020-01-20"),
    ("2016-02-05 10:00:00", 1, "2016-02-06"),
    ("2016-02-06 10:00:00", 2, "2016-02-15"),
    # National Day 2023 to 2026
    ("2023-09-28 10:00:00", 1, "2023-10-07"),
    ("2023-09-28 10:00:00", 2, "2023-10-08"),
    ("2023-09-28 10:00:00", 3, "2023-10-09"),
    ("2024-09-30 10:00:00", 5, "2024-10-12"),
    ("2024-09-29 10:00:00", 1, "2024-09-30"),
    ("2025-09-26 16:50:00", 1, "2025-09-28"),
    ("2025-09-30 16:50:00", 1, "2025-10-09"),
    ("2025-09-30 18:00:00", 1, "2025-10-10"),
    ("2025-09-30 18:00:00", 2, "2025-10-11"),
    ("2025-09-30 18:00:00", 3, "2025-10-13"),
    ("2026-09-24 10:00:00", 5, "2026-10-09"),
    ("2026-09-30 10:00:00", 3, "2026-10-10"),
    ("2026-10-07 23:59:59", 1, "2026-10-09"),
    # Mid-autumn and Labour Day, with their make-up days
    ("2024-09-13 10:00:00", 2, "2024-09-18"),
    ("2026-09-18 18:00:00", 1, "2026-09-21"),
    ("2026-04-30 10:00:00", 4, "2026-05-09"),
    ("2019-04-26 10:00:00", 3, "2019-04-30"),
    ("2019-04-30 10:00:00", 1, "2019-05-05"),
    # year ends
    ("2015-12-31 10:00:00", 1, "2016-01-04"),
    ("2023-12-29 10:00:00", 1, "2024-01-02"),
    ("2024-12-31 17:00:00", 1, "2025-01-02"),
    ("2024-12-31 18:00:00", 1, "2025-01-03"),
    ("2025-12-31 23:59:59", 1, "2026-01-05"),
    ("2025-12-31 23:59:59", 2, "2026-01-06"),
    # leap day
    ("2024-02-28 10:00:00", 1, "2024-02-29"),
    ("2024-02-29 10:00:00", 1, "2024-03-01"),
    ("2024-02-28 18:00:00", 1, "2024-03-01"),
    ("2020-02-27 10:00:00", 2, "2020-03-02"),
    # a long one: every working day of 2024
    ("2023-12-29 10:00:00", 251, "2024-12-31"),
]

# filed (local) -> working hours -> the instant (local) at which they run out
HOURS = [
    ("2026-11-23 09:00:00", 1, "2026-11-23 10:00:00"),
    ("2026-11-23 09:00:00", 3, "2026-11-23 12:00:00"),
    ("2026-11-23 09:00:00", 4, "2026-11-23 14:30:00"),
    ("2026-11-23 09:00:00", 7, "2026-11-23 17:30:00"),
    ("2026-11-23 09:00:00", 8, "2026-11-24 10:00:00"),
    ("2026-11-23 07:00:00", 1, "2026-11-23 10:00:00"),
    ("2026-11-23 11:30:00", 1, "2026-11-23 14:00:00"),
    ("2026-11-23 12:00:00", 1, "2026-11-23 14:30:00"),
    ("2026-11-23 12:30:00", 4, "2026-11-23 17:30:00"),
    ("2026-11-23 16:50:30", 4, "2026-11-24 13:50:30"),
    ("2026-11-23 17:30:00", 4, "2026-11-24 14:30:00"),
    ("2026-11-23 23:59:59", 4, "2026-11-24 14:30:00"),
    ("2026-11-27 17:00:00", 4, "2026-11-30 14:00:00"),
    ("2026-11-28 10:00:00", 4, "2026-11-30 14:30:00"),
    ("2024-02-09 17:00:00", 1, "2024-02-18 09:30:00"),
    ("2024-02-09 17:30:00", 7, "2024-02-18 17:30:00"),
    ("2025-09-30 16:50:00", 4, "2025-10-09 13:50:00"),
    ("2025-09-27 10:00:00", 8, "2025-09-29 10:00:00"),
    ("2024-02-28 17:00:00", 4, "2024-02-29 14:00:00"),
    ("2025-12-31 17:00:00", 1, "2026-01-04 09:30:00"),
]

# filed (local) -> calendar days -> the last day, which ends at midnight
CALENDAR_DAYS = [
    ("2026-11-23 00:00:00", 1, "2026-11-24"),
    ("2026-11-23 23:59:59", 1, "2026-11-24"),
    ("2026-11-23 23:59:59", 30, "2026-12-23"),
    ("2024-01-30 10:00:00", 30, "2024-02-29"),
    ("2023-01-30 10:00:00", 30, "2023-03-01"),
    ("2026-12-02 10:00:00", 30, "2027-01-01"),
]


@pytest.mark.parametrize(("filed", "n", "day"), DAYS)
def test_working_days(filed: str, n: int, day: str) -> None:
    deadline = due(at(filed), n, WORKING_DAY, CHINA, OFFICE, ZONE)
    assert deadline == Deadline(at(f"{day} {CLOSES}"), provisional=False)
    assert due_day(deadline.due_at, ZONE) == date.fromisoformat(day)


@pytest.mark.parametrize(("filed", "n", "until"), HOURS)
def test_working_hours(filed: str, n: int, until: str) -> None:
    deadline = due(at(filed), n, WORKING_HOUR, CHINA, OFFICE, ZONE)
    assert deadline == Deadline(at(until), provisional=False)


@pytest.mark.parametrize(("filed", "n", "last"), CALENDAR_DAYS)
def test_calendar_days(filed: str, n: int, last: str) -> None:
    deadline = due(at(filed), n, CALENDAR_DAY, CHINA, OFFICE, ZONE)
    end = at(f"{last} 23:59:59") + timedelta(seconds=1)
    assert deadline == Deadline(end, provisional=False)
    assert due_day(deadline.due_at, ZONE) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("filed", "n", "provisional"),
    [
        ("2026-12-29 10:00:00", 2, False),
        ("2026-12-30 10:00:00", 2, True),
        ("2026-12-31 18:00:00", 1, True),
        ("2014-12-31 10:00:00", 1, True),
        ("2027-03-01 10:00:00", 1, True),
    ],
)
def test_a_date_that_touches_an_unpublished_year_is_provisional(
    filed: str, n: int, provisional: bool
) -> None:
    assert due(at(filed), n, WORKING_DAY, CHINA, OFFICE, ZONE).provisional is provisional


def test_publishing_a_year_settles_and_corrects_its_dates() -> None:
    filed = at("2026-12-31 10:00:00")
    guess = due(filed, 1, WORKING_DAY, CHINA, OFFICE, ZONE)
    new_year = {date(2027, 1, 1): "holiday"}
    known = WorkCalendar.of({**CHINA.days, **new_year}, published_years=(2026, 2027))
    assert guess == Deadline(at(f"2027-01-01 {CLOSES}"), provisional=True)
    assert due(filed, 1, WORKING_DAY, known, OFFICE, ZONE) == Deadline(
        at(f"2027-01-04 {CLOSES}"), provisional=False
    )


def test_a_local_closure_moves_the_date_by_its_days() -> None:
    shut = WorkCalendar.of(
        {**CHINA.days, date(2026, 11, 25): CLOSURE, date(2026, 11, 26): CLOSURE},
        published_years=(2026,),
    )
    deadline = due(at("2026-11-23 10:00:00"), 2, WORKING_DAY, shut, OFFICE, ZONE)
    assert deadline.due_at == at(f"2026-11-27 {CLOSES}")


def test_a_hall_shut_on_wednesdays_does_not_count_them() -> None:
    hours = Hours(dict.fromkeys((0, 1, 3, 4), (MORNING, AFTERNOON)))
    deadline = due(at("2026-11-23 10:00:00"), 2, WORKING_DAY, CHINA, hours, ZONE)
    assert deadline.due_at == at(f"2026-11-26 {CLOSES}")


def test_a_short_day_closes_when_it_closes() -> None:
    hours = Hours({**dict.fromkeys(range(4), (MORNING, AFTERNOON)), 4: (MORNING,)})
    filed = at("2026-11-26 10:00:00")
    assert due(filed, 1, WORKING_DAY, CHINA, hours, ZONE).due_at == at("2026-11-27 12:00:00")
    late = at("2026-11-27 12:00:01")
    assert day_zero(late, CHINA, hours, ZONE) == date(2026, 11, 30)


@pytest.mark.parametrize("n", [0, -1, LONGEST_LIMIT + 1, 10**30])
@pytest.mark.parametrize("unit", [WORKING_DAY, WORKING_HOUR, CALENDAR_DAY])
def test_a_limit_out_of_range_is_refused(n: int, unit: str) -> None:
    with pytest.raises(ValueError, match="limit"):
        due(at("2026-11-23 10:00:00"), n, unit, CHINA, OFFICE, ZONE)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        due(at("2026-11-23 10:00:00"), 1, "fortnight", CHINA, OFFICE, ZONE)


@pytest.mark.parametrize("unit", [WORKING_DAY, WORKING_HOUR, CALENDAR_DAY])
def test_a_start_without_a_zone_is_refused(unit: str) -> None:
    with pytest.raises(ValueError, match="zone"):
        due(datetime(2026, 11, 23, 10), 1, unit, CHINA, OFFICE, ZONE)


@pytest.mark.parametrize("unit", [WORKING_DAY, WORKING_HOUR])
def test_a_hall_that_never_opens_owes_nothing(unit: str) -> None:
    with pytest.raises(NoWorkingTime):
        due(at("2026-11-23 10:00:00"), 1, unit, CHINA, Hours({}), ZONE)


@pytest.mark.parametrize("unit", [WORKING_DAY, WORKING_HOUR])
def test_a_hall_that_shuts_for_good_owes_nothing_after(unit: str) -> None:
    closed = {date(2026, 11, 25) + timedelta(days=n): CLOSURE for n in range(800)}
    calendar = WorkCalendar.of(closed, published_years=(2026,))
    with pytest.raises(NoWorkingTime):
        due(at("2026-11-23 10:00:00"), 20, unit, calendar, OFFICE, ZONE)


def test_the_longest_limit_is_counted_to_its_end() -> None:
    never_free = WorkCalendar.of({}, published_years=range(2000, 2100))
    deadline = due(at("2026-11-23 10:00:00"), LONGEST_LIMIT, WORKING_DAY, never_free, OFFICE, ZONE)
    assert deadline.due_at == at(f"2034-07-24 {CLOSES}")


def test_a_pause_moves_the_date_by_its_working_time() -> None:
    due_at = at("2026-11-26 17:30:00")

    def paused(first: str, last: str) -> datetime:
        return shift_by_pause(due_at, at(first), at(last), CHINA, OFFICE, ZONE).due_at

    assert paused("2026-11-24 10:00:00", "2026-11-25 10:00:00") == at("2026-11-27 17:30:00")
    assert paused("2026-11-24 10:00:00", "2026-11-24 11:00:00") == at("2026-11-27 10:00:00")
    assert paused("2026-11-24 18:00:00", "2026-11-25 08:00:00") == due_at
    assert paused("2026-11-26 17:00:00", "2026-11-30 10:00:00") == at("2026-11-30 10:30:00")


def test_a_pause_after_the_date_has_passed_moves_nothing() -> None:
    due_at = at("2026-11-26 17:30:00")
    shifted = shift_by_pause(due_at, due_at, at("2026-12-01 10:00:00"), CHINA, OFFICE, ZONE)
    assert shifted == Deadline(due_at, provisional=False)


def test_a_pause_into_an_unpublished_year_is_provisional() -> None:
    shifted = shift_by_pause(
        at("2026-12-31 17:30:00"),
        at("2026-12-30 09:00:00"),
        at("2026-12-30 17:30:00"),
        CHINA,
        OFFICE,
        ZONE,
    )
    assert shifted == Deadline(at("2027-01-01 17:30:00"), provisional=True)


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        ("2026-11-23 09:00:00", "2026-11-23 17:30:00", timedelta(hours=7)),
        ("2026-11-23 11:00:00", "2026-11-23 14:00:00", timedelta(hours=1, minutes=30)),
        ("2026-11-23 12:10:00", "2026-11-23 13:20:00", timedelta()),
        ("2026-11-27 17:29:30", "2026-11-30 09:00:30", timedelta(minutes=1)),
        ("2026-11-23 00:00:00", "2026-11-29 23:59:59", timedelta(hours=35)),
        ("2024-01-01 00:00:00", "2024-12-31 23:59:59", timedelta(hours=7 * 251)),
        ("2026-11-24 10:00:00", "2026-11-23 10:00:00", timedelta()),
        ("2026-11-24 10:00:00", "2026-11-24 10:00:00", timedelta()),
    ],
)
def test_elapsed_working_time(start: str, end: str, worked: timedelta) -> None:
    assert elapsed(at(start), at(end), CHINA, OFFICE, ZONE) == worked


@pytest.mark.parametrize(
    ("first", "last", "n"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-23", "2026-11-26", 3),
        ("2026-11-26", "2026-11-23", -3),
        ("2026-11-27", "2026-11-30", 1),
        ("2026-11-27", "2026-11-29", 0),
        ("2025-09-30", "2025-10-13", 4),
        ("2023-12-31", "2024-12-31", 251),
    ],
)
def test_working_days_between(first: str, last: str, n: int) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert working_days_between(*days, CHINA) == n


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_zone_in_which_a_start_is_written_does_not_matter(zone: str) -> None:
    for filed, n, day in DAYS:
        start = at(filed).astimezone(ZoneInfo(zone))
        assert due(start, n, WORKING_DAY, CHINA, OFFICE, ZONE).due_at == at(f"{day} {CLOSES}")
    for filed, n, until in HOURS:
        start = at(filed).astimezone(ZoneInfo(zone))
        assert due(start, n, WORKING_HOUR, CHINA, OFFICE, ZONE).due_at == at(until)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu"])
def test_the_zone_of_the_process_does_not_matter(zone: str) -> None:
    script = (
        "from tests.worktime.test_deadline_cases import *\n"
        "for filed, n, day in DAYS: test_working_days(filed, n, day)\n"
        "for filed, n, until in HOURS: test_working_hours(filed, n, until)\n"
        "for filed, n, last in CALENDAR_DAYS: test_calendar_days(filed, n, last)\n"
        "print(len(DAYS))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (str(len(DAYS)), "")


@pytest.mark.parametrize(
    ("zone", "filed", "n", "unit", "until"),
    [
        # the clocks go forward on Sunday 29 March 2026, back on Sunday 25 October
        ("Europe/Berlin", "2026-03-27 16:30:00", 2, WORKING_HOUR, "2026-03-30 10:00:00"),
        ("Europe/Berlin", "2026-10-23 16:30:00", 2, WORKING_HOUR, "2026-10-26 10:00:00"),
        ("Europe/Berlin", "2026-03-27 10:00:00", 1, WORKING_DAY, "2026-03-30 17:30:00"),
        ("Europe/Berlin", "2026-03-28 10:00:00", 1, CALENDAR_DAY, "2026-03-30 00:00:00"),
        ("Europe/Berlin", "2026-10-24 10:00:00", 1, CALENDAR_DAY, "2026-10-26 00:00:00"),
        # midnight itself is skipped in Cairo on Friday 24 April 2026
        ("Africa/Cairo", "2026-04-22 10:00:00", 1, CALENDAR_DAY, "2026-04-24 01:00:00"),
        ("Asia/Kathmandu", "2026-11-23 16:30:00", 2, WORKING_HOUR, "2026-11-24 10:00:00"),
        ("Pacific/Kiritimati", "2026-11-23 10:00:00", 1, WORKING_DAY, "2026-11-24 17:30:00"),
    ],
)
def test_other_zones(zone: str, filed: str, n: int, unit: str, until: str) -> None:
    weekdays = WorkCalendar.of({}, published_years=(2026,))
    deadline = due(at(filed, zone), n, unit, weekdays, OFFICE, zone)
    assert deadline == Deadline(at(until, zone), provisional=False)
    assert deadline.due_at.tzinfo is UTC


def test_a_hall_open_at_night_counts_the_hour_that_comes_twice() -> None:
    """From 00:00 to 06:00 on the day the clocks go back seven hours are worked."""
    nights = Hours({6: ((time(0), time(6)),)})
    sunday = WorkCalendar.of({date(2026, 10, 25): "workday"}, published_years=(2026,))
    start, end = (at(f"2026-10-25 0{hour}:00:00", "Europe/Berlin") for hour in (0, 6))
    assert elapsed(start, end, sunday, nights, "Europe/Berlin") == timedelta(hours=7)
