"""A store in a folder: nothing is there until all of it is on the disk."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from desk.kernel.storage.room import Disk, disk_of
from desk.kernel.storage.store import Absent, Digest, Kept, StoreError, checked, chunks

ARRIVING = "arriving"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW


class FolderStore:
    """Writes beside the place, flushes, renames, flushes the folder; readable by its owner only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, source: BinaryIO) -> Digest:
        place = self._place(key)
        try:
            self._folder(place.parent)
            arriving = self._folder(self.root / ARRIVING) / secrets.token_hex(8)
            try:
                found = _write(arriving, source)
                arriving.replace(place)
            except BaseException:
                arriving.unlink(missing_ok=True)
                raise
            _flush_folder(place.parent)
        except OSError as error:
            raise StoreError(f"not written: {error.strerror}") from error
        return found

    def open(self, key: str) -> BinaryIO:
        try:
            handle = os.open(self._place(key), os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            raise Absent(key) from error
        except OSError as error:
            raise StoreError(f"not opened: {error.strerror}") from error
        return os.fdopen(handle, "rb")

    def remove(self, key: str) -> None:
        try:
            self._place(key).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"not removed: {error.strerror}") from error

    def find(self, key: str) -> Kept | None:
        try:
            return _kept(key, self._place(key))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"not found: {error.strerror}") from error

    def everything(self) -> Iterator[Kept]:
        for place in self.root.glob("[0-9a-f][0-9a-f]/*"):
            with suppress(FileNotFoundError):
                yield _kept(f"{place.parent.name}/{place.name}", place)

    def clear_unfinished(self, before: datetime) -> int:
        cleared = 0
        for place in self.root.glob(f"{ARRIVING}/*"):
            with suppress(FileNotFoundError):
                if _since(place) < before:
                    place.unlink()
                    cleared += 1
        return cleared

    def disk(self) -> Disk:
        return disk_of(self.root)

    def _place(self, key: str) -> Path:
        return self.root / checked(key)

    def _folder(self, folder: Path) -> Path:
        """Make a folder that survives a power cut; nothing is flushed for one that is there."""
        if not folder.is_dir():
            self.root.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            _flush_folder(self.root)
            _flush_folder(self.root.parent)
        return folder


def _write(place: Path, source: BinaryIO) -> Digest:
    hashed, size = hashlib.sha256(), 0
    with os.fdopen(os.open(place, NEW, PRIVATE_FILE), "wb") as file:
        for chunk in chunks(source):
            file.write(chunk)
            hashed.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Digest(size, hashed.digest())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _kept(key: str, place: Path) -> Kept:
    found = place.lstat()
    return Kept(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _since(place: Path) -> datetime:
    return datetime.fromtimestamp(place.lstat().st_mtime, UTC)
