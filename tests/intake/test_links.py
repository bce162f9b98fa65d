"""Ways in: links of items and windows, days of the hall, what is asked without scripts."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from desk.casework.words import CaseChannel
from desk.catalogue.models import Item
from desk.kernel.db import db
from desk.organisation.models import Hall
from tests import make
from tests.intake.test_filing import TELL, WHAT, YOU, cases, place, send

__all__ = ["place"]


def page_of(client: FlaskClient, path: str) -> str:
    return client.get(path, follow_redirects=True).get_data(as_text=True)


def finish(client: FlaskClient) -> None:
    for name, fields in (("tell", TELL), ("you", YOU)):
        assert client.post(f"/complaints/new/{name}", data=fields).status_code == 303
    send(client)


def item_code() -> str:
    return str(db.session.scalars(db.select(Item.code)).one())


def test_the_link_of_an_item_fills_it_in(client: FlaskClient, place: tuple[int, int]) -> None:
    code = item_code()
    assert "不动产转移登记" in page_of(client, f"/complaints/new?item={code}")
    fields = {"item_words": "不动产转移登记", "item_code": code, "reason": "R02"}
    assert client.post("/complaints/new/what", data=fields).status_code == 303
    finish(client)
    assert cases()[0].item_id is not None


@pytest.mark.parametrize("query", ["item=nope", "window=nope", "item=%F0%9F%98%80", "item="])
def test_a_link_to_nothing_opens_an_empty_form(
    client: FlaskClient, place: tuple[int, int], query: str
) -> None:
    answer = client.get(f"/complaints/new?{query}", follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/complaints/new/what")


def test_the_code_of_a_window_names_its_hall(client: FlaskClient, place: tuple[int, int]) -> None:
    region_id, _hall = place
    other = make.hall(region_id).id
    window = make.window(other)
    code, name = window.qr_code, window.code
    assert name in page_of(client, f"/complaints/new?window={code}")
    client.post("/complaints/new/what", data=WHAT)
    finish(client)
    case = cases()[0]
    assert (case.hall_id, case.channel) == (other, CaseChannel.QR)
    assert db.session.get(Hall, case.hall_id) is not None


def test_a_link_in_the_middle_keeps_the_rest_and_asks_again(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    client.post("/complaints/new/what", data=WHAT)
    client.post("/complaints/new/tell", data=TELL)
    page = page_of(client, f"/complaints/new?item={item_code()}")
    assert "不动产转移登记" in page
    assert client.get("/complaints/new/tell").location == "/complaints/new/what"
    client.post("/complaints/new/what", data={**WHAT, "item_words": "自己的话"})
    assert TELL["story"] in client.get("/complaints/new/tell").get_data(as_text=True)


def test_without_scripts_matches_are_offered(client: FlaskClient, place: tuple[int, int]) -> None:
    words = {"item_words": "不动产", "reason": "R02"}
    asked = client.post("/complaints/new/what", data=words)
    code = item_code()
    page = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert f'value="{code}"' in page
    assert client.post("/complaints/new/what", data={**words, "item": code}).status_code == 303
    finish(client)
    assert cases()[0].item_id is not None


def test_own_words_are_enough(client: FlaskClient, place: tuple[int, int]) -> None:
    client.post("/complaints/new/what", data={"item_words": "从来没有这种事项", "reason": "R02"})
    finish(client)
    assert (cases()[0].item_id, cases()[0].item_words) == (None, "从来没有这种事项")


def test_a_month_alone_stays_a_month(client: FlaskClient, place: tuple[int, int]) -> None:
    when = {"happened_on-year": "2026", "happened_on-month": "10", "happened_on-day": ""}
    client.post("/complaints/new/what", data={**WHAT, **when})
    page = client.get("/complaints/new/what").get_data(as_text=True)
    day = page.split('id="happened_on-day"')[1].split(">")[0]
    assert 'value=""' in day
    for name, fields in (("tell", TELL), ("you", YOU)):
        client.post(f"/complaints/new/{name}", data=fields)
    check = client.get("/complaints/new/check").get_data(as_text=True)
    assert "2026年10月" in check
    assert "2026年10月1日" not in check


def test_today_is_the_day_at_the_hall(
    client: FlaskClient, place: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before_dawn = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    monkeypatch.setattr("desk.intake.views.doors.utc_now", lambda: before_dawn)
    when = {"happened_on-year": "2026", "happened_on-month": "11", "happened_on-day": "24"}
    assert client.post("/complaints/new/what", data={**WHAT, **when}).status_code == 303


@pytest.mark.parametrize("lang", ["zh_Hans", "en"])
@pytest.mark.parametrize("path", ["/", "/privacy", "/accessibility", "/contact"])
def test_the_pages_that_explain(
    client: FlaskClient, place: tuple[int, int], path: str, lang: str
) -> None:
    client.set_cookie("lang", lang)
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'lang="{"en" if lang == "en" else "zh-Hans"}"' in answer.get_data(as_text=True)


def test_the_whole_way_in_english(client: FlaskClient, place: tuple[int, int]) -> None:
    client.set_cookie("lang", "en")
    client.post("/complaints/new/what", data={**WHAT, "item_words": "transfer of a flat"})
    page = client.get("/complaints/new/tell").get_data(as_text=True)
    assert "transfer of a flat: Not told everything at once" in page
    finish(client)
    assert cases()[0].lang == "en"
