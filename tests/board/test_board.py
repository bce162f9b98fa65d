"""The board through its doors: nothing small, files with a schema, months that are over."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from desk.access.permissions import Role
from desk.board.files import COLUMNS, as_csv, schema
from desk.board.revisions import revisions_of
from desk.insight.models import FrozenFigure, UnitKind
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Department
from desk.tally.actions import Leaf, add
from desk.worktime.calendar import local_day
from desk.worktime.periods import Month
from tests import make
from tests.people import signed_in
from tests.workbench.pages import statements


class Place:
    """A region whose last month is over, and what is added up in it."""

    def __init__(self) -> None:
        self.region = make.region()
        self.hall = make.hall(self.region.id)
        today = local_day(utc_now(), self.region.time_zone)
        self.month = Month(today.replace(day=1)).before().before()

    def department(self, name: str, answered: int, late: int, rated: int, bad: int) -> Department:
        made = make.department(self.region.id, name)
        self.add("reply.done", answered, made.id)
        self.add("reply.met", answered - late, made.id)
        self.add("rating.level.5", rated - bad, made.id)
        self.add("rating.level.1", bad, made.id)
        return made

    def add(self, measure: str, n: int, department_id: int = 0) -> None:
        leaf = Leaf(self.region.id, measure, self.month.first + timedelta(days=3), department_id)
        with transaction():
            add([(leaf, n)])


@pytest.fixture
def place(app: Flask) -> Place:
    found = Place()
    found.department("自然资源局", 52, 8, 400, 20)
    found.department("人社局", 41, 1, 90, 3)
    found.department("民政局", 4, 0, 3, 1)
    found.department("税务局", 9, 2, 2, 0)
    found.add("case.filed", 120)
    found.add("event", 2000)
    for code, n in (("R01", 60), ("R02", 50), ("R06", 3), ("R99", 7)):
        found.add(f"reason.{code}", n)
    end_read()
    return found


def test_a_month_that_is_over_is_told_without_anything_small(
    place: Place, client: FlaskClient
) -> None:
    told = client.get(f"/board.json?month={place.month.text}").get_json()
    assert told["over"] is True
    units = {unit["name"]: unit for unit in told["departments"]}
    assert set(units) == {"自然资源局", "人社局"}
    assert units["自然资源局"]["answered"] == {"n": 52, "share": 1 - 8 / 52, "few": False}
    assert units["人社局"]["answered"] == {"n": 41, "share": None, "few": True}
    assert told["reasons"] == {"R01": 60, "R02": 50, "R06": None, "R99": None, "all": 120}
    assert told["levels"]["all"] == 495
    assert told["counts"]["case.filed"] == 120
    page = client.get(f"/board?month={place.month.text}").get_data(as_text=True)
    assert "自然资源局" in page
    assert "民政局" not in page
    assert "税务局" not in page
    year = place.month.first.year
    assert client.get(f"/board/years/{year}").status_code == 200


def test_the_running_month_has_no_departments(place: Place, client: FlaskClient) -> None:
    month = place.month.after().after()
    answer = client.get(f"/board.json?month={month.text}")
    if answer.status_code == 404:
        return
    told = answer.get_json()
    assert (told["over"], told["departments"], told["reasons"]) == (False, [], {})


def test_the_files_hold_what_their_schema_says(place: Place, client: FlaskClient) -> None:
    told = client.get(f"/board.json?month={place.month.text}").get_json()
    described = client.get("/board/schema.json").get_json()
    assert described == schema()
    assert set(described["required"]) <= set(told) <= set(described["properties"])
    answer = client.get(f"/board.csv?month={place.month.text}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    counts = [row["n"] for row in rows if row["n"]]
    assert all(int(n) == 0 or int(n) >= 5 for n in counts)
    assert {row["code"] for row in rows if row["table"] == "reasons"} == {
        "R01", "R02", "R06", "R99", "all",
    }  # fmt: skip
    year = client.get(f"/board.csv?year={place.month.first.year}")
    assert f"{place.month.text}," in year.get_data(as_text=True)
    assert "'=1" in as_csv(iter([{"name": "=1+1"}]))


def test_whoever_has_it_already_gets_nothing_twice(place: Place, client: FlaskClient) -> None:
    for path in ("/board", "/board.json", "/board.csv", "/board/schema.json", "/board/changes"):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=300"
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.get_data()) == (304, b""), path


def test_what_is_said_to_one_reader_is_kept_by_nobody(place: Place, app: Flask) -> None:
    browser = app.test_client()
    browser.get("/board")
    with browser.session_transaction() as kept:
        kept["_flashes"] = [("done", "只对您说的话")]
    said = browser.get("/board")
    assert "只对您说的话" in said.get_data(as_text=True)
    assert (said.headers["Cache-Control"], said.headers.get("ETag")) == ("no-store", None)
    assert browser.get("/board").headers["Cache-Control"] == "public, max-age=300"
    actor = make.actor(Role.CLERK, place.region.id, hall_id=place.hall.id)
    clerk = signed_in(browser, actor, place.region.id)
    assert clerk.get("/board").headers["Cache-Control"] == "no-store"


def test_odd_addresses_are_answered_in_words(place: Place, client: FlaskClient) -> None:
    assert make.actor(Role.SUPERVISOR, place.region.id).roles
    end_read()
    for path in (
        "/board?month=2099-01", "/board?month=x", "/board.json?month=%00", "/board/years/1999",
        "/board/years/2099", "/board.csv?year=x", "/board.csv?year=٢٠٢٦", "/board/years/-1",
        f"/board/years/{10**30}",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_more_departments_cost_no_more_questions(place: Place, client: FlaskClient) -> None:
    path = f"/board?month={place.month.text}"
    client.get(path)
    with statements() as few:
        client.get(path)
    for n in range(8):
        place.department(f"局{n}", 40, 9, 60, 9)
    client.get(path)
    with statements() as many:
        client.get(path)
    assert len(many) == len(few)


def test_an_empty_desk_says_so(app: Flask, client: FlaskClient) -> None:
    make.hall(make.region().id)
    end_read()
    answer = client.get("/board.json").get_json()
    assert set(answer["levels"].values()) == {None}
    assert answer["figures"] == {}
    assert client.get("/board").status_code == 200


def test_a_figure_that_turned_out_otherwise_is_told_unless_it_is_small(
    place: Place, client: FlaskClient
) -> None:
    def frozen(indicator: str, revision: int, num: int, den: int) -> FrozenFigure:
        return FrozenFigure(
            region_id=place.region.id, indicator=indicator, period="2026-09",
            unit_kind=UnitKind.REGION, unit_id=place.region.id, revision=revision,
            num=num * 10**6, den=den * 10**6, value=num * 10**6 // den, definition_version=1,
            as_of=utc_now(),
        )  # fmt: skip

    assert client.get("/board/changes").status_code == 200
    with transaction():
        for indicator, before, after in (
            ("W11", (70, 100), (71, 100)),
            ("W7", (99, 100), (98, 100)),
        ):
            db.session.add_all((frozen(indicator, 0, *before), frozen(indicator, 1, *after)))
    end_read()
    assert [(one.indicator.key, one.was, one.now) for one in revisions_of(place.region.id)] == [
        ("W11", 0.7, 0.71)
    ]
    assert "2026-09" in client.get("/board/changes").get_data(as_text=True)
