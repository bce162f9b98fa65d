from datetime import UTC, date, datetime, time, timedelta

import pytest

from desk.worktime.calendar import CLOSURE, MAKEUP, Hours, WorkCalendar, local_day, spans
from tests.worktime.official import (
    AFTERNOON,
    CHINA,
    MORNING,
    OFFICE,
    YEARS,
    ZONE,
    at,
    published,
)

NOTHING_KNOWN = WorkCalendar.of({}, published_years=())


def test_every_published_day_is_as_published() -> None:
    listed = {date.fromisoformat(row["date"]): row for row in published()}
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sorted(listed) == every
    for day in every:
        row = listed[day]
        assert CHINA.kind(day) == row["kind"]
        assert CHINA.is_workday(day) is (row["is_workday"] == "1")
        assert CHINA.is_provisional(day) is False
        assert bool(spans(day, CHINA, OFFICE, ZONE)) is (row["is_workday"] == "1")


def test_the_published_days_add_up() -> None:
    """250 or so working days a year, and make-up days only where the weekday would be free."""
    for year in YEARS:
        days = [d for d in CHINA.days if d.year == year]
        assert len(days) == 366 if year % 4 == 0 else 365
        assert 248 <= sum(map(CHINA.is_workday, days)) <= 251
    assert all(d.weekday() >= 5 for d, kind in CHINA.days.items() if kind == MAKEUP)


def test_an_unlisted_day_follows_its_weekday_and_is_provisional() -> None:
    kinds = [NOTHING_KNOWN.kind(date(2027, 3, day)) for day in range(1, 8)]
    assert kinds == ["workday"] * 5 + ["weekend"] * 2
    assert NOTHING_KNOWN.is_provisional(date(2027, 3, 1))


def test_a_run_of_days_is_provisional_when_one_of_them_is() -> None:
    gap = WorkCalendar.of({}, published_years=(2024, 2026))
    assert not gap.is_provisional(date(2024, 1, 1), date(2024, 12, 31))
    assert gap.is_provisional(date(2024, 12, 31), date(2026, 1, 1))


def test_a_calendar_keeps_its_own_days() -> None:
    days = {date(2026, 11, 24): CLOSURE}
    calendar = WorkCalendar.of(days, published_years=(2026,))
    days.clear()
    assert calendar.kind(date(2026, 11, 24)) == CLOSURE


def test_a_kind_of_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="feast"):
        WorkCalendar.of({date(2026, 11, 24): "feast"}, published_years=())


def test_a_makeup_day_works_as_a_monday() -> None:
    assert OFFICE.on(date(2025, 9, 28), CHINA) == (MORNING, AFTERNOON)


def test_a_makeup_day_keeps_hours_of_its_own() -> None:
    saturday = ((time(10), time(15)),)
    hours = Hours({0: (MORNING, AFTERNOON), 5: saturday})
    assert hours.on(date(2025, 10, 11), CHINA) == saturday
    assert hours.on(date(2025, 10, 18), CHINA) == ()


def test_a_makeup_day_of_a_hall_shut_on_mondays_works_as_its_first_open_day() -> None:
    hours = Hours({1: (AFTERNOON,), 2: (MORNING,)})
    assert hours.on(date(2025, 10, 11), CHINA) == (AFTERNOON,)
    assert Hours({}).on(date(2025, 10, 11), CHINA) == ()


def test_a_weekday_without_hours_is_shut_and_not_a_monday() -> None:
    hours = Hours({0: (MORNING,), 1: (MORNING,), 3: (MORNING,), 4: (MORNING,)})
    assert hours.on(date(2026, 11, 25), CHINA) == ()


@pytest.mark.parametrize(
    "by_weekday",
    [
        {0: ((time(12), time(9)),)},
        {0: ((time(9), time(9)),)},
        {0: ((time(9), time(12)), (time(11), time(17)))},
        {0: (AFTERNOON, MORNING)},
        {7: (MORNING,)},
        {-1: (MORNING,)},
        {0: ((time(9, tzinfo=UTC), time(12, tzinfo=UTC)),)},
    ],
)
def test_hours_out_of_order_are_refused(
    by_weekday: dict[int, tuple[tuple[time, time], ...]],
) -> None:
    with pytest.raises(ValueError, match="weekday"):
        Hours(by_weekday)


def test_intervals_may_touch() -> None:
    touching = ((time(9), time(12)), (time(12), time(17)))
    assert Hours({0: touching}).on(date(2026, 11, 23), CHINA) == touching


def test_spans_are_instants_of_the_zone() -> None:
    assert spans(date(2026, 11, 24), CHINA, OFFICE, ZONE) == (
        (datetime(2026, 11, 24, 1, tzinfo=UTC), datetime(2026, 11, 24, 4, tzinfo=UTC)),
        (datetime(2026, 11, 24, 5, 30, tzinfo=UTC), datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
    )


def test_summer_time_never_turns_an_interval_round() -> None:
    """On 8 March 2026 New York has no 02:00 to 03:00."""
    worked = WorkCalendar.of({date(2026, 3, 8): "workday"}, published_years=(2026,))

    def on_that_day(*intervals: tuple[time, time]) -> tuple[tuple[datetime, datetime], ...]:
        return spans(date(2026, 3, 8), worked, Hours({6: intervals}), "America/New_York")

    assert on_that_day((time(2, 30), time(3, 10))) == ()
    assert on_that_day((time(1), time(2, 40)), (time(3), time(5))) == (
        (datetime(2026, 3, 8, 6, tzinfo=UTC), datetime(2026, 3, 8, 7, 40, tzinfo=UTC)),
        (datetime(2026, 3, 8, 7, 40, tzinfo=UTC), datetime(2026, 3, 8, 9, tzinfo=UTC)),
    )


def test_the_local_day_is_that_of_the_zone() -> None:
    assert local_day(datetime(2026, 11, 23, 16, tzinfo=UTC), ZONE) == date(2026, 11, 24)
    assert local_day(at("2026-11-23 23:59:59"), ZONE) == date(2026, 11, 23)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_day(datetime(2026, 11, 23, 16), ZONE)
