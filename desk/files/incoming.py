"""A file on its way in: looked at, then laid into the store, then written down."""

from dataclasses import dataclass
from typing import BinaryIO

from desk.files.kinds import Kind
from desk.kernel.storage.store import Digest


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that may be taken: its harmless name, what it is and what it hashes to."""

    name: str
    kind: Kind
    stream: BinaryIO
    digest: Digest


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that lies in the store, flushed to the disk, and is not yet written down."""

    name: str
    kind: Kind
    digest: Digest
    key: str
