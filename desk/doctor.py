"""What can be wrong around the desk, looked at in one go."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from desk.audit.anchoring import newest_seals
from desk.audit.grants import can_rewrite
from desk.audit.verifying import waiting_faults
from desk.casework.queries.unsupervised import unsupervised
from desk.files.arriving import reserve_of, room_in
from desk.files.kinds import MIB
from desk.files.queries import waiting_since
from desk.jobs.actions import MOST_TRIES
from desk.jobs.models import Heartbeat
from desk.jobs.queries import parked
from desk.kernel.db import db, end_read
from desk.kernel.errors import NotFound
from desk.kernel.scanner import Clamd
from desk.kernel.storage.room import Room
from desk.kernel.storage.store import Store, StoreError, new_key
from desk.organisation.queries import home_day, home_region
from desk.ratings import selftest
from desk.settings import Settings

TESTED_WITHIN, TESTED_EVER = timedelta(days=2), timedelta(days=60)
WORKER_SILENT = timedelta(minutes=2)
ANCHOR_LATE = timedelta(hours=2)
FILES_WAIT = timedelta(minutes=30)
PROBE = b"probe"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, whether it is well, and in words."""

    what: str
    well: bool
    words: str


def findings(now: datetime) -> Iterator[Finding]:
    """Look at everything, one after the other; nothing is changed that is not put back."""
    for what, look in LOOKS.items():
        try:
            well, words = look(now)
        except (SQLAlchemyError, StoreError, OSError) as error:
            well, words = False, type(error).__name__
        finally:
            end_read()
        yield Finding(what, well, words)


def _database(_now: datetime) -> tuple[bool, str]:
    revision = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return True, _("answers, at %(revision)s", revision=revision)


def _worker(now: datetime) -> tuple[bool, str]:
    seen = db.session.scalar(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1))
    if seen is None:
        return False, _("none has ever run: start `flask desk worker`")
    alive = now - seen < WORKER_SILENT
    return alive, _("last seen %(seconds)s s ago", seconds=int((now - seen).total_seconds()))


def _jobs(now: datetime) -> tuple[bool, str]:
    stuck = len(parked(tries=MOST_TRIES, now=now))
    if stuck:
        return False, _("%(n)s stuck: see `flask desk jobs`", n=stuck)
    return True, _("none stuck")


def _store(_now: datetime) -> tuple[bool, str]:
    """Put something in, find it, and take it out again."""
    store: Store = current_app.extensions["store"]
    key = new_key()
    store.put(key, io.BytesIO(PROBE))
    found = store.find(key)
    store.remove(key)
    return found is not None and found.size == len(PROBE), _("takes, finds and gives back")


def _room(_now: datetime) -> tuple[bool, str]:
    store: Store = current_app.extensions["store"]
    settings: Settings = current_app.extensions["settings"]
    disk = store.disk()
    if disk is None:
        return True, _("as much as the bucket gives")
    words = _("%(free)s MB free", free=disk.free // MIB)
    room = room_in(store, reserve=reserve_of(settings.files_reserve_mb))
    if room is Room.FULL:
        return False, _("%(room)s: nothing can be sent", room=words)
    if room is Room.NO_FILES:
        return False, _("%(room)s: attachments are refused", room=words)
    return room is Room.ENOUGH, words


def _scanner(_now: datetime) -> tuple[bool, str]:
    scanner: Clamd | None = current_app.extensions["scanner"]
    if scanner is None:
        return False, _(
            "none is set (DESK_CLAMD_URL): files are made safe by copying, but not scanned"
        )
    if scanner.is_there():
        return True, _("answers")
    return False, _("does not answer: files wait until it does")


def _waiting(now: datetime) -> tuple[bool, str]:
    late = waiting_since(now - FILES_WAIT)
    if late:
        return False, _("%(n)s have waited for more than half an hour", n=late)
    return True, _("none waits for long")


def _ledger(now: datetime) -> tuple[bool, str]:
    """Look at who could rewrite the ledger, and whether sealing goes on."""
    if waiting_faults(now):
        return False, _("waits for its seal: is the worker running?")
    if can_rewrite():
        return False, _("the desk could take its guard off: see docs/howto/guard-the-ledger.md")
    return True, _("sealed and guarded")


def _second_place(now: datetime) -> tuple[bool, str]:
    settings: Settings = current_app.extensions["settings"]
    if settings.anchor_url is None:
        return False, _("none is set (DESK_ANCHOR_URL): only we say what the newest seal was")
    late = [
        seal
        for seal in newest_seals()
        if seal.anchored_at is None and seal.sealed_at < now - ANCHOR_LATE
    ]
    if late:
        return False, _("was not told for more than two hours")
    return True, _("was told")


def _ratings(now: datetime) -> tuple[bool, str]:
    """Look at the newest nightly test: whether one and two stars got through every channel."""
    try:
        region = home_region()
    except NotFound:
        return True, _("not set up yet")
    today = region.local_day(now)
    newest = next(selftest.nights(region.id, today - TESTED_EVER, today), None)
    if newest is None:
        return True, _("the channels have not been tested yet: it happens by night")
    if today - newest.day > TESTED_WITHIN:
        return False, _("no test of the channels for two days: is the worker running?")
    if newest.missing:
        names = ", ".join(f"{channel} {level}" for channel, level in newest.missing)
        return False, _("bad ratings do not get through: %(names)s", names=names)
    return True, _("bad ratings get through every channel")


def _cases(now: datetime) -> tuple[bool, str]:
    """Look for cases that keep every supervisor away; only how many, for they name somebody."""
    try:
        day = home_day(now)
    except NotFound:
        return True, _("not set up yet")
    n = unsupervised(day)
    if n:
        return False, _(
            "%(n)s keep every supervisor away: give somebody else a supervisor's seat, and let an "
            "auditor look at who entered the names (name_staff)",
            n=n,
        )
    return True, _("each has a supervisor who may see it")


LOOKS: dict[str, Callable[[datetime], tuple[bool, str]]] = {
    "database": _database,
    "worker": _worker,
    "jobs": _jobs,
    "ledger": _ledger,
    "second place": _second_place,
    "store": _store,
    "room": _room,
    "scanner": _scanner,
    "files": _waiting,
    "ratings": _ratings,
    "cases": _cases,
}
