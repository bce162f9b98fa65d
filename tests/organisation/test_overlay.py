"""A county names the days on which it differs; all others are those of the nation."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from desk.casework.queries.dates import with_calendar
from desk.kernel.db import db, end_read, transaction
from desk.organisation.actions.calendar import publish_year
from desk.organisation.models import CalendarDay, DayKind, Hall, Region, RegionLevel
from desk.organisation.queries import forget_kept, timetable_of
from desk.worktime.calendar import WorkCalendar
from tests import make

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
NEW_YEAR, MONDAY = date(2027, 1, 1), date(2027, 3, 1)
MAKEUP = date(2027, 1, 3)
NATION = {NEW_YEAR: DayKind.HOLIDAY, MAKEUP: DayKind.MAKEUP}


@pytest.fixture
def county(app: Flask) -> int:
    """Give a county below a nation."""
    nation = make.region("YZ", "000000")
    with transaction():
        made = Region(
            code="420607", parent_id=nation.id, level=RegionLevel.COUNTY, name_zh="襄州区",
            name_en="Xiangzhou", path="000000/420607/", short_code="XC", is_home=False,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        found = made.id
    make.hall(found)
    return found


def publish(code: str, named: dict[date, DayKind], year: int = 2027) -> int:
    with transaction():
        region = db.session.query(Region).filter_by(code=code).one()
        return publish_year(region, year, named, source="test")


def calendar(county: int) -> WorkCalendar:
    end_read()
    forget_kept()
    hall = db.session.query(Hall).filter_by(region_id=county).one()
    return timetable_of(hall, db.session.get_one(Region, county), NOW).calendar


def test_a_county_differs_on_the_days_it_names_alone(county: int) -> None:
    publish("000000", NATION)
    assert publish("420607", {MONDAY: DayKind.CLOSURE}) == 1
    seen = calendar(county)
    assert not seen.is_workday(MONDAY)
    assert not seen.is_workday(NEW_YEAR)
    assert seen.is_workday(MAKEUP)
    assert not seen.is_provisional(MONDAY)
    publish("000000", {**NATION, date(2027, 5, 4): DayKind.HOLIDAY})
    assert not calendar(county).is_workday(date(2027, 5, 4))


def test_the_next_list_of_a_county_takes_the_place_of_the_one_before(county: int) -> None:
    publish("000000", NATION)
    publish("420607", {MONDAY: DayKind.CLOSURE, NEW_YEAR: DayKind.WORKDAY})
    assert calendar(county).is_workday(NEW_YEAR)
    other = MONDAY + timedelta(days=1)
    assert publish("420607", {other: DayKind.CLOSURE}) == 3
    assert publish("420607", {other: DayKind.CLOSURE}) == 0
    seen = calendar(county)
    assert (seen.is_workday(MONDAY), seen.is_workday(other)) == (True, False)
    assert not seen.is_workday(NEW_YEAR)
    assert db.session.query(CalendarDay).filter_by(region_id=county).count() == 1


def test_exceptions_alone_publish_no_year(county: int) -> None:
    publish("420607", {MONDAY: DayKind.CLOSURE})
    seen = calendar(county)
    assert not seen.is_workday(MONDAY)
    assert seen.is_provisional(date(2027, 2, 1))
    publish("420607", {**NATION, MONDAY: DayKind.CLOSURE})
    seen = calendar(county)
    assert not seen.is_provisional(date(2027, 2, 1))
    assert seen.is_workday(MAKEUP)


def test_what_is_foreseen_is_what_comes(county: int) -> None:
    publish("000000", NATION)
    publish("420607", {NEW_YEAR: DayKind.WORKDAY})
    end_read()
    region = db.session.get_one(Region, county)
    hall = db.session.query(Hall).filter_by(region_id=county).one()
    world = with_calendar(region, {2027: {MONDAY: DayKind.CLOSURE}}, NOW)
    foreseen = world.table(hall, region).calendar
    publish("420607", {MONDAY: DayKind.CLOSURE})
    came = calendar(county)
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [foreseen.is_workday(d) for d in days] == [came.is_workday(d) for d in days]
    assert not came.is_workday(NEW_YEAR)
