"""The description of what systems ask: pages of cases, items and figures."""

from typing import Any

from desk.access.scopes import ApiScope
from desk.api import queries
from desk.casework.words import CaseChannel, Kind, Outcome, PartyKind, Result, Status
from desk.catalogue.models import DayUnit
from desk.insight.indicators import Unit


def json_of(name: str, sentence: str) -> dict[str, Any]:
    """Describe an answer of one of the shapes."""
    return {
        "description": sentence,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
    }


def problem(sentence: str) -> dict[str, Any]:
    """Describe a refusal."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": sentence, "content": {"application/problem+json": {"schema": schema}}}


REFUSALS = {
    "400": problem("Not to be read at all: no JSON object, no line, a broken package."),
    "401": problem("No token, or none that holds."),
    "403": problem("The token is not good for this."),
    "429": problem("Too often; Retry-After says in how many seconds to come again."),
    "503": problem("The desk cannot do this now; send it again."),
}
TAG = {"ETag": {"schema": {"type": "string"}, "description": "Send it back as If-None-Match."}}


def _list(
    name: str, scope: ApiScope, summary: str, said: str, *more: dict[str, Any]
) -> dict[str, Any]:
    size = {"type": "integer", "minimum": 1, "maximum": queries.MOST, "default": queries.USUAL}
    page = json_of(name, "A page; `next` is the address of the next one, or null.")
    return {
        "get": {
            "summary": summary,
            "description": f"Needs `{scope}`. {said}",
            "security": [{"token": []}],
            "parameters": [
                {"name": "after", "in": "query", "schema": {"type": "string"}},
                {"name": "limit", "in": "query", "schema": size},
                {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}},
                *more,
            ],
            "responses": {
                "200": {**page, "headers": TAG},
                "304": {"description": "Nothing changed since the tag you sent.", "headers": TAG},
                **REFUSALS,
                "422": problem("No such page or month."),
            },
        }
    }


PATHS: dict[str, Any] = {
    "/api/v1/cases": _list(
        "Cases",
        ApiScope.CASES_READ,
        "List the cases of the region by number",
        "How each stands: nothing of what was said, by whom, where or at which hour. Numbers begin "
        "with the day, so ask again from the last day you have.",
    ),
    "/api/v1/items": _list(
        "Items", ApiScope.ITEMS_READ, "List what the region offers today by code", "As published."
    ),
    "/api/v1/indicators": _list(
        "Indicators",
        ApiScope.INDICATORS_READ,
        "List the figures of a month by key",
        "They stop at the last working day before today; one of few has no value.",
        {"name": "month", "in": "query", "schema": {"type": "string", "pattern": r"^\d{4}-\d{2}$"}},
    ),
}

_TEXT, _NONE = {"type": "string"}, {"type": "null"}
_SOME_TEXT = {"type": ["string", "null"]}
_WHOLE, _SOME_WHOLE = {"type": "integer"}, {"type": ["integer", "null"]}
_NUMBER = {"type": ["number", "null"]}
_DAY = {"type": "string", "format": "date"}
_SOME_DAY = {"anyOf": [_DAY, _NONE]}


def _word(*words: object) -> dict[str, Any]:
    return {"enum": [getattr(word, "value", word) for word in words]}


def _listed(name: str, row: dict[str, Any], **more: Any) -> dict[str, Any]:
    one = {
        "type": "object",
        "additionalProperties": False,
        "required": list(row),
        "properties": row,
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name, "next", *more],
        "properties": {name: {"type": "array", "items": one}, "next": _SOME_TEXT, **more},
    }


SCHEMAS: dict[str, Any] = {
    "Cases": _listed(
        "cases",
        {
            "number": _TEXT,
            "kind": _word(*Kind),
            "status": _word(*Status),
            "hall": _TEXT,
            "department": _SOME_TEXT,
            "item": _SOME_TEXT,
            "party_kind": _word(*PartyKind),
            "channel": _word(*CaseChannel),
            "filed_on": _DAY,
            "promised_on": _SOME_DAY,
            "replied_on": _SOME_DAY,
            "closed_on": _SOME_DAY,
            "outcome": _word(*Outcome, None),
            "result": _word(*Result, None),
            "round": _WHOLE,
        },
    ),
    "Items": _listed(
        "items",
        {
            "code": _TEXT,
            "name_zh": _TEXT,
            "name_en": _SOME_TEXT,
            "department": _TEXT,
            "legal_days": _SOME_WHOLE,
            "legal_unit": _word(*DayUnit, None),
            "promised_days": _SOME_WHOLE,
            "promised_unit": _word(*DayUnit, None),
            "visits": _SOME_WHOLE,
            "online": {"type": "boolean"},
            "instant": {"type": "boolean"},
        },
    ),
    "Indicators": _listed(
        "indicators",
        {
            "key": _TEXT,
            "name": _TEXT,
            "definition": _TEXT,
            "unit": _word(*Unit),
            "from": _DAY,
            "until": _DAY,
            "denominator": _NUMBER,
            "value": _NUMBER,
        },
        month=_TEXT,
    ),
}
