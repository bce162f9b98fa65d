"""Taking service occasions as a system of the hall tells them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.casework.place import place_of
from desk.casework.words import PartyKind
from desk.kernel.db import db
from desk.kernel.ids import uuid7
from desk.ratings.actions.counting import leaf_of
from desk.ratings.models import EventSource, ServiceEvent
from desk.tally.actions import add


@dataclass(frozen=True, slots=True)
class EventData:
    """One service occasion as a system of the hall tells it."""

    source_system: str
    project_no: str
    service_no: str
    department_id: int
    hall_id: int
    occurred_at: datetime
    party_kind: PartyKind
    item_id: int | None = None
    item_version_id: int | None = None
    window_id: int | None = None
    is_test: bool = False


def take_events(region_id: int, events: Iterable[EventData], *, now: datetime) -> list[UUID]:
    """Write occasions that are not known yet and return their ids; known ones change nothing."""
    made: list[ServiceEvent] = []
    seen: set[tuple[str, str, str]] = set()
    for data in events:
        key = (data.source_system, data.project_no, data.service_no)
        if key in seen or _is_known(region_id, key):
            continue
        seen.add(key)
        place = place_of(region_id, data.hall_id, now)
        made.append(
            ServiceEvent(
                region_id=region_id,
                id=uuid7(now),
                source_system=data.source_system,
                project_no=data.project_no,
                service_no=data.service_no,
                source=EventSource.IMPORT,
                item_id=data.item_id,
                item_version_id=data.item_version_id,
                department_id=data.department_id,
                hall_id=data.hall_id,
                window_id=data.window_id,
                party_kind=data.party_kind,
                occurred_at=data.occurred_at,
                on_day=place.day(data.occurred_at),
                is_test=data.is_test,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    source = EventSource.IMPORT.value
    add((leaf_of(event, "event", event.on_day, source), 1) for event in made if not event.is_test)
    if made:
        record(
            f"r/import/{now:%Y-%m-%d}",
            "events_imported",
            region_id=region_id,
            by=SYSTEM,
            now=now,
            body={"n": len(made), "first": made[0].id.hex, "last": made[-1].id.hex},
        )
    return [event.id for event in made]


def _is_known(region_id: int, key: tuple[str, str, str]) -> bool:
    return (
        db.session.scalar(
            select(ServiceEvent.id).where(
                ServiceEvent.region_id == region_id,
                ServiceEvent.source_system == key[0],
                ServiceEvent.project_no == key[1],
                ServiceEvent.service_no == key[2],
            )
        )
        is not None
    )
