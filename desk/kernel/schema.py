"""How far the database has been migrated, told without the tool that migrates it."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text

from desk.kernel.db import db

VERSIONS = Path(__file__).resolve().parents[2] / "migrations/versions"
NAMED = re.compile(r'^(revision|down_revision)\b.*?"([^"]+)"', re.MULTILINE)


@cache
def newest_revision() -> str:
    """Name the migration that no other follows, read from the files themselves."""
    found: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in VERSIONS.glob("*.py"):
        for word, name in NAMED.findall(path.read_text(encoding="utf-8")):
            found[word].add(name)
    (head,) = found["revision"] - found["down_revision"]
    return head


def is_current() -> bool:
    """Tell whether the database stands at the newest migration."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        at = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(at) == [newest_revision()]
