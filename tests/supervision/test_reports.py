"""Reports: masked, formula-safe, made by the worker, two for many names, and gone after a day."""

import io
import re
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.accounts.models import Membership
from desk.audit.models import LedgerLine
from desk.casework.actions.naming import name_staff
from desk.casework.identity import PartyData
from desk.casework.words import Outcome, Status
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.kernel.sheet import Sheet, safe
from desk.notify.models import Letter
from desk.schedules import fill_orders, put_reports_away, tick
from desk.supervision.actions import making, reporting, standing_orders
from desk.supervision.actions.making import make_due
from desk.supervision.actions.reporting import Order
from desk.supervision.models import Report
from desk.supervision.reports.words import ReportKind, ReportState, Rhythm
from tests import make
from tests.casework.test_second_person import Flow
from tests.people import signed_in
from tests.worktime.official import at

FRIDAY = at("2026-11-27 10:00")
PURPOSE = "十一月例会通报"
MONTH = (date(2026, 11, 1), date(2026, 11, 30))
EVIL = '=HYPERLINK("http://evil.example")&"点我"'


class Office:
    """A desk with two supervisors, and a worker that makes what waits."""

    def __init__(self, app: Flask) -> None:
        self.app, self.flow = app, Flow(app)
        self.one = self.flow.people["supervisor"]
        self.two = self.flow.people["second"] = make.actor(Role.SUPERVISOR, self.flow.region.id)

    def ask(self, kind: ReportKind = ReportKind.REGISTER, **given: object) -> Report:
        order = Order(kind, *MONTH, PURPOSE, "zh_Hans", **given)  # type: ignore[arg-type]
        end_read()
        with transaction():
            key = reporting.ask_report(order, by=self.one, now=FRIDAY).id
        return self.report(key)

    def report(self, key: object) -> Report:
        end_read()
        return db.session.scalars(select(Report).where(Report.id == key)).one()

    def work(self, now: datetime = FRIDAY) -> None:
        end_read()
        make_due(self.app.extensions["store"], clock=lambda: now, stopping=lambda: False)

    def content(self, report: Report) -> bytes:
        end_read()
        found = self.report(report.id)
        assert found.state is ReportState.READY
        with closing(self.app.extensions["store"].open(found.storage_key or "")) as given:
            return bytes(given.read())

    def cells(self, report: Report) -> list[list[object]]:
        book = load_workbook(io.BytesIO(self.content(report)))
        return [[cell.value for cell in row] for row in book.active.iter_rows()]

    def browser(self, actor: Actor) -> FlaskClient:
        return signed_in(self.app.test_client(), actor, self.flow.region.id)


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@contextmanager
def on(now: datetime = FRIDAY) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@given(st.text(max_size=40))
def test_no_text_begins_as_a_formula_does(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert safe(text).endswith(text)


def test_a_workbook_keeps_texts_as_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    row = ["=1+1", "+86 138", "-5", "@a", "\tx", "http://a.example", "0012", 7, None, MONTH[0],
           FRIDAY, "𠮷野家", "a\x08b"]  # fmt: skip
    with Sheet(path, title="=题", mark="给&用", head=["=头", "二"], zone="Asia/Shanghai") as sheet:
        sheet.write(row)
    page = load_workbook(path).active
    assert all(cell.data_type != "f" for line in page.iter_rows() for cell in line)
    found = [cell.value for cell in list(page.iter_rows())[-1]]
    assert found[:7] == ["'=1+1", "'+86 138", "'-5", "'@a", "'\tx", "http://a.example", "0012"]
    assert found[7:12] == [7, None, "2026-11-01", "2026-11-27 10:00", "𠮷野家"]


def test_a_long_workbook_costs_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    def cost(rows: int) -> int:
        tracemalloc.start()
        head = [str(n) for n in range(10)]
        path = tmp_path / f"{rows}.xlsx"
        with Sheet(path, title="题", mark="用", head=head, zone="Asia/Shanghai") as sheet:
            for n in range(rows):
                sheet.write([n, f"反映件{n}", FRIDAY, *head[3:]])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    cost(10)
    assert cost(4000) < cost(500) + 500_000


def test_the_register_is_masked_and_holds_no_formula(office: Office) -> None:
    flow = office.flow
    party = PartyData(name="欧阳·试", phone="13800138000", email="person@example.org")
    make.case(flow.region.id, flow.hall.id, title=EVIL, party=party)
    flow.to(Status.REPLIED, Outcome.DONE)
    report = office.ask()
    assert (report.state, report.total) == (ReportState.WAITING, 2)
    office.work()
    rows = office.cells(report)
    text = "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    assert flow.number in text
    assert PURPOSE in text
    assert "不动产登记中心" in text
    for secret in ("13800138000", "欧阳·试", "person@example.org", "HYPERLINK"):
        assert secret not in text
    assert len(rows) == 4 + 2
    with_names = office.ask(names=True)
    office.work()
    rows = office.cells(with_names)
    text = "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    assert "13800138000" in text
    assert f"'{EVIL}" in text


def test_a_register_leaves_out_what_names_the_reader_and_what_is_a_test(office: Office) -> None:
    flow = office.flow
    make.case(flow.region.id, flow.hall.id, is_test=True)
    from desk.accounts.models import User

    login = db.session.get_one(User, office.one.user_id).login
    end_read()
    with transaction():
        name_staff(flow.number, login, version=flow.case.version, by=flow.people["clerk"],
                   now=FRIDAY)  # fmt: skip
    report = office.ask()
    assert report.total == 0
    office.work()
    assert len(office.cells(report)) == 4


def test_many_names_need_a_second_person(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "NAMED_ALONE", 0)
    report = office.ask(names=True)
    assert report.state is ReportState.ASKED
    office.work()
    assert office.report(report.id).state is ReportState.ASKED
    told = db.session.scalars(select(Letter).where(Letter.user_id == office.two.user_id)).all()
    assert [(letter.template, letter.context["path"]) for letter in told] == [
        ("decision", f"/supervision/reports/{report.id}")
    ]
    end_read()
    with pytest.raises(NotAllowed), transaction():
        reporting.decide_report(report.id, grant=True, reason="可以", by=office.one, now=FRIDAY)
    with pytest.raises(NotFound), transaction():
        lead = office.flow.people["lead"]
        reporting.report_of(lead, report.id)
    with on():
        seen = office.browser(office.two)
        assert str(report.id) in seen.get("/supervision/reports").get_data(as_text=True)
        path = f"/supervision/reports/{report.id}/decide"
        assert seen.post(path, data={"grant": "yes"}).status_code == 422
        answer = seen.post(path, data={"grant": "yes", "reason": "用于核对。"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        assert seen.post(path, data={"grant": "no", "reason": "再想想"}).status_code == 404
    office.work()
    assert office.report(report.id).state is ReportState.READY
    masked = office.ask()
    assert masked.state is ReportState.WAITING


def test_whoever_supervises_elsewhere_now_takes_nothing_out(office: Office) -> None:
    report = office.ask(names=True)
    office.work()
    far = make.region("AB", code="420700", limits=False)
    with transaction():
        seats = select(Membership).where(Membership.user_id == office.one.user_id)
        for seat in db.session.scalars(seats):
            seat.region_id = far.id
    with on(FRIDAY + timedelta(hours=1)):
        path = f"/supervision/reports/{report.id}/file"
        assert office.browser(office.one).post(path).status_code == 403


def test_many_names_in_slices_need_a_second_person_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = office.ask(names=True).total
    monkeypatch.setattr(reporting, "NAMED_ALONE", 2 * rows)
    assert office.ask(names=True).state is ReportState.WAITING
    assert office.ask().state is ReportState.WAITING
    third = office.ask(names=True)
    assert third.state is ReportState.ASKED
    end_read()
    order = Order(ReportKind.REGISTER, *MONTH, PURPOSE, "zh_Hans", names=True)
    with transaction():
        theirs = reporting.ask_report(order, by=office.two, now=FRIDAY).state
    assert theirs is ReportState.WAITING
    office.work()
    later = FRIDAY + timedelta(days=31)
    end_read()
    with transaction():
        again = reporting.ask_report(order, by=office.one, now=later).state
    assert again is ReportState.WAITING


def test_an_export_that_waits_stands_among_the_decisions_and_is_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "NAMED_ALONE", 0)
    report = office.ask(names=True)
    address = f"/supervision/reports/{report.id}"
    tab = "/desk/queue?tab=decisions"
    with on():
        mine, theirs = office.browser(office.one), office.browser(office.two)
        assert theirs.get("/desk/queue/counts").json["decisions"] == "1"
        assert mine.get("/desk/queue/counts").json["decisions"] == "0"
        assert address in theirs.get(tab).get_data(as_text=True)
        assert address not in mine.get(tab).get_data(as_text=True)
        assert address not in theirs.get("/desk/queue?tab=turn").get_data(as_text=True)
        assert address in theirs.get("/desk/").get_data(as_text=True)
        narrowed = "?channel=web"
        assert theirs.get(f"/desk/queue/counts{narrowed}").json["decisions"] == "0"
        assert address not in theirs.get(f"{tab}&channel=web").get_data(as_text=True)
        lead = office.browser(office.flow.people["lead"])
        assert lead.get("/desk/queue/counts").json["decisions"] == "0"
        assert address not in lead.get(tab).get_data(as_text=True)
        sent = {"grant": "no", "reason": "不必"}
        assert theirs.post(f"{address}/decide", data=sent).status_code == 303
        assert theirs.get("/desk/queue/counts").json["decisions"] == "0"


def test_a_refusal_makes_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "NAMED_ALONE", 0)
    report = office.ask(names=True)
    end_read()
    with transaction():
        reporting.decide_report(report.id, grant=False, reason="不必", by=office.two, now=FRIDAY)
    office.work()
    assert office.report(report.id).state is ReportState.REFUSED


def test_only_whoever_asked_takes_it_out_and_only_for_a_day(office: Office) -> None:
    report = office.ask()
    office.work()
    path = f"/supervision/reports/{report.id}/file"
    with on(FRIDAY + timedelta(hours=1)):
        answer = office.browser(office.one).post(path)
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert load_workbook(io.BytesIO(answer.get_data())).active.max_row == 5
        answer.close()
        assert office.browser(office.two).post(path).status_code == 404
    lines = db.session.scalars(select(LedgerLine.what).where(LedgerLine.stream.like("s/%"))).all()
    assert [what for what in lines if "report" in what] == [
        "ask_report", "make_report", "take_report",
    ]  # fmt: skip
    key = office.report(report.id).storage_key or ""
    with on(FRIDAY + timedelta(hours=25)):
        assert office.browser(office.one).post(path).status_code == 409
    end_read()
    put_reports_away(FRIDAY + timedelta(hours=25))
    assert office.report(report.id).state is ReportState.OVER
    assert office.app.extensions["store"].find(key) is None


def test_whoever_asked_is_told_without_content(office: Office) -> None:
    report = office.ask()
    office.work()
    end_read()
    told = db.session.scalars(select(Letter).where(Letter.user_id == office.one.user_id)).all()
    assert {(one.template, tuple(one.context)) for one in told} == {("report", ("path",))}
    assert str(report.id) in told[0].context["path"]


def test_the_bulletin_and_the_letter_say_the_numbers(office: Office) -> None:
    flow = office.flow
    flow.to(Status.HANDLING)
    tick(at("2026-12-02 10:00"))
    paper = office.ask(ReportKind.BULLETIN)
    letter = office.ask(ReportKind.LETTER, department_id=flow.department.id)
    end_read()
    later = at("2026-12-02 11:00")
    office.work(later)
    texts = []
    for one in (paper, letter):
        content = office.content(one)
        assert content.startswith(b"%PDF")
        pages = PdfReader(io.BytesIO(content)).pages
        texts.append("".join(page.extract_text() for page in pages).replace("\0", ""))
    assert "2026年11月" in texts[0].replace(" ", "")
    assert PURPOSE in texts[0]
    assert "不动产登记中心" in texts[1]
    assert "红牌" in texts[1]


def test_a_worker_that_dies_is_followed_by_another(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = office.ask()

    def breaks(*_given: object, **_named: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(making, "write_register", breaks)
        office.work()
        assert office.report(report.id).attempts == 1
        office.work(FRIDAY + timedelta(minutes=5))
        assert office.report(report.id).attempts == 1
    office.work(FRIDAY + timedelta(minutes=11))
    assert office.report(report.id).state is ReportState.READY


def test_three_times_in_vain_is_the_end(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    report = office.ask()

    def breaks(*_given: object, **_named: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(making, "write_register", breaks)
    for n in range(5):
        office.work(FRIDAY + timedelta(minutes=11 * n))
    found = office.report(report.id)
    assert (found.state, found.attempts) == (ReportState.FAILED, 3)


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (Order(ReportKind.REGISTER, *MONTH, "  ", "en"), "purpose"),
        (Order(ReportKind.REGISTER, MONTH[1], MONTH[0], PURPOSE, "en"), "last_on"),
        (Order(ReportKind.REGISTER, date(2020, 1, 1), MONTH[1], PURPOSE, "en"), "last_on"),
        (Order(ReportKind.LETTER, *MONTH, PURPOSE, "en"), "department"),
    ],
)
def test_what_cannot_be_made_is_said(office: Office, order: Order, field: str) -> None:
    with pytest.raises(Invalid) as refusal, transaction():
        reporting.ask_report(order, by=office.one, now=FRIDAY)
    assert refusal.value.field == field


def test_not_more_than_five_at_once(office: Office) -> None:
    for _ in range(5):
        office.ask()
    with pytest.raises(Conflict):
        office.ask()
    office.work()
    office.ask()


def test_standing_orders_are_carried_out_once_a_period(office: Office) -> None:
    end_read()
    for wanted in (True, True):
        with transaction():
            standing_orders.order_reports(
                ReportKind.REGISTER, Rhythm.DAY, wanted=wanted, lang="zh_Hans", by=office.one,
                now=FRIDAY,
            )  # fmt: skip
    for hours in (0, 1, 24, 25):
        end_read()
        fill_orders(FRIDAY + timedelta(hours=hours))
    end_read()
    made = db.session.scalars(select(Report).order_by(Report.first_on)).all()
    assert [(one.first_on, one.standing) for one in made] == [
        (date(2026, 11, 26), True), (date(2026, 11, 27), True),
    ]  # fmt: skip


DAYS = {
    "first_on-year": "2026", "first_on-month": "11", "first_on-day": "1",
    "last_on-year": "2026", "last_on-month": "11", "last_on-day": "30",
}  # fmt: skip


def test_the_pages(office: Office) -> None:
    with on():
        seen = office.browser(office.one)
        page = seen.get("/supervision/reports").get_data(as_text=True)
        assert page.count("<h1") == 1
        answer = seen.post("/supervision/reports", data={**DAYS, "kind": "register",
                                                         "purpose": PURPOSE})  # fmt: skip
        assert answer.status_code == 303, answer.get_data(as_text=True)
        path = answer.headers["Location"]
        assert "<progress" in seen.get(path).get_data(as_text=True)
        assert path in seen.get("/supervision/reports").get_data(as_text=True)
        assert (
            seen.post(
                "/supervision/reports/orders", data={"order": "register.day", "wanted": "yes"}
            ).status_code
            == 303
        )
        page = seen.get("/supervision/reports").get_data(as_text=True)
        assert len(re.findall('value="register.day"', page)) == 1
        for who in ("clerk", "lead", "handler", "admin"):
            other = office.browser(office.flow.people[who])
            assert other.get("/supervision/reports").status_code == 403
            assert other.post("/supervision/reports", data={}).status_code == 403


@pytest.mark.parametrize("text", ["", " ", "a\x00b", "\ud800", "１２３", "字" * 201, "9" * 30])
def test_bad_input_asks_for_nothing(office: Office, text: str) -> None:
    with on():
        seen = office.browser(office.one)
        for name in ("kind", "purpose", "first_on-year", "last_on-day", "department"):
            data = {**DAYS, "kind": "letter", "purpose": PURPOSE, "department": "1", name: text}
            if name == "department":
                data["department"] = text or "zzz"
            sent = {key: value.encode("utf-8", "surrogatepass") for key, value in data.items()}
            answer = seen.post("/supervision/reports", data=sent)
            fits = name == "purpose" and text == "9" * 30
            assert answer.status_code in ({303} if fits else {400, 422}), (name, text)
        for order in ("x", "register.x", ".", text):
            sent = {"order": order.encode("utf-8", "surrogatepass")}
            assert seen.post("/supervision/reports/orders", data=sent).status_code in {400, 422}
