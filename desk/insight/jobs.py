"""What the worker does for the figures, each in short transactions of its own."""

from datetime import datetime

from desk.insight.actions import following, freezing
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import NotFound
from desk.organisation.queries import home_region, home_timetable


def follow(now: datetime) -> None:
    """Count again what the seals say has grown, a hundred streams at a time."""
    regions = following.regions_behind()
    end_read()
    for region_id in regions:
        left = True
        while left:
            with transaction():
                left = following.follow(region_id, now=now)


def freeze(now: datetime) -> None:
    """Freeze the figures of closed months, and write what changed in them since."""
    try:
        table = home_timetable(now)
    except NotFound:
        return
    today = table.local_day(now)
    region_id = home_region().id
    months = freezing.closed_months(today, table.calendar)
    end_read()
    for month in months:
        with transaction():
            freezing.freeze(region_id, month, today=today, now=now)
