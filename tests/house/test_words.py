"""Every sentence in both languages, every letter with its text, every document up to date."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from desk.notify.letters import LETTERS
from desk.notify.texts import text_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("script", ["messages", "documents"])
def test_nothing_is_left_behind(script: str) -> None:
    run = subprocess.run(
        [sys.executable, f"scripts/{script}.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.parametrize("lang", ["zh_Hans", "en"])
@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_every_letter_reads_well_and_carries_no_content(app: Flask, letter: str, lang: str) -> None:
    number = "XZ-261123-482915-8"
    context = {"number": number, "path": "/complaints/X", "promised_on": "2026-11-27"}
    context |= {"kind": "decision", "counts": {"decision": 2, "returned": 1}}
    subject, body = text_of(
        letter, lang, context, secret="XZ-secret", base_url="https://desk.example"
    )
    assert (number in subject) is (letter != "digest")
    assert "https://desk.example/" in body
    assert "\n" not in subject
    chinese = any("\u4e00" <= character <= "\u9fff" for character in subject + body)
    assert chinese is (lang == "zh_Hans")


def test_a_letter_of_an_unsolved_case_does_not_say_solved(app: Flask) -> None:
    context = {"number": "X", "path": "/x", "promised_on": None}
    subject, body = text_of("closed_unsolved", "en", context, secret=None, base_url="")
    assert "not solved" in subject
    assert "although it was not solved" in body
