"""What a page weighs on a weak line, and that it asks nobody else for anything."""

import gzip
import re

import pytest

from desk.app import ROOT

STATIC = ROOT / "desk" / "static"
FIRST_PAGE = 40 * 1024
SHEETS = [STATIC / "css" / "public.css", STATIC / "css" / "desk.css"]
SCRIPTS = [*sorted((STATIC / "js").glob("*.js")), *sorted((STATIC / "vendor").glob("*.js"))]


def packed(paths: list[object]) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)  # type: ignore[attr-defined]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_style_and_every_script_leave_room_for_the_page(sheet: object) -> None:
    assert packed([sheet, *SCRIPTS]) < FIRST_PAGE


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_style_sheet_loads_nothing_from_elsewhere(sheet: object) -> None:
    text = sheet.read_text()  # type: ignore[attr-defined]
    assert not re.search(r"url\(|@import|data:", text)
    assert "GDS Transport" not in text


def test_scripts_keep_to_the_policy() -> None:
    for path in SCRIPTS:
        text = path.read_text()
        assert not re.search(r"\beval\(|new Function\(|\.innerHTML\s*=|document\.write", text), path


def test_templates_hold_no_inline_style_or_script() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        for tag in re.findall(r"<script[^>]*>", text):
            assert "src=" in tag, path
        assert not re.search(r"\|\s*safe\b", text), path
