"""What is late: one comparison says what the ladder says, and every number is as long as its list."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from desk.access.permissions import Role
from desk.accounts.queries import actor_of
from desk.casework.actions import following_up
from desk.casework.actions.naming import name_staff
from desk.casework.calling import Call, Reached
from desk.casework.ladder import CARDS, Level, level_at, rungs
from desk.casework.words import IdentityMode, Outcome, Status
from desk.kernel.db import end_read, transaction
from desk.schedules import tick
from desk.supervision import late as queries
from desk.supervision.late import Wanted
from desk.supervision.lateness import LEVELS, edges
from desk.worktime.calendar import Hours, WorkCalendar
from desk.worktime.course import Course
from tests import make
from tests.casework.test_second_person import Flow
from tests.people import signed_in
from tests.supervision.test_card_pages import Cards
from tests.workbench.pages import statements
from tests.worktime.official import CHINA, OFFICE, ZONE, at

MODULES = ("views.late", "views.shift", "views.doors", "views.card")
FRIDAY = at("2026-11-27 09:00")


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cards:
    """Late since Thursday 26 November, and looked at on the next day at nine."""
    found = Cards(app)
    found.flow.to(Status.HANDLING)
    tick(at("2026-11-26 17:31"))
    be_at(FRIDAY, monkeypatch)
    return found


def be_at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in MODULES:
        monkeypatch.setattr(f"desk.supervision.{module}.utc_now", lambda: now)


moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 12, 20)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(moments, st.integers(1, 15), moments)
def test_one_comparison_says_what_the_ladder_says(
    started: datetime, days: int, now: datetime
) -> None:
    course = Course(started, days, "working_day")
    ladder = rungs(course, CHINA, OFFICE, ZONE)
    due_at = next(rung.at for rung in ladder if rung.level is Level.BLUE)
    reached = level_at(ladder, now)
    said = edges(now, CHINA, OFFICE, ZONE).level(due_at)
    if reached in CARDS or said in CARDS:
        assert said is reached
    elif days >= 2:
        assert (said is Level.AMBER) == (reached is Level.AMBER)


@given(moments)
def test_the_days_ahead_follow_one_another(now: datetime) -> None:
    found = edges(now, CHINA, OFFICE, ZONE)
    assert len(found.days) == 5
    assert found.days[0].after == now
    assert found.days[0].until == found.soon
    for one, next_ in zip(found.days, found.days[1:], strict=False):
        assert one.until == next_.after < next_.until
    assert found.red < found.yellow < found.now < found.soon


def test_a_hall_that_never_opens_has_no_days_ahead() -> None:
    shut = edges(FRIDAY, WorkCalendar.of({}, published_years=[2026]), Hours({}), ZONE)
    assert (shut.days, shut.soon) == ((), FRIDAY)
    assert shut.level(FRIDAY - timedelta(days=900)) is Level.BLUE


def file_some(flow: Flow) -> None:
    """File cases on each of the days before, so that some of every level wait to be accepted."""
    for day, n in (("20", 3), ("24", 2), ("25", 1), ("26", 4)):
        for _ in range(n):
            make.case(flow.region.id, flow.hall.id, at(f"2026-11-{day} 10:00"))


def test_each_number_is_as_long_as_its_list(desk: Cards) -> None:
    file_some(desk.flow)
    actor = desk.flow.people["supervisor"]
    end_read()
    halls = queries.halls_at(actor, FRIDAY)
    found = queries.late(actor, halls)
    assert {level: found.levels[level] for level in LEVELS} == {
        Level.RED: 3, Level.YELLOW: 3, Level.BLUE: 1, Level.AMBER: 4,
    }  # fmt: skip

    def listed(wanted: Wanted) -> int:
        page = queries.late_cases(actor, halls, wanted, None, size=50)
        return len(page.rows)

    for level in LEVELS:
        assert listed(Wanted(level=level)) == found.levels[level]
        for unit, counts in found.units.items():
            assert listed(Wanted(level=level, unit=unit)) == counts[level]
        for status, counts in found.statuses.items():
            assert listed(Wanted(level=level, status=status)) == counts[level]
    for on, n in found.days.items():
        assert listed(Wanted(on=on)) == n
    assert sum(found.levels.values()) == listed(Wanted())
    assert sum(sum(counts.values()) for counts in found.units.values()) == listed(Wanted())


def test_the_worst_of_several_limits_counts_once(desk: Cards) -> None:
    page = desk.page("supervisor", "/supervision/late/cases")
    assert page.count(f">{desk.flow.number}<") == 1
    assert "不动产登记中心" in page


def test_the_page_opens_its_lists(desk: Cards) -> None:
    file_some(desk.flow)
    page = desk.page("supervisor", "/supervision/late")
    addresses = set(re.findall(r'href="(/supervision/late/cases\?[^"]+)"', page))
    assert len(addresses) > 8
    for address in addresses:
        assert 'class="dk-ref"' in desk.page("supervisor", address.replace("&amp;", "&")), address


def test_what_is_nobodys_to_do_is_not_late(desk: Cards) -> None:
    receipt = make.case(
        desk.flow.region.id,
        desk.flow.hall.id,
        at("2026-11-02 10:00"),
        identity_mode=IdentityMode.ANONYMOUS,
        party=None,
    )
    page = desk.page("supervisor", "/supervision/late/cases")
    assert receipt.number in page
    make.case(desk.flow.region.id, desk.flow.hall.id, at("2026-11-02 10:00"), is_test=True)
    assert desk.page("supervisor", "/supervision/late/cases").count('class="dk-ref"') == 2


def test_whoever_is_named_finds_nothing_late(desk: Cards) -> None:
    flow = desk.flow
    supervisor = make.user(Role.SUPERVISOR, flow.region.id)
    other = actor_of(supervisor, FRIDAY.date())
    browser = signed_in(flow.app.test_client(), other, flow.region.id)
    assert flow.number in browser.get("/supervision/late/cases").get_data(as_text=True)
    end_read()
    version = flow.case.version
    login = supervisor.login
    end_read()
    with transaction():
        name_staff(flow.number, login, version=version, by=flow.people["clerk"], now=FRIDAY)
    assert flow.number not in browser.get("/supervision/late/cases").get_data(as_text=True)
    assert 'class="dk-kpi__n">0' in browser.get("/supervision/late").get_data(as_text=True)


def test_addresses_nobody_gave_out(desk: Cards) -> None:
    for query, status in (
        ("level=green", 404), ("level=reminder", 404), ("status=x", 404), ("day=2026-02-30", 404),
        ("day=2019-01-01", 404), ("department=%D9%A1", 422), ("hall=99999999999", 422),
        ("at=zzz", 422), ("level=blue&department=0&hall=0", 200), ("status=closed", 200),
        ("level=%00", 404), ("day=%ED%A0%80", 400),
    ):  # fmt: skip
        answer = desk.browser("supervisor").get(f"/supervision/late/cases?{query}")
        assert answer.status_code == status, query
    for who in ("clerk", "lead", "handler", "admin"):
        assert desk.browser(who).get("/supervision/late").status_code == 403


def test_a_long_list_is_read_page_by_page_and_costs_the_same(desk: Cards) -> None:
    desk.page("supervisor", "/supervision/late/cases")
    with statements() as asked:
        desk.page("supervisor", "/supervision/late/cases")
    few = len(asked)
    for _ in range(40):
        make.case(desk.flow.region.id, desk.flow.hall.id, at("2026-11-23 10:00"))
    with statements() as asked:
        page = desk.page("supervisor", "/supervision/late/cases")
    assert len(asked) <= few + 1
    seen, next_ = [], "/supervision/late/cases"
    while next_:
        page = desk.page("supervisor", next_)
        seen += re.findall(r'class="dk-ref" href="/desk/cases/([^"]+)"', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        next_ = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 41


def test_a_card_tells_how_its_date_came_about(desk: Cards) -> None:
    listed = desk.page("supervisor", "/supervision/cards")
    address = re.search(r'href="(/supervision/cards/[0-9a-f-]+)"[^>]*><span[^>]*>[^<]*', listed)
    assert address is not None
    for who in ("supervisor", "lead"):
        page = desk.page(who, address[1])
        assert 'class="govuk-table desk-count"' in page
        assert "is-end" in page


def test_a_shift_hands_over_what_is_open_due_and_promised(
    desk: Cards, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = desk.flow
    window, other = make.window(flow.hall.id), make.window(flow.hall.id)
    at_window = make.case(
        flow.region.id, flow.hall.id, at("2026-11-26 10:00"), window_id=window.id
    ).number
    page = desk.page("clerk", "/supervision/shift")
    assert flow.number in page
    assert at_window in page
    assert "欧阳" not in page
    page = desk.page("clerk", f"/supervision/shift?window={window.id}")
    assert at_window in page
    assert flow.number not in page
    page = desk.page("clerk", f"/supervision/shift?window={other.id}")
    assert at_window not in page
    flow.now = FRIDAY
    flow.reply(Outcome.DONE)
    flow.approve(Outcome.DONE)
    call = Call(Reached.LATER, again_at=at("2026-11-30 15:00"))
    end_read()
    with transaction():
        following_up.record_call(
            flow.number, call, version=flow.case.version, by=flow.people["clerk2"], now=flow.now
        )
    be_at(flow.now, monkeypatch)
    page = desk.page("clerk", "/supervision/shift")
    assert page.index("15:00") < page.index(flow.number)


def test_whose_sheet_it_is(desk: Cards) -> None:
    flow = desk.flow
    foreign = make.hall(make.region("QQ", "990000").id)
    neighbour = make.hall(flow.region.id)
    window = make.window(neighbour.id)
    clerk = desk.browser("clerk")
    for query in (
        f"hall={foreign.id}",
        f"hall={neighbour.id}",
        f"window={window.id}",
        "hall=77777",
    ):
        assert clerk.get(f"/supervision/shift?{query}").status_code == 404, query
    assert clerk.get("/supervision/shift?hall=x").status_code == 422
    assert desk.page("supervisor", f"/supervision/shift?hall={neighbour.id}")
    assert desk.browser("lead").get("/supervision/shift").status_code == 403
