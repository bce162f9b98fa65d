"""Whoever a case names finds it nowhere: no page, list, count, search, step, or figure's list."""

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.models import User
from desk.casework.actions.naming import declare_interest, name_staff
from desk.casework.models import CaseNamed, NamedBasis
from desk.casework.queries.lists import queue
from desk.casework.queries.scope import case_of
from desk.casework.queries.search import search
from desk.casework.queries.tabs import Tab, counts
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Invalid, NotAllowed, NotFound
from desk.organisation.queries import home_timetable
from tests import make
from tests.casework.test_life import Desk
from tests.house.test_routes import TABLE
from tests.people import signed_in
from tests.workbench.pages import Pages, rectification

STAFF = ("clerk", "handler", "lead", "supervisor")


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(Desk(app))


def login_of(pages: Pages, who: str) -> str:
    return db.session.get_one(User, pages.desk.people[who].user_id).login


def keep_away(pages: Pages, who: str) -> None:
    with transaction():
        name_staff(
            pages.desk.number,
            login_of(pages, who),
            version=pages.desk.case.version,
            by=pages.desk.people["supervisor" if who != "supervisor" else "clerk"],
            now=utc_now(),
        )


def to_the_department(pages: Pages) -> None:
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    pages.do("clerk", "dispatch", department=str(pages.desk.department.id))
    pages.do("handler", "sign")


@pytest.mark.parametrize("who", STAFF)
def test_every_route_of_a_case_answers_as_to_a_stranger(pages: Pages, who: str) -> None:
    to_the_department(pages)
    browser = pages.browser(who)
    assert browser.get(pages.url).status_code == 200
    keep_away(pages, who)
    hall = make.hall(pages.desk.region.id)
    make.actor(Role.CLERK, pages.desk.region.id, hall_id=hall.id)
    unknown = make.case(pages.desk.region.id, hall.id).number
    tried = 0
    for line in TABLE:
        methods, path = line.split(" ", 1)
        if not path.startswith("/desk/cases/<number>"):
            continue
        concrete = path.replace("…step", "accept").replace("…name", "resume")
        for method in methods.split("|"):
            there, nowhere = (
                browser.open(
                    concrete.replace("<number>", number), method=method, data={"version": "1"}
                )
                for number in (pages.desk.number, "XZ-261123-482915-8")
            )
            assert there.status_code == nowhere.status_code, (line, there.status_code)
            assert there.status_code in {403, 404}, (line, there.status_code)
            tried += 1
    assert tried >= 13
    assert unknown not in browser.get("/desk/").get_data(as_text=True)


@pytest.mark.parametrize("who", STAFF)
def test_no_list_count_search_or_figure_tells_of_it(pages: Pages, who: str) -> None:
    to_the_department(pages)
    actor, now = pages.desk.people[who], utc_now()
    before = counts(actor, now=now, table=home_timetable(now))
    assert before[Tab.ALL] == 1
    keep_away(pages, who)
    end_read()
    after = counts(actor, now=now, table=home_timetable(now))
    assert set(after.values()) == {0}
    for tab in Tab:
        assert queue(actor, tab, now=now, table=home_timetable(now)).rows == []
    found = search(actor, pages.desk.case.title[:2])
    assert found is not None
    assert found.keys == []
    with pytest.raises(NotFound):
        case_of(actor, pages.desk.number)
    browser = pages.browser(who)
    addresses = ["/desk/", "/desk/queue?tab=all", f"/desk/queue?q={pages.desk.number}"]
    if who == "supervisor":
        addresses += ["/supervision/facts?what=filed", "/supervision/ratings"]
    for address in addresses:
        page = browser.get(address).get_data(as_text=True)
        shown = page.replace(f'value="{pages.desk.number}"', "")
        assert pages.desk.case.title not in page, address
        assert f"/desk/cases/{pages.desk.number}" not in shown, address


def test_a_case_in_hand_goes_back_to_the_department(pages: Pages) -> None:
    to_the_department(pages)
    desk = pages.desk
    if desk.case.handler_id is None:
        pages.do("handler", "acts/take")
    assert desk.case.handler_id == desk.people["handler"].user_id
    version = desk.case.version
    keep_away(pages, "handler")
    assert desk.case.handler_id is None
    assert desk.case.version == version + 1
    login = desk.people["handler"].user_id
    answer = pages.post("lead", "acts/assign", user=str(login))
    assert answer.status_code == 422
    assert desk.case.handler_id is None


def test_somebody_steps_back_by_their_own_word(pages: Pages) -> None:
    answer = pages.post("clerk", "acts/step-back")
    assert answer.status_code == 303
    assert answer.location.endswith("/desk/queue")
    assert pages.browser("clerk").get(pages.url).status_code == 404
    assert pages.browser("clerk2").get(pages.url).status_code == 200
    kept = db.session.scalars(select(CaseNamed)).one()
    assert kept.basis is NamedBasis.DECLARED


def test_a_department_names_nobody_and_an_unknown_name_changes_nothing(pages: Pages) -> None:
    to_the_department(pages)
    desk = pages.desk
    version = desk.case.version
    for who, name, error in (
        ("handler", login_of(pages, "clerk"), NotAllowed),
        ("clerk", "nobody-here", Invalid),
        ("clerk", "", Invalid),
    ):
        with pytest.raises(error), transaction():
            name_staff(desk.number, name, version=version, by=desk.people[who], now=utc_now())
    with pytest.raises(NotAllowed), transaction():
        declare_interest(desk.number, version=version, by=desk.people["complainant"], now=utc_now())
    assert db.session.scalars(select(CaseNamed)).all() == []
    assert desk.case.version == version


@pytest.mark.parametrize("bad", ["", "x" * 65, "\0", "١٢٣", "' OR 1=1 --"])
def test_a_bad_name_is_answered_on_the_page(pages: Pages, bad: str) -> None:
    answer = pages.post("clerk", "acts/name", login=bad)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.get_data(as_text=True)
    assert db.session.scalars(select(CaseNamed)).all() == []


def test_whoever_names_themselves_is_led_away(pages: Pages) -> None:
    answer = pages.post("clerk", "acts/name", login=login_of(pages, "clerk"))
    assert answer.status_code == 303
    assert answer.location.endswith("/desk/queue")


def test_the_rated_do_not_see_the_case_of_their_rating(pages: Pages) -> None:
    rectification(pages.desk)
    assert pages.browser("clerk2").get(pages.url).status_code == 200
    keep_away(pages, "clerk2")
    assert pages.browser("clerk2").get(pages.url).status_code == 404
    clerk = make.actor(Role.CLERK, pages.desk.region.id, hall_id=pages.desk.hall.id)
    other = signed_in(pages.desk.app.test_client(), clerk, pages.desk.region.id)
    assert other.get(pages.url).status_code == 200
