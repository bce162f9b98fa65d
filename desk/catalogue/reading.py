"""Reading one row of a catalogue file into an entry, or saying what is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.catalogue.entry import GUIDE_LISTS, GUIDE_TEXTS, UNITS, ItemEntry
from desk.kernel.errors import Invalid
from desk.kernel.mapping import ColumnMapping

NEEDED = ("code", "name", "department")
LISTS = ("reach", "materials", *GUIDE_LISTS)
FIELDS = (
    *NEEDED,
    "name_en",
    "department_code",
    "type",
    "level",
    "legal",
    "legal_unit",
    "promised",
    "promised_unit",
    "visits",
    "online",
    "by_post",
    "instant",
    "ratable",
    "active_to",
    *LISTS,
    *GUIDE_TEXTS,
)
LONGEST = {
    "code": 80,
    "name": 300,
    "name_en": 400,
    "department": 120,
    "department_code": 32,
    "type": 40,
}
LONGEST_TEXT = 20_000
LEVELS = ("", "nation", "province", "city", "county", "township", "village")
REACHES = ("across_provinces", "cluster", "cross_region")
YES_NO = {
    "": None,
    "yes": True, "true": True, "1": True, "是": True,
    "no": False, "false": False, "0": False, "否": False,
}  # fmt: skip
MOST_DAYS = 9999
MOST_VISITS = 99
RESERVED = frozenset({"search"})
NUMBER = re.compile(r"[0-9]{1,4}")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SPREADSHEET_NUMBER = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
CODE = re.compile(r"[^\s/?#%\\\x00-\x1f\x7f]+")


def entry_of(cells: Mapping[str, str], mapping: ColumnMapping) -> ItemEntry:
    """Read a row; raises Invalid with the field and what it should have been."""
    fields = mapping.fields_of(cells)
    read = _Reader(fields, mapping)
    legal_n, legal_unit = read.limit("legal")
    promised_n, promised_unit = read.limit("promised")
    return ItemEntry(
        code=read.code(),
        name_zh=read.line("name", needed=True),
        name_en=read.line("name_en") or None,
        department=read.line("department", needed=True),
        department_code=read.line("department_code") or None,
        type=read.line("type"),
        level=read.choice("level", LEVELS),
        legal_n=legal_n,
        legal_unit=legal_unit,
        promised_n=promised_n,
        promised_unit=promised_unit,
        visits=read.number("visits", MOST_VISITS),
        online=bool(read.yes_no("online")),
        instant=_or(read.yes_no("instant"), promised_n == 0),
        ratable=_or(read.yes_no("ratable"), default=True),
        reach=read.reach(),
        materials=read.parts("materials"),
        guide=read.guide(),
        active_to=read.day("active_to"),
    )


def _or(said: bool | None, default: bool) -> bool:
    return default if said is None else said


class _Reader:
    """The fields of one row, read by kind."""

    def __init__(self, fields: Mapping[str, str], mapping: ColumnMapping) -> None:
        self._fields = fields
        self._mapping = mapping

    def text(self, name: str) -> str:
        text = self._fields.get(name, "").strip()
        if len(text) > LONGEST_TEXT:
            raise self._wrong(name, _l("longer than %(most)s characters.", most=LONGEST_TEXT))
        return text

    def line(self, name: str, *, needed: bool = False) -> str:
        """Read a text of one line; spaces and line ends inside become single spaces."""
        line = " ".join(self.text(name).split())
        if needed and not line:
            raise self._wrong(name, _l("is empty."))
        if len(line) > LONGEST.get(name, LONGEST_TEXT):
            raise self._wrong(name, _l("longer than %(most)s characters.", most=LONGEST[name]))
        if name in {"code", "department_code"} and SPREADSHEET_NUMBER.fullmatch(line):
            raise self._wrong(name, _l("was turned into a number. Format the column as text."))
        return line

    def code(self) -> str:
        code = self.line("code", needed=True)
        if not CODE.fullmatch(code) or code in RESERVED:
            raise self._wrong(
                "code", _l("has a space or one of / ? # \\ in it, or a percent sign.")
            )
        return code

    def number(self, name: str, most: int) -> int | None:
        text = self.text(name)
        if not text:
            return None
        if not NUMBER.fullmatch(text) or int(text) > most:
            raise self._wrong(name, _l("is not a whole number from 0 to %(most)s.", most=most))
        return int(text)

    def limit(self, name: str) -> tuple[int | None, str | None]:
        n = self.number(name, MOST_DAYS)
        unit = self.choice(f"{name}_unit", ("", *UNITS))
        return (None, None) if n is None else (n, unit or "working_day")

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        word = self.text(name)
        if word not in choices:
            raise self._wrong(name, _l("is none of %(all)s.", all=", ".join(filter(None, choices))))
        return word

    def yes_no(self, name: str) -> bool | None:
        word = self.text(name).lower()
        if word not in YES_NO:
            raise self._wrong(name, _l("is neither yes nor no."))
        return YES_NO[word]

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if not text:
            return None
        try:
            if not ISO_DATE.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError as error:
            raise self._wrong(name, _l("is not a date such as 2026-11-23.")) from error

    def parts(self, name: str) -> tuple[str, ...]:
        parts = self.text(name).split(self._mapping.separator(name))
        return tuple(dict.fromkeys(part for raw in parts if (part := raw.strip())))

    def reach(self) -> tuple[str, ...]:
        reach = self.parts("reach")
        if not set(reach) <= set(REACHES):
            raise self._wrong("reach", _l("is none of %(all)s.", all=", ".join(REACHES)))
        return tuple(word for word in REACHES if word in reach)

    def guide(self) -> dict[str, Any]:
        said: dict[str, Any] = {name: self.text(name) for name in GUIDE_TEXTS}
        said |= {name: list(self.parts(name)) for name in GUIDE_LISTS}
        for name in ("consult_phone", "complaint_phone"):
            if SPREADSHEET_NUMBER.fullmatch(said[name]):
                raise self._wrong(name, _l("was turned into a number. Format the column as text."))
        if self.yes_no("by_post"):
            said["by_post"] = True
        return {name: value for name, value in said.items() if value}

    def _wrong(self, name: str, what: object) -> Invalid:
        """Say what is wrong under the name the file itself gives the column."""
        column = self._mapping.columns.get(name, name)
        return Invalid(_l("%(column)s %(what)s", column=column, what=what), field=name)
