"""Replies kept ready: who keeps them, who is offered them, and who hears nothing of them."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.audit.models import LedgerLine
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.writing import actions
from desk.writing.actions import ReplyText
from desk.writing.models import ReplyTemplate
from desk.writing.queries import replies_for, replies_of, shared_replies, shelves_of
from desk.writing.words import Purpose, Reach
from tests import make
from tests.casework.test_life import Desk
from tests.workbench.pages import Pages


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def text(desk: Desk, **changes: object) -> ReplyText:
    given = {
        "title": "欢迎补充",
        "purpose": Purpose.MESSAGE,
        "parts": {"text": "请补充 {编号} 的凭证。"},
        "reach": Reach.OWN,
        "region_id": desk.region.id,
    }
    return ReplyText(**{**given, **changes})  # type: ignore[arg-type]


def keep(desk: Desk, who: str, **changes: object) -> ReplyTemplate:
    with transaction():
        return actions.add_reply(text(desk, **changes), by=desk.people[who], now=desk.now)


def titles(desk: Desk, who: str, form: str = "message") -> list[str]:
    return [row.title for row in replies_for(desk.people[who], desk.case, form)]


def test_one_s_own_is_offered_to_nobody_else(desk: Desk) -> None:
    key = keep(desk, "clerk").id
    assert titles(desk, "clerk") == ["欢迎补充"]
    for who in ("clerk2", "supervisor", "admin"):
        assert titles(desk, who) == []
        assert replies_of(desk.people[who]) == []
        with transaction(), pytest.raises(NotFound):
            actions.change_reply(key, text(desk), version=1, by=desk.people[who], now=desk.now)


def test_each_form_is_offered_what_is_for_it(desk: Desk) -> None:
    keep(desk, "clerk")
    keep(desk, "clerk", title="通用", purpose=Purpose.ANY)
    keep(desk, "clerk", title="答复", purpose=Purpose.REPLY, parts={"facts": "查明"})
    assert titles(desk, "clerk", "message") == ["欢迎补充", "通用"]
    assert titles(desk, "clerk", "solve_on_spot") == ["答复", "通用"]
    assert titles(desk, "clerk", "withdraw") == ["通用"]


def test_a_place_s_replies_are_offered_where_it_works(desk: Desk) -> None:
    other_hall = make.hall(desk.region.id)
    other_department = make.department(desk.region.id)
    keep(desk, "supervisor", title="全区", reach=Reach.REGION)
    keep(desk, "admin", title="本厅", reach=Reach.HALL, hall_id=desk.hall.id)
    keep(desk, "supervisor", title="别厅", reach=Reach.HALL, hall_id=other_hall.id)
    keep(desk, "lead", title="本部门", reach=Reach.DEPARTMENT, department_id=desk.department.id)
    for where in (desk.department.id, other_department.id):
        keep(desk, "supervisor", title=f"部门{where}", reach=Reach.DEPARTMENT, department_id=where)
    from desk.casework.words import Status

    desk.to(Status.HANDLING)
    assert titles(desk, "clerk") == ["本厅", "全区"]
    assert set(titles(desk, "handler")) == {"本部门", f"部门{desk.department.id}", "全区"}
    assert {row.title for row in shared_replies(desk.people["lead"])} == {
        "本部门",
        f"部门{desk.department.id}",
    }


def test_a_region_above_shares_with_those_below_and_not_the_other_way(desk: Desk) -> None:
    stranger = make.region("YZ", "110000", limits=False)
    with transaction():
        row = db.session.merge(stranger)
        row.path = f"{desk.region.path}110000/"
    from desk.organisation.queries import forget_kept

    forget_kept()
    hall = make.hall(stranger.id)
    below = make.actor(Role.CLERK, stranger.id, hall_id=hall.id)
    head = make.actor(Role.SUPERVISOR, stranger.id)
    keep(desk, "supervisor", title="上级", reach=Reach.REGION)
    with transaction():
        actions.add_reply(
            text(desk, title="下级", reach=Reach.REGION, region_id=stranger.id),
            by=head,
            now=desk.now,
        )
    assert [row.title for row in replies_of(below)] == ["上级", "下级"]
    assert titles(desk, "clerk") == ["上级"]
    with transaction(), pytest.raises(NotAllowed):
        actions.add_reply(text(desk, reach=Reach.REGION), by=head, now=desk.now)


def test_the_item_s_own_come_first_and_other_items_not_at_all(desk: Desk) -> None:
    other = make.item(desk.region.id, desk.department.id, "居住证办理")
    keep(desk, "clerk", title="甲")
    keep(desk, "clerk", title="乙", item_id=desk.item.id)
    keep(desk, "clerk", title="丙", item_id=other.id)
    assert titles(desk, "clerk") == ["甲"]
    from desk.casework.words import Status

    desk.to(Status.ACCEPTED)
    assert titles(desk, "clerk") == ["乙", "甲"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "  "},
        {"title": "长" * 81},
        {"parts": {}},
        {"parts": {"text": " \n "}},
        {"parts": {"text": "长" * 5_001}},
        {"parts": {"text": "今天{天气}好"}},
        {"parts": {"facts": "不是这个格子"}},
        {"item_id": 10**6},
    ],
)
def test_what_cannot_be_kept_is_said(desk: Desk, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        keep(desk, "clerk", **changes)
    assert refused.value.field
    assert replies_of(desk.people["clerk"]) == []


@pytest.mark.parametrize(
    ("who", "reach"),
    [
        ("clerk", Reach.REGION),
        ("clerk", Reach.HALL),
        ("handler", Reach.DEPARTMENT),
        ("lead", Reach.REGION),
        ("admin", Reach.OWN),
    ],
)
def test_nobody_keeps_replies_for_a_place_that_is_not_theirs(
    desk: Desk, who: str, reach: Reach
) -> None:
    hall_id = desk.hall.id if reach is Reach.HALL else 0
    department_id = desk.department.id if reach is Reach.DEPARTMENT else 0
    with pytest.raises(NotAllowed):
        keep(desk, who, reach=reach, hall_id=hall_id, department_id=department_id)


def test_a_hall_of_another_region_is_no_place_here(desk: Desk) -> None:
    stranger = make.region("YZ", "110000", limits=False)
    hall = make.hall(stranger.id)
    with pytest.raises(NotAllowed):
        keep(desk, "supervisor", reach=Reach.HALL, hall_id=hall.id)


def test_two_who_change_it_at_once(desk: Desk) -> None:
    row = keep(desk, "supervisor", reach=Reach.REGION)
    key, by = row.id, desk.people["admin"]
    other = text(desk, reach=Reach.REGION, parts={"text": "管理员改的"})
    with transaction():
        actions.change_reply(key, other, version=1, by=by, now=desk.now)
    mine = text(desk, reach=Reach.REGION, parts={"text": "督查改的"})
    with transaction(), pytest.raises(Conflict) as clash:
        actions.change_reply(key, mine, version=1, by=desk.people["supervisor"], now=desk.now)
    assert clash.value.theirs == {"text": "管理员改的"}


def test_a_retired_one_is_offered_no_more_and_can_come_back(desk: Desk) -> None:
    key, by = keep(desk, "clerk").id, desk.people["clerk"]
    for retired, left in ((True, []), (False, ["欢迎补充"])):
        end_read()
        version = db.session.get_one(ReplyTemplate, key).version
        with transaction():
            actions.retire_reply(key, retired=retired, version=version, by=by, now=desk.now)
        assert titles(desk, "clerk") == left
    assert len(replies_of(by)) == 1


def test_the_ledger_says_who_kept_what_and_not_in_which_words(desk: Desk) -> None:
    keep(desk, "clerk")
    keep(desk, "supervisor", reach=Reach.REGION)
    end_read()
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.what == "reply_saved")).all()
    assert {line.stream for line in lines} == {
        f"u/{desk.people['clerk'].user_id}",
        f"s/{desk.now:%Y-%m-%d}",
    }
    assert all("凭证" not in str(line.body) for line in lines)


def test_there_is_an_end_to_what_one_person_keeps(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_OWN", 2)
    keep(desk, "clerk", title="甲")
    keep(desk, "clerk", title="乙")
    with pytest.raises(Invalid):
        keep(desk, "clerk", title="丙")


def shelves(by: Actor, desk: Desk) -> list[str]:
    return [shelf.reach.value for shelf in shelves_of(by, desk.region.id, desk.now.date())]


def test_where_somebody_may_keep_one(desk: Desk) -> None:
    assert shelves(desk.people["clerk"], desk) == ["own"]
    assert shelves(desk.people["lead"], desk) == ["own", "department"]
    assert shelves(desk.people["supervisor"], desk) == ["own", "region", "hall", "department"]
    assert shelves(desk.people["admin"], desk) == ["region", "hall", "department"]


# The page


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(Desk(app))


NEW = "/desk/replies/new?for=reply"
FILLED = {
    "version": "0",
    "title": "已收件",
    "facts": "已收件，编号 {编号}。",
    "basis": "《不动产登记暂行条例》第十六条",
    "reach": "",
    "item_words": "不动产转移登记",
}


def filled(pages: Pages, who: str, **changes: str) -> dict[str, str]:
    page = pages.browser(who).get(NEW).get_data(as_text=True)
    reach = page.split('name="reach" type="radio" value="')[1].split('"')[0]
    return {**FILLED, "reach": reach, **changes}


def test_a_reply_is_kept_changed_and_retired_on_its_page(pages: Pages) -> None:
    browser = pages.browser("clerk")
    assert "还没有" in browser.get("/desk/replies").get_data(as_text=True)
    assert browser.post(NEW, data=filled(pages, "clerk")).status_code == 303
    page = browser.get("/desk/replies").get_data(as_text=True)
    assert "已收件，编号 {编号}。" in page
    assert "不动产转移登记" in page
    key = page.split("/desk/replies/")[1].split('"')[0]
    if key.startswith("new"):
        key = [part.split('"')[0] for part in page.split("/desk/replies/")[1:]][1]
    assert UUID(key)
    changed = {**FILLED, "version": "1", "title": "已收件，改", "item_words": ""}
    assert browser.post(f"/desk/replies/{key}", data=changed).status_code == 303
    again = browser.post(f"/desk/replies/{key}", data={**changed, "facts": "我的另一版"})
    assert again.status_code == 409
    both = again.get_data(as_text=True)
    assert "我的另一版" in both
    assert "已收件，编号 {编号}。" in both
    assert browser.post(f"/desk/replies/{key}/retire", data={"version": "1"}).status_code == 409
    assert browser.post(f"/desk/replies/{key}/retire", data={"version": "2"}).status_code == 303
    assert "已停用" in browser.get("/desk/replies").get_data(as_text=True)
    for who in ("clerk2", "handler", "supervisor"):
        assert pages.browser(who).get(f"/desk/replies/{key}").status_code == 404
        answer = pages.browser(who).post(f"/desk/replies/{key}/retire", data={"version": "3"})
        assert answer.status_code == 404


def test_shared_ones_are_seen_and_copied_not_changed(pages: Pages) -> None:
    desk = pages.desk
    key = keep(desk, "supervisor", title="全区模板", reach=Reach.REGION).id
    browser = pages.browser("clerk")
    page = browser.get("/desk/replies").get_data(as_text=True)
    assert "全区模板" in page
    assert f'href="/desk/replies/{key}"' not in page
    assert browser.get(f"/desk/replies/{key}").status_code == 404
    copy = browser.get(f"/desk/replies/new?for=message&copy={key}").get_data(as_text=True)
    assert "请补充 {编号} 的凭证。" in copy
    assert pages.browser("admin").get("/desk/replies").status_code == 403


LONG, NUL = "长" * 5_001, "有\0字"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("title", "长" * 81), ("title", NUL), ("title", "一\n二"),
        ("facts", LONG), ("facts", NUL), ("facts", "{天气}"), ("facts", "{{7*7}} {config}"),
        ("reach", "region-1"), ("reach", "own-99"), ("reach", "١"), ("reach", NUL),
        ("item_words", "没有这个事项"), ("item_words", NUL), ("item_code", NUL + "x"),
        ("item_words", "x" * 5_000),
    ],
)  # fmt: skip
def test_what_nobody_meant_is_said_and_kept(pages: Pages, field: str, value: str) -> None:
    data = filled(pages, "clerk", **{field: value})
    if field == "item_code":
        data["item_words"] = ""
    answer = pages.browser("clerk").post(NEW, data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "《不动产登记暂行条例》第十六条" in page


@pytest.mark.parametrize("query", ["?for=x", "?for=%00", "?copy=1", "?"])
def test_odd_addresses_open_an_empty_form(pages: Pages, query: str) -> None:
    answer = pages.browser("clerk").get(f"/desk/replies/new{query}")
    assert answer.status_code in {200, 404}
    assert pages.browser("clerk").post(f"/desk/replies/new{query}").status_code in {404, 422}


def test_an_address_of_broken_bytes_is_refused(pages: Pages) -> None:
    address = "/desk/replies/new?for=reply&copy=x%C3%28"
    assert pages.browser("clerk").get(address).status_code == 400
    assert pages.browser("clerk").post(address).status_code == 400
