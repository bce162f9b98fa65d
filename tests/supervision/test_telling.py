"""Who is told of what fell due: once, in one notice however much there is, and nobody kept away."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.models import Membership, User
from desk.casework.actions import asking, deciding
from desk.casework.actions.naming import name_staff
from desk.casework.ladder import Level
from desk.casework.words import Outcome, PauseReason, Status, Step
from desk.kernel.db import db, end_read, transaction
from desk.notify.models import Channel, Letter
from desk.notify.notices import Notice
from desk.schedules import tell_of_cards, tick
from desk.supervision.actions.appealing import appeal, decide_appeal
from tests import make
from tests.casework.test_second_person import Flow
from tests.supervision.test_cards import card
from tests.worktime.official import at

MONTH_END = at("2026-12-20 10:00")


@pytest.fixture
def flow(app: Flask) -> Flow:
    return Flow(app)


def pass_time(when: str) -> None:
    tick(at(when))
    tell_of_cards(at(when))


def told(flow: Flow, who: str) -> list[tuple[Notice, str, str]]:
    """List what fell due that somebody was told of: kind, number and path."""
    end_read()
    rows = db.session.scalars(
        select(Letter)
        .where(
            Letter.user_id == flow.people[who].user_id,
            Letter.channel == Channel.IN_APP,
            Letter.template.in_([Notice.REMINDER, Notice.AMBER, Notice.CARD]),
        )
        .order_by(Letter.written_at, Letter.id)
    )
    return [
        (Notice(row.template), row.context.get("number", ""), row.context["path"]) for row in rows
    ]


def kinds(flow: Flow, who: str) -> list[Notice]:
    return [kind for kind, *_ in told(flow, who)]


def test_each_level_is_told_to_those_it_concerns(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    for when in ("2026-11-25 10:00", "2026-11-25 17:31", "2026-11-26 17:31"):
        pass_time(when)
        pass_time(when)
    blue = card(flow, Step.REPLY, Level.BLUE).id
    mine = [notice for notice in told(flow, "handler") if notice[1]]
    assert (Notice.REMINDER, flow.number, f"/desk/cases/{flow.number}") in mine
    assert (Notice.AMBER, flow.number, f"/desk/cases/{flow.number}") in mine
    assert (Notice.CARD, flow.number, f"/supervision/cards/{blue}") in mine
    assert kinds(flow, "lead") == kinds(flow, "handler")
    for who in ("clerk", "supervisor", "lead2", "handler2", "admin"):
        assert told(flow, who) == [], who
    pass_time("2026-12-01 17:31")
    assert kinds(flow, "supervisor") == [Notice.CARD]


def test_a_week_without_a_worker_costs_each_person_one_notice(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    for _ in range(12):
        make.case(flow.region.id, flow.hall.id)
    tick(MONTH_END)
    tell_of_cards(MONTH_END)
    assert told(flow, "clerk") == [(Notice.CARD, "", "/supervision/cards")]
    assert told(flow, "lead") == [(Notice.CARD, "", "/supervision/cards")]
    assert told(flow, "supervisor") == [(Notice.CARD, "", "/supervision/cards")] * 2
    before = db.session.query(Letter).count()
    tell_of_cards(MONTH_END + timedelta(minutes=1))
    assert db.session.query(Letter).count() == before


def test_what_is_answered_before_anybody_was_told_reminds_nobody(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    flow.now = at("2026-11-24 12:30")
    tick(at("2026-11-25 17:31"))
    flow.now = at("2026-11-26 09:00")
    flow.reply(Outcome.DONE)
    flow.approve(Outcome.DONE)
    tell_of_cards(at("2026-11-26 10:00"))
    assert Notice.REMINDER not in kinds(flow, "lead")
    assert Notice.AMBER not in kinds(flow, "lead")


def test_more_time_reminds_again(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    pass_time("2026-11-25 18:00")
    assert kinds(flow, "lead").count(Notice.AMBER) == 1
    flow.now = at("2026-11-26 09:00")
    flow.act(asking.ask_pause, "handler", PauseReason.INSPECTION, 3, "等检测报告")
    flow.act(deciding.decide_pause, "lead", grant=True, reason="")
    tick(at("2026-12-01 18:00"))
    pass_time("2026-12-01 18:01")
    assert kinds(flow, "lead").count(Notice.AMBER) == 2


def test_whoever_a_case_names_is_told_nothing_of_it(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    lead = db.session.get_one(User, flow.people["lead"].user_id)
    flow.act(name_staff, "clerk", lead.login)
    pass_time("2026-12-20 10:00")
    assert told(flow, "lead") == []
    assert Notice.CARD in kinds(flow, "handler")


def test_a_handler_hears_of_their_own_and_the_head_from_yellow_on(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    head = make.actor(Role.HANDLER, flow.region.id, department_id=flow.department.id)
    flow.people["head"] = head
    with transaction():
        seat = select(Membership).where(Membership.user_id == head.user_id)
        db.session.scalars(seat).one().is_head = True
        flow.case_to_write().handler_id = flow.people["handler"].user_id
    pass_time("2026-11-26 17:31")
    assert Notice.CARD in kinds(flow, "handler")
    late = card(flow, Step.FIRST_CONTACT, Level.YELLOW).id
    assert told(flow, "head") == [(Notice.CARD, flow.number, f"/supervision/cards/{late}")]
    pass_time("2026-11-27 17:31")
    assert kinds(flow, "head") == [Notice.CARD] * 2


def test_an_objection_reaches_the_supervisors_and_the_ruling_whoever_objected(flow: Flow) -> None:
    flow.to(Status.HANDLING)
    tick(at("2026-11-26 17:31"))
    blue, now = card(flow, Step.REPLY, Level.BLUE).id, at("2026-11-27 09:00")
    end_read()
    with transaction():
        appeal(blue, "系统当日故障，附运维记录。", by=flow.people["lead"], now=now)
    with transaction():
        decide_appeal(blue, uphold=True, reason="属实", by=flow.people["supervisor"], now=now)
    end_read()
    rows = db.session.scalars(
        select(Letter).where(Letter.template.in_([Notice.DECISION, Notice.DECIDED]))
    )
    about = {(r.template, r.user_id) for r in rows if r.context["path"].endswith(str(blue))}
    assert about == {
        ("decision", flow.people["supervisor"].user_id),
        ("decided", flow.people["lead"].user_id),
    }
