"""The item and the root cause of a case are put right by an act with a reason."""

from sqlalchemy import select

from desk.audit.models import LedgerLine
from desk.audit.queries import faults
from desk.casework.words import Responsibility
from desk.kernel.db import db, end_read
from tests import make
from tests.workbench.pages import APPROVAL, Pages

WHY = "核对材料后改正"
LISTED = {"item": "listed", "text": WHY}


def lines(pages: Pages, what: str) -> list[dict[str, object]]:
    end_read()
    here = (LedgerLine.stream == f"c/{pages.desk.id.hex}", LedgerLine.what == what)
    return [dict(line.body or {}) for line in db.session.scalars(select(LedgerLine).where(*here))]


def test_item_and_cause_are_put_right_with_a_reason(pages: Pages) -> None:
    desk = pages.desk
    first, other = desk.item.id, make.item(desk.region.id, desk.department.id, "不动产抵押登记")
    named = {**LISTED, "item_words": "不动产抵押登记"}
    assert pages.post("clerk", "requests/set_item", **named).status_code == 409
    pages.to_replied()
    assert "改正根因" in pages.get("clerk")
    for who in ("handler",):
        assert pages.post(who, "requests/set_item", **named).status_code == 403
    promised, due = desk.case.promised_on, desk.case.next_due_at
    pages.do("clerk", "requests/set_item", **named)
    assert desk.case.item_id == other.id
    assert desk.case.item_version_id is not None
    assert (desk.case.promised_on, desk.case.next_due_at) == (promised, due)
    pages.do("clerk", "requests/set_item", item="none", text=WHY)
    assert (desk.case.item_id, desk.case.item_version_id) == (None, None)
    told = [(line["item"], line["was"]) for line in lines(pages, "set_item")]
    assert told == [(other.id, first), (None, other.id)]

    cause = {**APPROVAL, "root_cause": "R06", "responsibility": "system", "text": WHY}
    pages.do("lead", "requests/set_cause", **cause)
    assert (desk.case.root_cause, desk.case.responsibility) == ("R06", Responsibility.SYSTEM)
    assert lines(pages, "set_cause")[0]["was"] == APPROVAL["root_cause"]
    assert WHY in pages.get("lead")
    assert WHY not in str(lines(pages, "set_cause"))
    assert faults() == []

    for wrong in (
        {"item_words": ""}, {"item_words": "没有这个事项"}, {"item_words": "有\0字"},
        {"item_words": "x" * 5_000}, {"item": "x"}, {"text": " "}, {"item": "none"},
    ):  # fmt: skip
        answer = pages.post("clerk", "requests/set_item", **{**named, **wrong})
        assert answer.status_code == 422, wrong
    for wrong in ({"root_cause": "X00"}, {"responsibility": "x"}, {"text": ""}, {}):
        answer = pages.post("lead", "requests/set_cause", **{**cause, **wrong})
        assert answer.status_code == 422, wrong
    assert pages.post("lead", "requests/set_cause", **{**cause, "version": "1"}).status_code == 409
