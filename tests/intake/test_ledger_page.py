"""Anybody with a receipt can see whether the case on it still stands, and nothing else."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from desk.audit.anchoring import mark
from desk.casework.workflow import Move
from desk.kernel.db import db, transaction
from desk.schedules import seal as seal_all
from tests import make
from tests.audit.test_seals import behind_the_back
from tests.casework.test_life import Desk
from tests.intake.test_tracking import FULL_WIDTH, text_of

TOLD = "Told to a second place</dt><dd>"
RIGHT = "The receipt is right"
ABSENT = "No case stands here under this number and this proof."
BROKEN = "its lines do not fit each other any more"


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.go(Move.ASK_SUPPLEMENT, "clerk", text="请补身份证。")
    return made


def ask(client: FlaskClient, number: str, proof: str) -> TestResponse:
    client.set_cookie("lang", "en")
    return client.post("/ledger", data={"number": number, "proof": proof})


def test_a_receipt_is_right_and_says_what_holds_it(client: FlaskClient, desk: Desk) -> None:
    number, proof = desk.number, desk.receipt.proof
    said = text_of(ask(client, number, proof))
    assert RIGHT in said
    assert "not yet: a seal is made every five minutes" in said
    seal_all(desk.now + timedelta(minutes=1))
    said = text_of(ask(client, number, proof))
    assert "number 1 of" in said
    assert TOLD in said
    assert "not yet" in said.split(TOLD)[1][:40]
    desk.go(Move.SUPPLY, "complainant", text="补了。")
    seal_all(desk.now + timedelta(minutes=9))
    with transaction():
        mark((desk.region.id, 2, ""), now=desk.now)
    said = text_of(ask(client, number, proof))
    assert "23 November 2026" in said.split(TOLD)[1][:60]
    assert "&lt;" not in said


@pytest.mark.parametrize(
    "write",
    [
        str.upper,
        lambda proof: f" {proof[:4]} {proof[4:8]}-{proof[8:12]} {proof[12:]} ",
        lambda proof: proof.translate(FULL_WIDTH),
    ],
)  # fmt: skip
def test_a_proof_may_be_typed_as_people_do(client: FlaskClient, desk: Desk, write: object) -> None:
    assert RIGHT in text_of(ask(client, desk.number.lower(), write(desk.receipt.proof)))  # type: ignore[operator]


def test_wrong_and_unknown_get_the_same_answer(client: FlaskClient, desk: Desk) -> None:
    other = make.case(desk.region.id, desk.hall.id)
    answers = {
        text_of(ask(client, number, proof)).split('id="answer"')[1].split("<form")[0]
        for number, proof in (
            (desk.number, other.proof),
            ("XZ-261123-000000-0", desk.receipt.proof),
            ("QQ-261123-482915-8", desk.receipt.proof),
            ("nothing", "0" * 16),
            ("XX-000101-000000-0", "0" * 16),
        )
    }
    assert len(answers) == 1
    assert ABSENT in answers.pop()


def test_what_somebody_changed_or_took_away_shows(client: FlaskClient, desk: Desk) -> None:
    number, proof = desk.number, desk.receipt.proof
    seal_all(desk.now + timedelta(minutes=1))
    behind_the_back("UPDATE ledger SET what = 'accept' WHERE seq = 2 AND stream LIKE 'c/%'")
    assert BROKEN in text_of(ask(client, number, proof))
    behind_the_back("DELETE FROM ledger WHERE stream LIKE 'c/%'")
    assert ABSENT in text_of(ask(client, number, proof))


def test_the_page_shows_nothing_of_the_case(client: FlaskClient, desk: Desk) -> None:
    said = text_of(ask(client, desk.number, desk.receipt.proof))
    assert desk.case.title not in said
    assert desk.receipt.access_code not in said
    assert db.session.scalar(text("SELECT count(*) FROM ledger")) == len(("submit", "ask"))


@pytest.mark.parametrize("proof", ["", "12", "g" * 16, "0" * 61, "١٢٣٤" * 4, "\0" * 16, "💥" * 16])
def test_what_cannot_be_a_proof_is_said_and_kept(
    client: FlaskClient, desk: Desk, proof: str
) -> None:
    answer = ask(client, desk.number, proof)
    assert answer.status_code == 422
    assert desk.number in text_of(answer)
    assert 'id="answer"' not in text_of(answer)


def test_many_guesses_are_slowed_down(app: Flask, client: FlaskClient, desk: Desk) -> None:
    codes = [ask(client, desk.number, f"{n:016x}").status_code for n in range(11)]
    assert (set(codes[:10]), codes[10]) == ({200}, 429)


def test_the_key_is_public_and_the_same_everywhere(client: FlaskClient, desk: Desk) -> None:
    pem = client.get("/ledger/key.pem").get_data()
    raw = load_pem_public_key(pem).public_bytes_raw().hex()  # type: ignore[union-attr]
    assert raw == client.get("/board.json").get_json()["ledger"]["ed25519"]
    assert raw in text_of(client.get("/ledger"))


def test_the_receipt_and_the_board_lead_here(client: FlaskClient, desk: Desk) -> None:
    seal_all(desk.now + timedelta(minutes=1))
    board = text_of(client.get("/board"))
    assert 'href="/ledger"' in board
    assert client.get("/board.json").get_json()["ledger"]["hash"] in board
