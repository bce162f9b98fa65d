"""The shape of what a system of the hall tells, and what is wrong with a line of another shape.

Loads pydantic: import it where a line is read, not at the start.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, NotRequired, Required

from flask_babel import lazy_gettext as _l
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from desk.ratings.fates import Wrong

CLEAN = "^[^\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$"
LINES = "^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]*$"
KEY = re.compile(rb'"\s*:')


def _text(longest: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=longest, pattern=CLEAN, strip_whitespace=True)


Reference = Annotated[str, _text(80)]
Number = Annotated[str, _text(32)]
Short = Annotated[str, _text(64)]
STRICT = ConfigDict(extra="forbid", strict=True)


@with_config(STRICT)
class EventTold(TypedDict, total=False):
    """One service occasion. Codes are those of the desk; a time without zone is the region's."""

    source_system: NotRequired[Number]
    project_no: Required[Reference]
    service_no: Required[Number]
    occurred_at: Required[datetime]
    hall: Required[Number]
    department: NotRequired[Number]
    window: NotRequired[Number]
    item: NotRequired[Reference]
    clerk: NotRequired[Short]
    party_kind: NotRequired[Literal["individual", "business"]]
    applicant: NotRequired[Short]
    phone: NotRequired[Short]
    stage: NotRequired[Annotated[int, Field(ge=1, le=3)]]
    is_test: NotRequired[bool]


@with_config(STRICT)
class RatingTold(TypedDict, total=False):
    """What somebody said of one occasion elsewhere.

    `is_default`: nobody said it, the other system did; kept and counted in nothing. `hall` and
    `department` are needed only when the occasion is not known yet.
    """

    source_system: NotRequired[Number]
    project_no: Required[Reference]
    service_no: Required[Number]
    level: Required[Annotated[int, Field(ge=1, le=5)]]
    given_at: Required[datetime]
    tags: NotRequired[Annotated[list[Annotated[str, _text(12)]], Field(max_length=8)]]
    comment: NotRequired[
        Annotated[str, StringConstraints(max_length=1000, pattern=LINES, strip_whitespace=True)]
    ]
    channel: NotRequired[Literal["link", "sms", "qr", "kiosk", "web", "paper", "phone", "api"]]
    identity: NotRequired[Literal["real", "confidential", "anonymous"]]
    is_default: NotRequired[bool]
    hall: NotRequired[Number]
    department: NotRequired[Number]


MISSING = _l("This is missing.")
UNKNOWN = _l("There is no such field.")
WRONG = {
    "missing": MISSING,
    "extra_forbidden": UNKNOWN,
    "string_too_long": _l("This is too long."),
    "too_long": _l("These are too many."),
    "string_too_short": _l("This is empty."),
    "string_pattern_mismatch": _l("This holds characters that cannot be kept."),
    "string_type": _l("This must be a text."),
    "int_type": _l("This must be a whole number."),
    "bool_type": _l("This must be true or false."),
    "literal_error": _l("This is none of the words that may stand here."),
}
NOT_JSON = Wrong("not_json", _l("This is not one JSON object."))
TIME = _l("Write a time such as 2026-11-20T10:42:00+08:00.")
RANGE = _l("This number is too small or too large.")
OTHER = _l("This cannot be taken.")

Told = dict[str, Any]


@cache
def adapter(kind: type) -> TypeAdapter[Any]:
    """Build the reader of one shape, once."""
    return TypeAdapter(kind)


@cache
def _adapter_of_many(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(list[kind])  # type: ignore[valid-type]


def read_line(kind: type, line: bytes) -> Told | Wrong:
    """Read one JSON object, strictly: no unknown, doubled or mistyped field."""
    try:
        found: Told = adapter(kind).validate_json(line)
    except ValidationError as error:
        return _first(error)
    doubled = _doubled(line) if len(KEY.findall(line)) != len(found) else None
    return found if doubled is None else _twice(doubled)


def read_lines(kind: type, lines: Sequence[bytes]) -> list[Told | Wrong]:
    """Read many at once; one that is wrong spoils no other."""
    try:
        found = _adapter_of_many(kind).validate_json(b"[" + b",".join(lines) + b"]")
    except ValidationError:
        return [read_line(kind, line) for line in lines]
    if len(found) != len(lines) or any(
        len(KEY.findall(line)) != len(told) for line, told in zip(lines, found, strict=True)
    ):
        return [read_line(kind, line) for line in lines]
    return list(found)


def read_cells(kind: type, cells: dict[str, str]) -> Told | Wrong:
    """Read a row of a table, where everything is text and an empty cell says nothing."""
    given: dict[str, Any] = {name: text for name, text in cells.items() if text.strip()}
    if "tags" in given:
        given["tags"] = given["tags"].split()
    try:
        found: Told = adapter(kind).validate_python(given, strict=False)
    except ValidationError as error:
        return _first(error)
    return found


def _first(error: ValidationError) -> Wrong:
    first = error.errors(include_url=False, include_input=False)[0]
    where, kind = first["loc"], first["type"]
    if not where:
        return NOT_JSON
    field = str(where[0])[:40]
    if kind.startswith("datetime"):
        return Wrong("not_a_time", TIME, field)
    if kind in {"greater_than_equal", "less_than_equal", "int_parsing_size"}:
        return Wrong("out_of_range", RANGE, field)
    return Wrong(kind if kind in WRONG else "invalid", WRONG.get(kind, OTHER), field)


def _twice(field: str) -> Wrong:
    return Wrong("doubled", _l("This field stands there twice."), field[:40])


def _doubled(line: bytes) -> str | None:
    """Name the field that stands twice in an object known to be well-formed."""
    seen: set[str] = set()
    twice: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        for name, _value in pairs:
            if name in seen:
                twice.append(name)
            seen.add(name)

    json.loads(line, object_pairs_hook=note)
    return twice[0] if twice else None
