"""A second place, in somebody else's hands, for the little that must outlive our own database."""

import base64
import hashlib
import os
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from desk.kernel.storage.bucket import BucketStore, spoken
from desk.kernel.storage.store import StoreError

FILE, SYSLOG, SYSLOG_UDP, BUCKET = "file", "syslog", "syslog+udp", "s3"
SYSLOG_PORT = 514
SECONDS = 5
AUDIT_NOTICE = 13 * 8 + 5
"""Facility "log audit", severity "notice", as RFC 5424 counts them."""
NAME = re.compile(r"[0-9a-z]+(?:[-/][0-9a-z]+)*", re.ASCII)


class PlaceAway(Exception):
    """The second place did not take what was given; given again later it may."""


class Place(Protocol):
    """Where a line can be put and never taken back by us."""

    def keep(self, name: str, line: str) -> None:
        """Put a line there under a name; raises PlaceAway."""
        ...

    def kept(self) -> Iterator[str] | None:
        """Give the lines back where that can be done; raises PlaceAway."""
        ...


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file that only grows, on a disk of another administrator: `file:/mnt/audit/desk.ndjson`."""

    path: Path

    def keep(self, name: str, line: str) -> None:  # noqa: ARG002 - a file has one name for all
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{line}\n")
                file.flush()
                os.fsync(handle)
        except OSError as error:
            raise PlaceAway(type(error).__name__) from error

    def kept(self) -> Iterator[str] | None:
        return _lines(self.path)


@dataclass(frozen=True, slots=True)
class SyslogPlace:
    """Another machine's log: `syslog://HOST[:PORT]` over TCP, `syslog+udp://` where it must be.

    The date is left to the other side's clock, which is the one that counts there.
    """

    host: str
    port: int
    udp: bool = False

    def keep(self, name: str, line: str) -> None:
        said = f"<{AUDIT_NOTICE}>1 - - desk - {name.replace('/', '-')[:32]} - {line}".encode()
        try:
            if self.udp:
                family, *_rest, address = socket.getaddrinfo(
                    self.host, self.port, type=socket.SOCK_DGRAM
                )[0]
                with closing(socket.socket(family, socket.SOCK_DGRAM)) as out:
                    out.sendto(said, address)
                return
            with closing(socket.create_connection((self.host, self.port), SECONDS)) as out:
                out.settimeout(SECONDS)
                out.sendall(f"{len(said)} ".encode() + said)
                out.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise PlaceAway(type(error).__name__) from error

    def kept(self) -> Iterator[str] | None:
        return None


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """A bucket that keeps every version, or locks what is in it: `s3://…` as for attachments."""

    bucket: BucketStore

    def keep(self, name: str, line: str) -> None:
        if NAME.fullmatch(name) is None:
            raise ValueError("this is not a name for a bucket")
        body = f"{line}\n".encode()
        try:
            with spoken(name):
                self.bucket.client().put_object(
                    Bucket=self.bucket.bucket,
                    Key=f"{self.bucket.prefix}{name}.json",
                    Body=body,
                    ContentType="application/json",
                    ContentMD5=base64.b64encode(
                        hashlib.md5(body, usedforsecurity=False).digest()
                    ).decode(),
                )
        except StoreError as error:
            raise PlaceAway(str(error)) from error

    def kept(self) -> Iterator[str] | None:
        return None


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file
    except FileNotFoundError:
        return
    except OSError as error:
        raise PlaceAway(type(error).__name__) from error


def is_place(address: str) -> bool:
    """Tell whether an address names a second place."""
    parts = urlsplit(address)
    try:
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    if parts.scheme == FILE:
        return parts.path.startswith("/") and not parts.netloc
    return parts.scheme in {SYSLOG, SYSLOG_UDP, BUCKET} and named


def open_place(address: str) -> Place:
    """Give the place of an address; raises ValueError for one that names none."""
    if not is_place(address):
        raise ValueError("a second place is file:/PATH, syslog://HOST or s3://BUCKET")
    parts = urlsplit(address)
    if parts.scheme == FILE:
        return FilePlace(Path(unquote(parts.path)))
    if parts.scheme == BUCKET:
        return BucketPlace(BucketStore(address))
    return SyslogPlace(
        parts.hostname or "", parts.port or SYSLOG_PORT, udp=parts.scheme == SYSLOG_UDP
    )
