"""Rules of the house that no linter knows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "desk").rglob("*.py"))
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*") if p.is_file())
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
DATA = {"desk/demo/items.py", "desk/demo/words.py"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_and_functions_stay_short(path: Path) -> None:
    source = path.read_text()
    if name(path) not in DATA:
        assert len(source.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= LONGEST_FUNCTION, node.name


def test_only_the_kernel_commits() -> None:
    guilty = [name(p) for p in MODULES if re.search(r"\.commit\(", p.read_text())]
    assert guilty == ["desk/kernel/db.py"]


def test_only_the_clock_asks_for_the_time() -> None:
    asking = re.compile(r"datetime\.(now|utcnow)\(|date\.today\(")
    assert [name(p) for p in MODULES if asking.search(p.read_text())] == ["desk/kernel/clock.py"]


def test_no_list_pages_by_offset() -> None:
    assert [name(p) for p in MODULES if re.search(r"\.offset\(|OFFSET", p.read_text())] == []


def test_no_markup_is_trusted_and_nothing_stands_inline() -> None:
    trusted = re.compile(
        r"\|\s*safe\b|Markup\(|<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\""
    )
    guilty = [name(p) for p in [*TEMPLATES, *MODULES] if trusted.search(p.read_text())]
    assert guilty == []


def test_no_page_asks_a_third_party() -> None:
    outside = re.compile(r"(?:src|href|action)=\"(?:https?:)?//")
    assert [name(p) for p in TEMPLATES if outside.search(p.read_text())] == []


def test_every_template_has_a_room() -> None:
    rooms = {p.name for p in (ROOT / "desk").iterdir() if p.is_dir()}
    shared = {"layout", "ui", "errors", "letters"}
    assert {p.relative_to(ROOT / "templates").parts[0] for p in TEMPLATES} <= rooms | shared


def test_every_module_says_in_one_sentence_what_it_is() -> None:
    silent = [
        name(p) for p in MODULES if not (ast.get_docstring(ast.parse(p.read_text())) or "").strip()
    ]
    assert silent == []


def test_every_decision_has_a_number_of_its_own() -> None:
    files = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(name[:4]) for name in files]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
