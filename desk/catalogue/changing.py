"""Changing an item by hand: what others are promised waits for a second administrator.

The caller holds the transaction.
"""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.catalogue.actions import load_entries
from desk.catalogue.entry import ItemEntry, breaches_of
from desk.catalogue.models import ChangeState, Item, ItemChange, ItemVersion
from desk.catalogue.queries import version_in_force, versions_of
from desk.kernel.db import db, is_writing
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.organisation.models import Department, Region
from desk.organisation.queries import home_region

MANAGE = Permission.CATALOGUE_MANAGE
NO_SUCH = _l("There is no such entry, or it is not yours to see.")
FIGURES = (
    "legal_n", "legal_unit", "promised_n", "promised_unit", "visits", "online", "instant", "reach",
)  # fmt: skip
"""What of an item is counted, and so needs a second look."""


def region_kept(actor: Actor) -> int:
    """Give the region whose catalogue this desk shows; raises NotFound for who does not keep it."""
    region_id = home_region().id
    if region_id not in actor.regions_for(MANAGE):
        raise NotFound(NO_SUCH)
    return region_id


def item_to_manage(actor: Actor, code: str) -> Item:
    """Find an item of this desk's region, which somebody keeps; locked in a transaction."""
    statement = select(Item).where(Item.region_id == region_kept(actor), Item.code == code)
    if is_writing():
        statement = statement.with_for_update().execution_options(populate_existing=True)
    item = db.session.scalar(statement)
    if item is None:
        raise NotFound(NO_SUCH)
    return item


def entry_of_version(item: Item, version: ItemVersion) -> ItemEntry:
    """Write down what a version says as a catalogue would."""
    department = db.session.get_one(Department, item.department_id)
    entry = described(item, version)
    return replace(entry, department=department.name_zh, department_code=department.code)


def described(item: Item, version: ItemVersion) -> ItemEntry:
    """Write down what a version says, all but the name of its department."""
    return ItemEntry(
        code=item.code,
        name_zh=version.name_zh,
        name_en=version.name_en,
        department="",
        department_code=None,
        type=version.type,
        level=version.level,
        legal_n=version.legal_n,
        legal_unit=version.legal_unit.value if version.legal_unit else None,
        promised_n=version.promised_n,
        promised_unit=version.promised_unit.value if version.promised_unit else None,
        visits=version.visits,
        online=version.online,
        instant=version.instant,
        ratable=version.ratable,
        reach=tuple(version.reach),
        materials=tuple(version.materials),
        guide=dict(version.guide),
        active_to=item.active_to,
    )


def needs_second_look(before: ItemEntry, after: ItemEntry) -> bool:
    """Tell whether a change moves a figure of the catalogue or what people are promised."""
    return any(getattr(before, name) != getattr(after, name) for name in FIGURES)


def change_item(
    code: str, entry: ItemEntry, valid_from: date, *, seen: int, by: Actor, now: datetime
) -> ItemChange | None:
    """Describe an item anew from a day on; give the change that waits, or None where it holds.

    `seen` is the number of the version the person saw. Raises Conflict when there is a newer one or
    a change waits, Invalid for a day that is over, a rule of the catalogue that is broken, or
    nothing new.
    """
    item = item_to_manage(by, code)
    region = db.session.get_one(Region, item.region_id)
    newest = versions_of(item.id)[0]
    if newest.version != seen:
        raise Conflict(
            _l("Somebody described this item anew meanwhile. Look at it and send again.")
        )
    if waiting_of(item.id) is not None:
        raise Conflict(_l("A change of this item waits for a second administrator."))
    if valid_from < region.local_day(now):
        raise Invalid(
            _l("Choose today or a later day: what held before stays."), field="valid_from"
        )
    before = entry_of_version(item, newest)
    if entry == before:
        raise Invalid(_l("Nothing would change."))
    for breach in breaches_of(entry):
        if breach.stops:
            raise Invalid(breach.sentence)
    if not needs_second_look(before, entry):
        _apply(region, entry, valid_from, by, now)
        return None
    change = ItemChange(
        region_id=item.region_id,
        item_id=item.id,
        said=asdict(replace(entry, active_to=None)),
        valid_from=valid_from,
        state=ChangeState.WAITING,
        asked_by=by.user_id,
        asked_at=now,
    )
    db.session.add(change)
    db.session.flush()
    _record(change, "ask_item_change", by, now)
    return change


def decide_change(
    change_id: int, *, confirm: bool, reason: str, by: Actor, now: datetime
) -> ItemChange:
    """Confirm or refuse a change another administrator asked for.

    A confirmed one holds from its day on, or from today where that is over. Raises NotAllowed for
    whoever asked, Conflict once it is decided, Invalid for a no without a reason.
    """
    change = change_of(by, change_id)
    if change.asked_by == by.user_id:
        raise NotAllowed(_l("You asked for this. Somebody else must decide."))
    if not confirm and not reason.strip():
        raise Invalid(_l("Say why you refuse."), field="reason")
    if confirm:
        region = db.session.get_one(Region, change.region_id)
        entry = entry_in(change, db.session.get_one(Item, change.item_id))
        _apply(region, entry, max(change.valid_from, region.local_day(now)), by, now)
    change.state = ChangeState.CONFIRMED if confirm else ChangeState.REFUSED
    change.decided_by, change.decided_at, change.reason = by.user_id, now, reason.strip()
    db.session.flush()
    _record(change, "confirm_item_change" if confirm else "refuse_item_change", by, now)
    return change


def take_back_change(change_id: int, *, by: Actor, now: datetime) -> ItemChange:
    """Take one's own change back before it is decided."""
    change = change_of(by, change_id)
    if change.asked_by != by.user_id:
        raise NotAllowed(_l("Only whoever asked for it can take it back."))
    change.state, change.decided_by, change.decided_at = ChangeState.TAKEN_BACK, by.user_id, now
    db.session.flush()
    _record(change, "take_back_item_change", by, now)
    return change


def retire_item(code: str, last_day: date | None, *, by: Actor, now: datetime) -> Item:
    """Let an item end after a day, or (None) go on; raises Invalid for a day that is over."""
    item = item_to_manage(by, code)
    today = db.session.get_one(Region, item.region_id).local_day(now)
    if last_day is not None and last_day < today:
        raise Invalid(_l("Choose today or a later day: what held before stays."), field="last_day")
    if item.active_to == last_day:
        raise Invalid(_l("Nothing would change."))
    item.active_to = last_day
    db.session.flush()
    record(
        f"s/{now.date().isoformat()}",
        "retire_item",
        region_id=item.region_id,
        by=by,
        now=now,
        body={"item": item.id, "active_to": last_day.isoformat() if last_day else None},
    )
    return item


def waiting_of(item_id: int) -> ItemChange | None:
    """Find the change of an item that waits for a second administrator."""
    return db.session.scalar(
        select(ItemChange).where(
            ItemChange.item_id == item_id, ItemChange.state == ChangeState.WAITING
        )
    )


def waiting(actor: Actor) -> list[tuple[ItemChange, Item]]:
    """List the changes that wait in the regions somebody keeps, the longest waiting first."""
    rows = db.session.execute(
        select(ItemChange, Item)
        .join(Item, Item.id == ItemChange.item_id)
        .where(
            ItemChange.region_id == region_kept(actor),
            ItemChange.state == ChangeState.WAITING,
        )
        .order_by(ItemChange.asked_at, ItemChange.id)
        .limit(50)
    )
    return [(change, item) for change, item in rows]


def change_of(actor: Actor, change_id: int) -> ItemChange:
    """Find a change that waits, locked when a transaction is open."""
    statement = select(ItemChange).where(
        ItemChange.region_id == region_kept(actor), ItemChange.id == change_id
    )
    if is_writing():
        statement = statement.with_for_update().execution_options(populate_existing=True)
    change = db.session.scalar(statement)
    if change is None:
        raise NotFound(NO_SUCH)
    if change.state is not ChangeState.WAITING:
        raise Conflict(_l("It has been decided already."))
    return change


def entry_in(change: ItemChange, item: Item) -> ItemEntry:
    """Read what a change says of its item."""
    said: dict[str, Any] = dict(change.said)
    for name in ("reach", "materials"):
        said[name] = tuple(said[name])
    return ItemEntry(**{**said, "active_to": item.active_to})


def shown_version(item: Item, today: date) -> ItemVersion:
    """Give what holds today, or what will hold first where nothing does yet."""
    return version_in_force(item.id, today) or versions_of(item.id)[-1]


def _apply(region: Region, entry: ItemEntry, valid_from: date, by: Actor, now: datetime) -> None:
    loaded = load_entries(region, [entry], valid_from=valid_from, source="by hand", by=by, now=now)
    if not loaded.changed:
        raise Invalid(_l("Nothing would change."))


def _record(change: ItemChange, what: str, by: Actor, now: datetime) -> None:
    body = {"item": change.item_id, "change": change.id, "from": change.valid_from.isoformat()}
    stream = f"s/{now.date().isoformat()}"
    record(stream, what, region_id=change.region_id, by=by, now=now, body=body)
