"""Files that hang on a draft: taken in while it is filled in, given to the case when it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.files.actions import write_down
from desk.files.arriving import FIELD, arriving, look_at
from desk.files.incoming import Looked
from desk.files.kinds import MOST_AT_ONCE
from desk.files.models import StoredFile
from desk.files.queries import files_of
from desk.files.words import Family
from desk.intake import drafts
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid
from desk.kernel.storage.store import Store
from desk.kernel.uploads import Upload

TOO_MANY = _l(
    "At most %(most)s files can go with it. Take one away first, or send it later from the page of "
    "your case."
)


@dataclass(frozen=True, slots=True)
class House:
    """Where files are laid, and how much room must stay free there."""

    store: Store
    reserve: int


def attach(
    token: str,
    uploads: Sequence[Upload],
    families: frozenset[Family],
    *,
    region_id: int,
    house: House,
    by: Actor,
    now: datetime,
) -> list[Invalid]:
    """Hang files on a draft and give a sentence for each that was not taken; the others are.

    What hangs there already with the same content is not taken twice. Opens its own transaction,
    because what is slow about it must not stand in one. Raises Busy when there is no room.
    """
    looked, refused = look_at(uploads, families)
    new = _not_there_yet(looked, drafts.read(token, now=now).get(drafts.FILES) or ())
    end_read()
    if not new:
        return refused
    try:
        with arriving(house.store, new, reserve=house.reserve) as arrived, transaction():
            until = now + drafts.LIVES
            rows = write_down(arrived, region_id, by=by, now=now, kept_until=until)
            drafts.change_files(token, _adding(rows, now), now=now)
    except Invalid as error:
        refused.append(error)
    return refused


def _not_there_yet(looked: Sequence[Looked], entries: Sequence[drafts.Entry]) -> list[Looked]:
    known = {entry["sha256"] for entry in entries}
    new = []
    for one in looked:
        if one.digest.sha256.hex() not in known:
            known.add(one.digest.sha256.hex())
            new.append(one)
    return new


def _adding(
    rows: Sequence[StoredFile], now: datetime
) -> Callable[[list[drafts.Entry]], list[drafts.Entry]]:
    """Add rows to the files of a draft; what a second click sent once more is let go of again."""

    def add(entries: list[drafts.Entry]) -> list[drafts.Entry]:
        known = {entry["sha256"] for entry in entries}
        for row in rows:
            row.kept_until = now if row.received_sha256.hex() in known else row.kept_until
        added = [_entry(row) for row in rows if row.received_sha256.hex() not in known]
        if len(entries) + len(added) > MOST_AT_ONCE:
            raise Invalid(str(TOO_MANY) % {"most": MOST_AT_ONCE}, field=FIELD)
        return [*entries, *added]

    return add


def _entry(row: StoredFile) -> drafts.Entry:
    return {"id": row.id.hex, "name": row.name, "sha256": row.received_sha256.hex()}


def take_away(token: str, file_id: str, *, now: datetime) -> None:
    """Take a file off a draft; one that does not hang there changes nothing."""
    with transaction():
        drafts.change_files(
            token,
            lambda entries: [entry for entry in entries if entry["id"] != file_id],
            now=now,
        )


def attached(found: dict[str, Any], region_id: int) -> Sequence[StoredFile]:
    """List the files of a draft, and forget in it those that are gone."""
    files = files_of(region_id, drafts.file_ids(found))
    if found.get(drafts.FILES):
        there = {file.id.hex for file in files}
        found[drafts.FILES] = [entry for entry in found[drafts.FILES] if entry["id"] in there]
    return files
