"""What the desk's pages share."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint

from desk.organisation.queries import home_region

blueprint = Blueprint("workbench", __name__, url_prefix="/desk")


def day_end(now: datetime) -> datetime:
    """Tell when today ends where the desk is."""
    zone = ZoneInfo(home_region().time_zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone)
