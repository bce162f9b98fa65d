"""Pictures of pages on the way, for people to look at; only when asked for."""

import os
from pathlib import Path

from playwright.sync_api import Page

FOLDER = os.environ.get("DESK_PICTURES")


def take(page: Page, name: str, lang: str, width: int) -> None:
    """Take a picture of the whole page when DESK_PICTURES names a folder."""
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{FOLDER}/{name}-{width}-{lang}.png", full_page=True)
