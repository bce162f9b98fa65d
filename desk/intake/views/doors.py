"""What the public pages share: their blueprint, their place, their limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from desk.files.arriving import reserve_of
from desk.intake.attaching import House
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.kernel.throttle import Limit, Throttle
from desk.kernel.uploads import MIB, Upload
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


def house() -> House:
    """Say where files are laid here."""
    return House(current_app.extensions["store"], reserve_of(settings().files_reserve_mb))


def count_uploads(uploads: Sequence[Upload]) -> None:
    """Count files and their size against what one address may send; raises TooMany."""
    if not uploads:
        return
    key, size = address_key(utc_now()), sum(upload.size for upload in uploads)
    for limit, cost in ((UPLOADS, len(uploads)), (UPLOADED, -(-size // MIB))):
        throttle().hit(limit, key, MANY_FILES, cost=cost)


MANY_FILES = _l(
    "Many files were sent from your connection within an hour. What you wrote is kept: send it "
    "without them, and add them later from the page of your case."
)
UPLOADS = Limit("uploads", "30/hour")
UPLOADED = Limit("uploaded-mb", "200/hour")
SUBMIT = Limit("submit", "5/10 minute;20/hour;60/day")
TRACK = Limit("track", "10/minute")
WRONG = Limit("track-wrong", "5/15 minute;30/day")
MESSAGES = Limit("messages", "20/hour")
