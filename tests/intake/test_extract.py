"""Everything held about a complainant, for themselves and nobody else."""

import json

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from desk.casework.actions.acts import add_note
from desk.casework.words import Outcome, Status
from desk.kernel.db import end_read, transaction
from tests import make
from tests.casework.test_second_person import Flow
from tests.worktime.official import at

FRIDAY = at("2026-11-27 10:00")


@pytest.fixture
def flow(app: Flask) -> Flow:
    return Flow(app)


def opened(app: Flask, number: str, code: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/complaints/track", data={"number": number, "code": code})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client


def test_what_is_held_is_given_and_nothing_of_the_staff(flow: Flow) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        receipt = make.case(flow.region.id, flow.hall.id, at("2026-11-23 10:00"))
        flow.number, flow.id = receipt.number, receipt.case.id
        flow.to(Status.REPLIED, Outcome.DONE)
        end_read()
        with transaction():
            add_note(flow.number, "内部意见勿外传", version=None, by=flow.people["handler"],
                     now=FRIDAY)  # fmt: skip
        client = opened(flow.app, receipt.number, receipt.access_code)
        assert "/extract" in client.get(f"/complaints/{receipt.number}").get_data(as_text=True)
        answer = client.post(f"/complaints/{receipt.number}/extract")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"
        text = answer.get_data(as_text=True)
        found = json.loads(text)
    assert found["case"]["number"] == receipt.number
    assert found["case"]["story"].startswith("11月20日")
    assert found["person"]["phone"] == make.PERSON.phone
    assert [reply["outcome"] for reply in found["replies"]] == ["DONE"]
    assert {letter["template"] for letter in found["letters"]} >= {"received", "replied"}
    assert found["steps"][0]["what"] == "submit"
    assert "内部意见" not in text
    assert "员工" not in text
    assert receipt.access_code not in text
    end_read()
    assert flow.lines(*_all())[-1] == "extract"


def _all() -> tuple[object, ...]:
    from desk.audit.models import Visibility

    return tuple(Visibility)


def test_nobody_else_gets_it(flow: Flow) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        receipt = make.case(flow.region.id, flow.hall.id, FRIDAY)
        other = make.case(flow.region.id, flow.hall.id, FRIDAY)
        stranger = flow.app.test_client().post(f"/complaints/{receipt.number}/extract")
        assert stranger.status_code == 303
        client = opened(flow.app, other.number, other.access_code)
        answer = client.post(f"/complaints/{receipt.number}/extract")
        assert answer.status_code == 303
        assert answer.get_data() != b""
        for _ in range(6):
            assert client.post(f"/complaints/{other.number}/extract").status_code == 200
        assert client.post(f"/complaints/{other.number}/extract").status_code == 429
