"""Taking service occasions as a system of the hall tells them: each once, none lost."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table

from desk.access.actors import SYSTEM
from desk.audit.actions import record
from desk.casework.place import place_of
from desk.casework.words import PartyKind
from desk.kernel.bulk import insert_new
from desk.kernel.errors import Invalid
from desk.kernel.ids import uuid7
from desk.kernel.texts import phone_digits
from desk.ratings.applicants import hash_of_applicant, sealed_phone
from desk.ratings.models import EventSource, ServiceEvent
from desk.ratings.references import References
from desk.tally.actions import Leaf, add

HISTORIC_AFTER = timedelta(days=30)
"""Told later than this, an occasion is history: nobody is asked to rate it."""

CHAINS = 16
"""How many chains the chunks of a day are spread over, so that no writer waits for another."""

EVENTS = cast("Table", ServiceEvent.__table__)
NUMBERS = ("source_system", "project_no", "service_no")


@dataclass(frozen=True, slots=True)
class EventData:
    """One service occasion as a system of the hall tells it, its codes already looked up."""

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
    clerk_id: int | None = None
    stage: int | None = None
    phone: str | None = None
    applicant: str | None = None


class EventRow(NamedTuple):
    """A row as it is written; the names are those of the columns."""

    id: UUID
    source_system: str
    project_no: str
    service_no: str
    department_id: int
    hall_id: int
    window_id: int | None
    clerk_id: int | None
    item_id: int | None
    item_version_id: int | None
    party_kind: str
    occurred_at: datetime
    on_day: date
    is_test: bool
    historic: bool
    stage: int | None
    applicant_h: bytes | None
    phone_e: bytes | None


COLUMNS = ("region_id", "source", "batch_key", *EventRow._fields)


def take_events(
    region_id: int,
    events: Iterable[EventData],
    *,
    now: datetime,
    source: EventSource = EventSource.IMPORT,
) -> list[UUID]:
    """Write occasions that are not known yet and return their ids; known ones change nothing."""
    rows = [_row_of(region_id, data, now) for data in events]
    made = write_events(region_id, rows, source=source, chain=source.value, now=now)
    return [row.id for row in rows if row.id in made]


def write_events(
    region_id: int, rows: Sequence[EventRow], *, source: EventSource, chain: str, now: datetime
) -> set[UUID]:
    """Write a chunk of occasions and give the ids of the new ones; known ones change nothing.

    The sums and one line with the hash of the new rows come last. `chain` says who tells: chunks of
    one chain and day are spread over 16 streams.
    """
    batch = uuid7(now)
    made = insert_new(
        EVENTS,
        COLUMNS,
        [(region_id, source.value, batch, *row) for row in rows],
        order=(*NUMBERS, "id"),
    )
    new = sorted((row for row in rows if row.id in made), key=lambda row: row.id)
    if not new:
        return made
    add(_leaves(region_id, new, source))
    record(
        f"r/{chain}/{now:%Y-%m-%d}/{batch.int % CHAINS:x}",
        "events_told",
        region_id=region_id,
        by=SYSTEM,
        now=now,
        body={"batch": batch.hex, "n": len(new), "sha256": digest_of(new)},
    )
    return made


def digest_of(rows: Iterable[Any]) -> str:
    """Hash occasions in the order of their ids, as the line of their chunk keeps it."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(
            f"{row.id.hex}\x1f{row.source_system}\x1f{row.project_no}\x1f{row.service_no}\x1f"
            f"{row.department_id}\x1f{row.hall_id}\x1f{row.window_id}\x1f{row.clerk_id}\x1f"
            f"{row.item_id}\x1f{row.party_kind}\x1f{row.occurred_at.timestamp():.6f}\x1f"
            f"{row.on_day}\x1f{row.is_test:d}\x1f{row.historic:d}\n".encode()
        )
    return digest.hexdigest()


def row_of(told: dict[str, Any], system: str, known: References, now: datetime) -> EventRow:
    """Look up the codes of a line; raises Invalid, with the field, for a code nobody knows."""
    at = known.instant(told, "occurred_at", now)
    day = known.day(at)
    hall_id = known.hall(told)
    window_id, of_window = known.window(told, hall_id) if "window" in told else (None, None)
    item_id, version_id, of_item = known.item(told, day) if "item" in told else (None, None, None)
    key = uuid7(now)
    phone, number = told.get("phone"), told.get("applicant")
    if phone and phone_digits(phone) is None:
        raise Invalid(_l("This is no telephone number."), field="phone")
    return EventRow(
        key,
        system,
        told["project_no"],
        told["service_no"],
        known.department(told, of_item, of_window),
        hall_id,
        window_id,
        known.clerk(told) if "clerk" in told else None,
        item_id,
        version_id,
        told.get("party_kind", "individual"),
        at,
        day,
        told.get("is_test", False),
        now - at > HISTORIC_AFTER,
        told.get("stage"),
        hash_of_applicant(phone, number) if phone or number else None,
        sealed_phone(key, phone) if phone else None,
    )


def _row_of(region_id: int, data: EventData, now: datetime) -> EventRow:
    key = uuid7(now)
    return EventRow(
        key,
        data.source_system,
        data.project_no,
        data.service_no,
        data.department_id,
        data.hall_id,
        data.window_id,
        data.clerk_id,
        data.item_id,
        data.item_version_id,
        data.party_kind.value,
        data.occurred_at,
        place_of(region_id, data.hall_id, now).day(data.occurred_at),
        data.is_test,
        now - data.occurred_at > HISTORIC_AFTER,
        data.stage,
        hash_of_applicant(data.phone, data.applicant),
        sealed_phone(key, data.phone),
    )


def _leaves(
    region_id: int, rows: Iterable[EventRow], source: EventSource
) -> list[tuple[Leaf, int]]:
    """Group occasions that count by what they are counted under."""
    found = Counter(
        (row.on_day, row.department_id, row.hall_id, row.window_id, row.item_id, row.party_kind)
        for row in rows
        if not row.is_test
    )
    return [
        (
            Leaf(
                region_id=region_id,
                measure="event",
                on_date=day,
                department_id=department_id,
                hall_id=hall_id,
                window_id=window_id or 0,
                item_id=item_id or 0,
                channel=source.value,
                party_kind=party_kind,
            ),
            n,
        )
        for (day, department_id, hall_id, window_id, item_id, party_kind), n in found.items()
    ]
