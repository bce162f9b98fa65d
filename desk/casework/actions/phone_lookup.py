"""Looking for earlier cases of a telephone number: own hall, counted, and in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.audit.models import LedgerLine
from desk.casework.queries.by_phone import cases_by_phone
from desk.casework.queries.lists import QueueRow
from desk.kernel.db import db
from desk.kernel.errors import NotAllowed, TooMany

LOOKED_UP = "phone_lookup"
MOST_AN_HOUR = 20
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was found, and the how-manieth look-up of this hour it was."""

    rows: Sequence[QueueRow]
    used: int


def look_up(phone: str, *, region_id: int, hall_id: int, by: Actor, now: datetime) -> LookedUp:
    """Find the cases of a number in the hall whoever asks sits in; the ledger keeps that they did.

    Raises NotAllowed for a hall that is not theirs and TooMany from the 21st look-up of an hour
    on. The ledger's line waits for every other look-up of the same person, so none slips past.
    """
    seats = by.seats_for(Permission.CASE_FILE)
    if not any(seat.reaches(region_id, hall_id, None) for seat in seats):
        raise NotAllowed(_l("You can look for cases of your own hall only."))
    rows = cases_by_phone(by, region_id, hall_id, phone)
    stream = f"u/{by.user_id}"
    record(
        stream,
        LOOKED_UP,
        region_id=region_id,
        by=by,
        now=now,
        body={"hall": hall_id, "cases": [row.id.hex for row in rows]},
    )
    lately = (
        LedgerLine.region_id == region_id,
        LedgerLine.stream == stream,
        LedgerLine.what == LOOKED_UP,
        LedgerLine.at > now - HOUR,
    )
    used = db.session.scalar(select(func.count()).where(*lately)) or 0
    if used > MOST_AN_HOUR:
        first = db.session.scalar(select(func.min(LedgerLine.at)).where(*lately)) or now
        raise TooMany(
            _l(
                "You have looked up %(most)s numbers within an hour. What you typed is kept; "
                "you can go on without looking.",
                most=MOST_AN_HOUR,
            ),
            retry_after=max(1, int((first + HOUR - now).total_seconds())),
        )
    return LookedUp(rows, used)
