"""Keeping who somebody is: encrypted, masked for the screen, hashed for search."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, insert

from desk.casework.identity import PartyData, seal
from desk.casework.masks import mask_name
from desk.casework.models import Party
from desk.casework.words import PartyKind
from desk.kernel.db import db
from desk.kernel.ids import uuid7
from desk.kernel.vault import hashes

ADD_PARTY = insert(cast("Table", Party.__table__))


def keep_party(
    region_id: int, kind: PartyKind, data: PartyData | None, *, now: datetime
) -> UUID | None:
    """Store a party under a key of its own and return its id; None for nobody."""
    if data is None:
        return None
    party_id = uuid7(now)
    party = {
        "region_id": region_id,
        "id": party_id,
        "kind": kind,
        "phone_h": _hashed("phone", data.phone),
        "uscc_h": _hashed("uscc", data.uscc),
        "email_h": _hashed("email", data.email),
        "name_masked": mask_name(data.org or data.name or "", business=bool(data.org)),
        "phone_private": data.phone_private,
        **seal(party_id, data),
    }
    db.session.execute(ADD_PARTY, party)
    return party_id


def repeat_key_of(data: PartyData | None) -> bytes | None:
    """Recognise the same principal again by USCC or phone; an anonymous one never is."""
    return _hashed("repeat", data.uscc or data.phone) if data else None


def _hashed(purpose: str, value: str | None) -> bytes | None:
    return hashes().index(purpose, value) if value else None
