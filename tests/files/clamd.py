"""A stand-in for clamd: it speaks its protocol, knows one sign, and can be told to misbehave."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.files.corpus import EICAR


class Scanning:
    """What the stand-in was sent, and how it is to answer: `well`, `error`, `garbage`, `silent`."""

    def __init__(self) -> None:
        self.mood, self.asked = "well", 0
        self.address = ""


def _handler(state: Scanning) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = b""
            while not command.endswith(b"\0"):
                command += self.rfile.read(1)
            if command == b"zPING\0":
                self.wfile.write(b"PONG\0")
                return
            content = b""
            while length := struct.unpack(">I", self.rfile.read(4))[0]:
                content += self.rfile.read(length)
            state.asked += 1
            found = b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
            answers = {
                "error": b"INSTREAM size limit exceeded. ERROR\0",
                "garbage": b"\xff?",
                "silent": b"",
            }
            self.wfile.write(answers.get(state.mood, found))

    return Handler


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address = True, True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def stand_in(socket_file: Path | None = None) -> Iterator[Scanning]:
    """Run a stand-in on a free port, or on a socket file."""
    state = Scanning()
    server = (
        _Tcp(("127.0.0.1", 0), _handler(state))
        if socket_file is None
        else _Unix(str(socket_file), _handler(state))
    )
    state.address = (
        f"tcp://127.0.0.1:{server.server_address[1]}"
        if socket_file is None
        else f"unix:{socket_file}"
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
