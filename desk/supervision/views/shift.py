"""The sheet one shift hands over to the next, to print."""

from flask import render_template
from flask.typing import ResponseReturnValue

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework import labels as case_labels
from desk.kernel.clock import utc_now
from desk.supervision import labels
from desk.supervision.shift import MOST, halls_for, sheet
from desk.supervision.views.doors import blueprint, id_of


@blueprint.get("/shift")
@requires(Permission.SHIFT_SEE)
def shift() -> ResponseReturnValue:
    """Show what is open at a hall or a window, what is due, and who was promised a call."""
    actor, now = current_actor(), utc_now()
    found = sheet(actor, id_of("hall"), id_of("window"), now=now)
    return render_template(
        "supervision/shift.html",
        sheet=found,
        halls=halls_for(actor),
        window_codes={one.id: one.code for one in found.windows},
        most=MOST,
        labels=labels,
        status_names=case_labels.STAFF_STATUS,
    )
