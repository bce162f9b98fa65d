"""Reading files of other systems, tables or one JSON object a line, in constant memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.kernel.csv_file import rows_of
from desk.ratings.fates import Wrong

Told = dict[str, Any]
LINES = frozenset({".ndjson", ".jsonl"})
LONGEST_LINE = 64 * 1024
MOST_ROWS = 1_000_000_000


def told_in(
    path: Path,
    kind: type,
    needed: tuple[str, ...],
    *,
    encoding: str = "utf-8",
    behind: int = 0,
) -> Iterator[tuple[int, Told | Wrong]]:
    """Give every line behind one with its number.

    Raises Invalid when the file as a whole cannot be read.
    """
    if path.suffix in LINES:
        yield from _objects(path, kind, behind)
    else:
        yield from _rows(path, kind, needed, encoding, behind)


def _objects(path: Path, kind: type, behind: int) -> Iterator[tuple[int, Told | Wrong]]:
    from desk.ratings.told import read_line  # noqa: PLC0415 - loads pydantic

    with path.open("rb") as file:
        number, whole = 0, True
        while line := file.readline(LONGEST_LINE):
            begins, whole = whole, line.endswith(b"\n")
            if not begins:
                continue
            number += 1
            if number <= behind:
                continue
            if not whole and len(line) == LONGEST_LINE:
                yield number, Wrong("too_long", _l("This line is too long."))
            elif line.strip():
                yield number, read_line(kind, line.removeprefix(b"\xef\xbb\xbf"))


def _rows(
    path: Path, kind: type, needed: tuple[str, ...], encoding: str, behind: int
) -> Iterator[tuple[int, Told | Wrong]]:
    from desk.ratings.told import read_cells  # noqa: PLC0415 - loads pydantic

    for row in rows_of(path, needed, encoding=encoding, most=MOST_ROWS):
        if row.line <= behind:
            continue
        if row.fault is not None:
            yield row.line, Wrong("not_a_row", row.fault)
        else:
            yield row.line, read_cells(kind, row.cells)
