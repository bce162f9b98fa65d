"""Where a letter goes, read at the moment of sending."""

from datetime import datetime

from desk.accounts.queries import people
from desk.accounts.reaching import email_of
from desk.casework.identity import unseal
from desk.casework.models import Case, Party
from desk.casework.queries.scope import may_see
from desk.kernel.db import db
from desk.notify.models import Channel
from desk.notify.outbox import Taken
from desk.notify.troubles import NotSent, Trouble
from desk.organisation.queries import home_day


def address_of(letter: Taken, now: datetime) -> str:
    """Give the address of whom a letter is for.

    Raises NotSent for an erased party, for anybody without such an address, and for staff who may
    no longer see the case it is about.
    """
    return _of_party(letter) if letter.user_id is None else _of_staff(letter, letter.user_id, now)


def _of_party(letter: Taken) -> str:
    party = db.session.get(Party, (letter.region_id, letter.party_id))
    if party is not None and party.dek_e is None:
        raise NotSent(Trouble.ERASED)
    data = unseal(party) if party is not None else None
    address = data and (data.email if letter.channel is Channel.MAIL else data.phone)
    if not address:
        raise NotSent(Trouble.NO_ADDRESS)
    return address


def _of_staff(letter: Taken, user_id: int, now: datetime) -> str:
    found = people([user_id], home_day(now))
    if not found:
        raise NotSent(Trouble.KEPT_AWAY)
    user, actor = found[0]
    if letter.subject_id is not None:
        case = db.session.get(Case, (letter.region_id, letter.subject_id))
        if case is None or not may_see(actor, case):
            raise NotSent(Trouble.KEPT_AWAY)
    address = email_of(user)
    if address is None:
        raise NotSent(Trouble.NO_ADDRESS)
    return address
