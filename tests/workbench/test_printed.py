"""The file of a case, printed or as a PDF, holds the story; who it is only for a reason."""

import io

from pypdf import PdfReader
from sqlalchemy import select

from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.casework.words import IdentityMode, Status
from desk.kernel.db import db, end_read
from tests.workbench.pages import Pages, another, elsewhere

PHONE = "13800138000"
WHY = {"names": "y", "category": "post", "reason": "归档纸质卷宗，须附联系方式"}


def printed(pages: Pages, who: str, **fields: str) -> str:
    """Take the file out as a PDF, and read what stands in it without its blanks."""
    answer = pages.browser(who).post(f"{pages.url}/print", data={"pdf": "yes", **fields})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{pages.desk.number}.pdf"'
    )
    assert "no-store" in answer.headers["Cache-Control"]
    sheets = PdfReader(io.BytesIO(answer.get_data())).pages
    read = "".join("".join(sheet.extract_text().split()) for sheet in sheets)
    return read.replace("\0", "")


def lines(pages: Pages, what: str) -> list[LedgerLine]:
    end_read()
    stream = f"c/{pages.desk.id.hex}"
    here = (LedgerLine.stream == stream, LedgerLine.what == what)
    return list(db.session.scalars(select(LedgerLine).where(*here).order_by(LedgerLine.seq)))


def test_the_file_holds_the_story_and_no_contact_data(pages: Pages) -> None:
    pages.to_replied()
    for who in ("clerk", "handler", "lead", "supervisor"):
        page = pages.get(who, "/print")
        for text in (page, printed(pages, who)):
            assert pages.desk.number in text, who
            assert "不动产登记办事指南" in text
            assert PHONE not in text
            assert "person@example.org" not in text
    assert [line.body["names"] for line in lines(pages, "print_case")] == [False] * 4
    assert lines(pages, "reveal") == []
    admin = pages.browser("admin")
    assert admin.get(f"{pages.url}/print").status_code == 403
    assert admin.post(f"{pages.url}/print", data={"pdf": "yes"}).status_code == 403


def test_who_it_is_stands_in_it_for_a_reason_and_leaves_a_line(pages: Pages) -> None:
    assert PHONE in printed(pages, "clerk", **WHY)
    shown = pages.post("clerk", "print", page="yes", **WHY)
    assert PHONE in shown.get_data(as_text=True)
    assert [line.body["pdf"] for line in lines(pages, "print_case")] == [True, False]
    asked = lines(pages, "reveal")
    assert [line.body["category"] for line in asked] == ["post", "post"]
    assert WHY["reason"] not in str([line.body for line in asked])
    assert PHONE not in pages.get("clerk", "/print")
    assert list(faults()) == []
    for wrong in ({"reason": "短"}, {"category": "x"}, {"category": ""}, {"reason": "有\0字" * 9}):
        answer = pages.post("clerk", "print", pdf="yes", **WHY | wrong)
        assert answer.status_code == 422, wrong
        assert PHONE not in answer.get_data(as_text=True)
    assert pages.post("supervisor", "print", pdf="yes", **WHY).status_code == 403
    assert len(lines(pages, "print_case")) == 2


def test_a_department_reads_the_brief_of_a_hidden_complainant(pages: Pages) -> None:
    story = "我是老王，住在三号楼。"
    another(pages.desk, identity_mode=IdentityMode.CONFIDENTIAL, story=story)
    pages.desk.to(Status.HANDLING)
    for text in (pages.get("handler", "/print"), printed(pages, "handler")):
        assert "老王" not in text
    assert "老王" in printed(pages, "clerk")
    assert pages.post("handler", "print", pdf="yes", **WHY).status_code == 403


def test_what_the_font_lacks_is_named_and_markup_is_text(pages: Pages) -> None:
    another(pages.desk, title="龘𠮷办不成", story="窗口说 <b>&amp; 不行 😀😀 {{7*7}}")
    text = printed(pages, "clerk")
    assert "龘𠮷办不成" in text
    assert "<b>&amp;不行〓〓{{7*7}}" in text
    assert "U+1F600×2" in text
    pages.browser("clerk").set_cookie("lang", "en")


def test_nobody_prints_what_is_not_theirs(pages: Pages) -> None:
    for name, browser in elsewhere(pages.desk).items():
        assert browser.get(f"{pages.url}/print").status_code == 404, name
        answer = browser.post(f"{pages.url}/print", data={"pdf": "yes", **WHY})
        assert answer.status_code == 404, name


def test_papers_have_a_limit_and_a_token(pages: Pages) -> None:
    codes = [pages.post("clerk", "print", pdf="yes", names="y").status_code for _n in range(21)]
    assert codes == [422] * 20 + [429]
    pages.desk.app.config["WTF_CSRF_ENABLED"] = True
    assert pages.post("clerk2", "print", pdf="yes").status_code == 422
