"""A heap beside the database, in which the leaves of all seals can be found by their chain."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

AT_ONCE = 5000


class Sealed(NamedTuple):
    """What a seal holds of a chain: its head then, and the dates its new lines may carry.

    `earliest` is None where there is no lower bound.
    """

    no: int
    seq: int
    head: bytes
    earliest: str | None
    latest: str


class Scratch:
    """Keeps leaves on disk, not in memory: a ledger may have millions of them."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("")
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA cache_size = -65536",
            (
                "CREATE TABLE leaf (region INT, stream TEXT, no INT, seq INT, head BLOB,"
                " earliest TEXT, latest TEXT, PRIMARY KEY (region, stream, no)) WITHOUT ROWID"
            ),
            (
                "CREATE TABLE visited (region INT, stream TEXT, PRIMARY KEY (region, stream))"
                " WITHOUT ROWID"
            ),
        ):
            self._kept.execute(statement)
        self._visited: list[tuple[int, str]] = []

    def keep(self, rows: Iterable[tuple[int, str, int, int, bytes, str | None, str]]) -> None:
        """Put in leaves: region, stream, number of the seal, seq, head, earliest, latest."""
        self._kept.executemany("INSERT OR REPLACE INTO leaf VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def take(self, region_id: int, stream: str) -> list[Sealed]:
        """Give the leaves of a chain in the order of their seals, and note that it was there."""
        self._visited.append((region_id, stream))
        if len(self._visited) >= AT_ONCE:
            self._write_visited()
        found = self._kept.execute(
            "SELECT no, seq, head, earliest, latest FROM leaf WHERE region = ? AND stream = ?"
            " ORDER BY no",
            (region_id, stream),
        )
        return [Sealed(*row) for row in found]

    def left(self) -> Iterable[tuple[int, str, int, int]]:
        """Give what was sealed of chains that are not there any more: region, stream, no, seq."""
        self._write_visited()
        return self._kept.execute(
            "SELECT region, stream, no, seq FROM leaf WHERE NOT EXISTS (SELECT 1 FROM visited"
            " WHERE visited.region = leaf.region AND visited.stream = leaf.stream)"
        ).fetchall()

    def _write_visited(self) -> None:
        self._kept.executemany("INSERT OR IGNORE INTO visited VALUES (?, ?)", self._visited)
        self._visited.clear()

    def close(self) -> None:
        """Let go of it; the system removes the file."""
        self._kept.close()
