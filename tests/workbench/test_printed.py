"""The file of a case on paper holds the story and nobody's number."""

from desk.casework.words import Status
from tests.workbench.pages import Pages, elsewhere


def test_the_file_holds_the_story_and_no_contact_data(pages: Pages) -> None:
    pages.desk.to(Status.REPLIED)
    for who in ("clerk", "handler", "lead", "supervisor"):
        page = pages.get(who, "/print")
        assert pages.desk.number in page
        assert "13800138000" not in page
        assert "person@example.org" not in page
    assert pages.browser("admin").get(f"{pages.url}/print").status_code == 403


def test_nobody_prints_what_is_not_theirs(pages: Pages) -> None:
    for name, browser in elsewhere(pages.desk).items():
        assert browser.get(f"{pages.url}/print").status_code == 404, name
