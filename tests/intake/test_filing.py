"""Filing and following through the doors: what is taken, what is refused, what is kept."""

import threading
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from desk.casework.models import Case
from desk.casework.numbers import new_case_number
from desk.casework.words import IdentityMode, PartyKind
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from tests import make

USCC = "91350100M000100Y43"


@pytest.fixture
def place(app: Flask) -> tuple[int, int]:
    region = make.region()
    hall = make.hall(region.id)
    department = make.department(region.id)
    make.item(region.id, department.id)
    ids = region.id, hall.id
    db.session.remove()
    return ids


WHAT = {"item_words": "过户", "item": "none", "reason": "R02", "visits": "3"}
TELL = {"title": "二手房过户，一趟一趟补", "story": "第三次补同一份证明 ⼦𠮷😀", "wish": "一次说清"}
YOU = {
    "identity_mode": "real",
    "party_kind": "individual",
    "name": "欧阳·𠮷",
    "phone": "+86 138 0013 8000",
}


def fill(client: FlaskClient, **changes: dict[str, str]) -> None:
    """Fill in the three steps; each must be taken."""
    steps = {"what": WHAT, "tell": TELL, "you": YOU}
    for name, fields in steps.items():
        answer = client.post(f"/complaints/new/{name}", data={**fields, **changes.get(name, {})})
        assert answer.status_code == 303, (name, answer.get_data(as_text=True))


def seen_on(page: str) -> str:
    """Give what the page says, signed, about what it showed."""
    return page.split('name="seen"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def send(client: FlaskClient) -> str:
    """Send what was filled in and give the page of the receipt."""
    page = client.get("/complaints/new/check").get_data(as_text=True)
    answer = client.post("/complaints/new/check", data={"seen": seen_on(page)})
    assert (answer.status_code, answer.location) == (303, "/complaints/receipt")
    return client.get("/complaints/receipt").get_data(as_text=True)


def cases() -> list[Case]:
    db.session.remove()
    return list(db.session.scalars(select(Case)))


def test_a_named_individual(client: FlaskClient, place: tuple[int, int]) -> None:
    fill(client)
    receipt = send(client)
    case = cases()[0]
    assert case.number in receipt
    assert (case.title, case.story, case.visits) == (TELL["title"], TELL["story"], 3)
    assert (case.identity_mode, case.party_kind) == (IdentityMode.REAL, PartyKind.INDIVIDUAL)
    assert case.repeat_key is not None


def test_an_anonymous_one_leaves_nobody(client: FlaskClient, place: tuple[int, int]) -> None:
    fill(client, you={"identity_mode": "anonymous", "name": "", "phone": ""})
    send(client)
    case = cases()[0]
    assert (case.party_id, case.repeat_key) == (None, None)


def test_a_business_and_its_agent(client: FlaskClient, place: tuple[int, int]) -> None:
    you = {
        "party_kind": "business", "org": "西洲青禾商贸", "uscc": USCC, "on_behalf": "yes",
        "agent_name": "代办", "agent_phone": "13900139000", "identity_mode": "confidential",
    }  # fmt: skip
    fill(client, you=you)
    send(client)
    case = cases()[0]
    assert case.party_kind is PartyKind.BUSINESS
    assert case.agent_party_id not in {None, case.party_id}


BAD = [
    ("what", {"item_words": ""}, 422),
    ("what", {"item_words": "　 \u200b"}, 422),
    ("what", {"item_words": "a" * 201}, 422),
    ("what", {"item_words": "a\0b"}, 422),
    ("what", {"item_words": "Subject\r\nBcc: x"}, 422),
    ("what", {"reason": "R77"}, 422),
    ("what", {"reason": "10**30"}, 422),
    ("what", {"visits": "-1"}, 422),
    ("what", {"visits": str(10**30)}, 422),
    ("what", {"visits": "١٢٣"}, 422),
    ("what", {"visits": "1e3"}, 422),
    ("what", {"tried_by": "teleport"}, 422),
    ("what", {"happened_on-year": "2026", "happened_on-month": "2", "happened_on-day": "30"}, 422),
    ("what", {"happened_on-year": "0000", "happened_on-month": "00", "happened_on-day": "00"}, 422),
    ("what", {"happened_on-year": "1899", "happened_on-month": "1", "happened_on-day": "1"}, 422),
    ("what", {"happened_on-year": "x", "happened_on-month": "y", "happened_on-day": "z"}, 422),
    ("what", {"item_code": "' OR 1=1--", "item": "I-absent"}, 422),
    ("tell", {"title": ""}, 422),
    ("tell", {"title": "字" * 201}, 422),
    ("tell", {"story": ""}, 422),
    ("tell", {"story": "字" * 20_001}, 422),
    ("tell", {"story": "a\x01b"}, 422),
    ("tell", {"title": "a\u202eb"}, 422),
    ("tell", {"title": "e" + "\u0301" * 200}, 422),
    ("you", {"phone": ""}, 422),
    ("you", {"phone": "138001380000"}, 422),
    ("you", {"phone": "+1900123456"}, 422),
    ("you", {"phone": "abc"}, 422),
    ("you", {"email": "a@b"}, 422),
    ("you", {"email": "a@@b.c"}, 422),
    ("you", {"email": "a@b..cc"}, 422),
    ("you", {"email": "a" * 250 + "@b.cc"}, 422),
    ("you", {"email": "x@y.cc\nBcc: z"}, 422),
    ("you", {"identity_mode": "anonymous"}, 422),
    ("you", {"identity_mode": "spy"}, 422),
    ("you", {"party_kind": "business", "org": "X", "uscc": "91350100M000100Y44"}, 422),
    ("you", {"party_kind": "business"}, 422),
    ("you", {"needs": "rocket"}, 422),
    ("you", {"name": "\u202eabc"}, 422),
]


@pytest.mark.parametrize(("step", "fields", "status"), BAD)
def test_bad_input_gets_a_sentence_keeps_the_rest_and_changes_nothing(
    client: FlaskClient, place: tuple[int, int], step: str, fields: dict[str, str], status: int
) -> None:
    fill(client)
    given = {**{"what": WHAT, "tell": TELL, "you": YOU}[step], **fields}
    answer = client.post(f"/complaints/new/{step}", data=given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert "govuk-error-summary" in page
    kept = {"what": "过户", "tell": "第三次补", "you": "欧阳"}[step]
    if kept not in str(list(fields.values())) and not set(fields) & {
        "item_words",
        "story",
        "name",
    }:
        assert kept in page
    send(client)
    assert cases()[0].title == TELL["title"]


GOOD = [
    ("tell", {"title": "字" * 200}),
    ("tell", {"title": "😀" * 200}),
    ("tell", {"story": "<script>alert(1)</script>{{7*7}}${7*7}"}),
    ("tell", {"story": "=cmd|' /C calc'!A0"}),
    ("you", {"phone": "１３８００１３８０００"}),
    ("you", {"phone": "010 8888 0000"}),
    ("you", {"email": "名@例子.中国"}),
    ("what", {"happened_on-year": "2026", "happened_on-month": "11", "happened_on-day": ""}),
]


@pytest.mark.parametrize(("step", "fields"), GOOD)
def test_strange_but_right_input_is_taken_as_it_is(
    client: FlaskClient, place: tuple[int, int], step: str, fields: dict[str, str]
) -> None:
    fill(client, **{step: fields})
    page = client.get("/complaints/new/check").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "{{7*7}}" in page or "7*7" not in str(fields)
    send(client)
    if "story" in fields:
        assert cases()[0].story == fields["story"]


def test_tomorrow_cannot_have_happened(client: FlaskClient, place: tuple[int, int]) -> None:
    later = utc_now().date() + timedelta(days=2)
    when = dict(zip(("year", "month", "day"), (later.year, later.month, later.day), strict=True))
    fields = {f"happened_on-{part}": str(value) for part, value in when.items()}
    assert client.post("/complaints/new/what", data={**WHAT, **fields}).status_code == 422


def test_a_field_sent_twice_is_refused(client: FlaskClient, place: tuple[int, int]) -> None:
    answer = client.post("/complaints/new/what", data={"reason": ["R01", "R02"]})
    assert answer.status_code == 400


def test_a_flood_of_fields_or_bytes_is_refused(client: FlaskClient, place: tuple[int, int]) -> None:
    many = client.post("/complaints/new/what", data={f"f{n}": "1" for n in range(300)})
    large = client.post("/complaints/new/tell", data={"story": "x" * 300_000})
    assert (many.status_code, large.status_code) == (413, 413)


def test_broken_bytes_are_no_500(client: FlaskClient, place: tuple[int, int]) -> None:
    answer = client.post(
        "/complaints/new/what", data=b"item_words=%ff%fe&reason=R02&visits=%ed%a0%80",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert 400 <= answer.status_code < 500


def test_a_step_cannot_be_skipped(client: FlaskClient, place: tuple[int, int]) -> None:
    answer = client.get("/complaints/new/check")
    assert (answer.status_code, answer.location) == (303, "/complaints/new/what")


def test_an_expired_token_keeps_the_text(
    app: Flask, client: FlaskClient, place: tuple[int, int]
) -> None:
    fill(client)
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/complaints/new/tell", data={**TELL, "csrf_token": "old"})
    assert answer.status_code == 422
    assert TELL["story"] in answer.get_data(as_text=True)


def test_sending_twice_makes_one_case_and_one_receipt(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    fill(client)
    first = send(client)
    again = client.post("/complaints/new/check", data={})
    assert again.location == "/complaints/receipt"
    assert client.get("/complaints/receipt").get_data(as_text=True) == first
    assert len(cases()) == 1


def test_fifty_at_once_make_one_case(app: Flask, place: tuple[int, int]) -> None:
    from desk.intake import actions
    from desk.intake.views import drafting, sending

    client = app.test_client()
    fill(client)
    with app.test_request_context(headers={"Cookie": _cookie(client)}):
        draft = drafting.draft()
        numbers: list[str] = []
        gate = threading.Barrier(50)

        def post() -> None:
            with app.test_request_context():
                gate.wait()
                try:
                    numbers.append(sending.send(draft))
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=post) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(numbers) == 50
    assert len(set(numbers)) == 1
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    assert actions.CLIENT == "form"


def _cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("draft")
    assert cookie is not None
    return f"draft={cookie.value}"


def test_a_draft_is_not_readable_without_the_browser(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    fill(client)
    with db.engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM drafts")).all())
    assert "欧阳" not in stored
    assert "13800138000" not in stored


def followed(client: FlaskClient) -> tuple[str, str]:
    """File, keep number and code, and open the case."""
    fill(client)
    receipt = send(client)
    number = cases()[0].number
    shown = receipt.split('class="desk-code"')[1].split("</dd>")[0]
    code = "".join(part.split("</span>")[0] for part in shown.split("<span>")[1:])
    assert client.post("/complaints/receipt", data={"saved": "yes"}).status_code == 303
    answer = client.post("/complaints/track", data={"number": number, "code": code})
    assert answer.location == f"/complaints/{number}"
    return number, code


def test_the_code_is_shown_once(client: FlaskClient, place: tuple[int, int]) -> None:
    number, code = followed(client)
    page = client.get(f"/complaints/{number}").get_data(as_text=True)
    assert code not in page.replace("-", "")
    assert client.get("/complaints/receipt").location == "/complaints/track"


def test_a_wrong_code_and_an_unknown_number_read_the_same(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    number, _code = followed(client)
    other = app_client(client)
    known = {"number": number, "code": "0" * 16}
    unknown = {"number": new_case_number("XZ", date(2026, 11, 20)), "code": "0" * 16}
    wrong = other.post("/complaints/track", data=known)
    absent = other.post("/complaints/track", data=unknown)
    assert wrong.status_code == absent.status_code == 422
    pages = [
        answer.get_data(as_text=True).replace(given["number"], "")
        for answer, given in ((wrong, known), (absent, unknown))
    ]
    assert pages[0] == pages[1]
    assert other.get(f"/complaints/{number}").status_code == 303


def app_client(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()


def test_guessing_is_slowed_down(client: FlaskClient, place: tuple[int, int]) -> None:
    guess = {"number": "XZ-261123-482915-8", "code": "0" * 16}
    statuses = [client.post("/complaints/track", data=guess).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2


def test_messages_withdrawal_and_restoring(client: FlaskClient, place: tuple[int, int]) -> None:
    number, _code = followed(client)
    assert client.post(f"/complaints/{number}/message", data={"text": "请问?"}).status_code == 303
    page = client.get(f"/complaints/{number}").get_data(as_text=True)
    assert "请问?" in page
    version = str(cases()[0].version)
    stale = client.post(f"/complaints/{number}/withdraw", data={"text": "算了", "version": "0"})
    assert stale.status_code == 409
    assert "算了" in stale.get_data(as_text=True)
    done = client.post(f"/complaints/{number}/withdraw", data={"text": "算了", "version": version})
    assert (done.status_code, cases()[0].status) == (303, "withdrawn")


@pytest.mark.parametrize("body", ["", "x" * 5_001, "a\0b", "   "])
def test_bad_messages_are_refused(client: FlaskClient, place: tuple[int, int], body: str) -> None:
    number, _code = followed(client)
    answer = client.post(f"/complaints/{number}/message", data={"text": body})
    assert answer.status_code == 422


def test_leaving_closes_the_case_for_this_browser(
    client: FlaskClient, place: tuple[int, int]
) -> None:
    number, _code = followed(client)
    client.post(f"/complaints/{number}/leave")
    assert client.get(f"/complaints/{number}").status_code == 303
