"""The ladder as plain values: which level falls due when."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.casework.ladder import Cause, Level, Rung, level_at, rungs
from desk.worktime.course import Change, ChangeKind, Course, runs_out
from desk.worktime.deadline import WORKING_DAY, WORKING_HOUR, elapsed
from tests.worktime.official import CHINA, OFFICE, ZONE, at
from tests.worktime.test_course import courses
from tests.worktime.test_properties import Hall, halls

PLACE = (CHINA, OFFICE, ZONE)


def told(course: Course, rounds: int = 0) -> list[tuple[str, object]]:
    return [(rung.level.value, rung.at) for rung in rungs(course, *PLACE, rounds=rounds)]


def test_three_days_from_monday_morning() -> None:
    """27 hours of work: half are gone on Wednesday at 9:30."""
    assert told(Course(at("2026-11-23 10:00"), 3, WORKING_DAY)) == [
        ("reminder", at("2026-11-25 09:30")),
        ("amber", at("2026-11-25 17:30")),
        ("blue", at("2026-11-26 17:30")),
        ("yellow", at("2026-11-27 17:30")),
        ("red", at("2026-12-01 17:30")),
    ]


def test_a_limit_of_a_day_or_of_hours_is_not_reminded_of() -> None:
    assert [level for level, _ in told(Course(at("2026-11-23 10:00"), 1, WORKING_DAY))] == [
        "blue", "yellow", "red",
    ]  # fmt: skip
    assert told(Course(at("2026-11-23 10:00"), 4, WORKING_HOUR)) == [
        ("blue", at("2026-11-23 15:30")),
        ("yellow", at("2026-11-24 17:30")),
        ("red", at("2026-11-26 17:30")),
    ]


def test_the_second_rework_is_red_from_its_start() -> None:
    start = at("2026-11-23 10:00")
    for rounds, expected in ((1, False), (2, True), (3, True)):
        found = rungs(Course(start, 5, WORKING_DAY), *PLACE, rounds=rounds)
        assert (Rung(Level.RED, start, Cause.ROUNDS) in found) is expected


def test_a_pause_and_more_time_move_every_rung() -> None:
    start = at("2026-11-23 10:00")
    paused = Course(start, 3, WORKING_DAY).then(Change(ChangeKind.PAUSED, at("2026-11-24 09:00")))
    resumed = paused.then(Change(ChangeKind.RESUMED, at("2026-11-26 09:00")))
    assert dict(told(resumed)) == {
        "reminder": at("2026-11-27 09:30"),
        "amber": at("2026-11-27 17:30"),
        "blue": at("2026-11-30 17:30"),
        "yellow": at("2026-12-01 17:30"),
        "red": at("2026-12-03 17:30"),
    }
    longer = resumed.then(Change(ChangeKind.EXTENDED, at("2026-11-27 10:00"), n=1))
    assert dict(told(longer))["blue"] == at("2026-12-01 17:30")


def test_what_stands_still_when_it_is_late_grows_no_later() -> None:
    """Late since Tuesday evening; from Wednesday to Monday the window waits for the complainant."""
    late = Course(at("2026-11-23 10:00"), 1, WORKING_DAY)
    paused = late.then(Change(ChangeKind.PAUSED, at("2026-11-25 09:00")))
    waited = paused.then(Change(ChangeKind.RESUMED, at("2026-11-30 09:00")))
    assert told(waited) == [
        ("blue", at("2026-11-24 17:30")),
        ("yellow", at("2026-11-30 17:30")),
        ("red", at("2026-12-02 17:30")),
    ]


def test_the_level_is_the_worst_that_was_reached() -> None:
    ladder = rungs(Course(at("2026-11-23 10:00"), 3, WORKING_DAY), *PLACE)
    found = [level_at(ladder, at(f"2026-11-{day} 18:00")) for day in ("24", "25", "26", "27", "30")]
    assert found == [None, Level.AMBER, Level.BLUE, Level.YELLOW, Level.YELLOW]
    assert level_at(ladder, at("2026-12-01 17:30")) is Level.RED


@given(halls(), courses())
def test_the_rungs_are_in_order_and_overdue_is_the_deadline(hall: Hall, course: Course) -> None:
    place = hall.calendar, hall.hours, hall.zone
    ladder = rungs(course, *place)
    by_level = {rung.level: rung.at for rung in ladder}
    due_at = runs_out(course, *place).due_at
    assert by_level[Level.BLUE] == due_at
    assert due_at < by_level[Level.YELLOW] < by_level[Level.RED]
    assert [rung.at for rung in ladder] == sorted(rung.at for rung in ladder)
    if Level.REMINDER in by_level:
        assert course.started_at <= by_level[Level.REMINDER] <= due_at
        assert by_level[Level.AMBER] < due_at


@given(halls(), courses(kinds=st.just(WORKING_DAY)))
def test_half_time_halves_what_is_not_paused(hall: Hall, course: Course) -> None:
    place = hall.calendar, hall.hours, hall.zone
    bare = replace(course, changes=())
    found = {rung.level: rung.at for rung in rungs(bare, *place)}
    if Level.REMINDER not in found:
        return
    due_at = runs_out(bare, *place).due_at
    gone = elapsed(course.started_at, found[Level.REMINDER], *place)
    left = elapsed(found[Level.REMINDER], due_at, *place)
    assert abs(gone - left) <= timedelta(microseconds=2)
