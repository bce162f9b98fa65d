"""`flask desk setup` and `import-calendar`: a real installation's first steps, safe to repeat."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.actions.calendar import publish_year
from desk.organisation.actions.places import open_hall, place_region
from desk.organisation.models import CalendarDay, Code, DayKind, Hall, Region, SlaRule
from desk.organisation.queries import codes_of, home_region, limit_of, timetable_of

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(app: Flask, *args: object) -> Result:
    result = app.test_cli_runner().invoke(args=["desk", *map(str, args)])
    end_read()
    return result


def set_up(app: Flask, *more: str) -> Result:
    return run(app, "setup", "--region", "420607", "--short-code", "xz", *more)


def n_of(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_desk_is_founded_with_its_regions_lists_and_hall(app: Flask) -> None:
    result = set_up(app, "--name-en", "Xiangzhou District", "--hours", "08:30-12:00,14:00-18:00")
    assert result.exit_code == 0, result.output
    region = home_region()
    assert (region.code, region.short_code, region.name_zh) == ("420607", "XZ", "襄州区")
    assert region.path == "000000/420000/420600/420607/"
    assert [r.path for r in db.session.scalars(select(Region).order_by(Region.path))] == [
        "000000/", "000000/420000/", "000000/420000/420600/", "000000/420000/420600/420607/",
    ]  # fmt: skip
    hall = db.session.scalars(select(Hall)).one()
    assert hall.hours["4"] == [["08:30", "12:00"], ["14:00", "18:00"]]
    assert set(hall.hours) == {"0", "1", "2", "3", "4"}


def test_the_lists_and_limits_answer(app: Flask) -> None:
    set_up(app)
    reasons = codes_of("reasons", TODAY)
    assert [reason.code for reason in reasons][:2] == ["R01", "R02"]
    assert reasons[0].attrs["related_rating_tags"] == ["208", "207"]
    tags = codes_of("rating_tags", TODAY)
    assert len(tags) == 40
    assert (tags[0].attrs["level"], tags[0].attrs["core"]) == (5, True)
    keeps = {d.code for d in codes_of("diversions", TODAY) if d.attrs["keeps_service_part"]}
    assert keeps == {"X04", "X07", "X10", "X11", "X12"}
    region = home_region()
    limit = limit_of(
        "reply", region=region, hall_id=1, complexity="complex", party="business",
        on=date(2010, 1, 1),
    )  # fmt: skip
    assert (limit.n, limit.unit.value) == (15, "working_day")


def test_the_calendar_knows_holidays_and_make_up_days(app: Flask) -> None:
    set_up(app)
    region, hall = home_region(), db.session.scalars(select(Hall)).one()
    calendar = timetable_of(hall, region, datetime(2026, 11, 23, tzinfo=UTC)).calendar
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10))
    assert not calendar.is_provisional(date(2026, 10, 1))
    assert calendar.is_provisional(date(2027, 1, 1))


def test_setting_up_twice_changes_nothing(app: Flask) -> None:
    set_up(app)
    before = [n_of(t) for t in (Region, Hall, Code, SlaRule, CalendarDay)]
    again = set_up(app)
    assert again.exit_code == 0
    assert "0 codes, 0 limits, 0 calendar days" in again.output
    assert [n_of(t) for t in (Region, Hall, Code, SlaRule, CalendarDay)] == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--region", "999999", "--short-code", "XZ"), "no province, city or county"),
        (("--region", "420607", "--short-code", "X"), "two to four letters"),
        (("--region", "420607", "--short-code", "襄州"), "two to four letters"),
        (("--region", "420607", "--short-code", "XZ", "--hours", "9-5"), "Write the hours"),
        (
            ("--region", "420607", "--short-code", "XZ", "--hours", "13:00-17:00,09:00-12:00"),
            "Write the hours",
        ),
    ],
)
def test_what_cannot_be_meant_changes_nothing(app: Flask, args: tuple[str, ...], said: str) -> None:
    result = run(app, "setup", *args)
    assert result.exit_code == 1
    assert said in result.output
    assert n_of(Region) == 0


def test_letters_and_home_belong_to_one_region(app: Flask) -> None:
    set_up(app)
    assert (
        "already the desk of"
        in run(app, "setup", "--region", "420606", "--short-code", "FC").output
    )
    assert (
        "belongs to 襄州区" in run(app, "setup", "--region", "420606", "--short-code", "XZ").output
    )
    with pytest.raises(Conflict), transaction():
        place_region("420607", short_code="YY")
    assert n_of(Region) == 4


def test_a_municipality_and_a_city_have_their_chains(app: Flask) -> None:
    with transaction():
        assert place_region("110101").path == "000000/110000/110100/110101/"
        assert place_region("420600").path == "000000/420000/420600/"


def test_a_hall_that_is_there_keeps_its_hours(app: Flask) -> None:
    with transaction():
        region = place_region("420607")
        first = open_hall(region, "H1", "大厅", hours={"0": [["10:00", "11:00"]]})
        again = open_hall(region, "H1", "别的大厅")
        assert again is first
        assert again.hours == {"0": [["10:00", "11:00"]]}


NOTICE = "date,kind\n2027-01-01,holiday\n2027-02-06,workday_makeup\n"


def test_a_notice_of_exceptions_publishes_the_year(app: Flask, tmp_path: Path) -> None:
    set_up(app)
    region, hall = home_region(), db.session.scalars(select(Hall)).one()
    around = datetime(2026, 12, 30, tzinfo=UTC)
    assert timetable_of(hall, region, around).calendar.is_workday(date(2027, 1, 1))
    path = tmp_path / "2027.csv"
    path.write_text(NOTICE, encoding="utf-8")
    assert "2027: 365 days changed." in run(app, "import-calendar", path).output
    calendar = timetable_of(hall, home_region(), around).calendar
    assert not calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_workday(date(2027, 2, 6))
    assert not calendar.is_workday(date(2027, 2, 7))
    assert not calendar.is_provisional(date(2027, 6, 1))
    assert "2027: 0 days changed." in run(app, "import-calendar", path).output


def test_a_correction_replaces_the_year_and_leaves_the_others(app: Flask, tmp_path: Path) -> None:
    set_up(app)
    path = tmp_path / "calendar.csv"
    path.write_text("date;kind;x\n2026-10-10;weekend;\n2027-01-01;holiday;", encoding="utf-8")
    result = run(app, "import-calendar", path)
    assert result.exit_code == 0
    rows = db.session.execute(select(CalendarDay.on_date, CalendarDay.kind))
    kinds = dict(rows.all())
    assert kinds[date(2026, 10, 10)] is DayKind.WEEKEND
    assert kinds[date(2026, 10, 1)] is DayKind.WORKDAY
    assert kinds[date(2025, 10, 1)] is DayKind.HOLIDAY
    assert kinds[date(2027, 1, 1)] is DayKind.HOLIDAY


@pytest.mark.parametrize(
    "row",
    ["44927,holiday", "1/2/26,holiday", "2026-13-01,holiday", "26-01-01,holiday",
     "2027-01-01,feast", "2027-01-01,", ",holiday", "2027-01-01,holiday,x"],
)  # fmt: skip
def test_a_bad_day_is_named_and_nothing_changes(app: Flask, tmp_path: Path, row: str) -> None:
    set_up(app)
    before = n_of(CalendarDay)
    path = tmp_path / "bad.csv"
    path.write_text(f"date,kind\n2027-05-01,holiday\n{row}\n", encoding="utf-8")
    result = run(app, "import-calendar", path)
    assert result.exit_code == 1
    assert "line 3:" in result.output
    assert "Nothing was changed." in result.output
    assert n_of(CalendarDay) == before


def test_a_day_twice_and_a_region_that_is_not_there_are_refused(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text("date,kind\n2027-05-01,holiday\n2027-05-01,workday\n", encoding="utf-8")
    assert "line 3: This day stands there twice." in run(app, "import-calendar", path).output
    path.write_text(NOTICE, encoding="utf-8")
    assert "no region with the code 000000" in run(app, "import-calendar", path).output
    set_up(app)
    assert run(app, "import-calendar", path, "--region", "420607").exit_code == 0
    own = select(func.count()).where(CalendarDay.region_id == home_region().id)
    assert db.session.scalar(own) == 2  # its own exceptions; the rest is the nation's year


def test_a_year_takes_only_its_own_days(app: Flask) -> None:
    with pytest.raises(Invalid), transaction():
        publish_year(place_region("420607"), 2027, {date(2028, 1, 1): DayKind.HOLIDAY}, source="")
