"""Previews of letters: each in both languages, with nothing that could be somebody's."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from desk.access.permissions import Role
from desk.kernel.db import db
from desk.notify.letters import LETTERS
from desk.notify.models import Letter
from tests import make
from tests.people import signed_in


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    region = make.region()
    make.hall(region.id)
    return signed_in(app.test_client(), make.actor(Role.ADMIN, region.id), region.id)


def test_every_letter_can_be_looked_at_in_both_languages(admin: FlaskClient) -> None:
    listed = admin.get("/admin/templates").get_data(as_text=True)
    for name in LETTERS:
        assert f"/admin/templates/{name}" in listed
        answer = admin.get(f"/admin/templates/{name}")
        page = unescape(answer.get_data(as_text=True))
        assert answer.status_code == 200, name
        assert 'lang="en"><p><b>' in page
        english = page.split('lang="en"><p><b>')[1].split("</div>")[0]
        chinese = page.split('lang="zh-Hans"><p><b>')[1].split("</div>")[0]
        assert english.isascii(), (name, english)
        assert not chinese.isascii(), name
    assert db.session.query(Letter).count() == 0


def test_a_letter_that_is_none_is_not_found(admin: FlaskClient) -> None:
    for name in ("nothing", "_foot", "..%2Faccepted", "x" * 300):
        assert admin.get(f"/admin/templates/{name}").status_code == 404


def test_only_administrators_look_at_them(app: Flask, admin: FlaskClient) -> None:
    clerk = make.actor(Role.CLERK, 1, hall_id=1)
    browser = signed_in(app.test_client(), clerk, 1)
    assert browser.get("/admin/templates").status_code == 403
    assert browser.get("/admin/templates/accepted").status_code == 403
