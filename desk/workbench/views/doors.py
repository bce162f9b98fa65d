"""What the desk's pages share."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint

from desk.access.actors import Actor
from desk.casework.queries.lists import queue
from desk.casework.queries.tabs import Tab
from desk.kernel.paging import Cursor
from desk.organisation.queries import Timetable

blueprint = Blueprint("workbench", __name__, url_prefix="/desk")


def day_end(now: datetime, table: Timetable) -> datetime:
    """Tell when today ends at the hall."""
    return datetime.combine(table.local_day(now) + timedelta(days=1), time(), ZoneInfo(table.zone))


def beside(
    actor: Actor, at: datetime, key: UUID, *, backwards: bool, now: datetime, table: Timetable
) -> str | None:
    """Find the case after (or before) a place in somebody's turn; None at the end of it."""
    page = queue(
        actor,
        Tab.TURN,
        now=now,
        day_end=day_end(now, table),
        cursor=Cursor(at, key, backwards),
        size=1,
    )
    return page.rows[0].number if page.rows else None
