"""Cases of one telephone number, for the person who stands at the counter with it."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.models import Case, Party
from desk.casework.queries.lists import QueueRow, rows_by_key
from desk.casework.queries.scope import within
from desk.casework.words import IdentityMode, Kind
from desk.kernel.db import db
from desk.kernel.vault import hashes

MOST = 10


def cases_by_phone(actor: Actor, region_id: int, hall_id: int, phone: str) -> Sequence[QueueRow]:
    """List the newest cases of this number in one hall, found by its keyed hash.

    Confidential cases and those of bad ratings are left out as if they were not there: a look-up
    must not tell anybody that somebody complained who wished it hidden.
    """
    phone_h = hashes().index("phone", phone)
    hits = (
        select(Case.region_id, Case.id)
        .join(
            Party,
            and_(
                Party.region_id == Case.region_id,
                or_(Party.id == Case.party_id, Party.id == Case.agent_party_id),
            ),
        )
        .where(
            Case.region_id == region_id,
            Case.hall_id == hall_id,
            Case.kind == Kind.COMPLAINT,
            Case.identity_mode == IdentityMode.REAL,
            Party.phone_h == phone_h,
            within(actor, Permission.CASE_READ),
        )
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(MOST)
    )
    rows = rows_by_key([(region, key) for region, key in db.session.execute(hits)])
    rows.sort(key=lambda row: (row.filed_at, row.id), reverse=True)
    return rows
