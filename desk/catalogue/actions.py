"""Loading a catalogue: items, what they promise from when on, and what they are found by."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, select, update

from desk.access.actors import Actor
from desk.audit.actions import record
from desk.catalogue.entry import ItemEntry
from desk.catalogue.finding import doc_text
from desk.catalogue.models import DayUnit, Item, ItemDoc, ItemVersion
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.organisation.actions.places import open_department
from desk.organisation.models import Department, Region

CHUNK = 500
ONE_DAY = timedelta(days=1)
Values = dict[str, Any]


@dataclass(slots=True)
class Loaded:
    """What a loading did: counts of items, the departments it had to add, and what is new.

    `new_codes` and `changed_codes` are the items that are new or say something else now.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    departments: list[str] = field(default_factory=list)
    new_codes: set[str] = field(default_factory=set, compare=False)
    changed_codes: set[str] = field(default_factory=set, compare=False)


def load_entries(
    region: Region,
    entries: Iterable[ItemEntry],
    *,
    valid_from: date,
    source: str,
    by: Actor,
    now: datetime,
) -> Loaded:
    """Write the entries of a catalogue, in chunks of one transaction; `source` names them.

    An item that says something new gets a new version from `valid_from` on, its last one ends the
    day before; one that says the same is left alone, so a second loading changes nothing. Items
    not among the entries stay. Departments are matched by code, then by name, else added. Raises
    Invalid when a version newer than `valid_from` is known.
    """
    loading = _Loading(region, valid_from)
    rest = iter(entries)
    while chunk := list(islice(rest, CHUNK)):
        loading.take(chunk)
    loaded = loading.loaded
    if loaded.new or loaded.changed or loaded.departments:
        record(
            f"s/{now.date().isoformat()}",
            "items_loaded",
            region_id=region.id,
            by=by,
            now=now,
            body={"new": loaded.new, "changed": loaded.changed, "source": source},
        )
    return loaded


@dataclass(frozen=True, slots=True)
class _Known:
    """An item as it is known, with the number, the first day and the digest of its last version."""

    item_id: int
    of_item: tuple[int, date | None]
    version: int
    valid_from: date
    digest: bytes


SAID = (
    "name_zh",
    "name_en",
    "type",
    "level",
    "legal_n",
    "legal_unit",
    "promised_n",
    "promised_unit",
    "visits",
    "online",
    "instant",
    "ratable",
    "reach",
    "materials",
    "guide",
)


def _said(entry: ItemEntry) -> Values:
    """Give an entry as the columns of a version."""
    said: Values = {name: getattr(entry, name) for name in SAID}
    for name in ("legal_unit", "promised_unit"):
        said[name] = DayUnit(said[name]) if said[name] else None
    for name in ("reach", "materials"):
        said[name] = list(said[name])
    return said


def _digest(said: Mapping[str, Any]) -> bytes:
    """Stand for what a version says: 100,000 of these fit into memory, the versions do not."""
    return hashlib.sha256(json.dumps([said[name] for name in SAID]).encode()).digest()


class _Loading:
    """One loading under way."""

    def __init__(self, region: Region, valid_from: date) -> None:
        self.loaded = Loaded()
        self._region = region
        self._valid_from = valid_from
        rows = db.session.scalars(select(Department).where(Department.region_id == region.id)).all()
        self._by_code = {row.code: row for row in rows}
        self._by_name = {row.name_zh: row for row in rows}
        self._known = _known_items(region)

    def take(self, chunk: Sequence[ItemEntry]) -> None:
        new: list[ItemEntry] = []
        changed: list[tuple[ItemEntry, _Known]] = []
        for entry in chunk:
            before = self._known.get(entry.code)
            if before is None:
                new.append(entry)
            elif (self._of_item(entry), _digest(_said(entry))) != (before.of_item, before.digest):
                changed.append((entry, before))
        self._add(new)
        for entry, before in changed:
            self._change(entry, before)
        self.loaded.new_codes.update(entry.code for entry in new)
        self.loaded.changed_codes.update(entry.code for entry, _before in changed)
        self.loaded.new += len(new)
        self.loaded.changed += len(changed)
        self.loaded.unchanged += len(chunk) - len(new) - len(changed)

    def _of_item(self, entry: ItemEntry) -> tuple[int, date | None]:
        return (self._department(entry).id, entry.active_to)

    def _department(self, entry: ItemEntry) -> Department:
        found = self._by_code.get(entry.department_code or "") or self._by_name.get(
            entry.department
        )
        if found is None:
            found = open_department(self._region, entry.department, code=entry.department_code)
            self._by_code[found.code] = self._by_name[found.name_zh] = found
            self.loaded.departments.append(found.name_zh)
        return found

    def _add(self, entries: Sequence[ItemEntry]) -> None:
        if not entries:
            return
        rows = [
            {"region_id": self._region.id, "code": entry.code, **self._item(entry)}
            for entry in entries
        ]
        made = db.session.execute(insert(Item).returning(Item.id, Item.code), rows)
        ids = {code: item_id for item_id, code in made}
        db.session.execute(
            insert(ItemVersion),
            [self._version(ids[entry.code], 1, entry) for entry in entries],
        )
        db.session.execute(
            insert(ItemDoc), [self._doc(ids[entry.code], entry) for entry in entries]
        )

    def _change(self, entry: ItemEntry, before: _Known) -> None:
        item_id = before.item_id
        if before.valid_from > self._valid_from:
            raise Invalid(
                _l(
                    "Item %(code)s is already described from %(newer)s on; this file would hold "
                    "from %(older)s.",
                    code=entry.code,
                    newer=before.valid_from.isoformat(),
                    older=self._valid_from.isoformat(),
                )
            )
        db.session.execute(update(Item).where(Item.id == item_id).values(**self._item(entry)))
        if _digest(_said(entry)) != before.digest:
            db.session.execute(
                update(ItemVersion)
                .where(ItemVersion.item_id == item_id, ItemVersion.version == before.version)
                .values(valid_to=self._valid_from - ONE_DAY)
            )
            version = self._version(item_id, before.version + 1, entry)
            db.session.execute(insert(ItemVersion), [version])
        db.session.execute(delete(ItemDoc).where(ItemDoc.item_id == item_id))
        db.session.execute(insert(ItemDoc), [self._doc(item_id, entry)])

    def _item(self, entry: ItemEntry) -> Values:
        department_id, active_to = self._of_item(entry)
        return {"department_id": department_id, "active_to": active_to}

    def _version(self, item_id: int, version: int, entry: ItemEntry) -> Values:
        place = {"item_id": item_id, "version": version, "valid_from": self._valid_from}
        return {**place, **_said(entry)}

    def _doc(self, item_id: int, entry: ItemEntry) -> Values:
        department = self._department(entry)
        aliases = entry.guide.get("aliases", ())
        places = (*aliases, department.name_zh, department.name_en, entry.code)
        text = doc_text((entry.name_zh, entry.name_en), places)
        return {"item_id": item_id, "text": text}


def _known_items(region: Region) -> dict[str, _Known]:
    """Read every item of a region once, in a stream: no list of codes that a database may scan."""
    rows = db.session.execute(
        select(Item.code, Item.department_id, Item.active_to, *ItemVersion.__table__.columns)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(Item.region_id == region.id)
        .order_by(ItemVersion.version)
        .execution_options(yield_per=CHUNK)
    )
    return {
        row["code"]: _Known(
            item_id=row["item_id"],
            of_item=(row["department_id"], row["active_to"]),
            version=row["version"],
            valid_from=row["valid_from"],
            digest=_digest(row),  # type: ignore[arg-type]
        )
        for row in rows.mappings()
    }
