"""The catalogue by hand: a promise changes only when two administrators want it, from a day on."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from desk.catalogue.models import ChangeState, Item, ItemChange, ItemVersion
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read
from tests import make
from tests.administration.office import LONG, NUL, Office, whole

LIST = "/admin/items"


class Keeping(Office):
    """The office with one item; the law allows 30 days, 5 are promised, one visit is needed."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.item = make.item(self.region.id, self.department.id)
        self.code = self.item.code
        self.today = self.region.local_day(utc_now())

    @property
    def path(self) -> str:
        return f"{LIST}/{self.code}"

    def said(self, on: date | None = None, **changes: str) -> dict[str, str]:
        day = on or self.today
        return {
            "version": str(self.versions()[0].version),
            "name_zh": "不动产转移登记",
            "name_en": "Transfer of property",
            "legal_n": "30",
            "legal_unit": "working_day",
            "promised_n": "5",
            "promised_unit": "working_day",
            "visits": "1",
            "visits_reason": "核对原件",
            "online": "yes" if self.versions()[0].online else "no",
            "by_post": "no",
            "materials": "\n".join(self.versions()[0].materials),
            "valid_from-year": str(day.year),
            "valid_from-month": str(day.month),
            "valid_from-day": str(day.day),
            **changes,
        }

    def versions(self) -> list[ItemVersion]:
        end_read()
        found = select(ItemVersion).where(ItemVersion.item_id == self.item.id)
        return list(db.session.scalars(found.order_by(ItemVersion.version.desc())))

    def change(self) -> ItemChange:
        end_read()
        return db.session.scalars(select(ItemChange).order_by(ItemChange.id.desc())).first()  # type: ignore[return-value]


@pytest.fixture
def office(app: Flask) -> Keeping:
    return Keeping(app)


def test_what_is_no_figure_holds_at_once(office: Keeping) -> None:
    assert office.code in office.get(LIST)
    office.do(office.path, **office.said(materials="身份证\n合同\n身份证"))
    newest, first = office.versions()
    assert (newest.version, newest.materials) == (2, ["身份证", "合同"])
    assert (newest.valid_from, first.valid_to) == (office.today, office.today - timedelta(days=1))
    assert newest.guide["visits_reason"] == "核对原件"
    assert [line.what for line in office.lines()][-1] == "items_loaded"
    office.refused(office.path, **office.said(materials="身份证\n合同"))
    assert whole()


def test_a_figure_waits_for_a_second_administrator(office: Keeping) -> None:
    later = office.today + timedelta(days=10)
    office.do(office.path, **office.said(later, promised_n="3"))
    assert len(office.versions()) == 1
    change = office.change()
    decide = f"{office.path}/changes/{change.id}"
    assert "#change" in office.get(LIST, "admin2")
    office.refused(decide, 403, verdict="yes")
    office.refused(office.path, 409, "admin2", **office.said(promised_n="4"))
    office.refused(decide, 422, "admin2", verdict="no")
    office.do(decide, "admin2", verdict="yes")
    newest = office.versions()[0]
    assert (newest.version, newest.promised_n, newest.valid_from) == (2, 3, later)
    assert office.change().state is ChangeState.CONFIRMED
    office.refused(decide, 409, "admin2", verdict="yes")
    whats = [line.what for line in office.lines()]
    assert whats[-3:] == ["ask_item_change", "items_loaded", "confirm_item_change"]
    assert whole()


def test_a_change_is_refused_or_taken_back(office: Keeping) -> None:
    office.do(office.path, **office.said(visits="0"))
    first = office.change()
    office.do(f"{office.path}/changes/{first.id}", "admin2", verdict="no", reason="材料不足")
    office.do(office.path, **office.said(visits="0"))
    second = office.change()
    withdraw = f"{office.path}/changes/{second.id}/withdraw"
    office.refused(withdraw, 403, "admin2")
    office.do(withdraw)
    assert office.change().state is ChangeState.TAKEN_BACK
    assert len(office.versions()) == 1
    assert whole()


def test_an_item_ends_and_goes_on(office: Keeping) -> None:
    day = office.today + timedelta(days=3)
    last = {"last_day-year": day.year, "last_day-month": day.month, "last_day-day": day.day}
    office.refused(f"{office.path}/retire", **{**last, "last_day-year": 2020})
    office.do(f"{office.path}/retire", **last)
    end_read()
    assert db.session.get_one(Item, office.item.id).active_to == day
    office.do(f"{office.path}/resume")
    end_read()
    assert db.session.get_one(Item, office.item.id).active_to is None
    assert whole()


def test_what_cannot_be_is_refused_with_what_was_typed(office: Keeping) -> None:
    yesterday = office.today - timedelta(days=1)
    office.refused(office.path, **office.said(yesterday, promised_n="3"))
    page = office.refused(office.path, **office.said(promised_n="31"))
    assert 'value="31"' in page
    for field, text in (
        ("name_zh", NUL), ("name_zh", "x" * 301), ("legal_n", str(10**30)), ("promised_n", "١٢٣"),
        ("visits", NUL), ("materials", LONG), ("valid_from-year", "x"), ("online", "perhaps"),
    ):  # fmt: skip
        office.refused(office.path, **office.said(**{field: text}))
    office.refused(office.path, 409, **office.said(version="7", promised_n="3"))
    assert office.change() is None
    assert len(office.versions()) == 1
    for address in (f"{LIST}/nothing", f"{LIST}/%00"):
        office.get(address, status=404)
    for change in ("0", "x", "9" * 30):
        office.refused(f"{office.path}/changes/{change}", 404, verdict="yes")


def test_the_list_is_paged_and_searched(office: Keeping) -> None:
    for n in range(31):
        make.item(office.region.id, office.department.id, f"事项{n}")
    first = office.get(LIST)
    assert "after=" in first
    assert "事项7" in office.get(f"{LIST}?q=事项7")
    assert "事项8" not in office.get(f"{LIST}?q=事项7")
    office.get(f"{LIST}?q=%25")


def test_the_report_names_what_breaks_a_rule(office: Keeping) -> None:
    page = office.get("/admin/items-report")
    assert office.code in page
    office.do(office.path, **office.said(visits_reason="核对原件"))
    assert office.code not in office.get("/admin/items-report")
