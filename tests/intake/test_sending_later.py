"""Files sent from the page of a case: with a message, or with what the window asked for."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from desk.casework.models import CaseFile, CaseMessage
from desk.casework.words import FileUse, Status
from desk.casework.workflow import Move
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from tests.casework.test_life import Desk
from tests.files import corpus
from tests.files.give import check, keys, row
from tests.intake.test_tracking import desk, opened, text_of
from tests.workbench.test_files import chosen

__all__ = ["desk"]


def links() -> list[CaseFile]:
    end_read()
    return list(db.session.scalars(select(CaseFile)))


def sent(client: FlaskClient, desk: Desk, name: str, **fields: Any) -> Any:
    given = {"version": str(desk.case.version), **fields}
    return client.post(f"/complaints/{desk.number}/{name}", data=given)


def test_what_the_window_asked_for_comes_with_a_photo(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="请补交告知书照片。")
    page = opened(client, desk)
    shown = text_of(client.get(page))
    assert shown.count('type="file"') == shown.count('enctype="multipart/form-data"') == 2
    answer = sent(client, desk, "supply", **chosen("告知书.jpg", "第二页.jpg", text="见照片"))
    assert answer.status_code == 303
    assert desk.case.status is Status.SUBMITTED
    assert {(link.kind, link.from_complainant, link.message_seq) for link in links()} == {
        (FileUse.STORY, True, 2)
    }
    check(app, now=utc_now())
    shown = text_of(client.get(page))
    assert ("告知书.jpg" in shown, "第二页.jpg" in shown) == (True, True)
    file = row(links()[0].file_id)
    fetched = client.get(f"{page}/files/{file.id}", buffered=True)
    assert (fetched.status_code, len(fetched.data)) == (200, file.size)
    client.post(f"{page}/leave")
    assert client.get(f"{page}/files/{file.id}").location.startswith("/complaints/track")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "空.jpg"),
        (corpus.HTML, "a.pdf"),
        (corpus.MP3, "录音.mp3"),
        (corpus.picture(), "a.jpg\x00.exe"),
        (corpus.polyglot()[:40], "断.png"),
    ],
)
def test_what_cannot_be_taken_is_named_and_the_words_stay(
    app: Flask, client: FlaskClient, desk: Desk, content: bytes, name: str
) -> None:
    opened(client, desk)
    answer = sent(client, desk, "message", **chosen(name, content=content, text="写了很久"))
    page = text_of(answer)
    assert answer.status_code == 422
    assert "写了很久" in page
    assert "重新选择" in page
    assert 'href="#message-files"' in page
    assert (links(), keys(app)) == ([], set())


def test_whoever_was_signed_out_keeps_the_words_and_leaves_no_file(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    answer = sent(client, desk, "message", **chosen("a.jpg", text="写了很久"))
    assert (answer.status_code, "写了很久" in text_of(answer)) == (403, True)
    assert keys(app) == set()


def test_a_case_that_moved_on_takes_no_file(app: Flask, client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    answer = sent(client, desk, "supply", **chosen("a.jpg", text="写了很久"))
    assert (answer.status_code, "写了很久" in text_of(answer)) == (409, True)
    assert keys(app) == set()
    end_read()
    assert db.session.scalars(select(CaseMessage)).all() == []


def test_a_message_with_too_much_keeps_its_words(client: FlaskClient, desk: Desk) -> None:
    from tests.intake.test_attaching import large

    page = opened(client, desk)
    answer = client.post(f"{page}/message", **large(text="写了很久", version="1"))
    assert (answer.status_code, "写了很久" in text_of(answer)) == (422, True)


def test_a_withdrawal_asks_for_no_file_and_one_sent_along_is_kept_inside_its_case(
    app: Flask, client: FlaskClient, desk: Desk
) -> None:
    page = opened(client, desk)
    form = {
        "version": str(desk.case.version),
        "text": "不办了",
        "files": (io.BytesIO(b"x"), "a.exe"),
    }
    assert client.post(f"{page}/withdraw", data=form).status_code == 422
    assert desk.case.status is Status.SUBMITTED
    assert keys(app) == set()
