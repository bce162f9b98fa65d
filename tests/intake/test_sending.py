"""Sending once: one key one case, what was seen is what is sent, machines are asked again."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from desk.casework.models import Case
from desk.intake.models import Draft, RequestKey
from desk.kernel.clock import utc_now
from desk.kernel.crypto import Undecipherable
from desk.kernel.db import db
from desk.kernel.vault import hashes, ring
from tests import make
from tests.conftest import running_app
from tests.intake.test_filing import TELL, WHAT, YOU, cases, fill, place, seen_on, send

__all__ = ["place"]


def check_page(client: FlaskClient) -> str:
    return client.get("/complaints/new/check").get_data(as_text=True)


def test_fifty_posts_of_one_page_make_one_case(app: Flask, place: tuple[int, int]) -> None:
    client = app.test_client()
    fill(client)
    cookie = client.get_cookie("draft")
    assert cookie is not None
    seen = seen_on(check_page(client))
    gate = threading.Barrier(50)
    answers: list[tuple[int, str | None]] = []
    numbers: list[str] = []

    def post() -> None:
        browser = app.test_client()
        browser.set_cookie("draft", cookie.value)
        gate.wait()
        answer = browser.post(
            "/complaints/new/check", data={"seen": seen},
            environ_base={"REMOTE_ADDR": f"10.0.0.{len(answers) % 250}"},
        )  # fmt: skip
        answers.append((answer.status_code, answer.location))
        page = browser.get("/complaints/receipt").get_data(as_text=True)
        numbers.append(page.split('class="desk-number">')[1].split("<")[0])

    app.extensions["throttle"].hit = lambda *_: None
    threads = [threading.Thread(target=post) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, "/complaints/receipt")] * 50
    assert set(numbers) == {cases()[0].number}
    assert len(numbers) == 50
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    assert db.session.scalar(select(func.count()).select_from(RequestKey)) == 1


def test_case_and_receipt_come_together_or_not_at_all(
    app: Flask, client: FlaskClient, place: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError("the power went out")

    fill(client)
    seen = seen_on(check_page(client))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as patch:
        patch.setattr("desk.intake.drafts.replace", broken)
        assert client.post("/complaints/new/check", data={"seen": seen}).status_code == 500
    assert cases() == []
    assert client.post("/complaints/new/check", data={"seen": seen}).status_code == 303
    assert len(cases()) == 1


def test_what_another_tab_changed_is_shown_before_it_is_sent(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    fill(client)
    seen = seen_on(check_page(client))
    client.post("/complaints/new/tell", data={**TELL, "title": "另一件"})
    answer = client.post("/complaints/new/check", data={"seen": seen, "sure": "yes"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "另一件" in page
    assert cases() == []
    assert client.post("/complaints/new/check", data={"seen": seen_on(page)}).status_code == 303
    assert cases()[0].title == "另一件"


def test_a_page_of_an_earlier_complaint_sends_nothing_of_the_next(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    fill(client)
    old = seen_on(check_page(client))
    send(client)
    fill(client)
    assert client.post("/complaints/new/check", data={"seen": old}).status_code == 422
    assert len(cases()) == 1


@pytest.mark.parametrize("fields", [{}, {"seen": "x"}, {"seen": "a.b.c"}, {"website": "http://x"}])
def test_a_machine_is_asked_once_more_and_never_told_it_was_sent(
    client: FlaskClient, place: tuple[int, int], fields: dict[str, str]
) -> None:
    fill(client)
    given = {"seen": seen_on(check_page(client)), **fields} if fields else {}
    answer = client.post("/complaints/new/check", data=given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert cases() == []
    again = client.post("/complaints/new/check", data={"seen": seen_on(page), "sure": "yes"})
    assert again.status_code == 303


def test_sending_at_once_asks_to_confirm(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    with running_app(f"sqlite:///{path}", testing=False) as app:
        make.hall(make.region().id)
        client = app.test_client()
        fill(client)
        first = client.post("/complaints/new/check", data={"seen": seen_on(check_page(client))})
        page = first.get_data(as_text=True)
        assert (first.status_code, cases()) == (422, [])
        data = {"seen": seen_on(page), "sure": "yes"}
        assert client.post("/complaints/new/check", data=data).status_code == 303


def test_more_than_five_in_ten_minutes_wait_and_keep_their_text(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    for _ in range(5):
        fill(client)
        send(client)
    fill(client)
    answer = client.post("/complaints/new/check", data={"seen": seen_on(check_page(client))})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert TELL["story"] in page
    assert len(cases()) == 5


def test_neither_address_nor_browser_is_kept(client: FlaskClient, place: tuple[int, int]) -> None:
    client.environ_base |= {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "canary-browser"}
    fill(client)
    send(client)
    with db.engine.connect() as connection:
        for table in db.metadata.tables:
            stored = str(connection.execute(text(f'SELECT * FROM "{table}"')).all())
            assert "203.0.113" not in stored, table
            assert "canary" not in stored, table


def test_the_key_ring_alone_opens_no_draft(client: FlaskClient, place: tuple[int, int]) -> None:
    fill(client)
    row = db.session.scalars(select(Draft)).one()
    aad = f"drafts|body_e|{row.token_h.hex()}"
    stored = bytes(row.token_h)
    for key in (stored, hashes().token_key("draft", stored), bytes(32)):
        with pytest.raises(Undecipherable):
            ring().open(key, bytes(row.body_e), aad=aad)
    cookie = client.get_cookie("draft")
    assert cookie is not None
    assert cookie.value.encode() not in bytes(row.body_e) + bytes(row.token_h)
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")


def test_a_token_the_server_did_not_draw_is_replaced(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    client.set_cookie("draft", "chosen-by-somebody")
    client.post("/complaints/new/what", data=WHAT)
    cookie = client.get_cookie("draft")
    assert cookie is not None
    assert cookie.value != "chosen-by-somebody"


def test_an_old_draft_is_gone(
    client: FlaskClient, place: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(client)
    later = utc_now() + timedelta(days=7, seconds=1)
    monkeypatch.setattr("desk.intake.views.drafting.utc_now", lambda: later)
    assert client.get("/complaints/new/check").location == "/complaints/new/what"


def test_a_receipt_lives_half_an_hour(
    client: FlaskClient, place: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(client)
    receipt = send(client)
    assert 'class="desk-number"' in receipt
    assert client.get("/complaints/receipt").headers["Cache-Control"] == "no-store"
    drawn = client.get("/complaints/receipt/qr.svg")
    assert (drawn.mimetype, drawn.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    later = utc_now() + timedelta(minutes=30, seconds=1)
    monkeypatch.setattr("desk.intake.views.drafting.utc_now", lambda: later)
    assert client.get("/complaints/receipt").location == "/complaints/track"


def test_what_was_said_of_a_choice_not_taken_is_not_sent(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    fill(client, you={**YOU, "org": "不该留下的商行", "agent_name": "不该留下的人"})
    assert "不该留下" not in check_page(client)
    send(client)
    assert cases()[0].agent_party_id is None
