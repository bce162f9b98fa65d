"""Refusals as programs read them: problem details of RFC 9457, from the same errors as pages."""

from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, request

from desk.kernel.errors import DeskError, Invalid

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
PASSED_ON = ("Allow", "Retry-After")


def wanted() -> bool:
    """Tell whether whoever asks is a program."""
    return request.path.startswith(PREFIX)


def parts_of(error: DeskError) -> list[dict[str, Any]]:
    """List what is wrong field by field."""
    if not isinstance(error, Invalid):
        return []
    return [
        {"field": one.field, "code": "invalid", "message": one.message}
        for one in (error, *error.others)
    ]


def answer(
    status: int,
    sentence: str | None,
    *,
    wrong: list[dict[str, Any]] | None = None,
    retry_after: int | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Build the answer; it says what to do, and nothing of how the desk is made."""
    known = HTTPStatus(status)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": known.phrase,
        "status": status,
        "request_id": getattr(g, "request_id", ""),
    }
    if sentence:
        body["detail"] = sentence
    if wrong:
        body["errors"] = wrong
    response = current_app.response_class(current_app.json.dumps(body))
    response.status_code = status
    response.mimetype = MEDIA_TYPE
    for name in PASSED_ON:
        if headers and name in headers:
            response.headers[name] = headers[name]
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="desk", error="invalid_token"'
    return response
