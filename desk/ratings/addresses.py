"""Where a letter goes, also one about a service: that number stands at its occasion."""

from datetime import datetime

from desk.casework.queries import addresses
from desk.kernel.db import db
from desk.notify.outbox import Taken
from desk.notify.troubles import NotSent, Trouble
from desk.ratings.actions.by_message import TEMPLATE
from desk.ratings.applicants import opened_phone
from desk.ratings.models import ServiceEvent


def address_of(letter: Taken, now: datetime) -> str:
    """Give the address of whom a letter is for; raises NotSent where there is none."""
    if letter.template != TEMPLATE:
        return addresses.address_of(letter, now)
    event = db.session.get(ServiceEvent, (letter.region_id, letter.party_id))
    phone = opened_phone(event.id, event.phone_e) if event is not None else None
    if phone is None:
        raise NotSent(Trouble.NO_ADDRESS)
    return phone
