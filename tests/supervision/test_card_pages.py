"""The pages of cards: who finds what, an objection through the doors, and what bad input gets."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from desk.access.permissions import Role
from desk.casework.actions.naming import name_staff
from desk.casework.ladder import Level
from desk.casework.words import Status, Step
from desk.kernel.db import db
from desk.schedules import tick
from desk.supervision.models import Card
from tests import make
from tests.casework.test_second_person import Flow
from tests.people import signed_in
from tests.supervision.test_cards import card
from tests.workbench.pages import statements
from tests.worktime.official import at

EVIDENCE = "系统当日故障，运维记录2026-118号可查。"
LATER = at("2026-12-20 10:00")
HOSTILE = ("", " ", "a\x00b", "\ud800", "１２３", "字" * 2001)


class Cards:
    """A case that is late, and a browser for everybody."""

    def __init__(self, app: Flask) -> None:
        self.flow = Flow(app)
        self.browsers: dict[str, FlaskClient] = {}

    def browser(self, who: str) -> FlaskClient:
        if who not in self.browsers:
            client, flow = self.flow.app.test_client(), self.flow
            self.browsers[who] = signed_in(client, flow.people[who], flow.region.id)
        return self.browsers[who]

    def page(self, who: str, path: str) -> str:
        answer = self.browser(who).get(path)
        assert answer.status_code == 200, answer.status_code
        return answer.get_data(as_text=True)

    def post(self, who: str, key: UUID, what: str, **fields: str) -> TestResponse:
        return self.browser(who).post(f"/supervision/cards/{key}/{what}", data=fields)


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Cards:
    """Late since Thursday 26 November, and looked at on the next day at nine."""
    found = Cards(app)
    found.flow.to(Status.HANDLING)
    tick(at("2026-11-26 17:31"))
    for module in ("views.doors", "views.card"):
        monkeypatch.setattr(f"desk.supervision.{module}.utc_now", lambda: at("2026-11-27 09:00"))
    return found


def blue(desk: Cards) -> UUID:
    return card(desk.flow, Step.REPLY, Level.BLUE).id


def test_a_unit_objects_and_a_supervisor_revokes(desk: Cards) -> None:
    key = blue(desk)
    path = f"/supervision/cards/{key}"
    page = desk.page("lead", path)
    assert desk.flow.number in page
    assert "/appeal" in page
    assert "/decide" not in page
    assert "/appeal" not in desk.page("handler", path)
    answer = desk.post("lead", key, "appeal", text=EVIDENCE)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert EVIDENCE in desk.page("supervisor", path)
    listed = desk.page("supervisor", "/supervision/cards")
    assert listed.count(str(key)) == 2
    assert "/decide" in desk.page("supervisor", path)
    assert desk.post("supervisor", key, "decide", text="属实").status_code == 422
    answer = desk.post("supervisor", key, "decide", uphold="yes", text="记录属实。")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = desk.page("lead", path)
    assert "记录属实。" in page
    assert "/appeal" not in page
    again = desk.post("supervisor", key, "decide", uphold="no", text="再想一想")
    assert again.status_code == 409
    assert "再想一想" in again.get_data(as_text=True)
    second = desk.post("lead", key, "appeal", text=EVIDENCE)
    assert (second.status_code, EVIDENCE in second.get_data(as_text=True)) == (409, True)
    revoked = desk.page("lead", "/supervision/cards?standing=revoked")
    assert str(key) in revoked


def test_who_finds_a_card(desk: Cards) -> None:
    key = blue(desk)
    absent = "/supervision/cards/00000000-0000-0000-0000-000000000007"
    for who, found in (
        ("lead", 200), ("handler", 200), ("supervisor", 200),
        ("lead2", 404), ("handler2", 404), ("clerk", 404), ("admin", 403),
    ):  # fmt: skip
        answer = desk.browser(who).get(f"/supervision/cards/{key}")
        assert answer.status_code == found, who
        if found == 404:
            nowhere = desk.browser(who).get(absent).get_data(as_text=True)
            assert main_of(answer.get_data(as_text=True)) == main_of(nowhere)
            assert str(key) not in desk.page(who, "/supervision/cards")
    flow = desk.flow
    integrity = signed_in(
        flow.app.test_client(), make.actor(Role.INTEGRITY, flow.region.id), flow.region.id
    )
    page = integrity.get("/supervision/cards").get_data(as_text=True)
    assert flow.number in page
    assert f"/desk/cases/{flow.number}" not in page


def main_of(page: str) -> str:
    return page.split("<main")[1]


def test_whoever_a_case_names_finds_no_card_of_it(desk: Cards) -> None:
    from desk.accounts.models import User

    key, flow = blue(desk), desk.flow
    user = db.session.get_one(User, flow.people["lead"].user_id)
    flow.act(name_staff, "clerk", user.login)
    assert desk.browser("lead").get(f"/supervision/cards/{key}").status_code == 404
    assert desk.post("lead", key, "appeal", text=EVIDENCE).status_code == 404
    for path in ("/supervision/cards", "/supervision/cards/bulletin"):
        assert flow.number not in desk.page("lead", path)


@pytest.mark.parametrize("text", HOSTILE)
def test_an_objection_that_cannot_be_taken_keeps_what_was_typed(desk: Cards, text: str) -> None:
    key = blue(desk)
    answer = desk.browser("lead").post(
        f"/supervision/cards/{key}/appeal", data={"text": text.encode("utf-8", "surrogatepass")}
    )
    assert answer.status_code in {400, 422}
    if len(text) > 2000:
        assert text in answer.get_data(as_text=True)


def test_addresses_nobody_gave_out(desk: Cards) -> None:
    key = blue(desk)
    for query, status in (
        ("month=2026-13", 404), ("month=2099-01", 404), ("level=green", 404),
        ("standing=x", 404), ("department=%D9%A1", 422), ("hall=99999999999", 422),
        ("at=zzz", 422), ("level=reminder", 200), ("department=0&hall=0", 200),
    ):  # fmt: skip
        answer = desk.browser("supervisor").get(f"/supervision/cards?{query}")
        assert answer.status_code == status, query
    for who, what in (("handler", "appeal"), ("lead", "decide"), ("clerk2", "appeal")):
        assert desk.post(who, key, what, text=EVIDENCE).status_code in {403, 404}


def test_the_bulletin_names_the_red_ones(desk: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    tick(LATER)
    monkeypatch.setattr("desk.supervision.views.doors.utc_now", lambda: LATER)
    page = desk.page("supervisor", "/supervision/cards/bulletin")
    assert page.count(desk.flow.number) == 2
    assert "不动产登记中心" in page
    assert desk.flow.number not in desk.page("lead2", "/supervision/cards/bulletin")


def test_the_case_shows_its_cards_and_the_list_costs_the_same(
    desk: Cards, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, flow = blue(desk), desk.flow
    page = desk.page("lead", f"/desk/cases/{flow.number}")
    assert f"/supervision/cards/{key}" in page
    page = desk.page("clerk", f"/desk/cases/{flow.number}")
    assert re.search(r"govuk-tag--blue", page)
    assert f"/supervision/cards/{key}" not in page
    desk.page("supervisor", "/supervision/cards")
    with statements() as asked:
        desk.page("supervisor", "/supervision/cards")
    few = len(asked)
    for _ in range(30):
        make.case(flow.region.id, flow.hall.id)
    tick(LATER)
    monkeypatch.setattr("desk.supervision.views.doors.utc_now", lambda: LATER)
    desk.page("supervisor", "/supervision/cards")
    with statements() as asked:
        assert desk.page("supervisor", "/supervision/cards").count("<tr") > 30
    assert len(asked) <= few + 1
    assert db.session.query(Card).count() > 90
