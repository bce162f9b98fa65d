"""Views of the queue: kept, shared with a unit, counted truly, dropped by whoever may."""

import re

from desk.access.actors import Actor
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.workbench.actions import MOST_SHARED, MOST_VIEWS
from desk.workbench.models import SavedView
from tests import make
from tests.workbench.pages import Pages

NARROWED = "tab=all&status=submitted&channel=web"
VIEWS = "/desk/queue/views?list=" + NARROWED.replace("=", "%3D").replace("&", "%26")
HOSTILE = ("", " ", "x" * 41, "a\0b", "\u202e倒", "两\n行")


def keep(by: Actor, name: str, hall_id: int = 0) -> None:
    db.session.add(
        SavedView(
            user_id=by.user_id, hall_id=hall_id, name=name, listing="tab=all", kept_at=utc_now()
        )
    )


def view(name: str) -> SavedView:
    return db.session.scalars(db.select(SavedView).where(SavedView.name == name)).one()


def listed(pages: Pages, who: str) -> dict[str, str]:
    """Give the views somebody sees, each with its number."""
    page = pages.browser(who).get("/desk/queue/views").get_data(as_text=True)
    found = re.findall(r'<a href="/desk/queue\?[^>]*>([^<]+)</a><span class="dk-count">(\d+)', page)
    return dict(found)


def test_a_view_leads_to_its_list_and_says_how_many_stand_in_it(pages: Pages) -> None:
    for _ in range(3):
        make.case(pages.desk.region.id, pages.desk.hall.id)
    browser = pages.browser("clerk")
    kept = browser.post(VIEWS, data={"name": " 网上待受理 ", "whose": "own"})
    assert (kept.status_code, kept.location) == (303, f"/desk/queue?{NARROWED}")
    assert listed(pages, "clerk") == {"网上待受理": "4"}
    page = browser.get(f"/desk/queue?{NARROWED}").get_data(as_text=True)
    assert page.count("data-row>") == 4
    again = browser.post(
        "/desk/queue/views?list=tab%3Dmine", data={"name": "网上待受理", "whose": "own"}
    )
    assert again.status_code == 303
    assert listed(pages, "clerk") == {"网上待受理": "0"}
    assert listed(pages, "clerk2") == {}
    end_read()
    key = view("网上待受理").id
    assert pages.browser("clerk2").post(f"/desk/queue/views/{key}/drop").status_code == 404
    assert browser.post(f"/desk/queue/views/{key}/drop").status_code == 303
    assert listed(pages, "clerk") == {}
    assert browser.post(f"/desk/queue/views/{key}/drop").status_code == 404


def test_a_unit_shares_views_and_each_counts_what_is_their_own_to_see(pages: Pages) -> None:
    desk = pages.desk
    pages.do("clerk", "accept", complexity="simple", item="none")
    pages.do("clerk", "dispatch", department=str(desk.department.id))
    shared = {"name": "全部", "whose": f"d{desk.department.id}"}
    every = "/desk/queue/views?list=tab%3Dall"
    assert pages.browser("handler").post(every, data=shared).status_code == 303
    assert listed(pages, "lead") == listed(pages, "handler") == {"全部": "1"}
    sharer = f"由{desk.people['handler'].name}共用"
    assert listed(pages, "clerk") == listed(pages, "supervisor") == {}
    assert pages.browser("lead").get("/desk/queue/views").get_data(as_text=True).count(sharer) == 1
    for who in ("clerk", "supervisor"):
        assert pages.browser(who).post(every, data=shared).status_code == 422, who
    hall = {"name": "窗口", "whose": f"h{desk.hall.id}"}
    assert pages.browser("clerk").post(every, data=hall).status_code == 303
    assert set(listed(pages, "clerk2")) == {"窗口"}
    end_read()
    key = view("窗口").id
    assert pages.browser("clerk2").post(f"/desk/queue/views/{key}/drop").status_code == 404
    end_read()
    key = view("全部").id
    assert pages.browser("lead").post(f"/desk/queue/views/{key}/drop").status_code == 303
    assert listed(pages, "handler") == {}


def test_what_cannot_be_kept_comes_back_with_what_was_typed(pages: Pages) -> None:
    browser, actor = pages.browser("clerk"), pages.desk.people["clerk"]
    for name in HOSTILE:
        answer = browser.post(VIEWS, data={"name": name, "whose": "own"})
        assert answer.status_code == 422, repr(name)
    for whose in ("", "h0", "d1", "x", "h99999999999999999999"):
        answer = browser.post(VIEWS, data={"name": "我的", "whose": whose})
        assert answer.status_code == 422, whose
        assert 'value="我的"' in answer.get_data(as_text=True)
    twice = {"name": ["甲", "乙"], "whose": "own"}
    assert browser.post(VIEWS, data=twice).status_code == 400
    with transaction():
        for n in range(MOST_VIEWS):
            keep(actor, f"{n}")
        for n in range(MOST_SHARED):
            keep(pages.desk.people["clerk2"], f"s{n}", hall_id=pages.desk.hall.id)
    assert browser.post(VIEWS, data={"name": "多", "whose": "own"}).status_code == 422
    assert browser.post(VIEWS, data={"name": "3", "whose": "own"}).status_code == 303
    full = browser.post(VIEWS, data={"name": "4", "whose": f"h{pages.desk.hall.id}"})
    assert full.status_code == 422
    with transaction():
        view("5").listing = "tab=gone"
    assert listed(pages, "clerk").keys() >= {"4", "s0"}
    assert "5" not in listed(pages, "clerk")
    end_read()
    assert view("3").listing == NARROWED


def test_the_keys_are_off_in_every_browser_once_they_are_off(pages: Pages) -> None:
    browser = pages.browser("clerk")
    assert 'data-keys="off"' not in browser.get("/desk/queue").get_data(as_text=True)
    assert browser.post("/account/keys", data={"off": "y"}).status_code == 303
    assert 'data-keys="off"' in browser.get("/desk/queue").get_data(as_text=True)
    assert "checked" in browser.get("/account/keys").get_data(as_text=True)
    assert 'data-keys="off"' not in pages.browser("clerk2").get("/desk/queue").get_data(
        as_text=True
    )
    assert browser.post("/account/keys", data={}).status_code == 303
    assert 'data-keys="off"' not in browser.get("/desk/queue").get_data(as_text=True)
