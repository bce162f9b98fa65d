"""Signs of a month that supervisors look at: each a list, or numbers that open one."""

from enum import StrEnum

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework import labels as case_labels
from desk.casework.words import Result
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.kernel.paging import read_cursor
from desk.organisation.queries import home_timetable
from desk.supervision import signs
from desk.supervision.lateness import closing_back
from desk.supervision.signs import SILENT_DAYS
from desk.supervision.views.doors import Units, blueprint, id_of, period


class Sign(StrEnum):
    """What the page shows."""

    ALIKE = "alike"
    TWICE = "twice"
    CLAIMS = "claims"
    SILENT = "silent"


NAMES: dict[Sign, LazyString] = {
    Sign.ALIKE: _l("Replies alike"),
    Sign.TWICE: _l("Asked again"),
    Sign.CLAIMS: _l("Claimed and confirmed"),
    Sign.SILENT: _l("Silent cases"),
}


@blueprint.get("/quality")
@requires(Permission.QUALITY_SEE)
def quality() -> ResponseReturnValue:
    """Show one sign of a month."""
    try:
        sign = Sign(request.args.get("sign", Sign.ALIKE))
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error
    actor, of, cursor = current_actor(), period(), read_cursor(request.args.get("at"))
    page, claims = None, []
    if sign is Sign.ALIKE:
        page = signs.alike(actor, of.since, of.until, cursor)
        rows = page.rows
    elif sign is Sign.TWICE:
        rows = signs.asked_twice(actor, of.since, of.until)
    elif sign is Sign.SILENT:
        table = home_timetable(utc_now())
        since = closing_back(utc_now(), SILENT_DAYS, table.calendar, table.hours, table.zone)
        page = signs.silent(actor, since, cursor)
        rows = page.rows
    else:
        rows, claims = [], signs.claims(actor, of.since, of.until)
    units = [row.department_id for row in rows] + [one.department_id for one in claims]
    return render_template(
        "supervision/quality.html",
        sign=sign,
        signs=NAMES,
        rows=rows,
        page=page,
        claims=claims,
        results=Result,
        result_names=case_labels.RESULT,
        unit_name=Units([(key, 0) for key in units]).name,
        month=of.month,
        today=of.today,
        days=SILENT_DAYS,
        most=signs.MOST,
        may_open=actor.may(Permission.CASE_READ),
    )


@blueprint.get("/quality/claims")
@requires(Permission.QUALITY_SEE)
def claimed() -> ResponseReturnValue:
    """List the cases behind a number of what was claimed and what was confirmed."""
    actor, of, given = current_actor(), period(), request.args.get("result", "")
    try:
        result = Result(given) if given else None
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error
    department_id, cursor = id_of("department"), read_cursor(request.args.get("at"))
    page = signs.claimed_cases(actor, of.since, of.until, department_id, result, cursor)
    chosen = {"department": str(department_id)} | ({"result": given} if given else {})
    return render_template(
        "supervision/claimed.html",
        page=page,
        unit=Units([(department_id, 0)]).known(department_id),
        result=result,
        result_names=case_labels.RESULT,
        chosen=chosen,
        month=of.month,
        may_open=actor.may(Permission.CASE_READ),
    )
