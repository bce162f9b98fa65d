"""A disk that fills up: first no files, then nothing; and the number to call stands there."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from desk.casework.models import Case
from desk.kernel.db import db, end_read
from desk.kernel.storage.room import MIB
from tests.intake.test_filing import TELL, WHAT, fill, place

__all__ = ["place"]


def leave_free(app: Flask, tmp_path: Path, share: float) -> None:
    """Ask for so much room that what is free is this share of it."""
    reserve = int(shutil.disk_usage(tmp_path).free / share / MIB)
    object.__setattr__(app.extensions["settings"], "files_reserve_mb", reserve)


@pytest.fixture
def client(app: Flask, place: tuple[int, int]) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    return browser


def cases() -> int:
    end_read()
    return db.session.scalars(select(func.count()).select_from(Case)).one()


def test_with_little_room_words_are_taken(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    leave_free(app, tmp_path, 0.5)
    fill(client)
    assert 'type="file"' not in client.get("/complaints/new/tell").get_data(as_text=True)


def test_with_no_room_nothing_is_taken_and_the_window_is_named(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    assert client.post("/complaints/new/what", data=WHAT).status_code == 303
    leave_free(app, tmp_path, 0.05)
    answer = client.post("/complaints/new/tell", data=TELL)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "0700-000000" in page
    assert TELL["story"] in page
    assert client.get("/complaints/new/tell").status_code == 200
    assert client.get("/").status_code == 200
    assert cases() == 0
