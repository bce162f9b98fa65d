"""Reading a CSV by the names of its columns, row by row, and saying in which line it is wrong."""

import csv
import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from flask_babel import lazy_gettext as _l

from desk.kernel.errors import Invalid

MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 100_000
LONGEST_LINE = 4_000_000
DELIMITERS = ",;\t"
ENCODINGS = ("utf-8", "gb18030", "utf-16")
LONE_CR = re.compile(r"(?<=\r)(?!\n)")
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on, its cells by column, and why it cannot be read (or None)."""

    line: int
    cells: dict[str, str]
    fault: object | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row, in a sentence; a remark (`stops` False) does not keep the row out."""

    line: int
    reason: object
    stops: bool = True


@dataclass(slots=True)
class _Reading:
    """One pass through a file; the reader runs ahead of `lines` by nothing."""

    file: BinaryIO
    encoding: str
    lines: int = 0
    delimiter: str = ","
    columns: list[str] = field(default_factory=list)


def file_digest(path: Path) -> str:
    """Give the SHA-256 of a file, for the record of what was loaded."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_of(
    path: Path, needed: Collection[str], *, encoding: str = "utf-8", most: int = MOST_ROWS
) -> Iterator[Row]:
    """Read rows one at a time; `,` `;` and tab are told apart by the header.

    Raises Invalid, with the line, when the file as a whole cannot be read: not in this encoding, a
    column of `needed` missing or twice, quotes never closed, more than `most` rows, no row at all.
    """
    if encoding not in ENCODINGS:
        raise Invalid(_l("Only these encodings can be read: %(all)s.", all=", ".join(ENCODINGS)))
    with path.open("rb") as file:
        reading = _Reading(file, encoding)
        texts = _texts(reading)
        _read_header(reading, texts, needed)
        found = 0
        for row in _rows(reading, texts):
            found += 1
            if found > most:
                raise Invalid(_l("The file has more than %(most)s rows. Split it.", most=most))
            yield row
        if not found:
            raise Invalid(
                _l("The file has a header but no rows. It needs %(all)s.", all=_names(needed))
            )


def _texts(reading: _Reading) -> Iterator[str]:
    """Decode line by line, so that a broken byte is found in its line."""
    wide = reading.encoding == "utf-16"
    source = _wide_lines(reading) if wide else _narrow_lines(reading)
    for number, text in enumerate(source, start=1):
        clean = text.removeprefix(BOM) if number == 1 else text
        yield from (piece for piece in LONE_CR.split(clean) if piece)


def _narrow_lines(reading: _Reading) -> Iterator[str]:
    """Split before decoding: no byte of a character equals the line feed in these encodings."""
    number = 0
    while raw := reading.file.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise Invalid(_l("Line %(line)s is too long to be a row.", line=number))
        try:
            yield raw.decode(reading.encoding)
        except UnicodeDecodeError as error:
            raise _undecodable(reading, number) from error


def _wide_lines(reading: _Reading) -> Iterator[str]:
    number = 0
    try:
        with open(reading.file.fileno(), encoding="utf-16", newline="\n", closefd=False) as texts:
            while text := texts.readline(LONGEST_LINE + 1):
                number += 1
                if len(text) > LONGEST_LINE:
                    raise Invalid(_l("Line %(line)s is too long to be a row.", line=number))
                yield text
    except UnicodeError as error:
        raise _undecodable(reading, number + 1) from error


def _undecodable(reading: _Reading, line: int) -> Invalid:
    return Invalid(
        _l(
            "Line %(line)s cannot be read as %(encoding)s. Say which encoding the file has "
            "(%(all)s), or save it as UTF-8.",
            line=line,
            encoding=reading.encoding.upper(),
            all=", ".join(ENCODINGS),
        )
    )


def _read_header(reading: _Reading, texts: Iterator[str], needed: Collection[str]) -> None:
    first = next(texts, "")
    reading.lines = 1
    if not first.strip():
        raise Invalid(_l("The file is empty. It needs %(all)s.", all=_names(needed)))
    reading.delimiter = max(DELIMITERS, key=lambda d: len(_split(first, d)))
    columns = [name.strip() for name in _split(first, reading.delimiter)]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > MOST_COLUMNS:
        raise Invalid(_l("The file has more than %(most)s columns.", most=MOST_COLUMNS))
    missing = [name for name in needed if name not in columns]
    if missing:
        raise Invalid(
            _l(
                "These columns are missing: %(missing)s. The first line must name the columns.",
                missing=", ".join(missing),
            )
        )
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise Invalid(_l("These columns stand there twice: %(twice)s.", twice=_names(twice)))
    reading.columns = columns


def _split(line: str, delimiter: str) -> list[str]:
    with _named(1):
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])


def _rows(reading: _Reading, texts: Iterator[str]) -> Iterator[Row]:
    reader = csv.reader(texts, delimiter=reading.delimiter, strict=True)
    while True:
        line = reading.lines + reader.line_num + 1
        with _named(line):
            cells = next(reader, None)
        if cells is None:
            return
        if any(cells):
            yield _row(line, cells, reading.columns)


def _row(line: int, cells: list[str], columns: list[str]) -> Row:
    fault: object | None = None
    if any(cells[len(columns) :]):
        fault = _l(
            "%(found)s cells, but the header names %(wanted)s. Is a cell with a comma not quoted?",
            found=len(cells),
            wanted=len(columns),
        )
    elif any("\0" in cell for cell in cells):
        fault = _l("A cell holds a NUL character.")
    short = len(columns) - len(cells)
    return Row(line, dict(zip(columns, cells + [""] * short, strict=False)), fault)


@contextmanager
def _named(line: int) -> Iterator[None]:
    """Say the line of what the reader could not take."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    except csv.Error as error:
        raise Invalid(
            _l(
                "The row that begins on line %(line)s cannot be read. Close every quote, and keep "
                "each cell under %(most)s characters.",
                line=line,
                most=LONGEST_CELL,
            )
        ) from error
    finally:
        csv.field_size_limit(before)


def _names(columns: Collection[str]) -> str:
    return ", ".join(columns)
