"""Where a letter to a party goes, read at the moment of sending."""

from uuid import UUID

from desk.casework.identity import unseal
from desk.casework.models import Party
from desk.kernel.db import db
from desk.notify.models import Channel


def address_of(region_id: int, party_id: UUID, channel: Channel) -> str | None:
    """Give the address of a party for a channel; None for an erased or unknown one."""
    party = db.session.get(Party, (region_id, party_id))
    if party is None or party.dek_e is None:
        return None
    data = unseal(party)
    return data.email if channel is Channel.MAIL else data.phone
