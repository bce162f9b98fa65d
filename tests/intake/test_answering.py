"""Answering by a link: two taps, once, for one round, and not a word of the story."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.audit.queries import faults
from desk.casework.actions.answering import Answer, answer
from desk.casework.models import AnswerLink, Contact
from desk.casework.queries.replay import replay_faults
from desk.casework.words import ContactChannel, ContactKind, Outcome, Result, Solved, Status
from desk.casework.workflow import Move
from desk.kernel.clock import utc_now
from desk.kernel.crypto import token_hash
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Gone, NotFound
from desk.notify.models import Letter
from desk.notify.sealing import unseal
from desk.notify.texts import text_of
from tests import make
from tests.casework.test_life import Desk
from tests.people import signed_in


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.now = utc_now() - timedelta(hours=3)
    return made.to(Status.REPLIED)


def tokens() -> list[str]:
    """Read the links that letters carry, the newest last."""
    end_read()
    letters = db.session.scalars(
        select(Letter).where(Letter.secret_e.isnot(None)).order_by(Letter.written_at, Letter.id)
    )
    return list(dict.fromkeys(unseal(one.id, bytes(one.secret_e or b"")) for one in letters))


def tap(client: FlaskClient, token: str, **fields: str) -> int:
    return client.post(f"/answer/{token}", data=fields).status_code


def follow_up(desk: Desk) -> Contact:
    end_read()
    return db.session.scalars(
        select(Contact).where(Contact.case_id == desk.id, Contact.kind == ContactKind.FOLLOW_UP)
    ).one()


def test_the_letter_of_an_answer_carries_one_link_of_which_only_the_hash_is_kept(
    desk: Desk,
) -> None:
    (token,) = tokens()
    assert token.startswith("XZ-")
    link = db.session.scalars(select(AnswerLink)).one()
    assert bytes(link.token_h) == token_hash(token)
    assert token.encode() not in bytes(link.token_h)
    for lang in ("zh_Hans", "en"):
        context = {"number": desk.number, "path": f"/complaints/{desk.number}"}
        _subject, body = text_of(
            "replied", lang, context, secret=token, base_url="https://d.example"
        )
        assert f"https://d.example/answer/{token}" in body
        _subject, body = text_of(
            "replied", lang, context, secret=None, base_url="https://d.example"
        )
        assert "/answer/" not in body


def test_two_taps_close_the_case(desk: Desk, client: FlaskClient) -> None:
    (token,) = tokens()
    page = client.get(f"/answer/{token}").get_data(as_text=True)
    assert desk.number in page
    assert " checked" not in page
    for content in ("过户", "补材料", "欧阳", "13800138000", "person@example.org"):
        assert content not in page
    answered = client.post(f"/answer/{token}", data={"solved": "yes"})
    assert answered.status_code == 303
    assert client.get(answered.location).status_code == 200
    assert (desk.case.status, desk.case.result) == (Status.CLOSED, Result.SOLVED)
    contact = follow_up(desk)
    assert (contact.channel, contact.solved) == (ContactChannel.ONLINE, Solved.YES)
    assert (contact.in_time, contact.result_score, contact.attitude_score) == (None, None, None)
    assert ([*faults()], [*replay_faults()]) == ([], [])


def test_no_sends_it_back_with_what_was_said_or_says_that_nothing_was(
    desk: Desk, client: FlaskClient
) -> None:
    (token,) = tokens()
    assert tap(client, token, solved="no", result_score="1", attitude_score="4") == 303
    assert (desk.case.status, desk.case.round) == (Status.HANDLING, 1)
    contact = follow_up(desk)
    assert (contact.solved, contact.result_score, contact.attitude_score) == (Solved.NO, 1, 4)
    from desk.casework.models import CaseMessage

    said = db.session.scalars(select(CaseMessage).where(CaseMessage.case_id == desk.id)).all()
    assert "未填写说明" in said[-1].body
    desk.now = utc_now()
    desk.reply(Outcome.DONE)
    desk.approve(Outcome.DONE)
    again = tokens()[-1]
    assert again != token, "each round asks by a link of its own"
    with transaction():
        answer(again, Answer(Solved.NO, text="证上的面积还是错的"), now=desk.now)
    end_read()
    said = db.session.scalars(select(CaseMessage).where(CaseMessage.case_id == desk.id)).all()
    assert said[-1].body == "证上的面积还是错的"


def test_answering_twice_is_refused_kindly(desk: Desk, client: FlaskClient) -> None:
    (token,) = tokens()
    assert tap(client, token, solved="part") == 303
    for answer_again in (client.get(f"/answer/{token}"), client.post(f"/answer/{token}")):
        assert answer_again.status_code == 410
        assert "谢谢" in answer_again.get_data(as_text=True)
    assert tap(client, token, solved="no") == 410
    assert desk.case.result is Result.PART


def test_a_link_is_over_once_somebody_called_or_the_time_has_passed(
    desk: Desk, client: FlaskClient
) -> None:
    (token,) = tokens()
    late = utc_now() + timedelta(days=60)
    with pytest.raises(Gone), transaction():
        answer(token, Answer(Solved.YES), now=late)
    desk.go(
        Move.CLOSE_SOLVED, "clerk", in_time=True, solved=Solved.YES, result_score=5,
        attitude_score=5,
    )  # fmt: skip
    assert client.get(f"/answer/{token}").status_code == 410
    assert tap(client, token, solved="no") == 410
    assert (desk.case.status, desk.case.round) == (Status.CLOSED, 0)


@pytest.mark.parametrize(
    "token", ["x", "XZ-" + "a" * 22, "YZ-abc", "XZ-é", "a" * 500, "XZ-' OR 1=1", "١٢٣"]
)
def test_what_is_no_link_opens_nothing(desk: Desk, client: FlaskClient, token: str) -> None:
    assert client.get(f"/answer/{token}").status_code == 404
    assert client.post(f"/answer/{token}", data={"solved": "yes"}).status_code == 404
    with pytest.raises(NotFound), transaction():
        answer(token, Answer(Solved.YES), now=utc_now())


def test_wrong_input_is_asked_for_again_and_uses_nothing_up(
    desk: Desk, client: FlaskClient
) -> None:
    (token,) = tokens()
    code = desk.receipt.access_code
    for wrong in (
        {},
        {"solved": "perhaps"},
        {"solved": "yes", "result_score": "9"},
        {"solved": "no", "text": "\0"},
        {"solved": "no", "text": "字" * 2001},
        {"solved": "no", "text": f"我的查询码是 {code}"},
    ):
        assert tap(client, token, **wrong) == 422, wrong
    assert client.get("/answered?said=x").status_code == 404
    assert tap(client, token, solved="yes") == 303


def test_staff_cannot_answer_for_a_complainant(desk: Desk) -> None:
    (token,) = tokens()
    browser = signed_in(desk.app.test_client(), desk.people["clerk"], desk.region.id)
    assert browser.get(f"/answer/{token}").status_code == 403
    assert tap(browser, token, solved="yes") == 403
    assert desk.case.status is Status.REPLIED


def test_whoever_is_joined_answers_for_themselves(desk: Desk, client: FlaskClient) -> None:
    region, hall = desk.region.id, desk.hall.id
    parent, child = make.case(region, hall, now=desk.now), make.case(region, hall, now=desk.now)
    desk.number, desk.id = parent.number, parent.case.id
    desk.to(Status.ACCEPTED)
    from desk.casework.actions.move import move
    from desk.casework.models import Case
    from desk.casework.situation import StepData

    with transaction():
        move(
            child.number,
            Move.MERGE,
            StepData(child.case.version, text="同一件事", parent=parent.number),
            by=desk.people["clerk"],
            now=desk.now,
        )
    desk.go(Move.DISPATCH, "clerk", department_id=desk.department.id)
    desk.go(Move.SIGN, "handler")
    desk.call("handler", ContactKind.FIRST)
    parts = dict.fromkeys(("facts", "basis", "action", "next_step", "contact"), "…")
    desk.go(Move.SUBMIT_REPLY, "handler", outcome=Outcome.DONE, evidence="1", to_all="。", **parts)
    desk.approve(Outcome.DONE)
    links = db.session.scalars(select(AnswerLink)).all()
    joined = next(one for one in links if one.case_id == child.case.id)
    token = next(one for one in tokens() if token_hash(one) == bytes(joined.token_h))
    assert tap(client, token, solved="yes") == 303
    assert tap(client, token, solved="no") == 410
    end_read()
    assert db.session.get_one(Case, (region, child.case.id)).result is Result.SOLVED
    assert desk.case.status is Status.REPLIED
