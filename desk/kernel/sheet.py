"""A workbook written row by row: what has been written is on disk, not in memory."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from zoneinfo import ZoneInfo

STARTS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")
MOST_CHARACTERS = 32_000
HEAD_ROWS = 3

Cell = str | int | float | date | datetime | None


def safe(text: str) -> str:
    """Put an apostrophe before what a program could take for a formula, also once it is a CSV."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


class Sheet:
    """One sheet with a title, what it is for, the names of its columns, and its rows.

    `mark` stands above the table and on every printed page: who took it out, when and what for.
    Instants are written as the clock of `zone` shows them.
    """

    def __init__(
        self, path: Path, *, title: str, mark: str, head: Sequence[str], zone: str
    ) -> None:
        import xlsxwriter  # noqa: PLC0415 - large, and no page needs it

        self._zone = ZoneInfo(zone)
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "tmpdir": str(path.parent),
            },
        )
        self._page = self._book.add_worksheet()
        bold = self._book.add_format({"bold": True})
        self._page.set_landscape()
        self._page.repeat_rows(HEAD_ROWS)
        self._page.freeze_panes(HEAD_ROWS + 1, 1)
        self._page.set_footer("&L" + mark.replace("&", "&&")[:200] + "&R&P / &N")
        self._page.set_column(0, len(head), 16)
        self._page.write_string(0, 0, safe(title), bold)
        self._page.write_string(1, 0, safe(mark))
        for column, name in enumerate(head):
            self._page.write_string(HEAD_ROWS, column, safe(name), bold)
        self._next = HEAD_ROWS + 1

    def write(self, row: Iterable[Cell]) -> None:
        """Write the next row. Texts stay texts, whatever they begin with."""
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, int | float):
                self._page.write_number(self._next, column, value)
            else:
                self._page.write_string(self._next, column, self._text(value))
        self._next += 1

    def _text(self, value: str | date | datetime) -> str:
        if isinstance(value, datetime):
            return f"{value.astimezone(self._zone):%Y-%m-%d %H:%M}"
        if isinstance(value, date):
            return value.isoformat()
        return safe(value)[:MOST_CHARACTERS]

    def __enter__(self) -> "Sheet":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._book.close()
