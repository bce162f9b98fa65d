"""Administrators and auditors set the desk up or check it, and read nothing of a case."""

from flask import Flask, url_for

from desk.access.doors import declared
from desk.access.permissions import Role, permissions_of
from desk.casework.words import Status
from tests import make
from tests.casework.test_life import Desk
from tests.make import PERSON
from tests.people import signed_in

NOBODYS = "00000000-0000-4000-8000-000000000007"


def staff_pages(app: Flask, desk: Desk) -> list[tuple[str, str]]:
    """List every page of staff as (permission, address), about the case where it names one."""
    given = {
        "number": desk.number,
        "key": NOBODYS,
        "file_id": NOBODYS,
        "name": "people",
        "code": desk.region.code,
    }
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            permission = declared.get(app.view_functions[rule.endpoint])
            if permission is not None and "GET" in (rule.methods or ()):
                values = {name: given.get(name, "1") for name in rule.arguments}
                found.append((permission.value, url_for(rule.endpoint, **values)))
    return found


def test_no_page_shows_an_administrator_or_auditor_anything_of_a_case(app: Flask) -> None:
    desk = Desk(app)
    desk.to(Status.REPLIED)
    planted = {"二手房过户", "第三次让补", "一次说清还缺", *_person()}
    pages = staff_pages(app, desk)
    assert len(pages) > 50
    clerk = signed_in(app.test_client(), desk.people["clerk"], desk.region.id)
    seen = clerk.get(f"/desk/cases/{desk.number}").get_data(as_text=True)
    assert "二手房过户" in seen
    for role in (Role.ADMIN, Role.AUDITOR):
        allowed = {permission.value for permission in permissions_of(role)}
        browser = signed_in(app.test_client(), make.actor(role, desk.region.id), desk.region.id)
        for permission, path in pages:
            answer = browser.get(path)
            assert answer.status_code < 500, path
            shut = 401 if path.startswith("/api/") else 403
            assert (answer.status_code == shut) is (permission not in allowed), (role, path)
            text = answer.get_data(as_text=True)
            assert not [word for word in planted if word in text], (role, path)
            assert (desk.number in text) <= (desk.number in path), (role, path)


def _person() -> set[str]:
    return {value for value in (PERSON.name, PERSON.phone) if value}
