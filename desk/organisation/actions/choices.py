"""What a region chooses for itself, from a day on. The caller holds the transaction."""

from datetime import date, datetime
from typing import Any

from desk.access.actors import Actor
from desk.audit.actions import record
from desk.kernel.db import db
from desk.organisation.models import Region, Setting
from desk.organisation.queries import forget_kept


def choose(
    region: Region, key: str, value: Any, *, active_from: date, by: Actor, now: datetime
) -> None:
    """Keep a choice of a region from a day on; what was chosen for that very day is replaced."""
    row = db.session.get(Setting, (region.id, key, active_from))
    if row is None:
        row = Setting(region_id=region.id, key=key, active_from=active_from)
        db.session.add(row)
    row.value, row.set_by = value, by.name
    db.session.flush()
    record(
        f"s/{now:%Y-%m-%d}",
        "setting_chosen",
        region_id=region.id,
        by=by,
        now=now,
        body={"key": key, "value": value, "from": active_from.isoformat()},
    )
    forget_kept()
