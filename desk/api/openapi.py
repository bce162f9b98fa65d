"""The description of the API, drawn from the shapes it reads: OpenAPI 3.1."""

from functools import cache
from typing import Any

from desk.access.scopes import ApiScope
from desk.api import listings, queries, reading
from desk.api.listings import REFUSALS, json_of, problem
from desk.ratings.fates import Outcome

VERSION = "1"


@cache
def document() -> dict[str, Any]:
    """Draw the whole description; loads pydantic, once."""
    from desk.ratings.told import EventTold, RatingTold, adapter  # noqa: PLC0415

    schemas = {
        "ServiceEvent": adapter(EventTold).json_schema(),
        "Rating": adapter(RatingTold).json_schema(),
        **OWN_SCHEMAS,
        **listings.SCHEMAS,
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Desk API",
            "version": VERSION,
            "description": (
                "A token belongs to one system of one region. Telling again what is known changes "
                "nothing, so whatever was not answered can be sent again."
            ),
        },
        "paths": {
            "/api/v1/service-events": {
                "post": _tell(
                    "Tell one service, or many",
                    "ServiceEvent",
                    ApiScope.EVENTS_WRITE,
                    waiting=False,
                ),
                "get": LIST_EVENTS,
            },
            "/api/v1/ratings": {
                "post": _tell(
                    "Tell one rating, or many", "Rating", ApiScope.RATINGS_WRITE, waiting=True
                )
            },
            **listings.PATHS,
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


TELLING_REFUSALS = {
    **REFUSALS,
    "413": problem("Too many bytes or lines."),
    "415": problem("Neither JSON nor NDJSON in UTF-8, or packed with something else than gzip."),
    "422": {
        "description": "Nothing was taken: the one object is wrong, or every line is.",
        "content": {
            "application/problem+json": {"schema": _reference("Problem")},
            "application/json": {"schema": _reference("Results")},
        },
    },
}


def _tell(summary: str, name: str, scope: ApiScope, *, waiting: bool) -> dict[str, Any]:
    """Describe telling one as JSON or many as NDJSON."""
    answers = {
        "200": {
            "description": "One that was known already, or many of which none was wrong.",
            "content": {
                "application/json": {
                    "schema": {"anyOf": [_reference("Result"), _reference("Results")]}
                }
            },
        },
        "201": json_of("Result", "One was taken."),
        "207": json_of("Results", "Of many, some were taken and some were wrong."),
    }
    if waiting:
        answers["202"] = json_of("Result", "The service is not known yet; the rating waits for it.")
    return {
        "summary": summary,
        "description": (
            f"Needs `{scope}`. NDJSON: at most {reading.MOST_LINES} lines of "
            f"{reading.LONGEST_LINE} bytes, {reading.LARGEST_SENT} bytes in all; may be packed "
            "(Content-Encoding: gzip)."
        ),
        "security": [{"token": []}],
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:~-]{16,64}$"},
                "description": "With the same body it is answered the same for 7 days.",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                reading.JSON: {"schema": _reference(name)},
                reading.NDJSON: {"schema": _reference(name)},
            },
        },
        "responses": {**answers, **TELLING_REFUSALS},
    }


LIST_EVENTS: dict[str, Any] = {
    "summary": "List the services this system told, in the order they came",
    "description": f"Needs `{ApiScope.EVENTS_READ}`.",
    "security": [{"token": []}],
    "parameters": [
        {"name": "after", "in": "query", "schema": {"type": "string", "format": "uuid"}},
        {
            "name": "limit",
            "in": "query",
            "schema": {
                "type": "integer",
                "minimum": 1,
                "maximum": queries.MOST,
                "default": queries.USUAL,
            },
        },
    ],
    "responses": {
        "200": json_of("Page", "A page; `next` is the address of the next one, or null."),
        **REFUSALS,
        "422": problem("No such page."),
    },
}
_TEXT, _WHOLE = {"type": "string"}, {"type": "integer"}
_WRONG = {"field": {"type": ["string", "null"]}, "code": _TEXT, "message": _TEXT}
OUTCOMES = {"type": "string", "enum": [outcome.value for outcome in Outcome]}
OWN_SCHEMAS: dict[str, Any] = {
    "Result": {
        "type": "object",
        "additionalProperties": False,
        "required": ["result"],
        "properties": {"result": OUTCOMES, "id": {"type": "string", "format": "uuid"}},
    },
    "Results": {
        "type": "object",
        "additionalProperties": False,
        "required": ["received", *(outcome.value for outcome in Outcome), "errors"],
        "properties": {
            "received": _WHOLE,
            **{outcome.value: _WHOLE for outcome in Outcome},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"line": _WHOLE, **_WRONG},
                },
            },
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "line": _WHOLE,
                        "result": OUTCOMES,
                        "id": {"type": "string", "format": "uuid"},
                    },
                },
            },
        },
    },
    "Page": {
        "type": "object",
        "additionalProperties": False,
        "required": ["events", "next"],
        "properties": {
            "events": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "id": {"type": "string", "format": "uuid"},
                        "project_no": _TEXT,
                        "service_no": _TEXT,
                        "occurred_at": {"type": "string", "format": "date-time"},
                        "party_kind": _TEXT,
                        "stage": {"type": ["integer", "null"]},
                        "is_test": {"type": "boolean"},
                        "hall": _TEXT,
                        "department": _TEXT,
                        "window": {"type": ["string", "null"]},
                        "item": {"type": ["string", "null"]},
                    },
                },
            },
            "next": {"type": ["string", "null"]},
        },
    },
    "Problem": {
        "type": "object",
        "additionalProperties": False,
        "required": ["type", "title", "status", "request_id"],
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": _WHOLE,
            "detail": _TEXT,
            "request_id": _TEXT,
            "errors": {"type": "array", "items": {"type": "object", "properties": _WRONG}},
        },
    },
}
