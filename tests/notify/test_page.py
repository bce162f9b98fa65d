"""The page and the command for letters that did not arrive."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from desk.access.permissions import STAFF_ROLES, Permission, Role, permissions_of
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.notify.labels import CHANNEL, LETTER, TROUBLE
from desk.notify.letters import LETTERS
from desk.notify.models import Channel, Letter
from desk.notify.troubles import Trouble
from tests import make
from tests.notify.sinks import Broken, Silent
from tests.notify.test_posting import letters, post
from tests.people import signed_in

PAGE = "/admin/letters/"


@pytest.fixture
def number(app: Flask) -> str:
    """The number of a case whose mail is dead and whose message was posted."""
    region = make.region()
    made = make.case(region.id, make.hall(region.id).id, utc_now()).number
    db.session.remove()
    for hours in (0, 49):
        post(Broken(Trouble.REFUSED), Silent(), utc_now() + timedelta(hours=hours))
    return made


def person(client: FlaskClient, role: Role, region_id: int) -> FlaskClient:
    places = {"hall_id": 0, "department_id": 0}
    if role is Role.CLERK:
        places["hall_id"] = make.hall(region_id).id
    if role in {Role.HANDLER, Role.LEAD}:
        places["department_id"] = make.department(region_id).id
    return signed_in(client, make.actor(role, region_id, **places), region_id)


@pytest.fixture
def admin(client: FlaskClient, number: str) -> FlaskClient:
    return person(client, Role.ADMIN, letters()[0].region_id)


def the_dead() -> Letter:
    return next(letter for letter in letters() if letter.channel is Channel.MAIL)


def given(letter: Letter) -> dict[str, str]:
    return {"region": str(letter.region_id), "letter": str(letter.id)}


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_a_dead_letter_is_shown_without_address_or_content(
    admin: FlaskClient, number: str, language: str
) -> None:
    admin.set_cookie("lang", language)
    page = admin.get(PAGE).get_data(as_text=True)
    assert page.count(f">{number}<") == 1
    words = (
        ("这个地址被拒收", "邮件")
        if language != "en"
        else ("This address was refused", "By e-mail")
    )
    for word in words:
        assert word in page
    for canary in ("example.org", "13800138000", "欧阳", "过户", "refused:", "received"):
        assert canary not in page


def test_a_button_tries_it_again(admin: FlaskClient) -> None:
    answer = admin.post(f"{PAGE}retry", data=given(the_dead()))
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert the_dead().dead_at is None
    silent = Silent()
    post(silent, Silent())
    assert silent.sent == [str(the_dead().id)]
    assert admin.post(f"{PAGE}retry", data=given(the_dead())).status_code == 404


def test_an_old_page_says_so_and_changes_nothing(app: Flask, admin: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = admin.post(f"{PAGE}retry", data=given(the_dead()) | {"csrf_token": "old"})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.get_data(as_text=True)
    assert the_dead().dead_at is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"letter": ""},
        {"letter": "1"},
        {"letter": "a\0b"},
        {"letter": "00000000-0000-7000-8000-000000000000"},
        {"region": "999"},
        {"region": "١"},
        {"region": str(10**30)},
    ],
)
def test_what_is_no_letter_of_theirs_is_not_found(
    admin: FlaskClient, changed: dict[str, str]
) -> None:
    answer = admin.post(f"{PAGE}retry", data=given(the_dead()) | changed)
    assert answer.status_code in {404, 422}
    assert the_dead().dead_at is not None


def test_another_region_is_out_of_reach(client: FlaskClient, number: str) -> None:
    elsewhere = make.region("BZ", "111111")
    there = person(client, Role.ADMIN, elsewhere.id)
    assert number not in there.get(PAGE).get_data(as_text=True)
    assert there.post(f"{PAGE}retry", data=given(the_dead())).status_code == 404


def test_only_who_may_see_letters_sees_them(client: FlaskClient, number: str) -> None:
    region_id = letters()[0].region_id
    for role in STAFF_ROLES:
        allowed = Permission.LETTERS_SEE in permissions_of(role)
        answer = person(client, role, region_id).get(PAGE)
        assert answer.status_code == (200 if allowed else 403), role


def test_an_erased_complainant_is_nobodys_task(admin: FlaskClient, number: str) -> None:
    with transaction():
        db.session.execute(update(Letter).values(last_error=Trouble.ERASED.value))
    assert number not in admin.get(PAGE).get_data(as_text=True)
    assert admin.post(f"{PAGE}retry", data=given(the_dead())).status_code == 404


def test_pages_follow_one_another(app: Flask, admin: FlaskClient) -> None:
    region_id, hall_id = the_dead().region_id, 0
    hall_id = make.hall(region_id).id
    for _ in range(60):
        make.case(region_id, hall_id, utc_now())
    with transaction():
        db.session.execute(
            update(Letter)
            .where(Letter.posted_at.is_(None))
            .values(dead_at=utc_now(), last_error="refused: 550")
        )
    dead = {
        str(letter.id)
        for letter in db.session.scalars(select(Letter).where(Letter.dead_at.isnot(None)))
    }
    end_read()
    seen: list[str] = []
    path: str | None = PAGE
    while path:
        page = admin.get(path).get_data(as_text=True)
        seen += [part[:36] for part in page.split('name="letter" value="')[1:]]
        rest = page.partition(f'href="{PAGE}?at=')[2]
        path = f"{PAGE}?at={rest.partition(chr(34))[0]}" if rest else None
    assert len(seen) == len(set(seen)) == 121
    assert set(seen) == dead
    assert admin.get(f"{PAGE}?at=nonsense").status_code == 422


@pytest.mark.parametrize("language", ["C", "zh_CN.UTF-8"])
def test_the_command_counts_and_lists(app: Flask, number: str, language: str) -> None:
    def say(*more: str) -> str:
        runner = app.test_cli_runner(env={"LC_ALL": language})
        return str(runner.invoke(args=["desk", "letters", *more]).output)

    assert len(say().splitlines()) == 1
    listed = say("--dead").splitlines()
    assert len(listed) == 2
    assert listed[1].startswith(number)
    assert ("被拒收" in listed[1]) is (language != "C")
    for canary in ("example.org", "13800138000", "欧阳"):
        assert canary not in say("--dead")


def test_every_letter_way_and_trouble_has_a_name() -> None:
    assert set(LETTER) == set(LETTERS)
    assert set(CHANNEL) == set(Channel)
    assert set(TROUBLE) == set(Trouble)
