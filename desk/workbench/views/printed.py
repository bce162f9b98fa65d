"""The file of a case on paper: what the page shows to this person, without who somebody is."""

from flask import render_template
from flask.typing import ResponseReturnValue

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework import labels
from desk.casework.queries.story import case_page
from desk.kernel.clock import utc_now
from desk.workbench.views.doors import blueprint


@blueprint.get("/cases/<number>/print")
@requires(Permission.CASE_READ)
def print_case(number: str) -> ResponseReturnValue:
    page = case_page(current_actor(), number, now=utc_now())
    return render_template(
        "workbench/print_case.html",
        page=page,
        case=page.case,
        status=labels.STAFF_STATUS,
        done=labels.DONE,
        contact=labels.CONTACT,
        outcome=labels.OUTCOME,
        channel=labels.CHANNEL,
    )
