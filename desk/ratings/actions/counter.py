"""An occasion written down at the counter, and its one-time link for the slip."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.audit.actions import record
from desk.casework.place import place_of
from desk.casework.words import PartyKind
from desk.catalogue.queries import version_in_force
from desk.kernel.db import db
from desk.kernel.errors import Conflict
from desk.kernel.ids import uuid7
from desk.organisation.models import Hall, Window
from desk.ratings.actions.counting import leaf_of
from desk.ratings.actions.kiosks import note_invitation
from desk.ratings.actions.links import new_link
from desk.ratings.applicants import hash_of_phone, sealed_phone
from desk.ratings.models import EventSource, RatingChannel, ServiceEvent
from desk.ratings.occasions import is_rated, spot_of
from desk.tally.actions import add

COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Served:
    """What a clerk says of somebody they have just served."""

    number: str
    item_id: int | None
    phone: str = ""
    party_kind: PartyKind = PartyKind.INDIVIDUAL


def write_down_service(
    window: Window, hall: Hall, served: Served, *, by: Actor, now: datetime
) -> ServiceEvent:
    """Write down an occasion at a window, as served by whoever writes it."""
    place = place_of(hall.region_id, hall.id, now)
    day = place.day(now)
    version = version_in_force(served.item_id, day) if served.item_id else None
    key = uuid7(now)
    event = ServiceEvent(
        region_id=hall.region_id,
        id=key,
        source_system=COUNTER,
        project_no=served.number.upper(),
        service_no=f"{now:%y%m%d%H%M%S}-{secrets.token_hex(3)}",
        source=EventSource.COUNTER,
        item_id=served.item_id,
        item_version_id=version.id if version else None,
        department_id=spot_of(window, hall).department_id,
        hall_id=hall.id,
        window_id=window.id,
        clerk_id=by.user_id,
        party_kind=served.party_kind,
        occurred_at=now,
        on_day=day,
        is_test=False,
        historic=False,
        applicant_h=hash_of_phone(served.phone) if served.phone else None,
        phone_e=sealed_phone(key, served.phone) if served.phone else None,
    )
    db.session.add(event)
    db.session.flush()
    add([(leaf_of(event, "event", day, EventSource.COUNTER.value), 1)])
    record(
        f"r/w{window.id}/{day.isoformat()}",
        "service_written_down",
        region_id=event.region_id,
        by=by,
        now=now,
        body={"event": event.id.hex, "item": served.item_id},
    )
    return event


def slip_for(event: ServiceEvent, *, by: Actor, now: datetime) -> str:
    """Draw the link that goes on the slip of an occasion; raises Conflict once it was rated."""
    if is_rated(event):
        raise Conflict(_l("This occasion has been rated already. Each can be rated once."))
    token = new_link(event.region_id, event.id, RatingChannel.QR, now=now)
    note_invitation(event, "slip", by=by, now=now)
    return token
