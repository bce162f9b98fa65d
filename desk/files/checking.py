"""The worker's part: scan, make the safe copy, say what came of it. No transaction stays open."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy import select

from desk.files import kinds, sandbox
from desk.files.events import FileChecked
from desk.files.models import StoredFile
from desk.files.queries import any_waiting, is_waiting
from desk.files.sandbox import Broken
from desk.files.words import Family, FileState, Trouble
from desk.kernel.db import db, end_read, transaction
from desk.kernel.events import announce
from desk.kernel.scanner import Scanner, ScannerAway
from desk.kernel.storage.store import Absent, Digest, Store, StoreError, chunks, digest

LEASE = timedelta(minutes=5)
MOST_BREAKS = 3
SHORTEST_WAIT, LONGEST_WAIT = 15, 1800
MOST_DOUBLINGS = 10

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is ours to look into, free of the database."""

    region_id: int
    id: UUID
    media_type: str
    original_key: str
    storage_key: str
    attempts: int
    breaks: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: a copy of some kind, or why there is none."""

    media_type: str = ""
    copy: Digest = field(default=Digest(0, b""))
    trouble: Trouble | None = None
    finding: str | None = None
    scanned: bool = False


def check_due(
    store: Store,
    scanner: Scanner | None,
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Look into the files whose turn has come, one by one, and return how many were settled.

    Each is leased: a worker that dies at one gives it back when the lease is over, and whoever
    does it again puts the same copy into the same place.
    """
    settled = 0
    while not stopping() and any_waiting(clock()):
        end_read()
        taken = _claim(clock())
        if taken is None:
            return settled
        settled += _check(taken, store, scanner, clock)
    end_read()
    return settled


def _claim(now: datetime) -> Taken | None:
    with transaction():
        row = db.session.scalar(
            select(StoredFile)
            .where(is_waiting(now))
            .order_by(StoredFile.not_before, StoredFile.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None or row.original_key is None:
            return None
        if row.leased_until is not None:
            row.breaks += 1
        row.state, row.leased_until = FileState.SCANNING, now + LEASE
        row.attempts += 1
        return Taken(
            row.region_id,
            row.id,
            row.media_type,
            row.original_key,
            row.storage_key,
            row.attempts,
            row.breaks,
        )


def _check(
    taken: Taken, store: Store, scanner: Scanner | None, clock: Callable[[], datetime]
) -> bool:
    """Look into one file; whatever goes wrong is this file's own, and tried again later."""
    about = {"id": str(taken.id), "attempt": taken.attempts}
    verdict = Verdict(trouble=Trouble.UNREADABLE)
    try:
        if taken.breaks < MOST_BREAKS:
            verdict = _verdict(taken, store, scanner)
    except (Broken, ScannerAway, StoreError, OSError) as error:
        log.warning("file not checked", **about, why=type(error).__name__)
        _put_back(taken, now=clock(), broke=isinstance(error, Broken))
        return False
    _settle(taken, verdict, now=clock())
    _remove(store, taken, verdict)
    return True


def _verdict(taken: Taken, store: Store, scanner: Scanner | None) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="desk-check-") as folder:
        source, target = Path(folder) / "given", Path(folder) / "copy"
        try:
            _fetch(store, taken.original_key, source)
        except Absent:
            _fetch(store, taken.storage_key, source)
            return _scanned(scanner, source) or _done_before(taken, source, scanner)
        infected = _scanned(scanner, source)
        if infected is not None:
            return infected
        scanned = scanner is not None
        kind = kinds.BY_MEDIA_TYPE[taken.media_type]
        if kind.family is Family.RECORDING:
            target = source
        else:
            made = sandbox.copy_of(source, target, kind)
            if isinstance(made, Trouble):
                return Verdict(trouble=made, scanned=scanned)
            kind = made
        with target.open("rb") as file:
            return Verdict(kind.media_type, store.put(taken.storage_key, file), scanned=scanned)


def _scanned(scanner: Scanner | None, source: Path) -> Verdict | None:
    """Give the verdict of an infected file; None for one that is not, or that nobody can scan."""
    if scanner is None:
        return None
    with source.open("rb") as file:
        found = scanner.finding(file)
    if found is None:
        return None
    return Verdict(trouble=Trouble.INFECTED, finding=found, scanned=True)


def _done_before(taken: Taken, copy: Path, scanner: Scanner | None) -> Verdict:
    """Take the copy of somebody who made it already and died before they could say so."""
    own = kinds.BY_MEDIA_TYPE[taken.media_type]
    with copy.open("rb") as file:
        found = kinds.known_by(file.read(kinds.HEAD_BYTES))
        kind = own if own in found or not found else min(found, key=lambda k: k.ending)
        return Verdict(kind.media_type, digest(file), scanned=scanner is not None)


def _fetch(store: Store, key: str, place: Path) -> None:
    given = store.open(key)
    try:
        with place.open("wb") as file:
            file.writelines(chunks(given))
    finally:
        given.close()


def _settle(taken: Taken, verdict: Verdict, *, now: datetime) -> None:
    """Write the verdict down; a second one about the same file changes nothing."""
    with transaction():
        row = _row(taken)
        if row is None or row.original_key is None:
            return
        row.trouble, row.finding = verdict.trouble, verdict.finding
        row.leased_until = row.original_key = None
        row.checked_at = now
        row.scanned_at = now if verdict.scanned else None
        if verdict.trouble is None:
            row.state, row.media_type = FileState.CLEAN, verdict.media_type
            row.size, row.sha256 = verdict.copy.size, verdict.copy.sha256
        else:
            infected = verdict.trouble is Trouble.INFECTED
            row.state = FileState.INFECTED if infected else FileState.FAILED
        db.session.flush()
        announce(FileChecked(row, now))


def _put_back(taken: Taken, *, now: datetime, broke: bool) -> None:
    """Leave a file for later: a quarter of a minute at first, half an hour at most, for ever.

    Only what breaks its reader three times is given up.
    """
    doublings = min(taken.attempts - 1, MOST_DOUBLINGS)
    wait = min(SHORTEST_WAIT * 2**doublings, LONGEST_WAIT)
    with transaction():
        row = _row(taken)
        if row is not None and row.original_key is not None:
            row.leased_until, row.not_before = None, now + timedelta(seconds=wait)
            row.breaks += broke


def _row(taken: Taken) -> StoredFile | None:
    return db.session.scalar(
        select(StoredFile)
        .where(StoredFile.region_id == taken.region_id, StoredFile.id == taken.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _remove(store: Store, taken: Taken, verdict: Verdict) -> None:
    """Take away what came, once its copy is written down; what stays is found by `reconcile`."""
    log.info(
        "file checked",
        id=str(taken.id),
        trouble=verdict.trouble.value if verdict.trouble else None,
    )
    try:
        store.remove(taken.original_key)
    except StoreError as error:
        log.warning("original not removed", id=str(taken.id), why=str(error))
