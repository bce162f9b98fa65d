"""Taking files in: looked at, laid into the store, and only then written down."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from desk.files import sandbox
from desk.files.door import Refused, kind_of, may_be_locked
from desk.files.incoming import Arrived, Looked
from desk.files.kinds import LARGEST, MIB, MOST_AT_ONCE, PDF
from desk.files.labels import NO_ROOM, STORE_AWAY, TOO_MANY, refused
from desk.files.names import tidy_name
from desk.files.words import Family, Trouble
from desk.kernel.errors import Busy, Invalid
from desk.kernel.storage.room import Room, room_on
from desk.kernel.storage.store import Store, StoreError, chunks, digest, new_key
from desk.kernel.uploads import Upload

RETRY_SECONDS = 60
FIELD = "files"


def look_at(
    uploads: Sequence[Upload], families: frozenset[Family], *, most: int = MOST_AT_ONCE
) -> tuple[list[Looked], list[Invalid]]:
    """Sort files into those that may be taken and a sentence for each that may not."""
    if len(uploads) > most:
        sentence = str(TOO_MANY) % {"most": most, "given": len(uploads)}
        return [], [Invalid(sentence, field=FIELD)]
    taken, faults = [], []
    for upload in uploads:
        try:
            taken.append(_looked(upload, families))
        except Refused as error:
            faults.append(refusal(tidy_name(upload.name), error.trouble))
    return taken, faults


def look_at_all(
    uploads: Sequence[Upload], families: frozenset[Family], *, most: int = MOST_AT_ONCE
) -> list[Looked]:
    """Look at files that are taken together or not at all; raises Invalid for all at fault."""
    taken, faults = look_at(uploads, families, most=most)
    if faults:
        faults[0].others = tuple(faults[1:])
        raise faults[0]
    return taken


def refusal(name: str, trouble: Trouble) -> Invalid:
    """Say why a file was not taken and what to do instead."""
    return Invalid(refused(name, trouble), field=FIELD)


def _looked(upload: Upload, families: frozenset[Family]) -> Looked:
    kind = kind_of(upload.name, upload.stream, upload.size, families, largest=LARGEST)
    if kind is PDF and may_be_locked(upload.stream) and _is_locked(upload.stream):
        raise Refused(Trouble.ENCRYPTED)
    return Looked(tidy_name(upload.name), kind, upload.stream, digest(upload.stream))


def _is_locked(stream: BinaryIO) -> bool:
    """Ask the parser; one that dies of it says nothing, and the worker will find out why."""
    with tempfile.TemporaryDirectory(prefix="desk-look-") as folder:
        source = Path(folder) / "given"
        with source.open("wb") as file:
            file.writelines(chunks(stream))
        stream.seek(0)
        try:
            return sandbox.is_locked(source)
        except sandbox.Broken:
            return False


@contextmanager
def arriving(store: Store, looked: Sequence[Looked], *, reserve: int) -> Iterator[list[Arrived]]:
    """Lay files into the store before the transaction that writes them down begins.

    When that fails they are taken out again; a process that dies in between leaves them to
    `reconcile`. Raises Busy when the store is away or has fewer than `reserve` bytes left.
    """
    arrived: list[Arrived] = []
    try:
        if looked and not has_room(store, reserve=reserve):
            raise Busy(NO_ROOM, retry_after=RETRY_SECONDS)
        for one in looked:
            key = new_key()
            arrived.append(Arrived(one.name, one.kind, one.digest, key))
            if store.put(key, one.stream) != one.digest:
                raise StoreError("something else was kept than was given")
        yield arrived
    except StoreError as error:
        _take_back(store, arrived)
        raise Busy(STORE_AWAY, retry_after=RETRY_SECONDS) from error
    except BaseException:
        _take_back(store, arrived)
        raise


@contextmanager
def taking_in(
    uploads: Sequence[Upload], families: frozenset[Family], store: Store, *, reserve: int
) -> Iterator[tuple[Arrived, ...]]:
    """Look at files that are taken together or not at all, and lay them into the store.

    Raises Invalid for all that are at fault, and Busy as `arriving` does.
    """
    looked = look_at_all(uploads, families)
    with arriving(store, looked, reserve=reserve) as arrived:
        yield tuple(arrived)


def _take_back(store: Store, arrived: Sequence[Arrived]) -> None:
    for one in arrived:
        with suppress(StoreError):
            store.remove(one.key)


def has_room(store: Store, *, reserve: int) -> bool:
    """Tell whether another few files fit and leave the rest of the desk its room."""
    return room_in(store, reserve=reserve) < Room.NO_FILES


def room_in(store: Store, *, reserve: int) -> Room:
    """Tell what still fits into a store; nothing in one that is away."""
    try:
        return room_on(store.disk(), reserve=reserve + MOST_AT_ONCE * LARGEST)
    except OSError:
        return Room.FULL


def reserve_of(megabytes: int) -> int:
    """Give the room to be left free, in bytes."""
    return megabytes * MIB
