"""Asking for what needs a second person, and answering it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.queries.scope import case_of
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.workbench.requesting import REQUESTS
from desk.workbench.views.doors import blueprint
from desk.workbench.views.keeping import forget_draft
from desk.workbench.views.looking import is_sure, look_over
from desk.workbench.views.opening import request_form
from desk.workbench.views.page import refused, show

NAMES = ", ".join(REQUESTS)


@blueprint.post(f"/cases/<number>/requests/<any({NAMES}):name>")
@requires(Permission.CASE_READ)
def request_step(number: str, name: str) -> ResponseReturnValue:
    actor = current_actor()
    before = case_of(actor, number)
    form = request_form(name, before, request.form)
    if not form.validate_on_submit():
        return show(number, do=name, form=form), 422
    found = look_over(name, form, before)
    if not is_sure(found):
        return show(number, do=name, form=form, warned=found), 422
    given = {field.name: field.data or "" for field in form}
    if "days" in form:
        given["days"] = form["days"].number
    try:
        with transaction():
            case = REQUESTS[name].send(number, given, form["version"].number, actor, utc_now())
            forget_draft(case, name, actor)
    except (Invalid, Conflict, NotAllowed) as error:
        return refused(number, error, form, name)
    flash(_("Recorded. It stands in the story of the case."), "done")
    return redirect(url_for("workbench.case", number=number), 303)
