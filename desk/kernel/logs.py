"""Logs: one JSON object a line on the standard error, and nobody's data in them."""

import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

ENTRIES = 30


def configure() -> None:
    """Make every log line JSON with its time in UTC; called once, by `create_app`."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_broke,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def where_it_broke(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Put the kind of an exception and its places in the code for the exception itself.

    Its message and the values in its frames are left out: they may quote what somebody wrote.
    """
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = list(_places(error.__traceback__))[-ENTRIES:]
    return event


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places
