"""Whoever was rated, and the unit that was, learn at no address who rated them or of which occasion."""

from datetime import UTC, datetime, timedelta
from html import unescape

import time_machine
from flask import Flask
from sqlalchemy import select

from desk.casework.models import Case
from desk.casework.words import PartyKind
from desk.kernel.db import db, transaction
from desk.kernel.ids import uuid7
from desk.kernel.throttle import Throttle
from desk.ratings.actions.keeping import RatingData, Way, keep
from desk.ratings.applicants import sealed_phone
from desk.ratings.models import EventSource, Rating, RatingChannel, ServiceEvent
from tests import make
from tests.everywhere import doors
from tests.everywhere.doors import Named
from tests.people import signed_in
from tests.ratings.rated import Rated

AT = datetime(2026, 11, 23, 2, 17, tzinfo=UTC)
PROJECT, PHONE, WORDS = "P88123麤㸚", "13900139001", "靐龘那天我带着孩子来的"
RATER = (PROJECT, PHONE, WORDS)


def rate_badly(desk: Rated) -> None:
    """Be served by the first clerk at a window, and say what only one person can have said."""
    window = make.window(desk.hall.id, desk.department.id)
    key = uuid7(AT)
    with transaction():
        event = ServiceEvent(
            region_id=desk.region.id, id=key, source_system="hall", project_no=PROJECT,
            service_no="1", source=EventSource.API, department_id=desk.department.id,
            hall_id=desk.hall.id, window_id=window.id, clerk_id=desk.people["clerk"].user_id,
            party_kind=PartyKind.INDIVIDUAL, occurred_at=AT, on_day=AT.date(),
            item_id=desk.item.id, phone_e=sealed_phone(key, PHONE),
        )  # fmt: skip
        db.session.add(event)
        db.session.flush()
        way = Way(channel=RatingChannel.LINK)
        case_id = keep(event, RatingData(1, (), WORDS), way, now=AT).case_id
        case = db.session.get_one(Case, (desk.region.id, case_id))
        desk.number, desk.id = case.number, case.id
    desk.now = AT


def found(desk: Rated, who: str, traces: tuple[str, ...]) -> set[tuple[str, str]]:
    """Open every address there is as this person; give the doors behind which a trace stands.

    A page may repeat what it was asked for.
    """
    user = desk.people[who].user_id or 0
    named = Named(
        number=desk.number, word=WORDS[:2], phone=PHONE, user=user, hall=desk.hall.id,
        department=desk.department.id, item=desk.item.code, neighbour=desk.receipt.number,
    )  # fmt: skip
    behind = set[tuple[str, str]]()
    with time_machine.travel(desk.now, tick=False):
        browser = signed_in(desk.app.test_client(), desk.people[who], desk.region.id)
        for endpoint, path in doors.addresses(named):
            desk.app.extensions["throttle"] = Throttle()
            answer = browser.get(path)
            said = unescape(answer.get_data().decode(errors="replace"))
            said += answer.headers.get("Location", "")
            asked = [trace for trace in traces if trace not in path]
            behind |= {(endpoint, trace) for trace in asked if trace in said}
    return behind


def test_the_rated_find_no_trace_of_who_rated_them(app: Flask) -> None:
    doors.discover(app)
    desk = Rated(app)
    rate_badly(desk)
    keys = (str(db.session.scalars(select(Rating.id)).one()), str(desk.id), desk.id.hex)
    everything = (*RATER, desk.number, *keys)
    with time_machine.travel(desk.now, tick=False):
        verifier = signed_in(app.test_client(), desk.people["clerk2"], desk.region.id)
        assert WORDS in verifier.get(f"/desk/cases/{desk.number}").get_data(as_text=True)
    assert found(desk, "clerk", everything) == set()
    assert found(desk, "lead", everything) == set(), "the unit hears of it the next day"
    desk.to_the_unit()
    desk.appeal()
    desk.now += timedelta(hours=1)
    assert found(desk, "clerk", everything) == set()
    unit = found(desk, "lead", (*everything, "10:17"))
    assert {pair for pair in unit if pair[1] != desk.number} == set()
