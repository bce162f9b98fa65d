"""Where a letter to a party goes, read at the moment of sending."""

from uuid import UUID

from desk.casework.identity import unseal
from desk.casework.models import Party
from desk.kernel.db import db
from desk.notify.models import Channel
from desk.notify.troubles import NotSent, Trouble


def address_of(region_id: int, party_id: UUID, channel: Channel) -> str:
    """Give the address of a party for a channel.

    Raises NotSent for an erased party and for one without such an address.
    """
    party = db.session.get(Party, (region_id, party_id))
    if party is not None and party.dek_e is None:
        raise NotSent(Trouble.ERASED)
    data = unseal(party) if party is not None else None
    address = data and (data.email if channel is Channel.MAIL else data.phone)
    if not address:
        raise NotSent(Trouble.NO_ADDRESS)
    return address
