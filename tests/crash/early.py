"""The control of the crash test: a server in front of the desk that answers before the commit."""

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

from tests.crash.app import make_app

LATER_SECONDS = 0.2

Answer = Iterable[bytes]


def make_early_app() -> Callable[[dict[str, Any], Any], Answer]:
    app = make_app()

    def file_later(environ: dict[str, Any]) -> None:
        for _part in app(environ, lambda *_: lambda _: None):
            pass

    def answer(environ: dict[str, Any], start_response: Any) -> Answer:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        kept = {**environ, "wsgi.input": io.BytesIO(body)}
        threading.Timer(LATER_SECONDS, file_later, (kept,)).start()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"early"]

    return answer
