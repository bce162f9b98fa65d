"""Code lists as they were on a day, and with all that was ever said in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.organisation.models import Code
from desk.organisation.queries import CodeEntry, keep

LISTS = ("reasons", "diversions", "rating_tags", "phrases")
"""The lists that are rows; levels of ratings and outcomes of cases are rules, and so are code."""
FIXED = {"reasons": frozenset({"R99"}), "diversions": frozenset({"X04"})}
"""Codes the desk itself writes down or acts on; they may be worded anew, but not end."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """An entry of a list with all its wordings, the newest last."""

    code: str
    versions: tuple[Code, ...]

    @property
    def newest(self) -> Code:
        """Give the wording said last; it may hold from a later day only."""
        return self.versions[-1]

    def at(self, today: date) -> Code:
        """Give the wording that holds on a day, else the first to come, else the last there was."""
        begun = [one for one in self.versions if one.active_from <= today]
        return begun[-1] if begun else self.versions[0]

    def state(self, today: date) -> str:
        """Say where the entry stands in time: `later`, `now` or `past`."""
        one = self.at(today)
        if one.active_from > today:
            return "later"
        return "past" if one.active_to is not None and one.active_to < today else "now"


def codes_ever(list_name: str, on: date) -> Sequence[CodeEntry]:
    """List whatever a code list has held until a day, ended codes too, as it was worded on it.

    What is kept is read by this: a case says what its reason was called on its day.
    """

    def load() -> Sequence[CodeEntry]:
        rows = db.session.execute(
            select(Code.code, Code.zh, Code.en, Code.attrs)
            .where(Code.list == list_name, Code.active_from <= on)
            .order_by(Code.position, Code.code, Code.active_from)
        )
        return list({row.code: CodeEntry(*row) for row in rows}.values())

    return keep(("codes ever", list_name, on), load)  # type: ignore[no-any-return]


def names_ever(list_name: str, on: date, lang: str) -> dict[str, str]:
    """Name whatever a code list has held until a day, as it was called on that day."""
    return {entry.code: entry.name(lang) for entry in codes_ever(list_name, on)}


@dataclass(frozen=True, slots=True)
class Glossary:
    """What the entries of a list were called, day by day, in one language."""

    said: Mapping[str, Sequence[tuple[date, str]]]

    def name(self, code: str, on: date) -> str:
        """Give the name an entry had on a day; the first it ever had for a day before that."""
        names = self.said.get(code, ())
        begun = [name for since, name in names if since <= on]
        return begun[-1] if begun else names[0][1] if names else code


def glossary(list_name: str, lang: str) -> Glossary:
    """Load all names of a list at once, for whoever writes many rows of many days."""
    said: dict[str, list[tuple[date, str]]] = {}
    for row in rows_in(list_name):
        said[row.code] = [
            (one.active_from, one.en if lang == "en" else one.zh) for one in row.versions
        ]
    return Glossary(said)


def rows_in(list_name: str) -> list[CodeRow]:
    """List a code list with its wordings of all times; raises NotFound for one there is not."""
    if list_name not in LISTS:
        raise NotFound(_l("There is no such list."))
    rows = db.session.scalars(
        select(Code)
        .where(Code.list == list_name)
        .order_by(Code.position, Code.code, Code.active_from)
        .execution_options(populate_existing=True)
    )
    found: dict[str, list[Code]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return [CodeRow(code, tuple(versions)) for code, versions in found.items()]


def row_of(list_name: str, code: str) -> CodeRow:
    """Find one entry of a list; raises NotFound for one there is not."""
    for row in rows_in(list_name):
        if row.code == code:
            return row
    raise NotFound(_l("There is no such entry."))
