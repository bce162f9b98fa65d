"""The one command of the desk; each room hangs its own below it."""

import os

import click
from flask.cli import AppGroup

group: click.Group = AppGroup("desk", help="Run, fill, check and repair the desk.")


def terminal_language() -> str:
    """Name the language of whoever sits at the terminal, as our catalogues are named."""
    settings = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = next((value for value in settings if value), "")
    return "zh_Hans" if wanted.startswith("zh") else "en"
