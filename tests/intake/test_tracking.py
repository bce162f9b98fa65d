"""Following a case: the door that tells nothing, the steps, and texts that are never lost."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from desk.casework.models import CaseMessage
from desk.casework.numbers import grouped, new_case_number
from desk.casework.queries import access
from desk.casework.words import ContactKind, Status
from desk.casework.workflow import Move
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from tests.casework.test_life import Desk

FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A case at the desk, whose page is seen at the desk's own time."""
    made = Desk(app)
    monkeypatch.setattr("desk.intake.views.case.utc_now", lambda: made.now + timedelta(minutes=5))
    return made


def track(client: FlaskClient, number: str, code: str) -> TestResponse:
    return client.post("/complaints/track", data={"number": number, "code": code})


def opened(client: FlaskClient, desk: Desk) -> str:
    """Open the case in this browser and give the address of its page."""
    page = f"/complaints/{desk.number}"
    assert track(client, desk.number, desk.receipt.access_code).location == page
    return page


def act(client: FlaskClient, desk: Desk, name: str, **fields: str) -> TestResponse:
    given = {"version": str(desk.case.version), **fields}
    return client.post(f"/complaints/{desk.number}/{name}", data=given)


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.lower,
        grouped,
        lambda code: f"  {grouped(code)} ".replace("-", " "),
        lambda code: code.translate(FULL_WIDTH),
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
)
def test_a_code_is_read_as_people_write_it(client: FlaskClient, desk: Desk, write: object) -> None:
    code = write(desk.receipt.access_code)  # type: ignore[operator]
    for number in (desk.number, desk.number.lower(), desk.number.translate(FULL_WIDTH)):
        assert track(client, number, code).status_code == 303


BAD = [
    "", " ", "0", "0" * 15, "0" * 16, "0" * 17, "U" * 16, "٠" * 16, "😀" * 16, "a\0b",
    "' OR 1=1--", "x" * 5000, "\u202e" + "0" * 16, "<script>", str(10**30), "{{7*7}}",
]  # fmt: skip


@pytest.mark.parametrize("code", BAD, ids=range(len(BAD)))
def test_other_codes_open_nothing(client: FlaskClient, desk: Desk, code: str) -> None:
    data = {"number": desk.number, "code": code.encode("utf-8", "surrogatepass")}
    answer = client.post("/complaints/track", data=data)
    assert answer.status_code == 422
    assert "govuk-error-summary" in text_of(answer)
    assert client.get(f"/complaints/{desk.number}").status_code == 303


@pytest.mark.parametrize("number", [*BAD[2:], "XZ-261123-482915-0", "XZ", "-", "a/b", "../desk"])
def test_other_numbers_open_nothing(client: FlaskClient, desk: Desk, number: str) -> None:
    data = {"number": number.encode("utf-8", "surrogatepass"), "code": desk.receipt.access_code}
    assert client.post("/complaints/track", data=data).status_code == 422


def test_the_code_of_another_case_opens_nothing(client: FlaskClient, desk: Desk) -> None:
    from tests import make

    other = make.case(desk.region.id, desk.hall.id)
    assert track(client, desk.number, other.access_code).status_code == 422
    opened(client, desk)
    assert client.get(f"/complaints/{other.number}").status_code == 303
    assert act(client, desk, "message", text="问").status_code == 303
    answer = client.post(f"/complaints/{other.number}/message", data={"text": "别人的"})
    assert (answer.status_code, "别人的" in text_of(answer)) == (403, True)


def test_wrong_code_and_unknown_number_cost_the_same(
    app: Flask, client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Count the work instead of the time, which other processes disturb."""
    statements: list[str] = []
    hashed: list[int] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    real = access.access_hash
    monkeypatch.setattr(
        access, "access_hash", lambda number, code: hashed.append(1) or real(number, code)
    )
    track(client, desk.number, "0" * 16)
    found = []
    unknown = [new_case_number(short, date(2026, 11, 20)) for short in ("XZ", "QQ")]
    for number in (desk.number, *unknown, "nonsense"):
        db.session.remove()
        statements.clear()
        hashed.clear()
        answer = track(client, number, "0" * 16)
        shape = text_of(answer).replace(number, "")
        found.append((answer.status_code, len(statements), len(hashed), shape))
    assert found[0] == found[1] == found[2]
    assert found[0][:3] == found[3][:3]


def test_one_address_may_look_ten_times_a_minute(client: FlaskClient, desk: Desk) -> None:
    numbers = [new_case_number("XZ", date(2026, 11, 20)) for _ in range(11)]
    answers = [track(client, number, "0" * 16) for number in numbers]
    assert [a.status_code for a in answers] == [422] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert numbers[-1] in text_of(answers[-1])


@pytest.mark.parametrize(
    ("minutes", "step", "opens"), [(29, 1, True), (31, 1, False), (25, 5, False)]
)
def test_a_case_closes_by_itself(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch,
    minutes: int, step: int, opens: bool,
) -> None:  # fmt: skip
    """After half an hour untouched; after two hours in any case."""
    page, start = opened(client, desk), utc_now()
    for n in range(1, step + 1):
        at = start + timedelta(minutes=minutes * n)
        monkeypatch.setattr("desk.intake.views.tracking.utc_now", lambda at=at: at)
        last = client.get(page)
    assert (last.status_code == 200) is opens


def test_a_text_sent_too_late_is_given_back(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(client, desk)
    later = utc_now() + timedelta(minutes=31)
    monkeypatch.setattr("desk.intake.views.tracking.utc_now", lambda: later)
    answer = act(client, desk, "message", text="写了很久的话")
    assert (answer.status_code, "写了很久的话" in text_of(answer)) == (403, True)


def test_an_expired_token_keeps_the_text(app: Flask, client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    app.config["WTF_CSRF_ENABLED"] = True
    for name in ("message", "withdraw"):
        answer = act(client, desk, name, text="还在", csrf_token="old")
        assert (answer.status_code, "还在" in text_of(answer)) == (422, True)
    assert desk.case.status is Status.SUBMITTED


def test_what_is_missing_is_supplied(client: FlaskClient, desk: Desk) -> None:
    page = opened(client, desk)
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="请补身份证复印件")
    assert "请补身份证复印件" in text_of(client.get(page))
    assert act(client, desk, "supply", text="已补").status_code == 303
    assert desk.case.status is Status.SUBMITTED
    assert "已补" in text_of(client.get(page))


@pytest.mark.parametrize("answer", ["yes", "part"])
def test_it_is_solved(client: FlaskClient, desk: Desk, answer: str) -> None:
    page = opened(client, desk)
    desk.to(Status.REPLIED)
    shown = text_of(client.get(page))
    assert 'name="solved"' in shown
    assert act(client, desk, "confirm").status_code == 422
    assert act(client, desk, "confirm", solved="no").status_code == 422
    assert desk.case.status is Status.REPLIED
    assert act(client, desk, "confirm", solved=answer).status_code == 303
    assert desk.case.status is Status.CLOSED
    assert 'name="solved"' not in text_of(client.get(page))


def test_it_is_not_solved_and_then_opened_again(client: FlaskClient, desk: Desk) -> None:
    page = opened(client, desk)
    desk.to(Status.REPLIED)
    assert act(client, desk, "dispute", text="").status_code == 422
    assert act(client, desk, "dispute", text="证明还没开").status_code == 303
    assert desk.case.status is Status.HANDLING
    assert "证明还没开" in text_of(client.get(page))


def test_a_closed_case_is_opened_again(client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    desk.to(Status.REPLIED)
    act(client, desk, "confirm", solved="yes")
    assert act(client, desk, "reopen", text="又不行了").status_code == 303
    assert desk.case.status is Status.HANDLING


def test_a_withdrawal_is_taken_back(client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    assert act(client, desk, "withdraw", text="先不说了").status_code == 303
    assert act(client, desk, "restore", text="还是要说").status_code == 303
    assert desk.case.status is Status.SUBMITTED


def test_the_page_says_where_it_stands(client: FlaskClient, desk: Desk) -> None:
    page = opened(client, desk)
    desk.to(Status.HANDLING)
    desk.call("handler", ContactKind.FIRST)
    shown = text_of(client.get(page))
    assert "不动产登记中心" in shown
    assert "给您打了电话" in shown
    assert 'class="govuk-table desk-count"' in shown


def test_the_answer_has_its_parts(client: FlaskClient, desk: Desk) -> None:
    page = opened(client, desk)
    desk.to(Status.REPLIED)
    assert text_of(client.get(page)).count("govuk-summary-list__row") == 5


@pytest.mark.parametrize("name", ["supply", "dispute", "reopen", "restore", "confirm"])
def test_a_step_that_is_not_offered_changes_nothing_and_gives_the_text_back(
    client: FlaskClient, desk: Desk, name: str
) -> None:
    opened(client, desk)
    before = desk.case.version
    answer = act(client, desk, name, text="写了很久的话", solved="yes")
    assert answer.status_code == 409
    assert ("写了很久的话" in text_of(answer)) is (name != "confirm")
    assert (desk.case.version, desk.case.status) == (before, Status.SUBMITTED)


def test_what_changed_meanwhile_is_shown_beside_the_text(client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    seen = str(desk.case.version)
    desk.go(Move.ASK_SUPPLEMENT, "clerk", text="请补身份证复印件")
    answer = act(client, desk, "withdraw", text="算了吧", version=seen)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "请补身份证复印件" in page
    assert "算了吧" in page
    assert desk.case.status is Status.SUPPLEMENT
    assert act(client, desk, "withdraw", text="算了吧").status_code == 303


def test_a_message_after_the_end_is_given_back(client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    act(client, desk, "withdraw", text="算了")
    answer = act(client, desk, "message", text="还有一句")
    assert (answer.status_code, "还有一句" in text_of(answer)) == (409, True)


def test_the_code_reaches_no_member_of_staff(client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    code = desk.receipt.access_code
    for written in (code, code.lower(), f"我的码是{grouped(code)}谢谢", f"x{code}9"):
        for name in ("message", "withdraw"):
            answer = act(client, desk, name, text=written)
            assert (answer.status_code, written in text_of(answer)) == (422, True)
    assert act(client, desk, "message", text=f"编号{desk.number}").status_code == 303
    bodies = db.session.scalars(select(CaseMessage.body)).all()
    assert code not in "".join(bodies)


def test_a_flood_of_messages_waits_and_keeps_the_text(client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    for n in range(20):
        assert act(client, desk, "message", text=f"第{n}句").status_code == 303
    answer = act(client, desk, "message", text="第二十一句")
    assert (answer.status_code, "第二十一句" in text_of(answer)) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0


NASTY = ["", "   ", "x" * 5_001, "a\0b", "a\x01b", "e" + "\u0301" * 200]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("name", ["message", "withdraw"])
def test_bad_texts_change_nothing(client: FlaskClient, desk: Desk, name: str, text: str) -> None:
    opened(client, desk)
    before = desk.case.version
    answer = act(client, desk, name, text=text)
    assert answer.status_code == 422
    assert f'id="{name}-text-error"' in text_of(answer)
    assert f'href="#{name}-text"' in text_of(answer)
    assert desk.case.version == before


@pytest.mark.parametrize("version", ["", "-1", "1e3", "١", str(10**30), "x", "\0"])
def test_strange_versions_are_none(client: FlaskClient, desk: Desk, version: str) -> None:
    opened(client, desk)
    answer = act(client, desk, "withdraw", text="算了", version=version)
    assert answer.status_code == 409
    assert desk.case.status is Status.SUBMITTED


def test_fields_nobody_asked_for_are_left_alone(client: FlaskClient, desk: Desk) -> None:
    opened(client, desk)
    act(client, desk, "message", text="问", status="closed", role="admin", handler_id="1")
    assert (desk.case.status, desk.case.handler_id) == (Status.SUBMITTED, None)


def test_strange_addresses_of_cases_are_no_500(client: FlaskClient, desk: Desk) -> None:
    for number in ("x", "XZ-0", "%00", "%F0%9F%98%80", "a" * 3000, str(10**30), "%25", "'"):
        for way in ("get", "post"):
            path = f"/complaints/{number}" + ("/message" if way == "post" else "")
            answer = getattr(client, way)(path, data={"text": "问"} if way == "post" else None)
            assert answer.status_code in {303, 403, 404, 414}, number


def test_the_number_is_written_at_the_door_after_the_receipt(
    client: FlaskClient, desk: Desk
) -> None:
    from tests.intake.test_filing import cases, fill, send

    fill(client)
    send(client)
    client.post("/complaints/receipt", data={"saved": "yes"})
    page = text_of(client.get("/complaints/track"))
    assert max(cases(), key=lambda case: case.id).number in page
