"""An app with templates, filters and languages, and neither database nor rooms."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_wtf.csrf import generate_csrf

from desk.app import ROOT
from desk.web import filters, languages, templating


@pytest.fixture
def face() -> Iterator[Flask]:
    """Templates as the desk renders them, in a request without a language cookie: Chinese."""
    app = Flask("face", template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY="face",
        WTF_CSRF_ENABLED=False,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "desk" / "translations"),
    )
    languages.register(app)
    templating.register(app)
    filters.register_filters(app)
    app.jinja_env.globals["csrf_token"] = generate_csrf
    with app.test_request_context("/", headers={"Cookie": "lang=en"}):
        yield app
