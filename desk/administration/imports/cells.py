"""Reading the cells of a row, or saying which one is wrong."""

from collections.abc import Collection, Mapping
from datetime import date

from flask_babel import lazy_gettext as _l

from desk.kernel.errors import Invalid
from desk.kernel.texts import BIDI, has_stacked_marks, storable, tidy, whole_number

CODE_SIGNS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
YES_NO = {"": False, "yes": True, "no": False, "是": True, "否": False, "1": True, "0": False}
LONGEST_CODE = 32


class Cells:
    """The cells of one row by the names of their columns."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells

    def has(self, name: str) -> bool:
        """Tell whether the file has this column at all."""
        return name in self._cells

    def text(self, name: str, longest: int, *, needed: bool = False) -> str:
        """Read one line of text."""
        raw = self._cells.get(name, "")
        if not storable(raw) or BIDI.search(raw) or has_stacked_marks(raw):
            raise _wrong(name, _l("holds characters that cannot be kept."))
        text = " ".join(tidy(raw, lines=False).split())
        if needed and not text:
            raise _wrong(name, _l("is empty."))
        if len(text) > longest:
            raise _wrong(name, _l("longer than %(most)s characters.", most=longest))
        return text

    def code(self, name: str, longest: int = LONGEST_CODE, *, needed: bool = True) -> str:
        """Read a short code."""
        code = self.text(name, longest, needed=needed)
        if not set(code) <= CODE_SIGNS:
            raise _wrong(name, _l("may hold letters A to Z, digits, dot, dash and underline only."))
        return code

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """Read one word of a list."""
        word = self.text(name, LONGEST_CODE, needed=default is None) or str(default)
        if word not in choices:
            raise _wrong(name, _l("is none of %(all)s.", all=", ".join(choices)))
        return word

    def yes_no(self, name: str) -> bool:
        """Read yes or no; an empty cell is no."""
        word = self.text(name, LONGEST_CODE).lower()
        if word not in YES_NO:
            raise _wrong(name, _l("is neither yes nor no."))
        return YES_NO[word]

    def number(self, name: str, most: int) -> int:
        """Read a whole number from 1 on."""
        found = whole_number(self.text(name, LONGEST_CODE, needed=True))
        if found is None or not 1 <= found <= most:
            raise _wrong(name, _l("is not a whole number from 1 to %(most)s.", most=most))
        return found

    def day(self, name: str) -> date | None:
        """Read a date, if there is one."""
        text = self.text(name, LONGEST_CODE)
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
            if found.isoformat() != text:
                raise ValueError(text)
        except ValueError as error:
            raise _wrong(name, _l("is not a date such as 2026-11-23.")) from error
        return found


def _wrong(name: str, what: object) -> Invalid:
    return Invalid(_l("%(column)s %(what)s", column=name, what=what), field=name)
