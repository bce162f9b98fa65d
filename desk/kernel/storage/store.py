"""What a store can do, whatever it is made of."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from desk.kernel.storage.room import Disk

KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}", re.ASCII)
CHUNK = 64 * 1024


class StoreError(Exception):
    """The store did not do what was asked; asked again later it may."""


class Absent(StoreError):
    """There is nothing under this key."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What lies under a key, and since when."""

    key: str
    size: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Digest:
    """How long something is and what it hashes to."""

    size: int
    sha256: bytes


class Readable(Protocol):
    """Bytes that can be read once, from the beginning."""

    def read(self, size: int = -1, /) -> bytes: ...

    def close(self) -> None: ...


class Store(Protocol):
    """A place for bytes. A key is drawn by `new_key`; nothing a person typed is ever part of it.

    Each method may raise StoreError.
    """

    def put(self, key: str, source: BinaryIO) -> Digest:
        """Keep everything that can be read; when this returns, it survives a power cut."""
        ...

    def open(self, key: str) -> Readable:
        """Open what lies under a key; raises Absent."""
        ...

    def remove(self, key: str) -> None:
        """Take away what lies under a key, if anything does."""
        ...

    def find(self, key: str) -> Kept | None:
        """Tell what lies under a key."""
        ...

    def everything(self) -> Iterator[Kept]:
        """Go through all that is kept, in no order."""
        ...

    def clear_unfinished(self, before: datetime) -> int:
        """Take away what began to arrive before an instant and never did; tell how many."""
        ...

    def disk(self) -> Disk | None:
        """Measure the disk the store is on; None where nobody knows."""
        ...


def new_key() -> str:
    """Draw a key of 128 random bits."""
    drawn = secrets.token_hex(16)
    return f"{drawn[:2]}/{drawn[2:]}"


def checked(key: str) -> str:
    """Give the key back if `new_key` can have drawn it; raises ValueError for anything else."""
    if KEY.fullmatch(key) is None:
        raise ValueError("this is not a key of the store")
    return key


def chunks(source: Readable) -> Iterator[bytes]:
    """Read to the end, 64 KiB at a time."""
    while chunk := source.read(CHUNK):
        yield chunk


def digest(source: BinaryIO) -> Digest:
    """Hash from the beginning to the end, and leave the reading position at the beginning."""
    source.seek(0)
    hashed, size = hashlib.sha256(), 0
    for chunk in chunks(source):
        hashed.update(chunk)
        size += len(chunk)
    source.seek(0)
    return Digest(size, hashed.digest())
