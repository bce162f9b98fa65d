"""News that time brings to people: cards, the mail of the morning, calls that were promised."""

from datetime import date, datetime
from typing import cast

from desk.casework.actions import digest, following_up
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import NotFound
from desk.organisation.queries import home_timetable
from desk.supervision.actions import telling


def tell_of_cards(now: datetime) -> None:
    """Tell each unit of what fell due since it was told last, in one go."""
    units = telling.untold_units()
    end_read()
    for unit in units:
        left = True
        while left:
            with transaction():
                left = telling.tell_unit(unit, now=now)


def digests(now: datetime) -> None:
    """Owe everybody who wants it the mail of the morning; again the same day changes nothing."""
    try:
        day = digest.morning(home_timetable(now), now=now)
    except NotFound:
        return
    readers = digest.waiting_readers(now=now) if day else ()
    end_read()
    for user_id in readers:
        with transaction():
            digest.digest(user_id, cast("date", day), now=now)


def planned_calls(now: datetime) -> None:
    """Tell those who promised somebody a call that its time has come."""
    keys = following_up.due_plans(now=now)
    end_read()
    for key in keys:
        with transaction():
            following_up.tell_planned(key, now=now)
