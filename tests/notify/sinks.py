"""Mail servers and gateways of a test's own, and the ways in which they fail."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from desk.notify.senders import Envelope
from desk.notify.troubles import NotSent, Trouble
from tests.ports import free_port

RESET = -1
"""Instead of a status: take the request and break the line."""


class Sink:
    """What an SMTP server was given; `answers` are its next replies to a text, then 250."""

    def __init__(self, *answers: str) -> None:
        self.messages: list[EmailMessage] = []
        self.answers = list(answers)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 kept"
        if answer.startswith("250"):
            self.messages.append(BytesParser(policy=default).parsebytes(envelope.content))  # type: ignore[arg-type]
        return answer


@contextmanager
def smtp_server(sink: Sink, port: int | None = None, **options: Any) -> Iterator[str]:
    """A mail server on a port; gives its address as the setting wants it."""
    controller = Controller(sink, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


class Gateway:
    """An SMS gateway that answers as it is told, then 200."""

    def __init__(self, *answers: int, port: int = 0) -> None:
        self.answers = list(answers)
        self.received: list[tuple[str, dict[str, str]]] = []
        self.statuses: list[int] = []
        self.choose: Callable[[], int] = lambda: self.answers.pop(0) if self.answers else 200
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = gateway.choose()
                gateway.received.append((self.headers["Idempotency-Key"], body))
                gateway.statuses.append(status)
                if status == RESET:
                    gateway.reset(self.connection)
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @staticmethod
    def reset(connection: socket.socket) -> None:
        """Break a line so that the other side reads a reset, not an end."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    @property
    def delivered(self) -> list[str]:
        """The ids that were answered with 200, as often as they were."""
        pairs = zip(self.received, self.statuses, strict=True)
        return [key for (key, _body), status in pairs if status == 200]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def gateway(*answers: int) -> Iterator[Gateway]:
    made = Gateway(*answers)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def scripted_smtp(replies: dict[str, str]) -> Iterator[str]:
    """A mail server that answers by the first word; an empty reply breaks the line."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", 0) as line:
                _talk(connection, line, replies)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _talk(connection: socket.socket, line: Any, replies: dict[str, str]) -> None:
    word = "greeting"
    while True:
        reply = replies.get(word, "250 fine")
        if not reply:
            Gateway.reset(connection)
            return
        line.write(reply.encode() + b"\r\n")
        if word == "data":
            while line.readline().strip() != b".":
                continue
            word = "text"
            continue
        given = line.readline()
        if not given or word == "quit":
            return
        word = given.split()[0].decode().lower()


class Silent:
    """Takes every letter and remembers its id."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, envelope: Envelope) -> None:
        self.sent.append(envelope.id)


class Broken:
    """Takes nothing."""

    def __init__(self, trouble: Trouble = Trouble.DOWN) -> None:
        self.trouble = trouble
        self.tried: list[str] = []

    def send(self, envelope: Envelope) -> None:
        self.tried.append(envelope.id)
        raise NotSent(self.trouble, "no line")
