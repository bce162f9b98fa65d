"""Asking by message and on paper: once an occasion, three a day a number, never staff."""

import io
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.access.permissions import Role
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.notify.delivery import post_due
from desk.notify.models import Channel, Letter
from desk.notify.senders import Envelope
from desk.organisation.actions.choices import choose
from desk.organisation.models import Region
from desk.ratings.addresses import address_of
from desk.ratings.applicants import hash_of_phone, sealed_phone
from desk.ratings.asking import ask_by_message
from desk.ratings.models import RatingChannel, ServiceEvent
from desk.ratings.staff_ways import PHONES, phone_mark
from tests import make
from tests.people import signed_in
from tests.ratings.hall import Place, furnish, occasion, ratings

PHONE = "13800138001"


@pytest.fixture
def place(app: Flask) -> Place:
    return furnish()


class Box:
    """Keeps what would have been sent."""

    def __init__(self) -> None:
        self.sent: list[Envelope] = []

    def send(self, envelope: Envelope) -> None:
        self.sent.append(envelope)


def post() -> list[Envelope]:
    box = Box()
    post_due({Channel.SMS: box}, address_of, base_url="https://desk.example", clock=utc_now)
    end_read()
    return box.sent


def served(place: Place, number: str, phone: str = PHONE, **changes: object) -> UUID:
    """Make an occasion of somebody who left a number at the hall's system."""
    key = occasion(place, number)
    with transaction():
        event = db.session.get_one(ServiceEvent, (place.region, key))
        event.phone_e, event.applicant_h = sealed_phone(key, phone), hash_of_phone(phone)
        for name, value in changes.items():
            setattr(event, name, value)
    return key


def test_whoever_left_a_number_gets_one_link_that_rates(app: Flask, place: Place) -> None:
    event = served(place, "P1")
    served(place, "P2", "13800138002", historic=True)
    served(place, "P3", "13800138003", is_test=True)
    served(place, "P4", "13800138004", occurred_at=utc_now() - timedelta(hours=30))
    for _ in range(2):
        ask_by_message(utc_now())
    (letter,) = post()
    assert letter.to == PHONE
    assert "P1" in letter.body
    token = letter.body.split("/rate/")[1].split("（")[0]
    assert app.test_client().post(f"/rate/{token}", data={"level": "1"}).status_code == 303
    (rating,) = ratings()
    assert (rating.channel, rating.service_event_id) == (RatingChannel.SMS, event)
    assert PHONE not in str(db.session.execute(select(Letter.context)).all())


def test_no_number_gets_more_than_three_a_day(app: Flask, place: Place) -> None:
    for n in range(5):
        served(place, f"P{n}")
    served(place, "Q1", "13900139000")
    for _ in range(3):
        ask_by_message(utc_now())
    assert sorted(letter.to for letter in post()) == [PHONE] * 3 + ["13900139000"]


def test_staff_are_not_asked_and_their_phone_finds_nothing(app: Flask, place: Place) -> None:
    with transaction():
        choose(
            db.session.get_one(Region, place.region), PHONES, [phone_mark(PHONE)],
            active_from=date(2020, 1, 1), by=SYSTEM, now=utc_now(),
        )  # fmt: skip
    served(place, "P1")
    ask_by_message(utc_now())
    assert post() == []
    answer = app.test_client().post(
        f"/rate/window/{place.code}", data={"level": "5", "phone": PHONE}
    )
    assert answer.status_code == 303
    assert [rating.scored for rating in ratings()] == [False]


def test_a_phone_finds_its_own_matter_at_the_window(app: Flask, place: Place) -> None:
    event = served(place, "P1")
    served(place, "P2", "13900139000")
    app.test_client().post(f"/rate/window/{place.code}", data={"level": "2", "phone": PHONE})
    assert [(r.service_event_id, r.scored) for r in ratings()] == [(event, True)]


def test_the_counter_sends_the_link_and_says_what_it_needs(app: Flask, place: Place) -> None:
    actor = make.actor(Role.CLERK, place.region, hall_id=place.hall)
    clerk = signed_in(app.test_client(), actor, place.region)
    page = f"/desk/invite?window={place.window}"
    sent = {"number": "A1", "how": "sms"}
    assert clerk.post(page, data={**sent, "phone": "010 8888 0000"}).status_code == 422
    assert clerk.post(page, data={**sent, "phone": PHONE}).status_code == 303
    assert [letter.to for letter in post()] == [PHONE]
    assert PHONE not in clerk.get(page).get_data(as_text=True)


def test_posters_and_slips_are_papers_with_their_letters(app: Flask, place: Place) -> None:
    supervisor = signed_in(
        app.test_client(), make.actor(Role.SUPERVISOR, place.region), place.region
    )
    page = supervisor.post("/supervision/kiosks", data={"window": place.window, "poster": "yes"})
    assert page.location == f"/supervision/windows/{place.window}/poster"
    assert place.code in supervisor.get(page.location).get_data(as_text=True)
    assert supervisor.get(f"{page.location}.svg").mimetype == "image/svg+xml"
    paper = supervisor.get(f"{page.location}.pdf")
    text = text_of(paper.get_data())
    assert place.code in text
    assert "您满意吗" in text
    for window in (10**30, 999):
        assert supervisor.get(f"/supervision/windows/{window}/poster").status_code == 404
    entered = app.test_client().post("/rate", data={"code": place.code})
    assert entered.location == f"/rate/window/{place.code}"
    actor = make.actor(Role.CLERK, place.region, hall_id=place.hall)
    clerk = signed_in(app.test_client(), actor, place.region)
    event = occasion(place, "A1")
    clerk.post(f"/desk/invite/{place.window}/{event}/slip")
    assert "XZ-" in text_of(clerk.get("/desk/invite/slip.pdf").get_data())


def test_networks_and_numbers_are_kept_and_numbers_never_shown(app: Flask, place: Place) -> None:
    actor = make.actor(Role.SUPERVISOR, place.region)
    page, supervisor = "/supervision/staff-ways", signed_in(app.test_client(), actor, place.region)
    good = {"networks": "10.1.2.3/16\n\n2001:db8::/32", "phones": f"{PHONE}\n+86 139 0013 9000"}
    wide = [{"networks": net} for net in ("0.0.0.0/0", "::/0", "36.0.0.0/8", "2000::/3")]
    for wrong in ({"networks": "10.1.0.0/99"}, {"phones": "١٢٣"}, {"networks": "a\0b"}, *wide):
        assert supervisor.post(page, data={**good, **wrong}).status_code == 422
    assert supervisor.post(page, data=good).status_code == 303
    shown = supervisor.get(page).get_data(as_text=True)
    assert "10.1.0.0/16" in shown
    assert "2001:db8::/32" in shown
    assert PHONE not in shown
    assert "目前已登记 2 个" in shown
    answer = app.test_client().post(
        f"/rate/window/{place.code}", data={"level": "5"}, environ_base={"REMOTE_ADDR": "10.1.9.9"}
    )
    assert answer.status_code == 403
    assert supervisor.post(page, data={"forget": "y"}).status_code == 303
    assert "目前已登记 0 个" in supervisor.get(page).get_data(as_text=True)


def text_of(paper: bytes) -> str:
    """Read a paper of one page; its font writes two bytes a letter."""
    (page,) = PdfReader(io.BytesIO(paper)).pages
    return page.extract_text().replace("\0", "")
