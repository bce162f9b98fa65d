"""A disk that is nearly full: nothing more is taken before something taken could be lost."""

from pathlib import Path

from flask import Flask, current_app, request
from flask_babel import gettext as _
from sqlalchemy.engine import make_url

from desk.files.arriving import reserve_of, room_in
from desk.kernel.clock import utc_now
from desk.kernel.errors import Busy, NotFound
from desk.kernel.storage.room import Room, disk_of, room_on
from desk.organisation.queries import halls_of, home_region
from desk.settings import Settings
from desk.web.requests import SAFE

RETRY_SECONDS = 60


def register(app: Flask) -> None:
    """Answer whatever would be written down with 503 and a telephone number."""

    @app.before_request
    def refuse_where_nothing_fits() -> None:
        if request.method not in SAFE and room_left() is Room.FULL:
            raise Busy(_full(), retry_after=RETRY_SECONDS)


def room_left() -> Room:
    """Tell what still fits where the files are, and where the database is if it is a file."""
    settings: Settings = current_app.extensions["settings"]
    reserve = reserve_of(settings.files_reserve_mb)
    database = make_url(settings.database_url)
    found = room_in(current_app.extensions["store"], reserve=reserve)
    if database.get_backend_name() == "sqlite" and database.database:
        found = max(found, room_on(disk_of(Path(database.database)), reserve=reserve))
    return found


def _full() -> str:
    try:
        region = home_region()
        halls = halls_of(region.id, utc_now().date())
    except NotFound:
        halls = ()
    phone = next((hall.phone for hall in halls if hall.phone), "")
    if not phone:
        return str(_("The desk has no room left and takes nothing at the moment."))
    words = _(
        "The desk has no room left and takes nothing at the moment. Call the window: %(phone)s.",
        phone=phone,
    )
    return str(words)
