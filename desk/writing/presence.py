"""Who is writing at a case just now: one row on opening a form, good for two minutes.

Nothing asks again and again: a page says who was writing when it was loaded. Keeping a draft, which
happens while somebody types, makes the row new; sending ends it. The caller holds the transaction.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, select

from desk.accounts.models import User
from desk.kernel.db import Instant, db
from desk.writing.models import Presence

LIVES = timedelta(minutes=2)
MOST_NAMED = 3
WRITING = (
    select(User.name)
    .join(Presence, Presence.user_id == User.id)
    .where(
        Presence.region_id == bindparam("region_id"),
        Presence.case_id == bindparam("case_id", type_=Uuid),
        Presence.user_id != bindparam("but"),
        Presence.at > bindparam("since", type_=Instant),
    )
    .order_by(Presence.at.desc(), User.id)
    .limit(MOST_NAMED)
)


def note_presence(region_id: int, case_id: UUID, user_id: int, *, now: datetime) -> None:
    """Note that somebody has a form open at a case."""
    row = db.session.get(Presence, (region_id, case_id, user_id))
    if row is None:
        row = Presence(region_id=region_id, case_id=case_id, user_id=user_id)
        db.session.add(row)
    row.at = now


def leave(region_id: int, case_id: UUID, user_id: int) -> None:
    """Note that somebody has sent what they wrote."""
    db.session.execute(
        delete(Presence).where(
            Presence.region_id == region_id,
            Presence.case_id == case_id,
            Presence.user_id == user_id,
        )
    )


def writing_at(region_id: int, case_id: UUID, *, but: int, now: datetime) -> list[str]:
    """Name who else has opened a form there in the last two minutes, the newest first."""
    of = {"region_id": region_id, "case_id": case_id, "but": but, "since": now - LIVES}
    return list(db.session.scalars(WRITING, of))
