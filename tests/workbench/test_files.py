"""Files of a case for staff: sent with a step, opened by whom, kept from whom, passed on."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from desk.access.permissions import Role
from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.casework.actions.naming import name_staff
from desk.casework.models import CaseFile, CaseMessage
from desk.casework.words import FileUse, Status
from desk.files.models import StoredFile
from desk.files.words import ByKind, FileState
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.storage.opening import open_store
from desk.notify.models import Letter
from desk.writing.models import CaseDraft
from tests import make
from tests.casework.test_life import Desk
from tests.files import corpus
from tests.files.clamd import stand_in
from tests.files.give import check, keys, read, row, store_of
from tests.people import signed_in
from tests.workbench.pages import APPROVAL, BRIEF, CALL, REPLY, Pages
from tests.workbench.test_counter import fields, send, slip

NAME = "证明 张三丰.jpg"


def chosen(*names: str, content: bytes | None = None, **fields: str) -> dict[str, Any]:
    """Write fields with files of these names."""
    photo = content if content is not None else corpus.picture()
    return {**fields, "files": [(io.BytesIO(photo), name) for name in names]}


def opened(pages: Pages) -> FlaskClient:
    """Give a browser in which the complainant has the case open."""
    browser = pages.desk.app.test_client()
    code = pages.desk.receipt.access_code
    browser.post("/complaints/track", data={"number": pages.desk.number, "code": code})
    return browser


def only(use: FileUse) -> UUID:
    end_read()
    return db.session.scalars(select(CaseFile.file_id).where(CaseFile.kind == use)).one()


def fetch(browser: FlaskClient, url: str, **more: Any) -> TestResponse:
    """Ask for a file and read it to its end."""
    return browser.get(url, buffered=True, **more)


def statuses(pages: Pages, file_id: UUID) -> dict[str, int]:
    """Ask for a file as everybody who might."""
    found = {
        who: fetch(pages.browser(who), f"{pages.url}/files/{file_id}").status_code
        for who in ("clerk", "handler", "lead", "supervisor", "admin")
    }
    mine = f"/complaints/{pages.desk.number}/files/{file_id}"
    found["complainant"] = fetch(opened(pages), mine).status_code
    return found


def test_who_may_open_what(app: Flask, pages: Pages) -> None:
    pages.do("clerk", "acts/message", **chosen(NAME, text="请看"))
    pages.do("clerk", "acts/note", **chosen(NAME, text="内部"))
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    pages.do("clerk", "dispatch", department=str(pages.desk.department.id), brief=BRIEF)
    pages.do("handler", "sign")
    pages.do("handler", "acts/contact", **CALL)
    pages.do("handler", "submit_reply", **chosen(NAME, **{**REPLY, "evidence": ""}))
    assert check(app, now=utc_now()) == 3
    staff = dict.fromkeys(("clerk", "handler", "lead", "supervisor"), 200) | {"admin": 403}
    assert statuses(pages, only(FileUse.STORY)) == staff | {"complainant": 200}
    assert statuses(pages, only(FileUse.INTERNAL)) == staff | {"complainant": 404}
    assert statuses(pages, only(FileUse.EVIDENCE)) == staff | {"complainant": 404}
    page = pages.get("lead")
    assert page.count("证明 张三丰.jpg</bdi>") == 3
    public = opened(pages).get(f"/complaints/{pages.desk.number}").get_data(as_text=True)
    assert public.count("证明 张三丰.jpg</bdi>") == 1
    pages.do("lead", "approve_reply", **APPROVAL)
    assert pages.desk.case.status is Status.REPLIED
    assert faults() == []


def test_a_download_is_the_safe_copy_and_runs_nowhere(app: Flask, pages: Pages) -> None:
    pages.do("clerk", "acts/message", **chosen(NAME, text="请看"))
    check(app, now=utc_now())
    file_id = only(FileUse.STORY)
    for browser, url in (
        (pages.browser("clerk"), f"{pages.url}/files/{file_id}"),
        (opened(pages), f"/complaints/{pages.desk.number}/files/{file_id}"),
    ):
        for extra in ({}, {"Range": "bytes=0-0,2-2,4-4"}, {"If-None-Match": "*"}):
            answer = fetch(browser, url, headers=extra)
            assert answer.status_code == 200
            assert answer.data == read(app, row(file_id).storage_key)
        assert corpus.CANARY.encode() not in answer.data
        headers = answer.headers
        assert headers["Content-Type"] == "image/jpeg"
        assert headers["Content-Length"] == str(len(answer.data))
        assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Disposition"] == (
            'attachment; filename="file.jpg"; '
            "filename*=UTF-8''%E8%AF%81%E6%98%8E%20%E5%BC%A0%E4%B8%89%E4%B8%B0.jpg"
        )
        assert browser.head(url, buffered=True).data == b""


def test_strangers_other_halls_other_cases_and_the_named_get_nothing(
    app: Flask, client: FlaskClient, pages: Pages
) -> None:
    pages.do("clerk", "acts/message", **chosen(NAME, text="请看"))
    check(app, now=utc_now())
    desk, file_id = pages.desk, only(FileUse.STORY)
    away = make.actor(Role.CLERK, desk.region.id, hall_id=make.hall(desk.region.id).id)
    other = make.case(desk.region.id, desk.hall.id).number
    clerk, theirs = pages.browser("clerk"), opened(pages)
    nothing = clerk.get(f"{pages.url}/files/{uuid4()}")
    for answer in (
        signed_in(client, away, desk.region.id).get(f"{pages.url}/files/{file_id}"),
        clerk.get(f"/desk/cases/{other}/files/{file_id}"),
        clerk.get(f"/desk/cases/XZ-261123-482915-8/files/{file_id}"),
        theirs.get(f"/complaints/{desk.number}/files/{uuid4()}"),
    ):
        assert answer.status_code == nothing.status_code == 404
    assert clerk.get(f"{pages.url}/files/1").status_code == 404
    assert client.get(f"{pages.url}/files/{file_id}").status_code == 302
    assert client.get(f"/complaints/{desk.number}/files/{file_id}").status_code == 303
    assert theirs.get(f"/complaints/{other}/files/{file_id}").status_code == 303
    from desk.accounts.models import User

    login = db.session.get_one(User, desk.people["clerk2"].user_id).login
    assert fetch(pages.browser("clerk2"), f"{pages.url}/files/{file_id}").status_code == 200
    with transaction():
        name_staff(
            desk.number, login, version=desk.case.version, by=desk.people["clerk"], now=utc_now()
        )
    gone = fetch(pages.browser("clerk2"), f"{pages.url}/files/{file_id}")
    assert gone.status_code == 404


def hidden(app: Flask) -> Pages:
    """A case whose department may not learn who filed it, with a photo of theirs."""
    pages = Pages(Desk(app, anonymous=True))
    url = f"/complaints/{pages.desk.number}/message"
    assert opened(pages).post(url, data=chosen(NAME, text="补充照片")).status_code == 303
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    pages.do("clerk", "dispatch", department=str(pages.desk.department.id), brief=BRIEF)
    return pages


def test_a_department_gets_what_points_to_nobody_and_only_once_passed_on(app: Flask) -> None:
    pages = hidden(app)
    file_id, share = only(FileUse.STORY), f"files/{only(FileUse.STORY)}/share"
    assert pages.post("clerk", share).status_code == 409
    check(app, now=utc_now())
    assert statuses(pages, file_id)["handler"] == 404
    kept = pages.get("handler")
    assert ("张三丰" in kept, "窗口" in kept) == (False, True)
    assert pages.post("handler", share).status_code == 403
    assert pages.post("clerk", f"files/{uuid4()}/share").status_code == 404
    assert "张三丰" in pages.get("clerk")
    pages.do("clerk", share)
    assert pages.post("clerk", share).status_code == 409
    answer = fetch(pages.browser("handler"), f"{pages.url}/files/{file_id}")
    assert answer.status_code == 200
    name = f"file-{file_id.hex[-4:]}.jpg"
    assert name in answer.headers["Content-Disposition"]
    shown = pages.get("handler")
    assert (name in shown, "张三丰" in shown) == (True, False)
    assert "张三丰" not in pages.get("handler", "/print")
    assert faults() == []


def test_what_the_window_takes_in_for_a_hidden_complainant_stays_there(app: Flask) -> None:
    pages = hidden(app)
    pages.do("clerk", "acts/message", **chosen("病历.jpg", text="来人交来", theirs="y"))
    pages.do("clerk", "acts/message", **chosen("说明.jpg", text="本窗口的说明"))
    check(app, now=utc_now())
    page = pages.get("handler")
    assert ("病历.jpg" in page, "说明.jpg" in page) == (False, True)


def test_an_opened_file_of_theirs_leaves_a_line(app: Flask) -> None:
    pages = hidden(app)
    check(app, now=utc_now())
    file_id = only(FileUse.STORY)
    fetch(pages.browser("clerk"), f"{pages.url}/files/{file_id}")
    fetch(opened(pages), f"/complaints/{pages.desk.number}/files/{file_id}")
    end_read()
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "open_file")).all()
    assert [(line.user_id, line.body) for line in lines] == [
        (pages.desk.people["clerk"].user_id, {"file": file_id.hex})
    ]
    assert faults() == []


def test_what_is_being_checked_or_was_refused_cannot_be_opened(app: Flask, pages: Pages) -> None:
    pages.do("clerk", "acts/message", **chosen("毒.jpg", text="请看"))
    url = f"/complaints/{pages.desk.number}/message"
    bad = corpus.picture() + corpus.EICAR
    assert (
        opened(pages).post(url, data=chosen("我的.jpg", content=bad, text="我的")).status_code
        == 303
    )
    page = pages.get("clerk")
    assert "检查中" in page
    end_read()
    mine = db.session.scalars(select(CaseFile.file_id).where(CaseFile.from_complainant)).one()
    assert statuses(pages, mine) == dict.fromkeys(
        ("clerk", "handler", "lead", "supervisor", "complainant"), 409
    ) | {"admin": 403, "handler": 404, "lead": 404}
    with stand_in() as scanning:
        check(app, now=utc_now(), clamd=scanning.address)
    assert row(mine).state is FileState.INFECTED
    assert statuses(pages, mine)["complainant"] == 410
    assert fetch(pages.browser("clerk"), f"{pages.url}/files/{mine}").status_code == 410
    seen = opened(pages).get(f"/complaints/{pages.desk.number}").get_data(as_text=True)
    for text in (pages.get("clerk"), seen):
        assert "“我的.jpg”" in text
        assert "病毒" not in text
    end_read()
    letters = db.session.scalars(select(Letter).where(Letter.template == "file_refused")).all()
    assert {letter.channel.value for letter in letters} == {"mail", "sms"}
    assert "我的" not in str([letter.context for letter in letters])
    assert faults() == []


def test_nothing_in_ledger_letters_or_drafts_names_a_file(app: Flask, pages: Pages) -> None:
    pages.do("clerk", "acts/message", **chosen(NAME, text="请看"))
    pages.do("clerk", "acts/note", **chosen(NAME, text="内部"))
    kept = chosen(NAME, text="草稿", version="1")
    assert pages.browser("clerk").post(f"{pages.url}/drafts/note", data=kept).status_code == 303
    check(app, now=utc_now())
    end_read()
    said = [line.body for line in db.session.scalars(select(LedgerLine))]
    said += [letter.context for letter in db.session.scalars(select(Letter))]
    said += [message.body for message in db.session.scalars(select(CaseMessage))]
    assert "张三丰" not in str(said)
    assert len(db.session.scalars(select(StoredFile)).all()) == 2
    assert len(db.session.scalars(select(CaseDraft)).all()) == 1


def refusals(pages: Pages) -> list[tuple[TestResponse, int]]:
    """Send what cannot be taken, each with words that must come back."""
    bad = {"content": corpus.HTML, "text": "写了很久"}
    six = [f"{n}.jpg" for n in range(6)]
    return [
        (pages.post("clerk", "acts/message", **chosen("a.jpg", **bad)), 422),
        (pages.post("clerk", "acts/note", **chosen("a.exe", text="写了很久")), 422),
        (pages.post("clerk", "acts/message", **chosen(*six, text="写了很久")), 422),
        (
            pages.post("clerk", "acts/message", **chosen("a.jpg", text="写了很久", version="99")),
            409,
        ),
        (pages.post("clerk", "acts/message", **chosen("a.jpg", text="写了很久" * 3000)), 422),
    ]


def test_what_cannot_be_taken_leaves_nothing_behind(app: Flask, pages: Pages) -> None:
    for answer, status in refusals(pages):
        page = answer.get_data(as_text=True)
        assert answer.status_code == status
        assert "写了很久" in page
        assert "重新选择" in page
    assert keys(app) == set()
    assert db.session.scalars(select(CaseMessage)).all() == []


def test_a_reply_that_says_done_needs_words_or_a_file(app: Flask, pages: Pages) -> None:
    pages.do("clerk", "accept", complexity="general", item="listed", item_words=pages.item)
    solved = {**REPLY, **APPROVAL, "evidence": ""}
    assert pages.post("clerk", "solve_on_spot", **solved).status_code == 422
    assert pages.post("clerk", "solve_on_spot", **chosen("a.jpg", **solved)).status_code == 303
    end_read()
    link = db.session.scalars(select(CaseFile)).one()
    assert (link.kind, link.reply_n, link.from_complainant) == (FileUse.EVIDENCE, 1, False)


def test_a_store_that_is_away_says_so_and_loses_no_words(
    app: Flask, pages: Pages, tmp_path: Any
) -> None:
    pages.do("clerk", "acts/message", **chosen(NAME, text="请看"))
    check(app, now=utc_now())
    file_id = only(FileUse.STORY)
    (tmp_path / "way").write_text("in the way")
    app.extensions["store"] = open_store(f"file:{tmp_path}/way")
    answer = fetch(pages.browser("clerk"), f"{pages.url}/files/{file_id}")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    answer = pages.post("clerk", "acts/message", **chosen("a.jpg", text="写了很久"))
    assert (answer.status_code, "写了很久" in answer.get_data(as_text=True)) == (503, True)
    pages.do("clerk", "acts/message", text="写了很久")


def test_a_case_holds_sixty_and_no_more(app: Flask, pages: Pages) -> None:
    for _ in range(12):
        pages.do("clerk", "acts/note", **chosen(*(f"{n}.jpg" for n in range(5)), text="…"))
    answer = pages.post("clerk", "acts/note", **chosen("a.jpg", text="写了很久"))
    assert (answer.status_code, "60" in answer.get_data(as_text=True)) == (422, True)
    assert len(keys(app)) == 60
    now = utc_now() + timedelta(days=2)
    assert store_of(app).clear_unfinished(now) == 0


def test_what_somebody_brings_to_the_counter_goes_with_the_case(app: Flask, pages: Pages) -> None:
    url, clerk = "/desk/counter", pages.browser("clerk")
    half = fields(pages, title="", story="说到一半")
    small = corpus.picture(size=(32, 32))
    clerk.post(url, data=chosen("单.jpg", content=small, **half, attach="1"))
    answer = clerk.post(url, data=chosen("表.jpg", **half, attach="1"))
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "说到一半" in page, "govuk-error-message" in page) == (
        200, True, False,
    )  # fmt: skip
    gone = db.session.scalars(select(StoredFile.id).where(StoredFile.name == "单.jpg")).one()
    assert clerk.post(url, data={**half, "remove": gone.hex}).status_code == 200
    answer = clerk.post(url, data=chosen("声.mp3", content=corpus.MP3, **half))
    assert (answer.status_code, "声.mp3" in answer.get_data(as_text=True)) == (422, True)
    bad = clerk.post(url, data=chosen("坏.jpg", content=corpus.HTML, **fields(pages)))
    assert (bad.status_code, "“坏.jpg”" in bad.get_data(as_text=True)) == (422, True)
    assert clerk.post(url, data=fields(pages)).location == "/desk/counter/check"
    read_back = clerk.get("/desk/counter/check").get_data(as_text=True)
    assert [name in read_back for name in ("表.jpg", "单.jpg", "声.mp3")] == [True, False, True]
    assert send(pages).status_code == 303
    assert ("表.jpg" in slip(pages), "单.jpg" in slip(pages)) == (True, False)
    end_read()
    links = db.session.scalars(select(CaseFile)).all()
    assert {(link.kind, link.from_complainant) for link in links} == {(FileUse.STORY, True)}
    assert len(links) == 2
    assert {file.by_kind for file in db.session.scalars(select(StoredFile))} == {ByKind.STAFF}


def test_the_printed_file_lists_what_this_person_may_open(app: Flask, pages: Pages) -> None:
    pages.do("clerk", "acts/message", **chosen(NAME, text="请看"))
    pages.do("clerk", "acts/note", **chosen("内部.jpg", text="内部"))
    printed = pages.get("supervisor", "/print")
    assert ("证明 张三丰.jpg" in printed, "内部.jpg" in printed) == (True, True)
    assert "附件" in printed
