"""What supervisors see of figures: frames, numbers, lists, frozen months, and nothing of their own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.accounts.queries import actor_of
from desk.casework.actions.naming import name_staff
from desk.insight import dashboard
from desk.insight.actions import freezing
from desk.insight.charts import Series, chart, scale
from desk.insight.indicators import BY_KEY
from desk.insight.listing import facts_behind
from desk.insight.models import FrozenFigure
from desk.insight.scope import Scope
from desk.insight.summing import figures_of, sums_of
from desk.kernel.db import db, end_read, transaction
from desk.organisation.models import Code
from desk.ratings.actions.giving import RatingData, give
from desk.ratings.queries import opened_by
from desk.schedules import follow, seal
from desk.worktime.calendar import WorkCalendar
from desk.worktime.periods import Month
from tests import make, people
from tests.ratings import given

WEEKDAYS = WorkCalendar.of({}, published_years=range(2015, 2040))
NOVEMBER = Month(date(2026, 11, 1))


def known(now: datetime) -> None:
    end_read()
    seal(now)
    follow(now)


def november(region_id: int, today: date = date(2026, 11, 30)) -> Scope:
    return Scope((region_id,), date(2026, 11, 1), min(today, date(2026, 11, 30)), today)


def test_a_month_is_frozen_on_the_fifth_working_day_of_the_next() -> None:
    assert freezing.frozen_on(NOVEMBER, WEEKDAYS) == date(2026, 12, 7)
    before, on = date(2026, 12, 6), date(2026, 12, 7)
    assert freezing.closed_months(before, WEEKDAYS)[0].text == "2026-10"
    assert freezing.closed_months(on, WEEKDAYS)[0].text == "2026-11"


def test_frozen_figures_are_revised_in_the_open_and_known_as_they_were(app: Flask) -> None:
    region = make.region()
    hall = make.hall(region.id)
    for n in range(3):
        make.case(region.id, hall.id, make.MONDAY + timedelta(minutes=n))
    frozen_at = datetime(2026, 12, 7, 1, tzinfo=UTC)
    today = frozen_at.date()
    known(frozen_at)

    def freeze(now: datetime) -> int:
        end_read()
        with transaction():
            return freezing.freeze(region.id, NOVEMBER, today=today, now=now)

    assert freeze(frozen_at) > 0
    assert freeze(frozen_at + timedelta(hours=6)) == 0
    make.case(region.id, hall.id, make.MONDAY + timedelta(hours=1))
    later = frozen_at + timedelta(days=1)
    known(later)
    assert freeze(later) > 0
    end_read()
    kept = db.session.scalars(
        select(FrozenFigure)
        .where(FrozenFigure.indicator == "W2", FrozenFigure.unit_kind == "region")
        .order_by(FrozenFigure.revision)
    ).all()
    assert [(one.revision, one.den) for one in kept] == [(0, 3_000_000), (1, 4_000_000)]
    scope = november(region.id, today)
    for at, n in ((frozen_at, 3), (later, 4)):
        then = figures_of(replace(scope, known_at=at), [BY_KEY["W2"]], reader=SYSTEM)["W2"]
        assert then.den == n


def test_who_is_named_in_a_case_has_it_in_no_number_and_no_list(app: Flask) -> None:
    region = make.region()
    hall = make.hall(region.id)
    first = make.case(region.id, hall.id)
    make.case(region.id, hall.id, make.MONDAY + timedelta(minutes=1))
    user = make.user(Role.SUPERVISOR, region.id)
    clerk = make.actor(Role.CLERK, region.id, hall_id=hall.id)
    known(make.MONDAY + timedelta(hours=1))
    with transaction():
        name_staff(
            first.number, user.login, version=1, by=clerk, now=make.MONDAY + timedelta(hours=2)
        )
    end_read()
    named = actor_of(user, make.MONDAY.date())
    for scope in (
        november(region.id),
        replace(november(region.id), channel="web"),
        replace(november(region.id), known_at=make.MONDAY + timedelta(days=1)),
    ):
        for reader, n in ((SYSTEM, 2), (named, 1)):
            assert sums_of(scope, ["filed"], reader=reader)[("filed",)] == n
            assert len(facts_behind(scope, "filed", reader=reader)[0]) == n


def test_an_item_that_doubles_is_said(app: Flask) -> None:
    region = make.region()
    hall, department = make.hall(region.id), make.department(region.id)
    item = make.item(region.id, department.id)
    for month in (7, 8, 9, 10):
        for n in range(2):
            at = datetime(2026, month, 10 + n, 2, tzinfo=UTC)
            make.case(region.id, hall.id, at, item_id=item.id)
    for n in range(9):
        make.case(region.id, hall.id, make.MONDAY + timedelta(minutes=n), item_id=item.id)
    known(make.MONDAY + timedelta(hours=1))
    rows = dashboard.items_of(november(region.id, make.MONDAY.date()), SYSTEM)
    assert [(row.item_id, row.n, row.months[-5:]) for row in rows] == [
        (item.id, 9, [2, 2, 2, 2, 9])
    ]
    assert rows[0].signal is not None


@pytest.fixture
def supervisor(app: Flask, client: FlaskClient) -> FlaskClient:
    region = make.region()
    hall, department = make.hall(region.id), make.department(region.id)
    make.item(region.id, department.id)
    for n in range(3):
        make.case(region.id, hall.id, make.MONDAY + timedelta(minutes=n))
    known(make.MONDAY + timedelta(hours=1))
    return people.signed_in(client, make.actor(Role.SUPERVISOR, region.id), region.id)


NUMBERS = "/supervision/?numbers=1&period=2026-11"


def test_the_frame_comes_without_numbers_and_the_numbers_come_alone(
    supervisor: FlaskClient,
) -> None:
    frame = supervisor.get("/supervision/?period=2026-11").text
    assert 'data-numbers="/supervision/numbers?period=2026-11"' in frame
    assert "dk-heat" not in frame
    alone, whole = supervisor.get("/supervision/numbers?period=2026-11"), supervisor.get(NUMBERS)
    assert alone.status_code == whole.status_code == 200
    assert "dk-heat" in alone.text
    assert "<html" not in alone.text
    assert "dk-heat" in whole.text


def test_each_number_opens_its_list_and_its_definition(supervisor: FlaskClient) -> None:
    for key in BY_KEY:
        page = supervisor.get(f"/supervision/figures/{key}?period=2026-11")
        assert page.status_code == 200, key
        assert f"/definitions#{key}" in page.text
    page = supervisor.get("/supervision/facts?what=filed&period=2026-11").text
    assert page.count('class="dk-ref"') == 3
    assert 'id="W11"' in supervisor.get("/definitions").text


def test_occasions_items_and_ratings_have_their_lists(app: Flask, client: FlaskClient) -> None:
    place = given.hall()
    with transaction():
        db.session.add(
            Code(list="rating_tags", code="101", zh="多次跑", en="Came twice", attrs={}, position=1)
        )
    now = make.MONDAY
    for level in (5, 1, 1):
        token = given.link(place, now=now)
        with transaction():
            opened = opened_by(token)
            assert opened is not None
            tags = ("101",) if level == 1 else ()
            give(opened.token, opened.event, RatingData(level, tags), now=now)
    known(now + timedelta(hours=1))
    client = people.signed_in(client, make.actor(Role.SUPERVISOR, place.region_id), place.region_id)
    page = client.get("/supervision/figures/E13?period=2026-11").text
    assert "101 多次跑" in page
    for address, rows in (
        ("/supervision/ratings?tag=101", 2), ("/supervision/ratings?tag=", 2),
        ("/supervision/ratings?level=5", 1), ("/supervision/ratings", 3),
        ("/supervision/occasions?", 3), ("/supervision/items?what=item.visits", 1),
    ):  # fmt: skip
        told = client.get(f"{address}{'&' if '?' in address else '?'}period=2026-11")
        assert told.status_code == 200
        assert told.text.count('class="govuk-table__row"') == rows, address
    early = "period=2026-11&known=2026-11-22"
    assert client.get(f"/supervision/ratings?{early}").text.count('class="govuk-table__row"') == 0
    assert client.get(f"/supervision/?numbers=1&{early}").status_code == 200


@pytest.mark.parametrize(("day", "figures"), [(1, "2026-11"), (7, "2026-11"), (8, "2026-12")])
def test_a_new_month_opens_figures_with_the_last_and_lists_with_itself(
    supervisor: FlaskClient, monkeypatch: pytest.MonkeyPatch, day: int, figures: str
) -> None:
    early = datetime(2026, 12, day, 0, 30, tzinfo=UTC) - timedelta(hours=8)
    monkeypatch.setattr("desk.insight.views.doors.utc_now", lambda: early)
    frame = supervisor.get("/supervision/").text
    assert f'<option value="{figures}" selected>' in frame
    assert ("/supervision/numbers?period=2026-11" in frame) is (figures == "2026-11")
    assert "/supervision/ratings?level=1&amp;period=2026-11" in supervisor.get(NUMBERS).text
    nobody_narrowed, behind = "/supervision/facts?what=filed", "&period=2026-11"
    assert supervisor.get(nobody_narrowed).text.count('class="dk-ref"') == 0
    assert supervisor.get(nobody_narrowed + behind).text.count('class="dk-ref"') == 3
    assert "2026年12月" in supervisor.get("/supervision/ratings").text


ODD = (
    "period=2099-01", "period=x", "period=%00", "department=x", "department=%F0%9F%98%80",
    "department=99999999999999999999", "department=١٢٣", "region=7777", "channel=none",
    "party=%00", "item=nothing%20like%20it", "item=%00", "item=%ED%A0%80", "known=tomorrow",
    "known=2999-01-01", "known=1e5", "what=reply", "what=%00", "at=x", "at=W10", "at=WyIxIiwyLDNd",
    "level=x", "level=" + "9" * 400, "tag=%00", "tag=%25", "tag=' OR 1=1", "what=item.",
    "what=item.%00", "at=-1", "what=rating.level.5", "what=reply.net.٣", "item=" + "x" * 4000, "period=3&period=x",
)  # fmt: skip


@pytest.mark.parametrize(
    "page", ["", "numbers", "facts", "figures/W11", "ratings", "occasions", "items"]
)
def test_odd_addresses_are_refused_with_a_sentence(supervisor: FlaskClient, page: str) -> None:
    for odd in ODD:
        answer = supervisor.get(f"/supervision/{page}?{odd}")
        assert answer.status_code in {200, 400, 404, 422}, (page, odd)
        assert answer.status_code != 200 or "Traceback" not in answer.text
    assert supervisor.get("/supervision/figures/W99").status_code == 404


def test_the_numbers_cost_the_same_with_more_cases(app: Flask, supervisor: FlaskClient) -> None:
    def cost() -> int:
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
        supervisor.get(NUMBERS)
        assert not any(" FROM facts" in one for one in statements), "the page scans facts"
        return len(statements)

    supervisor.get(NUMBERS)
    few = cost()
    with app.app_context():
        region_id, hall_id = db.session.execute(
            select(make.Hall.region_id, make.Hall.id).limit(1)
        ).one()
        for n in range(12):
            make.case(region_id, hall_id, make.MONDAY + timedelta(minutes=10 + n))
        known(make.MONDAY + timedelta(hours=2))
    assert cost() <= few
    assert few <= 34


def test_a_chart_has_easy_marks_and_says_nothing_where_nothing_was() -> None:
    drawn = chart(["a", "b", "c"], [Series("x", [1.0, None, 3.0])], zero=True)
    assert [mark for _y, mark in drawn.marks] == [0.0, 1.0, 2.0, 3.0]
    assert len(drawn.lines[0].pieces) == 2
    assert drawn.lines[0].last == 3.0
    assert chart(["a"], [Series("x", [None])], zero=False).lines[0].end is None
    low, high = scale([94.1, 95.3], zero=False)
    assert low <= 94.1
    assert high >= 95.3
