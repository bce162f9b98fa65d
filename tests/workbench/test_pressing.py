"""Pressing on through the doors: the head of a case says what is wanted, the complainant nudges."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from desk.casework.words import Status
from tests.casework.test_life import Desk
from tests.workbench.pages import Pages

WANTED = "请说明为何两次退回材料"


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(Desk(app))


def citizen_of(pages: Pages) -> FlaskClient:
    receipt = pages.desk.receipt
    citizen = pages.desk.app.test_client()
    citizen.post("/complaints/track", data={"number": receipt.number, "code": receipt.access_code})
    return citizen


def test_an_order_stands_at_the_head_until_it_is_answered(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    assert 'name="days"' in pages.get("supervisor", "?do=supervise")
    for given in (
        {"unit": "department", "days": "2"},
        {"unit": "nobody", "days": "2", "text": WANTED},
        {"unit": "hall", "days": "٢", "text": WANTED},
        {"unit": "hall", "days": "16", "text": WANTED},
    ):
        answer = pages.post("supervisor", "acts/supervise", **given)
        assert answer.status_code == 422, given
    pages.do("supervisor", "acts/supervise", unit="department", days="2", text=WANTED)
    for who in ("handler", "clerk", "supervisor"):
        page = pages.get(who)
        assert '<section class="dk-order"' in page, who
        assert WANTED in page
    assert "?do=answer_order" in pages.get("lead")
    assert "?do=answer_order" not in pages.get("clerk")
    assert pages.post("clerk", "acts/answer-order", text="窗口来答").status_code == 403
    assert pages.post("lead", "acts/answer-order", text="").status_code == 422
    pages.do("lead", "acts/answer-order", text="材料已补齐，今日办结")
    assert '<section class="dk-order"' not in pages.get("supervisor")
    assert "材料已补齐" in pages.get("supervisor")
    late = pages.post("supervisor", "acts/lift-order", text="不用了")
    assert late.status_code == 409
    assert "不用了" in late.get_data(as_text=True)


def test_an_order_for_the_window_is_lifted(pages: Pages) -> None:
    pages.do("supervisor", "acts/supervise", unit="hall", days="1", text=WANTED)
    assert "?do=lift_order" in pages.get("supervisor")
    assert "?do=answer_order" in pages.get("clerk")
    pages.do("supervisor", "acts/lift-order", text="已当面说明")
    assert '<section class="dk-order"' not in pages.get("clerk")


def test_the_head_of_a_raised_case_names_who_leads(pages: Pages) -> None:
    pages.desk.to(Status.HANDLING)
    assert pages.post("lead", "acts/escalate", text="…").status_code == 403
    pages.do("supervisor", "acts/urge", text="明天前办完")
    pages.do("supervisor", "acts/escalate", text="久拖不决")
    page = pages.get("handler")
    assert f"牵头：{pages.desk.people['lead'].name}" in page
    assert "明天前办完" in page
    assert "?do=escalate" not in pages.get("supervisor")
    public = citizen_of(pages).get(f"/complaints/{pages.desk.number}").get_data(as_text=True)
    assert "已提级，由值班领导牵头办理" in public
    for secret in ("久拖不决", "明天前办完", pages.desk.people["lead"].name):
        assert secret not in public


def test_a_complainant_nudges_from_the_page_of_the_case(pages: Pages) -> None:
    citizen, url = citizen_of(pages), f"/complaints/{pages.desk.number}"
    assert f'action="{url}/nudge"' in citizen.get(url).get_data(as_text=True)
    assert citizen.post(f"{url}/nudge").status_code == 303
    page = citizen.get(url).get_data(as_text=True)
    assert f'action="{url}/nudge"' not in page
    assert "您催办过" in page
    assert "起可以再催" in page
    again = citizen.post(f"{url}/nudge")
    assert again.status_code == 409
    assert "您刚催过" in again.get_data(as_text=True)
    assert "反映人催办" in pages.get("clerk")
    stranger = pages.desk.app.test_client()
    assert stranger.post(f"{url}/nudge").status_code == 403
