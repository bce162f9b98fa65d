"""Being away: a colleague sees and does what the absent one may, and decides nothing of theirs."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.accounts.absence import come_back, go_away, stand_ins_for
from desk.accounts.models import Absence, Membership, User
from desk.accounts.queries import actor_of
from desk.audit.queries import faults, lines_of
from desk.casework.models import Case
from desk.casework.queries.lists import queue
from desk.casework.queries.replay import replay_faults
from desk.casework.queries.scope import permissions_at
from desk.casework.queries.tabs import Tab
from desk.casework.words import Outcome, Status
from desk.casework.workflow import Move
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Invalid, NotAllowed
from desk.notify.notices import Notice
from desk.organisation.queries import home_timetable
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in
from tests.workbench.pages import Pages
from tests.workbench.test_news import told
from tests.workbench.test_recusal import keep_away

TODAY = make.MONDAY.date()


@pytest.fixture
def desk(app: Flask) -> Desk:
    desk = Desk(app)
    of = {"department_id": desk.department.id}
    desk.people["colleague"] = make.actor(Role.HANDLER, desk.region.id, **of)
    return desk


def again(desk: Desk, who: str) -> Actor:
    """Sign somebody in anew, so that their seats are those of today."""
    end_read()
    desk.people[who] = actor_of(db.session.get_one(User, desk.people[who].user_id), TODAY)
    return desk.people[who]


def away(desk: Desk, who: str, stand_in: str | None, days: int = 3) -> None:
    with transaction():
        go_away(
            TODAY,
            TODAY + timedelta(days=days),
            desk.people[stand_in].user_id if stand_in else None,
            by=desk.people[who],
            now=desk.now,
        )
    if stand_in:
        again(desk, stand_in)


def listed(desk: Desk, who: str, tab: Tab) -> list[str]:
    end_read()
    page = queue(desk.people[who], tab, now=desk.now, table=home_timetable(desk.now))
    return [row.number for row in page.rows]


def test_a_stand_in_does_the_work_and_the_ledger_says_for_whom(desk: Desk) -> None:
    desk.to(Status.HANDLING)
    assert listed(desk, "colleague", Tab.TURN) == listed(desk, "colleague", Tab.MINE) == []
    away(desk, "handler", "colleague")
    assert told(desk, "colleague") == [Notice.STAND_IN]
    assert listed(desk, "colleague", Tab.TURN) == [desk.number]
    assert listed(desk, "colleague", Tab.MINE) == [desk.number]
    desk.people["was"] = desk.people["handler"]
    desk.people["handler"] = desk.people["colleague"]
    desk.reply(Outcome.DONE)
    end_read()
    line = lines_of(desk.region.id, desk.case.stream)[-1]
    assert line.user_id == desk.people["colleague"].user_id
    assert (line.body or {})["for"] == desk.people["was"].user_id
    assert ([*faults()], [*replay_faults()]) == ([], [])
    with transaction():
        come_back(by=desk.people["was"], now=desk.now)
    assert again(desk, "colleague").stands_for == ()


def test_the_lead_is_stood_in_for_but_four_eyes_stay_four(desk: Desk) -> None:
    desk.to(Status.HANDLING)
    away(desk, "lead", "colleague")
    assert Permission.CASE_REVIEW in permissions_at(desk.people["colleague"], desk.case)
    case = desk.case
    with transaction():
        db.session.get_one(Case, (case.region_id, case.id)).handler_id = desk.people["lead"].user_id
    allowed = permissions_at(desk.people["colleague"], desk.case)
    assert Permission.CASE_REVIEW not in allowed, "what the absent one has in hand"
    assert Permission.CASE_REPLY in allowed
    with transaction():
        db.session.get_one(Case, (case.region_id, case.id)).handler_id = None
    handler, desk.people["handler"] = desk.people["handler"], desk.people["lead"]
    desk.reply(Outcome.DONE)
    desk.people["handler"] = handler
    with pytest.raises(NotAllowed):
        desk.go(Move.APPROVE_REPLY, "colleague", root_cause="R02", responsibility="staff")


def test_whoever_is_kept_away_is_so_for_the_stand_in_too(desk: Desk) -> None:
    desk.to(Status.HANDLING)
    away(desk, "handler", "colleague")
    keep_away(Pages(desk), "handler")
    for tab in Tab:
        assert listed(desk, "colleague", tab) == []
    again(desk, "colleague")
    with transaction():
        come_back(by=desk.people["handler"], now=desk.now)
    again(desk, "colleague")
    assert listed(desk, "colleague", Tab.ALL) == [desk.number]


def test_whoever_lost_the_place_loses_what_they_stood_in_for(app: Flask, desk: Desk) -> None:
    desk.to(Status.HANDLING)
    away(desk, "lead", "colleague")
    number, user_id = desk.number, desk.people["colleague"].user_id
    path = f"/desk/cases/{number}"
    browser = signed_in(app.test_client(), desk.people["colleague"], desk.region.id)
    elsewhere = make.department(desk.region.id, "区税务局")
    with time_machine.travel(desk.now, tick=False):
        assert browser.get(path).status_code == 200
        with transaction():
            seats = select(Membership).where(Membership.user_id == user_id)
            for seat in db.session.scalars(seats):
                seat.department_id = elsewhere.id
        assert again(desk, "colleague").stands_for == ()
        assert [seat.department_id for seat in desk.people["colleague"].seats] == [elsewhere.id]
        assert browser.get(path).status_code == 404


def test_only_somebody_of_the_same_places_may_stand_in(desk: Desk) -> None:
    people = desk.people
    offered = {user.id for user in stand_ins_for(people["handler"].user_id or 0, TODAY)}
    assert offered == {people["colleague"].user_id, people["lead"].user_id}
    assert {u.id for u in stand_ins_for(people["clerk"].user_id or 0, TODAY)} == {
        people["clerk2"].user_id
    }
    assert stand_ins_for(people["admin"].user_id or 0, TODAY) == []
    for stranger in ("clerk", "supervisor", "admin", "handler"):
        with pytest.raises(Invalid):
            away(desk, "handler", stranger)
    away(desk, "colleague", None)
    with pytest.raises(Invalid, match="那几天也不在"):
        away(desk, "handler", "colleague")
    for first, last in ((-1, 3), (2, 1), (0, 200)):
        with transaction(), pytest.raises(Invalid):
            day = timedelta(days=1)
            go_away(
                TODAY + first * day, TODAY + last * day, None, by=people["handler"], now=desk.now
            )


def test_seats_pass_on_those_days_only_and_never_an_administrators(desk: Desk) -> None:
    colleague, handler = desk.people["colleague"], desk.people["handler"]
    with transaction():
        db.session.add(
            Membership(
                user_id=handler.user_id,
                role=Role.ADMIN,
                region_id=desk.region.id,
                from_on=TODAY - timedelta(days=9),
                granted_by="a",
                confirmed_by="b",
            )
        )
        db.session.add(
            Absence(
                user_id=handler.user_id,
                from_on=TODAY,
                until_on=TODAY + timedelta(days=2),
                stand_in_id=colleague.user_id,
            )
        )
    user = db.session.get_one(User, colleague.user_id)
    for day, stands in ((-1, ()), (0, (handler.user_id,)), (2, (handler.user_id,)), (3, ())):
        actor = actor_of(user, TODAY + timedelta(days=day))
        assert (actor.stands_for, Role.ADMIN in actor.roles) == (stands, False)
    with transaction():
        db.session.get_one(User, handler.user_id).disabled_at = desk.now
    assert actor_of(user, TODAY).stands_for == ()


def test_an_absence_is_noted_and_ended_on_its_page(desk: Desk) -> None:
    pages = Pages(desk)
    browser, other = pages.browser("handler"), pages.browser("colleague")
    first = utc_now().date() + timedelta(days=2)
    fields = {
        "from_on-day": str(first.day), "from_on-month": str(first.month),
        "from_on-year": str(first.year), "until_on-day": str(first.day),
        "until_on-month": str(first.month), "until_on-year": str(first.year),
        "stand_in": str(desk.people["colleague"].user_id),
    }  # fmt: skip
    page = browser.get("/account/absence").get_data(as_text=True)
    assert 'name="from_on' in page
    for wrong in ({}, {**fields, "stand_in": "999999"}, {**fields, "from_on-day": "٣"}):
        assert browser.post("/account/absence", data=wrong).status_code == 422
    assert browser.post("/account/absence", data=fields).status_code == 303
    end_read()
    noted = db.session.scalars(select(Absence)).one()
    assert (noted.from_on, noted.stand_in_id) == (first, desk.people["colleague"].user_id)
    with transaction():
        db.session.scalars(select(Absence)).one().from_on = first - timedelta(days=9)
    name = db.session.get_one(User, desk.people["handler"].user_id).name
    home = other.get("/desk/").get_data(as_text=True)
    assert name in home
    assert "您正在为" in home
    assert browser.post("/account/absence/end").status_code == 303
    end_read()
    assert db.session.scalars(select(Absence)).all() == []
    assert "您正在为" not in other.get("/desk/").get_data(as_text=True)


def test_the_list_of_colleagues_marks_who_is_away_today(desk: Desk) -> None:
    desk.to(Status.HANDLING)
    pages = Pages(desk)
    handler, colleague = (
        db.session.get_one(User, desk.people[who].user_id) for who in ("handler", "colleague")
    )
    names, marked = (handler.name, colleague.name), f">{handler.name}（今天不在）<"
    today = utc_now().date()
    for first, last, is_marked in ((-2, 2, True), (-9, -3, False), (3, 9, False)):
        with transaction():
            absence = db.session.get(Absence, desk.people["handler"].user_id)
            absence = absence or Absence(user_id=desk.people["handler"].user_id)
            absence.from_on = today + timedelta(days=first)
            absence.until_on = today + timedelta(days=last)
            db.session.add(absence)
        page = pages.get("lead", "?do=assign")
        assert (marked in page) == is_marked
        assert f">{names[1]}<" in page
