"""What somebody at the counter brought along: kept with what the clerk has under way."""

from datetime import datetime

from flask import current_app, request

from desk.access.actors import Actor
from desk.files.arriving import reserve_of
from desk.files.kinds import STAFF_FAMILIES
from desk.intake import attaching
from desk.kernel.errors import Busy, Gone
from desk.kernel.uploads import Uploads
from desk.settings import Settings

LONGEST_ID = 32


def files_changed() -> bool:
    """Tell whether only files are to be added or taken away: the rest is not checked yet."""
    return bool(request.form.get("attach") or request.form.get("remove"))


def take_in(field: Uploads, token: str, region_id: int, *, by: Actor, now: datetime) -> None:
    """Take a file away, or take in what was chosen; what is wrong with any stands at the field."""
    settings: Settings = current_app.extensions["settings"]
    gone = request.form.get("remove", "")[:LONGEST_ID]
    place = attaching.House(current_app.extensions["store"], reserve_of(settings.files_reserve_mb))
    try:
        if gone:
            attaching.take_away(token, gone, now=now)
        refused = attaching.attach(
            token, field.data, STAFF_FAMILIES, region_id=region_id, house=place, by=by, now=now
        )
    except (Busy, Gone) as error:
        field.errors = [*field.errors, error.message]
        return
    field.errors = [*field.errors, *(error.message for error in refused)]
