"""Fetching a file of one's own case: asked again on every request, as if for the first time."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from desk.access.doors import public
from desk.casework.actions.attachments import open_file
from desk.files.handing_out import hand_out
from desk.intake.views.doors import blueprint, house
from desk.intake.views.tracking import actor_for
from desk.kernel.clock import utc_now


@blueprint.get("/complaints/<number>/files/<uuid:file_id>")
@public
def file(number: str, file_id: UUID) -> ResponseReturnValue:
    actor = actor_for(number)
    if actor is None:
        return redirect(url_for("intake.track", number=number), 303)
    found = open_file(number, file_id, by=actor, now=utc_now())
    return hand_out(house().store, found.file, found.name)
