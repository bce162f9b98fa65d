"""The board as files: one row for each number, and what the columns mean."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.board.book import RANKED_FROM, SHOWN_FROM, Told
from desk.board.queries import Board, MonthRow, YearRow
from desk.board.suppression import LEAST

FORMAT = 2
COLUMNS = ("period", "until", "table", "code", "name", "measure", "n", "share", "note")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
Row = dict[str, Any]

CHANGES: Sequence[Mapping[str, str | LazyString]] = (
    {
        "on": "2026-11-30",
        "format": "2",
        "what": _l(
            "Departments and reasons only for months that are over; shares of departments beside "
            "ratings; cells below five, and what would give them away, are left out; levels with "
            "their sums; CSV, schema and this list."
        ),
    },
    {
        "on": "2026-11-25",
        "format": "1",
        "what": _l("The first format: levels, figures, departments."),
    },
)


def rows_of(board: Board) -> Iterator[Row]:
    """Give a month as rows: counts, figures, levels, departments, reasons."""
    about = {"period": board.month.text, "until": board.until.isoformat()}
    for name, n in board.counts.items():
        yield {**about, "table": "counts", "measure": name, "n": n, "note": _note(n)}
    wholes = (("answered", board.answered), ("solved", board.solved), ("rated", board.rated))
    for name, told in wholes:
        yield {**about, "table": "whole", "measure": name, **_told(told)}
    for key, one in board.figures.items():
        yield {
            **about,
            "table": "figures",
            "code": key,
            "name": str(one.indicator.name),
            "measure": one.indicator.unit.value,
            "n": int(one.den),
            "share": one.value,
        }
    for level, n in board.levels.items():
        yield {**about, "table": "levels", "code": level, "measure": "ratings", "n": n,
               "note": _note(n)}  # fmt: skip
    for unit in board.units:
        here = {**about, "table": "departments", "code": unit.code, "name": unit.name}
        for name, told in (
            ("answered", unit.answered), ("solved", unit.solved), ("rated", unit.rated),
        ):  # fmt: skip
            yield {**here, "measure": name, **_told(told)}
    for reason, n in board.reasons.items():
        yield {**about, "table": "reasons", "code": reason, "measure": "complaints", "n": n,
               "note": _note(n)}  # fmt: skip


def rows_of_year(year: int, months: Sequence[MonthRow], units: Sequence[YearRow]) -> Iterator[Row]:
    """Give a year as rows: its closed months, and its departments where that gives none away."""
    for one in months:
        about = {"period": one.month.text, "until": one.month.last.isoformat(), "table": "months"}
        yield {**about, "measure": "filed", "n": one.filed, "note": _note(one.filed)}
        for name, told in (
            ("answered", one.answered), ("solved", one.solved), ("rated", one.rated),
        ):  # fmt: skip
            yield {**about, "measure": name, **_told(told)}
    until = months[-1].month.last.isoformat() if months else ""
    for unit in units:
        here = {"period": str(year), "until": until, "table": "departments", "code": unit.code,
                "name": unit.name}  # fmt: skip
        for name, n in (("answered", unit.answered), ("rated", unit.rated)):
            yield {**here, "measure": name, "n": n, "note": _note(n)}


def _note(n: int | None) -> str:
    return "" if n is not None else "hidden"


def _told(told: Told) -> Row:
    if told.few:
        return {"n": told.n, "share": None, "note": f"fewer than {LEAST} otherwise"}
    return {"n": told.n, "share": told.share, "note": "" if told.share is not None else "hidden"}


def as_csv(rows: Iterator[Row]) -> str:
    """Write rows as CSV with a mark of its encoding; no cell begins a formula."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in COLUMNS])
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int) else text


def schema() -> dict[str, Any]:
    """Describe the JSON of a month in JSON Schema."""
    count = {"type": ["integer", "null"], "description": f"null: hidden, 1 to {LEAST - 1} never"}
    told = {
        "type": "object",
        "required": ["n", "share", "few"],
        "properties": {
            "n": {"type": ["integer", "null"], "description": f"null below {SHOWN_FROM}"},
            "share": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
            "few": {"type": "boolean", "description": f"fewer than {LEAST} went otherwise"},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "board",
        "type": "object",
        "required": ["format", "region", "month", "until", "over", "counts", "levels", "figures",
                     "departments", "reasons", "rules", "ledger"],
        "properties": {
            "format": {"const": FORMAT},
            "region": {"type": "string"},
            "month": {"type": "string", "pattern": "^20[0-9]{2}-[01][0-9]$"},
            "until": {"type": "string", "format": "date"},
            "over": {"type": "boolean"},
            "counts": {"type": "object", "additionalProperties": count},
            "whole": {"type": "object", "additionalProperties": told},
            "levels": {"type": "object", "additionalProperties": count},
            "figures": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "required": ["name", "definition", "unit", "denominator", "value"],
                },
            },
            "departments": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "name", "answered", "solved", "rated"],
                    "properties": {"answered": told, "solved": told, "rated": told},
                },
            },
            "reasons": {"type": "object", "additionalProperties": count},
            "improvements_done": {"type": "integer"},
            "published": {"type": "object", "additionalProperties": {"type": "integer"}},
            "rules": {
                "type": "object",
                "properties": {
                    "hidden_below": {"const": SHOWN_FROM},
                    "no_cell_below": {"const": LEAST},
                    "not_ranked_below": {"const": RANKED_FROM},
                },
            },
            "ledger": {"type": "object"},
        },
    }  # fmt: skip
