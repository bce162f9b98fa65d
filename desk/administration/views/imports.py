"""Importing a table: first tried, with a word for every row, then taken as a whole."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from desk.access.doors import current_actor, requires, takes_files
from desk.access.permissions import Permission
from desk.administration import labels
from desk.administration.forms.imports import ImportForm
from desk.administration.imports.reports import Report
from desk.administration.imports.running import KINDS, run
from desk.administration.views.doors import blueprint
from desk.administration.views.limits import chosen_region
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read
from desk.kernel.errors import Invalid, NotAllowed, NotFound
from desk.organisation import directory
from desk.organisation.rulebook import years_of

SHOWN = 200


@blueprint.get("/imports")
@requires(Permission.ORGANISATION_MANAGE)
def imports() -> ResponseReturnValue:
    """Begin with the first kind of table."""
    return redirect(url_for("administration.import_table", name="departments"))


@blueprint.route("/imports/<name>", methods=["GET", "POST"])
@takes_files
@requires(Permission.ORGANISATION_MANAGE)
def import_table(name: str) -> ResponseReturnValue:
    """Try a table, or take it; what was sent stays in the field so that it can be put right."""
    actor, now, form = current_actor(), utc_now(), ImportForm()
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    if not actor.may(kind.permission):
        raise NotAllowed(_l("Your role or this link does not allow it."))
    code = chosen_region(actor).code
    trial = request.form.get("do") != "take"

    def show(report: Report | None = None) -> str:
        region = directory.region_of(actor, code)
        return render_template(
            "administration/import.html",
            form=form,
            report=report,
            name=name,
            kind=kind,
            kinds=[key for key, one in KINDS.items() if actor.may(one.permission)],
            region=region,
            regions=directory.regions_of(actor, Permission.ORGANISATION_MANAGE),
            years=years_of(region, now) if name == "calendar" else (),
            shown=SHOWN,
            labels=labels,
        )

    if request.method == "GET":
        return show()
    if not form.validate_on_submit():
        return show(), 422
    end_read()
    try:
        report = run(kind, str(form.text.data), code, trial=trial, by=actor, now=now)
    except Invalid as error:
        end_read()
        form.text.errors = [error.message]
        return show(), 422
    end_read()
    if not report.is_good:
        return show(report), 422
    if trial:
        return show(report)
    flash(labels.import_counts(report.counted), "done")
    return redirect(url_for("administration.import_table", name=name, region=code), 303)
