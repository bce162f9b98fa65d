"""The files of a case for staff: fetched, and passed on to a department."""

from uuid import UUID

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.actions.attachments import open_file, share_file
from desk.files.handing_out import hand_out
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.workbench.forms import TakeForm
from desk.workbench.views.acts import do
from desk.workbench.views.doors import blueprint


@blueprint.get("/cases/<number>/files/<uuid:file_id>")
@requires(Permission.CASE_READ)
def file(number: str, file_id: UUID) -> ResponseReturnValue:
    """Hand out a file, after writing down who opened one of the complainant's."""
    with transaction():
        found = open_file(number, file_id, by=current_actor(), now=utc_now())
    return hand_out(current_app.extensions["store"], found.file, found.name)


@blueprint.post("/cases/<number>/files/<uuid:file_id>/share")
@requires(Permission.CASE_SHARE_FILE)
def share(number: str, file_id: UUID) -> ResponseReturnValue:
    form, actor = TakeForm(), current_actor()
    return do(
        number,
        "share",
        form,
        lambda: share_file(number, file_id, version=form.version.number, by=actor, now=utc_now()),
        _("The department can open the file now."),
    )
