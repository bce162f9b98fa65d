"""Pages that say what went wrong come even when the database does not."""

import pytest
from flask.testing import FlaskClient

from desk.app import create_app
from tests.conftest import make_settings


@pytest.fixture
def client() -> FlaskClient:
    """A browser at a desk whose database is away."""
    return create_app(make_settings("sqlite:////nonexistent/desk.sqlite")).test_client()


@pytest.mark.parametrize(
    ("lang", "html_lang", "busy", "nothing"),
    [
        ("en", "en", "The desk is busy", "Nothing here"),
        ("zh_Hans", "zh-Hans", "窗口正忙", "这里没有内容"),
    ],
)
def test_a_page_says_what_happened_and_what_to_do(
    client: FlaskClient, lang: str, html_lang: str, busy: str, nothing: str
) -> None:
    client.set_cookie("lang", lang)
    for path, status, title in (("/", 503, busy), ("/no/such/page", 404, nothing)):
        answer = client.get(path)
        page = answer.get_data(as_text=True)
        assert answer.status_code == status
        assert page.count("<h1") == 1
        assert f'lang="{html_lang}"' in page
        assert f"<title>{title} · " in page
    assert client.get("/").headers["Retry-After"] == "2"


def test_a_wrong_manner_names_the_right_ones(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    answer = client.delete("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "use the button on the page" in answer.get_data(as_text=True)
