"""One file, one process: what a hostile file breaks is this, and nothing of the desk with it.

Called as `python -m desk.files.cleaning copy|locked MEDIA_TYPE SOURCE TARGET`; answers with one
line of JSON.
"""

import ctypes
import importlib
import json
import resource
import sys
from pathlib import Path

from desk.files import kinds
from desk.files.door import Refused
from desk.files.words import Family

MOST_MEMORY = 1536 * kinds.MIB
MOST_SECONDS = 45
MOST_WRITTEN = 128 * kinds.MIB
MOST_OPEN = 64
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
MODULES = {
    Family.PICTURE: "pictures",
    Family.PDF: "papers",
    Family.OFFICE: "office",
    Family.TEXT: "texts",
}


def limit() -> None:
    """Bound memory, time, size and open files, and leave the network where the kernel lets us."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_NOFILE, MOST_OPEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK)


def main(what: str, media_type: str, source: str, target: str) -> dict[str, object]:
    """Do what was asked for, and say what came of it."""
    kind = kinds.BY_MEDIA_TYPE[media_type]
    module = importlib.import_module(f"desk.files.cleaning.{MODULES[kind.family]}")
    if what == "locked":
        return {"locked": module.is_locked(Path(source))}
    try:
        return {"media_type": module.copy_of(Path(source), Path(target), kind).media_type}
    except Refused as refused:
        return {"trouble": refused.trouble.value}


if __name__ == "__main__":
    limit()
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
