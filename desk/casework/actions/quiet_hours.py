"""The hours in which people are left in peace."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.casework.calling import hours_text, may_ring
from desk.casework.place import Place
from desk.casework.queries.calls import call_hours
from desk.kernel.errors import Conflict


def check_hour(place: Place, now: datetime) -> None:
    """Raise Conflict, with the hours, at a time when people are left in peace."""
    hours = call_hours(place, now)
    if not may_ring(now, hours, place.timetable.zone):
        raise Conflict(
            _l(
                "People are called between %(hours)s, and left in peace at other times.",
                hours=hours_text(hours),
            )
        )
