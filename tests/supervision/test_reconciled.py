"""Given = published + left out, on the page and at the terminal; and what came after the close."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.insight import rebuilding
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Region
from desk.ratings import nightly, proving, selftest
from desk.ratings.actions.standing import decide
from desk.ratings.late import closed_at, late_changes
from desk.ratings.models import Rating, StandingCause
from desk.ratings.reconciling import days_of
from desk.ratings.scoring import excluded_for, measure_of
from desk.worktime.calendar import WorkCalendar
from desk.worktime.periods import Month
from tests import make
from tests.people import signed_in
from tests.ratings import given as people

PATH = "/supervision/ratings/reconciled"
OCTOBER = Month(date(2026, 10, 1))
CLOSED = closed_at(OCTOBER, WorkCalendar.of({}, published_years=()), "Asia/Shanghai")


def region(place: people.Hall) -> Region:
    end_read()
    return db.session.get_one(Region, place.region_id)


def supervisor(client: FlaskClient, place: people.Hall) -> FlaskClient:
    return signed_in(client, make.actor(Role.SUPERVISOR, place.region_id), place.region_id)


def test_a_month_is_accounted_for_on_the_page(client: FlaskClient) -> None:
    place, now = people.hall(), utc_now()
    for level in (5, 4, 1):
        people.rating(place, level, now=now)
    people.rating(place, 5, now=now, served=now - timedelta(seconds=3))
    nightly.flag_recent(now + timedelta(minutes=1))
    selftest.run(now)
    span = timedelta(days=1)
    assert list(proving.faults(place.region_id, since=now - span, until=now + span)) == []
    page = supervisor(client, place).get(f"{PATH}?check=yes").get_data(as_text=True)
    assert "本月每条评价都有台账记录" in page
    assert "16 条全部收到" in page
    assert ">待核<" in page
    assert "govuk-tag--red" not in page
    with transaction():
        db.session.execute(text("UPDATE tallies SET n = n + 1 WHERE measure = 'rating.level.4'"))
    assert "govuk-tag--red" in supervisor(client, place).get(PATH).get_data(as_text=True)


def test_before_anything_was_given_the_page_says_so(client: FlaskClient) -> None:
    place = people.hall()
    answer = supervisor(client, place).get(PATH)
    assert answer.status_code == 200
    assert "本月没有收到评价" in answer.get_data(as_text=True)
    assert supervisor(client, place).get(f"{PATH}?month=2999-01").status_code == 404


def test_the_command_ends_with_what_it_finds(app: Flask) -> None:
    place = people.hall()
    people.rating(place, 2, now=utc_now())
    db.session.remove()
    run = app.test_cli_runner()
    whole = run.invoke(args=["desk", "reconcile-ratings"])
    assert (whole.exit_code, whole.output.strip().splitlines()[-1]) == (0, "0 faults.")
    assert "given 1, published 1" in whole.output
    with transaction():
        db.session.execute(text("DELETE FROM tallies"))
    broken = run.invoke(args=["desk", "reconcile-ratings", "--days", "3"])
    assert (broken.exit_code, "1 cannot be accounted for" in broken.output) == (1, True)


def test_an_alarm_by_night_when_it_does_not_add_up(app: Flask) -> None:
    place = people.hall()
    user_id = make.user(Role.SUPERVISOR, place.region_id).id
    people.rating(place, 2, now=utc_now())
    nightly.reconcile(utc_now())
    assert alarms() == []
    with transaction():
        db.session.execute(text("DELETE FROM tallies"))
    nightly.reconcile(utc_now())
    nightly.reconcile(utc_now())
    assert alarms() == [user_id]


def alarms() -> list[int]:
    end_read()
    return list(db.session.scalars(text("SELECT user_id FROM letters WHERE template = 'alarm'")))


def test_a_month_closes_with_the_fifth_working_day() -> None:
    assert CLOSED.isoformat() == "2026-11-06T16:00:00+00:00"


def test_what_comes_or_is_decided_after_the_close_changes_its_own_day(app: Flask) -> None:
    place = people.hall()
    served = make.MONDAY - timedelta(days=28)
    early = people.rating(place, 5, now=served + timedelta(hours=1), served=served)
    assert late_changes(region(place), OCTOBER, closed=CLOSED) == []
    late = CLOSED + timedelta(hours=1)
    with transaction():
        decide(
            db.session.get_one(Rating, (early.region_id, early.id)), effective=False,
            cause=StandingCause.VERDICT, rule="untrue", by=SYSTEM, now=late,
        )  # fmt: skip
    people.rating(place, 4, now=late, served=served, given_at=served + timedelta(hours=2))
    changes = late_changes(region(place), OCTOBER, closed=CLOSED)
    assert sorted((one.what, one.level) for one in changes) == [("came", 4), ("verdict", 5)]
    day = region(place).local_day(served)
    (one,) = days_of(region(place), day, day)
    assert (one.raw, one.published, one.excluded, one.difference) == (2, 1, {"verdict": 1}, 0)
    assert rebuilding.differences() == []


@settings(max_examples=200)
@given(
    st.integers(0, 2), st.booleans(), st.booleans(), st.booleans(),
    st.none() | st.sampled_from([cause.value for cause in StandingCause]),
)  # fmt: skip
def test_every_rating_is_published_or_has_one_reason(
    round_: int, scored: bool, effective: bool, is_test: bool, cause: str | None
) -> None:
    measure = measure_of(
        3, round_=round_, scored=scored, effective=effective, is_test=is_test, of_case=False
    )
    reason = excluded_for(
        round_=round_, scored=scored, effective=effective, is_test=is_test, cause=cause
    )
    assert (measure == "rating.level.3") is (reason is None)


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMIN, Role.LEAD])
def test_only_supervisors_come_in(client: FlaskClient, role: Role) -> None:
    place = people.hall()
    actor = make.actor(
        role,
        place.region_id,
        hall_id=place.hall_id if role is Role.CLERK else 0,
        department_id=place.department_id if role is Role.LEAD else 0,
    )
    assert signed_in(client, actor, place.region_id).get(PATH).status_code == 403
