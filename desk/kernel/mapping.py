"""Reading somebody else's columns as ours, by a file of names that holds no code."""

import json
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.kernel.errors import Invalid

PARTS = frozenset({"about", "columns", "values", "lists", "constants"})
SEPARATOR = "|"
REST = "*"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How the columns of a file become fields.

    `columns` field -> column; `values` field -> {their word: ours} (`*` stands for any other word);
    `lists` field -> what separates its parts; `constants` field -> a value for every row. Of the
    columns, the file must have those in `required`.
    """

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    lists: Mapping[str, str]
    constants: Mapping[str, str]
    required: Sequence[str]

    def unused(self, cells: Collection[str]) -> list[str]:
        """List the columns of a file that no field is read from."""
        used = set(self.columns.values())
        return [column for column in cells if column not in used]

    def fields_of(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Give a row's cells under our names, in our words.

        An empty cell stays empty. Raises Invalid with the field for a word not known here.
        """
        fields = dict(self.constants)
        for name, column in self.columns.items():
            fields[name] = self._value(name, cells.get(column, ""))
        return fields

    def _value(self, name: str, cell: str) -> str:
        known = self.values.get(name)
        word = cell.strip()
        if known is None or not word:
            return cell
        if word not in known and REST not in known:
            raise Invalid(
                _l(
                    "“%(word)s” is not among the words known here: %(all)s.",
                    word=word[:40],
                    all=", ".join(known),
                ),
                field=name,
            )
        return known.get(word, known.get(REST, ""))

    def separator(self, name: str) -> str:
        """Tell what separates the parts of a field that holds several."""
        return self.lists.get(name, SEPARATOR)


def own_columns(fields: Collection[str], required: Sequence[str]) -> ColumnMapping:
    """Make the mapping for a file whose columns have our own names."""
    return ColumnMapping({name: name for name in fields}, {}, {}, {}, required)


def read_mapping(path: Path, fields: Collection[str], needed: Collection[str]) -> ColumnMapping:
    """Read a mapping from a `.toml` or `.json` file.

    Raises Invalid when it cannot be read, names a part or a field that does not exist, or says
    nothing of a field that is needed.
    """
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise Invalid(
            _l("The mapping %(name)s cannot be read: %(why)s.", name=path.name, why=str(error))
        ) from error
    _check_parts(raw, path.name, fields)
    silent = [name for name in needed if name not in {**raw["columns"], **raw.get("constants", {})}]
    if silent:
        raise Invalid(
            _l(
                "The mapping %(name)s does not say where to read %(silent)s.",
                name=path.name,
                silent=", ".join(silent),
            )
        )
    return ColumnMapping(
        columns=raw.get("columns", {}),
        values=raw.get("values", {}),
        lists=raw.get("lists", {}),
        constants=raw.get("constants", {}),
        required=list(dict.fromkeys(raw["columns"].values())),
    )


def _check_parts(raw: object, name: str, fields: Collection[str]) -> None:
    if not isinstance(raw, dict) or not raw.get("columns"):
        raise Invalid(_l("The mapping %(name)s has no part “columns”.", name=name))
    unknown = [part for part in raw if part not in PARTS]
    for part in PARTS - {"about"}:
        table = raw.get(part, {})
        if not _is_table(table, words=part == "values"):
            raise Invalid(
                _l("In the mapping %(name)s, “%(part)s” is not a table.", name=name, part=part)
            )
        unknown += [f"{part}.{key}" for key in table if key not in fields]
    if unknown:
        raise Invalid(
            _l(
                "The mapping %(name)s names what does not exist: %(unknown)s.",
                name=name,
                unknown=", ".join(unknown),
            )
        )


def _is_table(table: Any, *, words: bool) -> bool:
    if not isinstance(table, dict):
        return False
    if words:
        return all(_is_table(inner, words=False) for inner in table.values())
    return all(isinstance(value, str) for value in table.values())
