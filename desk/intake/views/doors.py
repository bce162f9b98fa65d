"""What the public pages share: their blueprint, their place, their limits."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, request
from flask_babel import get_locale

from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.kernel.throttle import Limit, Throttle
from desk.kernel.vault import hashes
from desk.organisation.models import Hall, Region
from desk.organisation.queries import halls_of, home_region
from desk.settings import Settings

blueprint = Blueprint("intake", __name__)


@dataclass(frozen=True, slots=True)
class Here:
    """The desk's own region, its first hall, and which day it is there."""

    region: Region
    hall: Hall
    today: date


def here() -> Here:
    """Find where this desk is; raises NotFound before it has been set up."""
    region = home_region()
    today = utc_now().astimezone(ZoneInfo(region.time_zone)).date()
    halls = halls_of(region.id, today)
    if not halls:
        raise NotFound("")
    return Here(region, halls[0], today)


def lang() -> str:
    """Name the language of the page as cases keep it: `zh_Hans` or `en`."""
    return str(get_locale())


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def throttle() -> Throttle:
    found: Throttle = current_app.extensions["throttle"]
    return found


def address_key(now: datetime) -> str:
    """Stand for an address for one day, without keeping it: IPv6 counts by its network."""
    address = request.remote_addr or ""
    network = ":".join(address.split(":")[:4]) if ":" in address else address
    return hashes().index("address", f"{now:%Y-%m-%d}|{network}").hex()


def cookie_name(name: str) -> str:
    return f"__Host-{name}" if settings().is_https else name


SUBMIT = Limit("submit", "5/10 minute;20/hour;60/day")
TRACK = Limit("track", "10/minute")
WRONG = Limit("track-wrong", "5/15 minute;30/day")
MESSAGES = Limit("messages", "20/hour")
