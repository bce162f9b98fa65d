"""Asking clamd whether a file is infected, in its own words: INSTREAM over TCP or a socket file."""

import socket
import struct
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from desk.kernel.storage.store import chunks

PORT = 3310
CONNECT_SECONDS, ANSWER_SECONDS = 3, 30
LONGEST_ANSWER = 4096
LONGEST_FINDING = 80


class ScannerAway(Exception):
    """The scanner did not say yes or no; nothing is clean because nobody looked."""


class Scanner(Protocol):
    """Whoever can tell an infected file."""

    def finding(self, source: BinaryIO) -> str | None:
        """Give the name of what was found, None for nothing; raises ScannerAway."""
        ...

    def is_there(self) -> bool:
        """Tell whether it answers at all."""
        ...


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd at `tcp://HOST[:PORT]` or `unix:/path/to/clamd.ctl`."""

    address: str

    def finding(self, source: BinaryIO) -> str | None:
        """Send the whole stream, so that no sign is cut in two, and read the verdict."""
        try:
            with closing(self._connected()) as line:
                line.sendall(b"zINSTREAM\0")
                for chunk in chunks(source):
                    line.sendall(struct.pack(">I", len(chunk)) + chunk)
                line.sendall(struct.pack(">I", 0))
                said = _read(line)
        except OSError as error:
            raise ScannerAway(type(error).__name__) from error
        if said == "stream: OK":
            return None
        if said.startswith("stream: ") and said.endswith(" FOUND"):
            name = said.removeprefix("stream: ").removesuffix(" FOUND")
            return "".join(c for c in name if c.isprintable())[:LONGEST_FINDING] or "?"
        raise ScannerAway("no verdict")

    def is_there(self) -> bool:
        try:
            with closing(self._connected()) as line:
                line.sendall(b"zPING\0")
                return _read(line) == "PONG"
        except OSError:
            return False

    def _connected(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "unix":
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(CONNECT_SECONDS)
            try:
                line.connect(unquote(parts.path))
            except OSError:
                line.close()
                raise
        else:
            place = (parts.hostname or "", parts.port or PORT)
            line = socket.create_connection(place, CONNECT_SECONDS)
        line.settimeout(ANSWER_SECONDS)
        return line


def _read(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        part = line.recv(LONGEST_ANSWER)
        if not part:
            break
        said += part
    return said.split(b"\0", 1)[0].decode("utf-8", "replace").strip()


def is_address(address: str) -> bool:
    """Tell whether an address names a scanner."""
    parts = urlsplit(address)
    try:
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return (parts.scheme == "tcp" and named) or (parts.scheme == "unix" and bool(parts.path))
