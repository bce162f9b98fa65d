from datetime import UTC, date, datetime, time

from desk.worktime.calendar import CLOSURE, Hours, WorkCalendar
from desk.worktime.deadline import CALENDAR_DAY, WORKING_DAY, WORKING_HOUR
from desk.worktime.explain import Line, LineKind, explain
from tests.worktime.official import AFTERNOON, CHINA, MORNING, OFFICE, ZONE, at

AFTER, START, COUNTED, MAKEUP = (
    LineKind.AFTER_HOURS,
    LineKind.START_DAY,
    LineKind.COUNTED,
    LineKind.MAKEUP,
)
WEEKEND, HOLIDAY, SHUT, GUESSED, DUE = (
    LineKind.WEEKEND,
    LineKind.HOLIDAY,
    LineKind.CLOSURE,
    LineKind.PROVISIONAL,
    LineKind.DUE,
)


def on(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def line(
    kind: LineKind,
    first: str,
    last: str | None = None,
    *,
    number: int | None = None,
    at: datetime | None = None,
) -> Line:
    return Line(kind, on(first), on(last or first), number=number, at=at)


def test_filed_in_the_evening_before_national_day() -> None:
    filed = at("2026-09-30 18:00")
    assert explain(filed, 3, WORKING_DAY, CHINA, OFFICE, ZONE) == (
        line(AFTER, "09-30", at=filed),
        line(HOLIDAY, "10-01", "10-07"),
        line(START, "10-08"),
        line(COUNTED, "10-09", number=1),
        line(MAKEUP, "10-10", number=2),
        line(WEEKEND, "10-11"),
        line(COUNTED, "10-12", number=3),
        line(DUE, "10-12", number=3, at=at("2026-10-12 17:30")),
    )


def test_filed_in_working_hours_has_a_start_with_its_time() -> None:
    filed = at("2026-11-26 16:50")
    assert explain(filed, 2, WORKING_DAY, CHINA, OFFICE, ZONE) == (
        line(START, "11-26", at=filed),
        line(COUNTED, "11-27", number=1),
        line(WEEKEND, "11-28", "11-29"),
        line(COUNTED, "11-30", number=2),
        line(DUE, "11-30", number=2, at=at("2026-11-30 17:30")),
    )


def test_a_closure_and_a_weekday_without_hours_are_the_hall_being_shut() -> None:
    shut = WorkCalendar.of({**CHINA.days, on("11-24"): CLOSURE}, published_years=(2026,))
    hours = Hours(dict.fromkeys((0, 1, 3, 4), (MORNING, AFTERNOON)))
    filed = at("2026-11-23 10:00")
    assert explain(filed, 1, WORKING_DAY, shut, hours, ZONE) == (
        line(START, "11-23", at=filed),
        line(SHUT, "11-24", "11-25"),
        line(COUNTED, "11-26", number=1),
        line(DUE, "11-26", number=1, at=at("2026-11-26 17:30")),
    )


def test_hours_tell_how_many_are_full_at_the_end_of_each_day() -> None:
    filed = at("2026-11-27 15:50")
    assert explain(filed, 4, WORKING_HOUR, CHINA, OFFICE, ZONE) == (
        line(COUNTED, "11-27", number=1),
        line(WEEKEND, "11-28", "11-29"),
        line(COUNTED, "11-30", number=4),
        line(DUE, "11-30", number=4, at=at("2026-11-30 11:20")),
    )


def test_hours_filed_outside_hours_begin_at_the_next_opening() -> None:
    lunch, night = at("2026-11-26 12:10"), at("2026-11-28 22:00")
    assert explain(lunch, 1, WORKING_HOUR, CHINA, OFFICE, ZONE)[:2] == (
        line(AFTER, "11-26", at=lunch),
        line(COUNTED, "11-26", number=1),
    )
    assert explain(night, 1, WORKING_HOUR, CHINA, OFFICE, ZONE) == (
        line(AFTER, "11-28", at=night),
        line(WEEKEND, "11-29"),
        line(COUNTED, "11-30", number=1),
        line(DUE, "11-30", number=1, at=at("2026-11-30 10:00")),
    )


def test_calendar_days_all_count_and_end_with_the_last_of_them() -> None:
    filed = at("2026-11-23 23:00")
    assert explain(filed, 30, CALENDAR_DAY, CHINA, OFFICE, ZONE) == (
        line(START, "11-23", at=filed),
        line(COUNTED, "11-24", "12-23", number=30),
        line(DUE, "12-23", number=30, at=datetime(2026, 12, 23, 16, tzinfo=UTC)),
    )


def test_each_unpublished_year_is_named_with_its_days() -> None:
    filed = at("2026-12-30 10:00")
    lines = explain(filed, 3, WORKING_DAY, CHINA, OFFICE, ZONE)
    assert lines[-2:] == (
        Line(GUESSED, date(2027, 1, 1), date(2027, 1, 4)),
        Line(DUE, date(2027, 1, 4), date(2027, 1, 4), number=3, at=at("2027-01-04 17:30")),
    )


def test_a_makeup_day_can_be_the_day_it_started() -> None:
    filed = at("2026-10-10 10:00")
    assert explain(filed, 1, WORKING_DAY, CHINA, OFFICE, ZONE)[0] == line(START, "10-10", at=filed)


def test_a_night_hall_due_at_midnight_is_due_that_day() -> None:
    hours = Hours({0: ((time(20), time(23, 59)),)})
    filed = at("2026-11-22 10:00")
    last = explain(filed, 1, WORKING_DAY, CHINA, hours, ZONE)[-1]
    assert last == line(DUE, "11-30", number=1, at=at("2026-11-30 23:59"))
