"""Code lists as pages: added to, worded anew, ended; what was told keeps its words."""

from datetime import date, timedelta

import pytest
from flask import Flask

from desk.access.permissions import Role
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Invalid
from desk.organisation.actions.reference import load_reference
from desk.organisation.codes import glossary, names_ever, row_of
from desk.organisation.models import SINCE, Code, Region
from desk.organisation.queries import codes_of, forget_kept
from desk.ratings.actions.keeping import RatingData, check
from tests import make
from tests.administration.office import NUL, Office, whole
from tests.administration.test_limits import day
from tests.people import signed_in

REASON = {
    "zh": "新的卡点", "en": "A new sticking point", "citizen_zh": "新卡点", "citizen_en": "New one",
}  # fmt: skip
NEW = "/admin/codes/reasons/new"
ONE = "/admin/codes/reasons/R01"


@pytest.fixture
def lists(office: Office) -> Office:
    make.codes()
    forget_kept()
    return office


def today(office: Office) -> date:
    return office.region.local_day(utc_now())


def names(on: date) -> dict[str, str]:
    forget_kept()
    end_read()
    return {entry.code: entry.zh for entry in codes_of("reasons", on)}


def seen(office: Office, path: str = ONE) -> str:
    return office.get(path).split('name="seen"')[1].split('value="')[1].split('"', 1)[0]


def test_an_entry_is_added_from_a_day_on_and_can_be_taken_back(lists: Office) -> None:
    later = today(lists) + timedelta(days=2)
    lists.do(NEW, code="R20", **REASON, **day("active_from", later))
    assert "R20" not in names(later - timedelta(days=1))
    assert names(later)["R20"] == "新的卡点"
    assert "R20" in lists.get("/admin/codes")
    lists.refused(NEW, code="R20", **REASON, **day("active_from", later))
    lists.do("/admin/codes/reasons/R20/take-back")
    assert "R20" not in names(later)
    assert [line.what for line in lists.lines()] == ["code_added", "code_taken_back"]
    assert whole()


def test_other_words_hold_from_a_day_on_and_what_was_told_keeps_its_own(lists: Office) -> None:
    later = today(lists) + timedelta(days=1)
    was = names(today(lists))["R01"]
    mark = seen(lists)
    lists.do(ONE, **REASON, seen=mark, **day("active_from", later))
    assert names(today(lists))["R01"] == was
    assert names(later)["R01"] == "新的卡点"
    end_read()
    assert names_ever("reasons", today(lists), "zh_Hans")["R01"] == was
    assert glossary("reasons", "zh_Hans").name("R01", later) == "新的卡点"
    assert glossary("reasons", "zh_Hans").name("R01", date(1999, 1, 1)) == was
    lists.refused(ONE, 409, **{**REASON, "zh": "又一个"}, seen=mark, **day("active_from", later))
    lists.refused(
        ONE, 409, **{**REASON, "zh": "又一个"}, seen=seen(lists), **day("active_from", later)
    )
    lists.do(f"{ONE}/take-back")
    assert names(later)["R01"] == was
    end_read()
    assert row_of("reasons", "R01").newest.active_to is None


def test_one_that_ends_is_offered_no_more_and_keeps_its_name(lists: Office) -> None:
    now = today(lists)
    lists.do("/admin/codes/reasons/R02/end", **day("last_on", now))
    assert "R02" in names(now)
    assert "R02" not in names(now + timedelta(days=1))
    end_read()
    assert "R02" in names_ever("reasons", now + timedelta(days=30), "en")
    lists.refused("/admin/codes/reasons/R02/end", 409, **day("last_on", now))
    lists.refused("/admin/codes/reasons/R02", 409, **REASON, seen=_mark("R02"), **_from(lists, 3))
    lists.do("/admin/codes/reasons/R02/take-back")
    assert "R02" in names(now + timedelta(days=1))
    lists.refused("/admin/codes/reasons/R02/take-back", 409)


def _mark(code: str) -> str:
    newest = row_of("reasons", code).newest
    return f"{newest.active_from.isoformat()}/{newest.active_to or ''}"


def _from(office: Office, days: int) -> dict[str, object]:
    return day("active_from", today(office) + timedelta(days=days))


def test_what_the_desk_itself_writes_down_does_not_end(lists: Office) -> None:
    path = "/admin/codes/reasons/R99"
    lists.refused(f"{path}/end", 409, **day("last_on", today(lists)))
    assert "不能停用" in lists.get(path)
    lists.do(path, **REASON, seen=seen(lists, path), **_from(lists, 0))


def test_what_cannot_be_meant_is_said_and_changes_nothing(lists: Office) -> None:
    good = {"code": "R21", **REASON, **_from(lists, 1)}
    bad = (
        {"code": ""}, {"code": "r21"}, {"code": "X21"}, {"code": "R2"}, {"code": "R" + "1" * 30},
        {"code": "R٢١"}, {"code": NUL}, {"zh": ""}, {"zh": "长" * 121}, {"en": NUL}, {"en": ""},
        {"citizen_zh": ""}, {"active_from-year": "2020"}, {"active_from-month": "13"},
        {"active_from-day": ""}, {"active_from-year": str(10**30)}, {"active_from-year": "١٢٣"},
    )  # fmt: skip
    for change in bad:
        assert lists.post(NEW, **{**good, **change}).status_code == 422, change
    lists.refused(ONE, **_words("R01"), seen=seen(lists), **_from(lists, 1))
    lists.refused(f"{ONE}/end", **day("last_on", today(lists) - timedelta(days=1)))
    for path in ("nothing", "levels"):
        lists.get(f"/admin/codes?list={path}", status=404)
        lists.get(f"/admin/codes/{path}/new", status=404)
    lists.get("/admin/codes/reasons/R77", status=404)
    assert lists.post("/admin/codes/reasons/R77/take-back").status_code == 404
    assert lists.lines() == []


def _words(code: str) -> dict[str, object]:
    newest = row_of("reasons", code).newest
    return {"zh": newest.zh, "en": newest.en, **newest.attrs}


def test_a_level_has_room_for_eight_words(lists: Office) -> None:
    with transaction():
        db.session.add_all(
            Code(list="rating_tags", code=f"2{n:02}", zh=f"词{n}", en=f"Word {n}", position=n,
                 attrs={"level": 2, "core": n < 3})
            for n in range(8)
        )  # fmt: skip
    new = "/admin/codes/rating_tags/new"
    more = {"zh": "新词", "en": "New word", "code": "218", **_from(lists, 1)}
    assert "先停用一个" in lists.refused(new, **more)
    lists.do("/admin/codes/rating_tags/200/end", **day("last_on", today(lists)))
    lists.do(new, **more)
    forget_kept()
    end_read()
    offered = {e.code: e.attrs for e in codes_of("rating_tags", today(lists) + timedelta(days=1))}
    assert offered["218"] == {"level": 2, "core": False}
    assert "200" not in offered


def test_diversions_and_phrases_have_pages_too(lists: Office) -> None:
    lists.do(
        "/admin/codes/diversions/new", code="X13", zh="新类", en="New kind", send_to_zh="某局",
        send_to_en="Some office", keeps_service_part="y", **_from(lists, 0),
    )  # fmt: skip
    lists.do(
        "/admin/codes/phrases/new", code="P30", zh="请等通知", en="wait", instead_zh="写明日期",
        instead_en="give a date", **_from(lists, 0),
    )  # fmt: skip
    forget_kept()
    end_read()
    (kept,) = codes_of("diversions", today(lists))
    assert kept.attrs == {
        "send_to_zh": "某局",
        "send_to_en": "Some office",
        "keeps_service_part": True,
    }
    for name in ("reasons", "diversions", "rating_tags", "phrases"):
        lists.get(f"/admin/codes?list={name}&past=1")
    lists.get("/admin/codes/diversions/X13/end")


def test_loading_the_lists_again_leaves_what_was_worded_or_ended_here(lists: Office) -> None:
    with transaction():
        load_reference(db.session.get_one(Region, lists.region.id))
    lists.do(ONE, **REASON, seen=seen(lists), **_from(lists, 0))
    lists.do("/admin/codes/reasons/R03/end", **day("last_on", today(lists)))
    with transaction():
        assert load_reference(db.session.get_one(Region, lists.region.id)).codes == 0
    assert names(today(lists))["R01"] == "新的卡点"
    assert "R03" not in names(today(lists) + timedelta(days=1))
    assert db.session.get(Code, ("reasons", "R01", SINCE)) is not None


def test_only_the_desks_own_administrators_change_what_holds_for_all(app: Flask) -> None:
    office = Office(app)
    make.codes()
    forget_kept()
    elsewhere = make.region(code="420607", short_code="YZ")
    other = signed_in(app.test_client(), make.actor(Role.ADMIN, elsewhere.id), elsewhere.id)
    page = other.get("/admin/codes")
    assert page.status_code == 200
    assert "/admin/codes/reasons/new" not in page.get_data(as_text=True)
    sent = {"code": "R20", **REASON, **_from(office, 1)}
    assert other.post(NEW, data=sent).status_code == 403
    clerk = signed_in(
        app.test_client(), make.actor(Role.CLERK, office.region.id, hall_id=office.hall.id),
        office.region.id,
    )  # fmt: skip
    assert clerk.get("/admin/codes").status_code == 403


def test_a_word_that_ended_meanwhile_loses_nobody_their_rating(lists: Office) -> None:
    now = today(lists)
    with transaction():
        db.session.add(
            Code(list="rating_tags", code="201", zh="慢", en="Slow", position=0,
                 attrs={"level": 2, "core": True}, active_to=now - timedelta(days=1))
        )  # fmt: skip
    forget_kept()
    end_read()
    said = RatingData(2, ("201",), None)
    check(said, now - timedelta(days=1), now)
    with pytest.raises(Invalid):
        check(said, now)
