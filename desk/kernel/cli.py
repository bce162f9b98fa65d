"""The one command of the desk; each room hangs its own below it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _

from desk.kernel.csv_file import Fault
from desk.kernel.errors import DeskError

SHOWN = 20

group: click.Group = AppGroup("desk", help="Run, fill, check and repair the desk.")


def terminal_language() -> str:
    """Name the language of whoever sits at the terminal, as our catalogues are named."""
    settings = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = next((value for value in settings if value), "")
    return "zh_Hans" if wanted.startswith("zh") else "en"


@contextmanager
def at_terminal() -> Iterator[None]:
    """Speak the language of the terminal, and end with a sentence instead of a traceback."""
    with force_locale(terminal_language()):
        try:
            yield
        except DeskError as error:
            raise click.ClickException(error.message) from error


def report_faults(faults: Sequence[Fault], report: Path | None) -> None:
    """Print the first 20 faults and write all of them to a file, one a line."""
    lines = [
        _("line %(line)s: %(reason)s", line=fault.line, reason=fault.reason)
        if fault.stops
        else _("line %(line)s, remark: %(reason)s", line=fault.line, reason=fault.reason)
        for fault in faults
    ]
    for line in lines[:SHOWN]:
        click.echo(line)
    if len(lines) > SHOWN:
        click.echo(_("… and %(more)s more.", more=len(lines) - SHOWN))
    if report is not None:
        report.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
