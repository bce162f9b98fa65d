"""A rating as it is told upwards, in the other side's words, and read back: plain values."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.kernel.errors import Invalid

FIELDS = (
    "record_id", "area_code", "department", "item", "handling_item", "project_no", "service_no",
    "stage", "clerk", "applicant_kind", "accepted_on", "service_name", "service_at", "channel",
    "level", "tags", "words", "rated_at", "round", "is_default", "effective",
)  # fmt: skip
CODED = ("area_code", "department", "item", "handling_item", "applicant_kind", "channel", "tags")
LISTS = frozenset({"field", *CODED})
COLUMNS = ["list", "ours", "theirs"]


@dataclass(frozen=True, slots=True)
class WordTable:
    """The other side's names of fields, and its words where it has its own.

    A list without any row is told as it is; of one with rows, a word that is not there cannot be
    told: better held back than told wrong.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, lines: Iterable[str]) -> "WordTable":
        """Read a table of list, ours, theirs; raises Invalid, with the line, for anything odd."""
        reader = csv.reader(lines)
        if next(reader, None) != COLUMNS:
            raise Invalid(_l("The first line must be: list,ours,theirs"))
        found: dict[str, dict[str, str]] = {}
        for row in reader:
            if len(row) != len(COLUMNS) or row[0] not in LISTS or not all(row):
                raise Invalid(_l("Line %(line)s is no row of this table.", line=reader.line_num))
            of, ours, theirs = row
            if of == "field" and ours not in FIELDS:
                raise Invalid(_l("Line %(line)s is no row of this table.", line=reader.line_num))
            known = found.setdefault(of, {})
            if ours in known:
                raise Invalid(_l("Line %(line)s repeats a word.", line=reader.line_num))
            known[ours] = theirs
        return cls(found.pop("field", {}), found)

    def outward(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Write a record in their words; raises Invalid with the field for a word they lack."""
        return {
            self.names.get(name, name): self._swap(name, value, self.words.get(name))
            for name, value in record.items()
        }

    def inward(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Read a record of theirs in our words; raises Invalid for a word that is not known here.

        Where several of our words are one of theirs, the first of the table is taken.
        """
        ours = {theirs: name for name, theirs in self.names.items()}
        found: dict[str, Any] = {}
        for theirs, value in record.items():
            name = ours.get(theirs, theirs)
            table = self.words.get(name)
            back: dict[str, str] | None = None
            if table is not None:
                back = {}
                for word, other in table.items():
                    back.setdefault(other, word)
            found[name] = self._swap(name, value, back)
        return found

    def _swap(self, name: str, value: Any, table: Mapping[str, str] | None) -> Any:
        if table is None or value is None:
            return value
        if isinstance(value, list):
            return [self._swap(name, word, table) for word in value]
        if not isinstance(value, str) or value not in table:
            raise Invalid(
                _l("There is no word for “%(word)s” in the table.", word=str(value)[:40]),
                field=name,
            )
        return table[value]


def as_told(record: Mapping[str, Any], hall: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split a record in our words into the service and the rating it tells of."""
    service = {
        "project_no": record.get("project_no"),
        "service_no": record.get("service_no"),
        "occurred_at": record.get("service_at"),
        "hall": hall,
        "department": record.get("department"),
        "item": record.get("item"),
        "party_kind": record.get("applicant_kind"),
        "stage": record.get("stage"),
    }
    rating = {
        "project_no": record.get("project_no"),
        "service_no": record.get("service_no"),
        "level": record.get("level"),
        "given_at": record.get("rated_at"),
        "tags": record.get("tags"),
        "comment": record.get("words"),
        "channel": record.get("channel"),
        "is_default": record.get("is_default"),
    }
    return (
        {name: value for name, value in service.items() if value is not None},
        {name: value for name, value in rating.items() if value is not None},
    )
