"""Whose name the desk answers to (security.md H1)."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from desk.app import create_app
from tests.conftest import make_settings


@pytest.fixture
def in_production(tmp_path: Path) -> Flask:
    settings = make_settings(f"sqlite:///{tmp_path}/hosts.sqlite")
    return create_app(replace(settings, base_url="https://desk.example"))


@pytest.mark.parametrize("path", ["/healthz", "/account/sign-in", "/complaints/new/what"])
def test_another_name_is_told_that_this_is_the_wrong_place(in_production: Flask, path: str) -> None:
    answer = in_production.test_client().get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "https://desk.example" in answer.get_data(as_text=True)
    assert "evil.example" not in answer.get_data(as_text=True)
    assert "evil.example" not in str(answer.headers)


def test_a_name_handed_on_by_others_changes_nothing(in_production: Flask) -> None:
    headers = {"Host": "desk.example", "X-Forwarded-Host": "evil.example"}
    answer = in_production.test_client().get("/healthz", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["desk.example", "127.0.0.1:8000", "localhost"])
def test_its_own_name_and_that_of_the_machine_are_answered(in_production: Flask, host: str) -> None:
    assert in_production.test_client().get("/healthz", headers={"Host": host}).status_code == 200
