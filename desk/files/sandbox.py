"""Handing a file to a process of its own, and believing only what it writes."""

import json
import subprocess
import sys
from pathlib import Path

from desk.files import kinds
from desk.files.kinds import Kind
from desk.files.words import Trouble

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 60


class Broken(Exception):
    """The process died of the file, or took too long over it."""


def copy_of(source: Path, target: Path, kind: Kind) -> Kind | Trouble:
    """Make a safe copy, and tell what kind it is or why there is none; raises Broken."""
    said = _asked("copy", kind, source, target)
    if "trouble" in said:
        return Trouble(said["trouble"])
    if not target.is_file():
        raise Broken("no copy")
    return kinds.BY_MEDIA_TYPE[said["media_type"]]


def is_locked(source: Path) -> bool:
    """Tell whether a PDF opens only with a password; raises Broken."""
    return bool(_asked("locked", kinds.PDF, source, source).get("locked"))


def _asked(what: str, kind: Kind, source: Path, target: Path) -> dict[str, str]:
    """Ask the process; it gets none of the desk's surroundings, so none of its keys."""
    command = [sys.executable, "-B", "-P", "-m", "desk.files.cleaning"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and names we made
            [*command, what, kind.media_type, str(source), str(target)],
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd=source.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=True,
        )
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise Broken(type(error).__name__) from error
    if not isinstance(said, dict):
        raise Broken("no answer")
    return said
