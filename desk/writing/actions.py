"""Keeping saved replies: making, changing, retiring, each with a line in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.catalogue.models import Item
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.kernel.ids import uuid7
from desk.organisation.models import Department, Hall
from desk.writing import filling
from desk.writing.models import ReplyTemplate
from desk.writing.queries import may_change, own_count, reply_of
from desk.writing.words import Purpose, Reach, parts_of

LONGEST_PART = 5_000
LONGEST_TITLE = 80
MOST_OWN = 200


@dataclass(frozen=True, slots=True)
class ReplyText:
    """A saved reply as somebody wrote it. Ids that `reach` does not need are 0."""

    title: str
    purpose: Purpose
    parts: Mapping[str, str]
    reach: Reach
    region_id: int
    hall_id: int = 0
    department_id: int = 0
    item_id: int | None = None


def add_reply(text: ReplyText, *, by: Actor, now: datetime) -> ReplyTemplate:
    """Keep a new saved reply.

    Raises NotAllowed for a place this person does not keep replies for, Invalid for what cannot be
    kept: no title, no text, a name in braces that stands for nothing, the 201st of one's own.
    """
    row = ReplyTemplate(region_id=text.region_id, id=uuid7(now))
    _write(row, text, by, now)
    if row.reach is Reach.OWN and own_count(by) >= MOST_OWN:
        raise Invalid(_l("You keep 200 replies already. Retire one first."), field="title")
    db.session.add(row)
    db.session.flush()
    _tell(row, "reply_saved", by, now)
    return row


def change_reply(
    key: UUID, text: ReplyText, *, version: int, by: Actor, now: datetime
) -> ReplyTemplate:
    """Change a saved reply; where it reaches stays as it was made.

    Raises NotFound for one this person does not see, NotAllowed for one they do not keep, Conflict
    (with what stands there now) when it was changed since `version`.
    """
    row = _mine(key, version, by)
    _write(row, text, by, now)
    db.session.flush()
    _tell(row, "reply_saved", by, now)
    return row


def retire_reply(
    key: UUID, *, retired: bool, version: int, by: Actor, now: datetime
) -> ReplyTemplate:
    """Offer a saved reply no more, or offer it again; raises as `change_reply` does."""
    row = _mine(key, version, by)
    row.retired_at = now if retired else None
    row.changed_by = by.user_id or 0
    row.changed_at = now
    db.session.flush()
    _tell(row, "reply_retired" if retired else "reply_restored", by, now)
    return row


def _mine(key: UUID, version: int, by: Actor) -> ReplyTemplate:
    row = reply_of(by, key)
    if not may_change(by, row):
        raise NotAllowed(_l("Somebody else keeps this reply. You can copy it into your own."))
    if row.version != version:
        raise Conflict(
            _l(
                "Somebody changed this reply while you were writing. "
                "Nothing was overwritten; compare and send again."
            ),
            theirs=row.parts,
        )
    return row


def _write(row: ReplyTemplate, text: ReplyText, by: Actor, now: datetime) -> None:
    row.reach, row.hall_id, row.department_id = text.reach, text.hall_id, text.department_id
    row.user_id = (by.user_id or 0) if text.reach is Reach.OWN else 0
    by.require(Permission.REPLIES_OWN if text.reach is Reach.OWN else Permission.REPLIES_SHARE)
    if not may_change(by, row) or not _is_place(row):
        raise NotAllowed(_l("You do not keep replies for this place."))
    if text.item_id is not None:
        item = db.session.get(Item, text.item_id)
        if item is None:
            raise Invalid(_l("Choose an item from the list."), field="item_words")
    row.title, row.purpose, row.item_id = _title(text.title), text.purpose, text.item_id
    row.parts = _parts(text)
    row.changed_by, row.changed_at = by.user_id or 0, now


def _is_place(row: ReplyTemplate) -> bool:
    """Tell whether hall and department, where there is one, lie in the region of the row."""
    hall = db.session.get(Hall, row.hall_id) if row.hall_id else None
    department = db.session.get(Department, row.department_id) if row.department_id else None
    return (not row.hall_id or (hall is not None and hall.region_id == row.region_id)) and (
        not row.department_id or (department is not None and department.region_id == row.region_id)
    )


def _title(title: str) -> str:
    tidy = " ".join(title.split())
    if not tidy:
        raise Invalid(_l("Give it a name to find it by."), field="title")
    if len(tidy) > LONGEST_TITLE:
        raise Invalid(_l("Use at most 80 characters for the name."), field="title")
    return tidy


def _parts(text: ReplyText) -> dict[str, str]:
    wanted = parts_of(text.purpose)
    parts = {name: text.parts.get(name, "").strip() for name in wanted}
    parts = {name: said for name, said in parts.items() if said}
    if not parts:
        raise Invalid(_l("Write the text of the reply."), field=wanted[0])
    for name, said in parts.items():
        if len(said) > LONGEST_PART:
            raise Invalid(_l("Use at most 5000 characters."), field=name)
        unknown = filling.unknown_in(said)
        if unknown:
            raise Invalid(
                _l(
                    "Nothing stands for “{%(name)s}”. You can use: %(english)s",
                    name=unknown[0],
                    english=" ".join(f"{{{en}}}" for en, _zh in filling.NAMES.values()),
                    chinese=" ".join(f"{{{zh}}}" for _en, zh in filling.NAMES.values()),
                ),
                field=name,
            )
    return parts


def _tell(row: ReplyTemplate, what: str, by: Actor, now: datetime) -> None:
    own = row.reach is Reach.OWN
    record(
        f"u/{by.user_id}" if own else f"s/{now:%Y-%m-%d}",
        what,
        region_id=row.region_id,
        by=by,
        now=now,
        body={
            "reply": row.id.hex,
            "reach": row.reach.value,
            "purpose": row.purpose.value,
            "hall": row.hall_id,
            "department": row.department_id,
            "version": row.version,
        },
    )
