"""How far an administrator reaches, and the line every change of the set-up leaves behind."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, true
from sqlalchemy.orm import InstrumentedAttribute

from desk.access.actors import Actor, ActorKind
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.kernel.db import Model, db, is_writing
from desk.kernel.errors import Conflict, NotAllowed, NotFound
from desk.organisation.queries import home_region

Place = TypeVar("Place", bound=Model)
SAFE = (bool, int, date, dict, list, type(None))
"""What a line of the ledger may repeat; a text is only named."""


def within(
    actor: Actor, permission: Permission, region_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Give the condition for the rows of the regions this person looks after."""
    if actor.kind is ActorKind.SYSTEM:
        return true()
    return region_id.in_(sorted(actor.regions_for(permission)))


def reaches(actor: Actor, permission: Permission, region_id: int) -> bool:
    """Tell whether this person looks after a region."""
    return actor.kind is ActorKind.SYSTEM or region_id in actor.regions_for(permission)


def need_home(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless this person looks after the desk's own region.

    Lists, days and limits of the nation hold for everybody here, so only they may change them.
    """
    if not reaches(actor, permission, home_region().id):
        raise NotAllowed(_l("This holds for the whole desk. Its own administrators change it."))


def one(statement: Select[Place]) -> Place:
    """Give the one row of a statement that is in scope, locked when a transaction is open.

    Raises NotFound in the same words for a row that is absent and for one out of reach.
    """
    if is_writing():
        entity = statement.column_descriptions[0]["entity"]
        statement = statement.with_for_update(of=entity)
        statement = statement.execution_options(populate_existing=True)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    return found


def check_version(row: Any, version: int) -> None:
    """Raise Conflict when a row is no longer as the person saw it."""
    if row.version != version:
        raise Conflict(
            _l(
                "Somebody changed this while you were writing. Nothing was overwritten: what "
                "stands there now is shown beside your text. Send again if yours should hold."
            )
        )


def change(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set what differs, and say which fields did: with both values, or for a text its name only."""
    said: dict[str, Any] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before == value:
            continue
        setattr(row, name, value)
        is_safe = isinstance(before, SAFE) and isinstance(value, SAFE)
        said[name] = [_plain(before), _plain(value)] if is_safe else "text"
    return said


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def note(what: str, body: Mapping[str, Any], *, region_id: int, by: Actor, now: datetime) -> None:
    """Write a change of the set-up into the ledger, in the chain of its day."""
    db.session.flush()
    record(f"s/{now:%Y-%m-%d}", what, region_id=region_id, by=by, now=now, body=body)
