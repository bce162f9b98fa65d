"""Looking at pages on the way: what a machine can see of accessibility, and pictures for people."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

FOLDER = os.environ.get("DESK_PICTURES")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def take(page: Page, name: str, lang: str, width: int) -> None:
    """Find nothing wrong with a page that has scripts; take a picture when DESK_PICTURES names a folder."""
    page.wait_for_load_state()
    if page.evaluate("document.body.classList.contains('js-enabled')"):
        look(page, name, lang, width)
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{FOLDER}/{name}-{width}-{lang}.png", full_page=True)


def look(page: Page, name: str, lang: str, width: int) -> None:
    """Let axe look at the page; it needs scripts, so only those who have them are looked at."""
    found = Axe().run(page, options=RULES).response["violations"]
    wrong = [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found]
    assert wrong == [], (name, lang, width, wrong)
