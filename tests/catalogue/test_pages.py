"""The catalogue's pages: found as one types, listed by office, and open to odd questions."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh
from sqlalchemy import event

from desk.kernel.db import db
from desk.kernel.throttle import Throttle
from desk.organisation.models import Region
from tests import make
from tests.catalogue.test_loading import ENTRY, JANUARY, load

ODD = ("", " ", "\0", "%", "_", "'", '"', "\\", "；", "١٢٣", "𠮷", "a" * 5000, "<script>", "\x02甲")


@pytest.fixture
def region(app: Flask) -> Region:
    region = make.region()
    make.hall(region.id)
    bare = replace(ENTRY, name_en=None, guide={})
    unlimited = {"legal_n": None, "legal_unit": None, "promised_n": None, "promised_unit": None}
    tax = {
        "code": "A2",
        "name_zh": "税务注销",
        "department": "税务局",
        "visits": 0,
        "materials": (),
    }
    load(
        region,
        ENTRY,
        replace(bare, **tax, **unlimited),
        replace(bare, code="A3", name_zh="停办的事项", active_to=JANUARY),
        replace(bare, code="1-0_0.a（市级）", name_zh="企业设立登记"),
    )
    return region


def speak(client: FlaskClient, lang: str) -> None:
    """Choose a language; the test's own context would keep the one of the request before."""
    client.set_cookie("lang", lang)
    refresh()


def body(client: FlaskClient, path: str, lang: str = "zh_Hans", **args: str) -> str:
    speak(client, lang)
    answer = client.get(path, query_string=args)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_search_answers_in_the_language_of_the_person(
    client: FlaskClient, region: Region
) -> None:
    speak(client, "en")
    assert client.get("/items/search?q=过户").get_json() == [
        {
            "code": "A1", "name": "Transfer of property", "department": "登记中心",
            "promise": "5 working days", "visits": "1 visit",
        }
    ]  # fmt: skip
    speak(client, "zh_Hans")
    assert client.get("/items/search?q=税务").get_json() == [
        {
            "code": "A2",
            "name": "税务注销",
            "department": "税务局",
            "promise": "",
            "visits": "零跑腿",
        }
    ]


@pytest.mark.parametrize("words", ODD)
def test_no_question_is_too_odd(client: FlaskClient, region: Region, words: str) -> None:
    if "\0" in words:
        assert client.get("/items/search", query_string={"q": words}).status_code == 404
        assert client.get("/items", query_string={"q": words}).status_code == 404
        return
    assert client.get("/items/search", query_string={"q": words}).status_code == 200
    assert client.get("/items", query_string={"q": words}).status_code == 200
    assert client.get("/items", query_string={"department": words}).status_code in {200, 404}
    assert client.get("/items", query_string={"after": words}).status_code in {200, 422}
    assert client.get("/items", query_string={"before": words}).status_code in {200, 422}
    assert client.get(f"/items/x{words[:200]}").status_code == 404


def test_broken_bytes_and_doubled_fields_are_answered(client: FlaskClient, region: Region) -> None:
    for query in ("q=%ff%fe", "q=%ED%A0%80", "after=%ff"):
        assert client.get(f"/items?{query}").status_code == 400
        assert client.get(f"/items/search?{query}").status_code == 400
    for query in ("q=a&q=b", "q[]=1"):
        assert client.get(f"/items?{query}").status_code in {200, 422}
        assert client.get(f"/items/search?{query}").status_code == 200
    assert client.get("/items/%ff%fe").status_code == 404


def test_an_item_shows_its_promise_and_the_way_to_complain(
    client: FlaskClient, region: Region
) -> None:
    page = body(client, "/items/A1")
    days = "<small>个工作日</small>"
    for said in (
        "不动产转移登记",
        "登记中心",
        f"5{days}",
        f"30{days}",
        "短83%",
        "1<small>次</small>",
    ):
        assert said in page
    assert "<li>申请表</li>" in page
    assert 'href="/complaints/new?item=A1"' in page
    english = body(client, "/items/A1", "en")
    for said in ("Transfer of property", "5<small>working days</small>", "83% shorter"):
        assert said in english


def test_an_item_of_which_little_is_said_invents_nothing(
    client: FlaskClient, region: Region
) -> None:
    page = body(client, "/items/A2", "en")
    assert "No promise is published." in page
    assert "The law names no limit." in page
    assert "No list of papers is published." in page


def test_an_item_that_ended_says_so_and_is_not_listed(client: FlaskClient, region: Region) -> None:
    assert "本事项已于2026年1月1日停办。" in body(client, "/items/A3")
    assert "停办的事项" not in body(client, "/items")


def test_a_code_with_signs_has_a_page(client: FlaskClient, region: Region) -> None:
    assert "企业设立登记" in body(client, "/items/1-0_0.a（市级）")


def test_the_list_is_that_of_the_office_chosen(client: FlaskClient, region: Region) -> None:
    everything = body(client, "/items", "en")
    assert "3 services, with what the law allows" in everything
    assert "Transfer of property" in everything
    of_tax = body(client, "/items", "en", department="D002")
    assert "税务注销" in of_tax
    assert "Transfer of property" not in of_tax
    assert client.get("/items?department=none").status_code == 404


def test_pages_of_the_list_are_linked(client: FlaskClient, region: Region) -> None:
    load(region, *(replace(ENTRY, code=f"B{n:03d}", name_zh=f"事项{n}") for n in range(60)))
    assert 'href="/items?after=' in body(client, "/items")
    second = body(client, "/items", after="B046")
    assert 'href="/items?before=B047"' in second
    assert "事项59" in second
    assert "after=" not in second


def test_a_search_says_how_it_went(client: FlaskClient, region: Region) -> None:
    assert "与“登记”有关的事项" in body(client, "/items", q="登记")
    assert "下面这些比较接近" in body(client, "/items", q="我要办不动产登记证")
    nothing = body(client, "/items", q="查无")
    assert "请换个说法" in nothing
    assert 'value="查无"' in nothing


def test_an_empty_catalogue_says_what_would_be_there(app: Flask, client: FlaskClient) -> None:
    region = make.region()
    make.hall(region.id)
    assert "No services have been loaded yet." in body(client, "/items", "en")


def test_searches_are_limited_by_address(app: Flask, client: FlaskClient, region: Region) -> None:
    app.extensions["throttle"] = Throttle()
    answers = [client.get("/items/search?q=登记").status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_the_list_costs_the_same_however_many(
    app: Flask, client: FlaskClient, region: Region
) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    body(client, "/items")
    asked.clear()
    body(client, "/items")
    few = len(asked)
    load(region, *(replace(ENTRY, code=f"C{n:03d}") for n in range(40)))
    asked.clear()
    body(client, "/items")
    assert len(asked) == few
