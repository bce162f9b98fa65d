"""Files that go with a filing: taken in with the second step, kept with the draft, never twice."""

import io
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.casework.models import Case, CaseFile
from desk.casework.words import FileUse
from desk.files.models import StoredFile
from desk.files.reconcile import tidy
from desk.files.words import FileState
from desk.intake.models import Draft
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.kernel.storage.opening import open_store
from desk.kernel.uploads import LARGEST_BODY, MIB
from tests import make
from tests.files import corpus
from tests.files.give import check, keys, store_of
from tests.intake.test_filing import TELL, WHAT, YOU, seen_on

PAGE = "/complaints/new/tell"


@pytest.fixture
def filing(app: Flask, client: FlaskClient) -> FlaskClient:
    """Somebody at the second step."""
    make.hall(make.region().id)
    db.session.remove()
    answer = client.post("/complaints/new/what", data=WHAT)
    assert answer.location == PAGE
    return client


def sent(*files: tuple[bytes, str], **more: str) -> dict[str, Any]:
    """Write a form of the second step with files."""
    return {**TELL, **more, "files": [(io.BytesIO(content), name) for content, name in files]}


def photo(n: int = 0) -> bytes:
    return corpus.picture(size=(64 + n, 48))


def large(**fields: str) -> dict[str, Any]:
    """Write the body of a form with a file of 55 MB."""
    boundary, body = encode_multipart({**TELL, **fields})
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    body = body[: body.rfind(b"--" + boundary.encode())] + head.encode() + bytes(LARGEST_BODY)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def rows() -> list[StoredFile]:
    db.session.remove()
    return list(db.session.scalars(select(StoredFile).order_by(StoredFile.id)))


def finish(client: FlaskClient) -> str:
    """Go from the third step to the receipt."""
    assert client.post("/complaints/new/you", data=YOU).status_code == 303
    page = client.get("/complaints/new/check").get_data(as_text=True)
    answer = client.post("/complaints/new/check", data={"seen": seen_on(page)})
    assert answer.location == "/complaints/receipt", answer.get_data(as_text=True)
    return client.get("/complaints/receipt").get_data(as_text=True)


def test_two_photos_go_with_the_case(app: Flask, filing: FlaskClient) -> None:
    added = filing.post(PAGE, data=sent((photo(), "叫号单𠮷.JPG"), attach="1"))
    assert (added.status_code, added.location) == (303, f"{PAGE}#attached")
    page = filing.get(PAGE).get_data(as_text=True)
    assert "叫号单𠮷.jpg" in page
    assert TELL["story"] in page
    assert (
        filing.post(PAGE, data=sent((photo(1), "二.png".replace("png", "jpg")))).status_code == 303
    )
    receipt = finish(filing)
    assert "叫号单𠮷.jpg" in receipt
    assert "二.jpg" in receipt
    case = db.session.scalars(select(Case)).one()
    links = db.session.scalars(select(CaseFile)).all()
    assert {(link.case_id, link.kind, link.from_complainant) for link in links} == {
        (case.id, FileUse.STORY, True)
    }
    assert [file.kept_until for file in rows()] == [None, None]
    line = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "submit")).one()
    assert line.body is not None
    assert {UUID(key) for key in line.body["files"]} == {file.id for file in rows()}
    assert "jpg" not in str(line.body)
    assert faults() == []
    assert check(app, now=utc_now()) == 2
    assert {file.state for file in rows()} == {FileState.CLEAN}


BAD = [
    ((b"", "空.jpg"), "空.jpg"),
    ((corpus.HTML, "a.jpg"), "a.jpg"),
    ((corpus.SVG, "a.svg"), "a.svg"),
    ((corpus.MP3, "a.mp3"), "a.mp3"),
    ((corpus.pdf(password="1"), "锁.pdf"), "锁.pdf"),
    ((corpus.docx(parts={"word/vbaProject.bin": b"x"}), "宏.docx"), "宏.docx"),
    ((corpus.png_of(50_000, 50_000), "a.png"), "a.png"),
    ((photo(), "../../" + "长" * 300 + "\u202e.exe"), "exe"),
]


@pytest.mark.parametrize("attach", ["1", ""])
@pytest.mark.parametrize(("bad", "named"), BAD)
def test_what_is_refused_is_named_and_nothing_else_is_lost(
    app: Flask, filing: FlaskClient, bad: tuple[bytes, str], named: str, attach: str
) -> None:
    given = sent(bad, (photo(), "好.jpg"), story="我的经过", **({"attach": "1"} if attach else {}))
    answer = filing.post(PAGE, data=given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert named in page
    assert "我的经过" in page
    assert "好.jpg" in page
    assert [file.name for file in rows()] == ["好.jpg"]
    assert len(keys(app)) == 1


def test_one_of_more_than_ten_megabytes_is_named(app: Flask, filing: FlaskClient) -> None:
    large_one = photo() + bytes(10 * 1024 * 1024)
    given = [
        FileStorage(io.BytesIO(content), filename=name)
        for content, name in ((large_one, "大.jpg"), (photo(), "好.jpg"))
    ]
    boundary, body = encode_multipart({**TELL, "attach": "1", "files": given})
    kind = f"multipart/form-data; boundary={boundary}"
    answer = filing.post(PAGE, data=body, content_type=kind)
    assert answer.status_code == 422
    assert "大.jpg" in answer.get_data(as_text=True)
    assert [file.name for file in rows()] == ["好.jpg"]


def test_five_and_no_more(app: Flask, filing: FlaskClient) -> None:
    six = [(photo(n), f"{n}.jpg") for n in range(6)]
    assert filing.post(PAGE, data=sent(*six, attach="1")).status_code == 422
    assert filing.post(PAGE, data=sent(*six[:4], attach="1")).status_code == 303
    assert filing.post(PAGE, data=sent(*six[4:], attach="1")).status_code == 422
    assert len(rows()) == 4
    assert filing.post(PAGE, data=sent(six[4], attach="1")).status_code == 303
    assert 'type="file"' not in filing.get(PAGE).get_data(as_text=True)
    assert len(keys(app)) == len(rows()) == 5


def test_one_taken_away_is_gone_and_cannot_be_taken_from_others(
    app: Flask, filing: FlaskClient
) -> None:
    filing.post(PAGE, data=sent((photo(), "一.jpg"), (photo(1), "二.jpg"), attach="1"))
    one, two = (file.id for file in rows())
    stranger = app.test_client()
    stranger.post("/complaints/new/what", data=WHAT)
    for foreign in (two.hex, "x" * 400, "", "10" * 16):
        stranger.post(PAGE, data={**TELL, "remove": foreign})
    assert len(rows()) == 2
    answer = filing.post(PAGE, data={**TELL, "story": "改过的经过", "remove": one.hex})
    assert answer.status_code == 303
    page = filing.get(PAGE).get_data(as_text=True)
    assert ("一.jpg" in page, "二.jpg" in page, "改过的经过" in page) == (False, True, True)
    tidy(store_of(app), now=utc_now() + timedelta(seconds=1))
    assert [file.id for file in rows()] == [two]
    assert len(keys(app)) == 1


def test_a_double_click_takes_it_once(app: Flask, filing: FlaskClient) -> None:
    barrier = threading.Barrier(4)
    cookie = filing.get_cookie("draft")
    assert cookie is not None
    statuses = []

    def click() -> None:
        browser = app.test_client()
        browser.set_cookie("draft", cookie.value)
        barrier.wait()
        statuses.append(browser.post(PAGE, data=sent((photo(), "一.jpg"), attach="1")).status_code)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 4
    assert filing.get(PAGE).get_data(as_text=True).count("一.jpg</bdi>") == 1
    tidy(store_of(app), now=utc_now() + timedelta(seconds=1))
    assert len(rows()) == len(keys(app)) == 1


def test_files_survive_another_tab_and_going_back(app: Flask, filing: FlaskClient) -> None:
    """A step sent from a page that was opened before the files came does not lose them."""
    filing.post(PAGE, data=sent((photo(), "一.jpg"), attach="1"))
    filing.post("/complaints/new/what", data=WHAT)
    filing.get("/language/en?next=/complaints/new/tell")
    assert "一.jpg" in filing.get(PAGE).get_data(as_text=True)
    filing.post(PAGE, data=TELL)
    assert "一.jpg" in finish(filing)


def test_a_file_added_after_reading_it_over_must_be_seen_first(filing: FlaskClient) -> None:
    filing.post(PAGE, data=TELL)
    filing.post("/complaints/new/you", data=YOU)
    seen = seen_on(filing.get("/complaints/new/check").get_data(as_text=True))
    filing.post(PAGE, data=sent((photo(), "一.jpg"), attach="1"))
    answer = filing.post("/complaints/new/check", data={"seen": seen})
    assert answer.status_code == 422
    assert "一.jpg" in answer.get_data(as_text=True)


def test_a_file_whose_time_is_over_does_not_stop_the_filing(
    app: Flask, filing: FlaskClient
) -> None:
    filing.post(PAGE, data=sent((photo(), "一.jpg")))
    tidy(store_of(app), now=utc_now() + timedelta(days=8))
    assert rows() == []
    assert "一.jpg" not in finish(filing)
    assert len(db.session.scalars(select(Case)).all()) == 1


def test_the_draft_of_somebody_who_gave_up_goes_with_its_files(
    app: Flask, filing: FlaskClient
) -> None:
    from desk.schedules import forget

    filing.post(PAGE, data=sent((photo(), "一.jpg"), attach="1"))
    later = utc_now() + timedelta(days=8)
    forget(later)
    tidy(store_of(app), now=later)
    db.session.remove()
    assert db.session.scalars(select(Draft)).all() == []
    assert (rows(), keys(app)) == ([], set())


def test_too_large_together_keeps_what_was_typed(app: Flask, filing: FlaskClient) -> None:
    answer = filing.post(PAGE, **large(story="写了很久的经过", attach="1"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "写了很久的经过" in page
    assert "50 MB" in page
    assert (rows(), keys(app)) == ([], set())


def test_other_pages_take_no_large_body(filing: FlaskClient) -> None:
    answer = filing.post("/complaints/new/you", data={"a": (io.BytesIO(bytes(300_000)), "a.jpg")})
    assert answer.status_code == 413
    assert filing.post(PAGE, data={"story": "x" * (300 * 1024)}).status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=" + "b" * 10_000),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
        (b"--b\r\nContent-Disposition: form-data; name=files; filename=a.jpg\r\n\r\nx", "multipart/form-data; boundary=b"),
        (b"\xff\xfe" * 50, "multipart/form-data; boundary=b"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broken_body_is_answered_and_stores_nothing(
    app: Flask, filing: FlaskClient, body: bytes, kind: str
) -> None:
    answer = filing.post(PAGE, data=body, content_type=kind)
    assert 400 <= answer.status_code < 500
    assert keys(app) == set()


def test_too_little_room_takes_the_words_all_the_same(
    app: Flask, filing: FlaskClient, tmp_path: Path
) -> None:
    twice_what_is_free = 2 * shutil.disk_usage(tmp_path).free // MIB
    object.__setattr__(app.extensions["settings"], "files_reserve_mb", twice_what_is_free)
    page = filing.get(PAGE).get_data(as_text=True)
    assert 'type="file"' not in page
    answer = filing.post(PAGE, data=sent((photo(), "一.jpg"), story="写好的经过"))
    assert answer.status_code == 503
    assert "写好的经过" in answer.get_data(as_text=True)
    assert filing.post(PAGE, data=TELL).status_code == 303
    finish(filing)
    assert keys(app) == set()


def test_a_store_that_is_away_takes_the_words_all_the_same(
    app: Flask, filing: FlaskClient, tmp_path: Any
) -> None:
    (tmp_path / "way").write_text("in the way")
    app.extensions["store"] = open_store(f"file:{tmp_path}/way")
    answer = filing.post(PAGE, data=sent((photo(), "一.jpg"), story="写好的经过"))
    assert answer.status_code == 503
    assert "写好的经过" in answer.get_data(as_text=True)
    assert filing.post(PAGE, data=TELL).status_code == 303
    finish(filing)


def test_thirty_an_hour_from_one_address(app: Flask, filing: FlaskClient) -> None:
    for n in range(10):
        filing.post(PAGE, data=sent(*((b"", f"{n}-{k}.jpg") for k in range(3)), attach="1"))
    answer = filing.post(PAGE, data=sent((photo(), "一.jpg"), story="写好的经过"))
    assert answer.status_code == 429
    assert "写好的经过" in answer.get_data(as_text=True)
    assert filing.post(PAGE, data=TELL).status_code == 303


def test_without_a_token_nothing_is_taken(app: Flask, filing: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for pressed in ({}, {"attach": "1"}):
        answer = filing.post(PAGE, data=sent((photo(), "一.jpg"), **pressed))
        assert answer.status_code == 422
    assert (rows(), keys(app)) == ([], set())
