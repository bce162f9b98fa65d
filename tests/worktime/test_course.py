"""What moves a date after its start: what must hold for every hall, calendar and history."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.worktime.calendar import HOLIDAY, KINDS, WORKED, WorkCalendar
from desk.worktime.course import Change, ChangeKind, Course, runs_out
from desk.worktime.deadline import CALENDAR_DAY, WORKING_DAY, WORKING_HOUR, Deadline, due, due_day
from desk.worktime.explain import LineKind, explain_course
from tests.worktime.official import CHINA, OFFICE, ZONE, at
from tests.worktime.test_properties import FIRST_DAY, NUMBERED, Hall, halls, limits, starts, units

PLACE = (CHINA, OFFICE, ZONE)
TURNS = {ChangeKind.PAUSED, ChangeKind.RESUMED}


def place(hall: Hall) -> tuple[WorkCalendar, object, str]:
    return hall.calendar, hall.hours, hall.zone


def end(course: Course, hall: Hall) -> datetime:
    return runs_out(course, *place(hall)).due_at  # type: ignore[arg-type]


@st.composite
def courses(draw: st.DrawFn, *, kinds: st.SearchStrategy[str] = units) -> Course:
    """A limit with up to three pauses and an extension, in order of time, all of them ended."""
    start = draw(starts)
    edges = draw(st.lists(st.integers(0, 40 * 24), max_size=6, unique=True).map(sorted))
    instants = [start + timedelta(hours=hour) for hour in edges[: len(edges) // 2 * 2]]
    changes = [
        Change(ChangeKind.RESUMED if n % 2 else ChangeKind.PAUSED, instant, why="inspection")
        for n, instant in enumerate(instants)
    ]
    if draw(st.booleans()):
        place_ = draw(st.integers(0, len(changes) // 2)) * 2
        when = changes[place_ - 1].at if place_ else start
        changes.insert(place_, Change(ChangeKind.EXTENDED, when, n=draw(st.integers(1, 9))))
    return Course(start, draw(limits), draw(kinds), tuple(changes))


@given(halls(), courses())
def test_without_changes_it_is_the_deadline(hall: Hall, course: Course) -> None:
    bare = replace(course, changes=())
    assert runs_out(bare, *place(hall)) == hall.due(course.started_at, course.n, course.unit)  # type: ignore[arg-type]


@given(halls(), courses(kinds=st.just(WORKING_DAY)))
def test_days_are_closings_at_which_it_did_not_stand_still(hall: Hall, course: Course) -> None:
    """Count closings one by one, knowing nothing of deadlines; a pause too late counts nothing."""
    closings: list[datetime] = []
    day = hall.day(course.started_at)
    while len(closings) < 400:
        closings += [c for c in hall.closings(day) if c >= course.started_at]
        day += timedelta(days=1)
    position, paused_at = course.n, None
    for change in course.changes:
        if change.kind is ChangeKind.EXTENDED:
            position += change.n
        elif change.kind is ChangeKind.PAUSED:
            paused_at = change.at
        elif paused_at is not None and paused_at < closings[position]:
            position += sum(paused_at < closing <= change.at for closing in closings)
    assert end(course, hall) == closings[position]


@given(halls(), courses(), st.integers(0, 90), st.sampled_from(sorted(KINDS - WORKED)))
def test_a_day_off_never_makes_anything_late_sooner(
    hall: Hall, course: Course, after: int, kind: str
) -> None:
    off = {**hall.calendar.days, FIRST_DAY + timedelta(days=after): kind}
    fewer = replace(hall, calendar=replace(hall.calendar, days=off))
    assert end(course, hall) <= end(course, fewer)


@given(halls(), courses(), st.integers(0, 500), st.integers(0, 500))
def test_a_pause_never_brings_a_date_forward(
    hall: Hall, course: Course, wait: int, length: int
) -> None:
    since = max([course.started_at, *(c.at for c in course.changes)])
    first = since + timedelta(hours=wait)
    paused = course.then(Change(ChangeKind.PAUSED, first))
    resumed = paused.then(Change(ChangeKind.RESUMED, first + timedelta(hours=length)))
    assert end(paused, hall) == end(course, hall)
    assert end(resumed, hall) >= end(course, hall)
    if first >= end(course, hall):
        assert end(resumed, hall) == end(course, hall)


@given(halls(), courses())
def test_one_more_is_never_earlier(hall: Hall, course: Course) -> None:
    assert end(course, hall) <= end(replace(course, n=course.n + 1), hall)
    longer = course.then(Change(ChangeKind.EXTENDED, course.started_at, n=1))
    assert end(course, hall) < end(longer, hall)


@given(halls(), courses(), limits, units)
def test_another_limit_counts_from_the_start(hall: Hall, course: Course, n: int, unit: str) -> None:
    limited = course.then(Change(ChangeKind.LIMITED, course.started_at, n=n, unit=unit))
    assert end(limited, hall) == end(replace(course, n=n, unit=unit), hall)


@given(halls(), courses())
def test_the_explanation_ends_where_the_course_does(hall: Hall, course: Course) -> None:
    outcome = runs_out(course, *place(hall))  # type: ignore[arg-type]
    *before, last = explain_course(course, *place(hall))  # type: ignore[arg-type]
    assert (last.kind, last.at) == (LineKind.DUE, outcome.due_at)
    assert last.first == due_day(outcome.due_at, hall.zone)
    assert any(line.kind is LineKind.PROVISIONAL for line in before) is outcome.provisional


@given(halls(), courses(kinds=st.just(WORKING_DAY)))
def test_the_explanation_counts_to_the_limit_and_names_every_day_once(
    hall: Hall, course: Course
) -> None:
    *lines, last = explain_course(course, *place(hall))  # type: ignore[arg-type]
    full = course.n + course.extended()
    assert [line.number for line in lines if line.kind in NUMBERED] == list(range(1, full + 1))
    assert last.number == full
    asides = {LineKind.EXTENDED, LineKind.PROVISIONAL}
    days = [line for line in lines if line.kind not in asides]
    assert days[0].first == hall.day(course.started_at)
    assert days[-1].last == last.first
    for earlier, later in pairwise(days):
        assert later.first == earlier.last + timedelta(days=1)


def test_a_pause_is_told_among_the_days() -> None:
    """Three days from Monday; on Tuesday and Wednesday it stood still, then two were added."""
    course = Course(
        at("2026-11-23 10:00"),
        3,
        WORKING_DAY,
        (
            Change(ChangeKind.PAUSED, at("2026-11-24 09:30"), why="inspection"),
            Change(ChangeKind.RESUMED, at("2026-11-26 10:00")),
            Change(ChangeKind.EXTENDED, at("2026-11-26 15:00"), n=2),
        ),
    )
    told = [(line.kind.value, line.first.day, line.last.day, line.number) for line in
            explain_course(course, *PLACE)]  # fmt: skip
    assert told == [
        ("start_day", 23, 23, None),
        ("paused", 24, 25, None),
        ("counted", 26, 26, 1),
        ("counted", 27, 27, 2),
        ("weekend", 28, 29, None),
        ("counted", 30, 30, 3),
        ("extended", 26, 26, 2),
        ("counted", 1, 1, 4),
        ("counted", 2, 2, 5),
        ("due", 2, 2, 5),
    ]
    assert runs_out(course, *PLACE).due_at == at("2026-12-02 17:30")


def test_a_pause_from_the_first_day_starts_anew() -> None:
    course = Course(at("2026-11-23 10:00"), 1, WORKING_DAY).then(
        Change(ChangeKind.PAUSED, at("2026-11-23 10:10"))
    )
    resumed = course.then(Change(ChangeKind.RESUMED, at("2026-11-25 10:10")))
    kinds = [line.kind.value for line in explain_course(resumed, *PLACE)]
    assert kinds == ["start_day", "paused", "went_on", "counted", "due"]
    assert runs_out(resumed, *PLACE).due_at == at("2026-11-26 17:30")
    assert [line.kind.value for line in explain_course(course, *PLACE)][-2:] == ["stands", "due"]
    assert (course.stands_since(), resumed.stands_since()) == (at("2026-11-23 10:10"), None)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (WORKING_HOUR, "2026-11-25 11:30"),
        (WORKING_DAY, "2026-11-30 17:30"),
        (CALENDAR_DAY, "2026-11-29 00:00"),
    ],
)
def test_each_unit_gives_a_pause_back_in_its_own_measure(unit: str, expected: str) -> None:
    """Four from Monday 10:00, standing still from Monday 11:00 to Tuesday 17:00.

    That is one closing,
    one midnight, or all but half an hour of what those two days had left.
    """
    paused = Course(at("2026-11-23 10:00"), 4, unit).then(
        Change(ChangeKind.PAUSED, at("2026-11-23 11:00"))
    )
    resumed = paused.then(Change(ChangeKind.RESUMED, at("2026-11-24 17:00")))
    assert runs_out(resumed, *PLACE).due_at == at(expected)


def test_an_extension_into_an_unpublished_year_is_provisional() -> None:
    start = at("2026-12-28 10:00")
    course = Course(start, 2, WORKING_DAY)
    assert runs_out(course, *PLACE) == Deadline(at("2026-12-30 17:30"), provisional=False)
    longer = course.then(Change(ChangeKind.EXTENDED, start, n=5))
    assert runs_out(longer, *PLACE).provisional


def test_a_corrected_calendar_is_told_with_the_day_it_was_before() -> None:
    course = Course(at("2026-11-23 10:00"), 1, WORKING_DAY).then(
        Change(
            ChangeKind.CORRECTED, at("2026-11-23 12:00"), why="calendar", was=at("2026-11-24 17:30")
        )
    )
    free = WorkCalendar.of(
        {**CHINA.days, date(2026, 11, 24): HOLIDAY}, published_years=CHINA.published_years
    )
    lines = explain_course(course, free, OFFICE, ZONE)
    told = next(line for line in lines if line.kind is LineKind.CORRECTED)
    assert (told.why, told.was, lines[-1].last) == (
        "calendar", date(2026, 11, 24), date(2026, 11, 25)
    )  # fmt: skip


def test_nothing_is_given_back_once_it_had_run_out() -> None:
    start = at("2026-11-23 10:00")
    course = Course(start, 1, WORKING_DAY).then(Change(ChangeKind.PAUSED, at("2026-11-24 17:30")))
    late = course.then(Change(ChangeKind.RESUMED, at("2026-11-30 10:00")))
    assert runs_out(late, *PLACE) == due(start, 1, WORKING_DAY, *PLACE)
