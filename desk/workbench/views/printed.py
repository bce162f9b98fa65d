"""The file of a case on paper or as a PDF: what its page shows to this person."""

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.actions.printing import take_out
from desk.casework.actions.revealing import Shown
from desk.casework.queries.attached import attached_to
from desk.casework.queries.story import CasePage, case_page
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.kernel.throttle import Limit
from desk.organisation.codes import names_ever
from desk.organisation.queries import names_of_departments
from desk.workbench.case_file import CaseFile, Words, about_names, as_pdf, case_file
from desk.workbench.side_forms import PrintForm
from desk.workbench.views.doors import blueprint

PAPERS = Limit("papers", "20/minute")


@blueprint.get("/cases/<number>/print")
@requires(Permission.CASE_READ)
def print_case(number: str) -> ResponseReturnValue:
    """Show the file as it is printed, without who the complainant is."""
    return _page(number, PrintForm(formdata=None))


@blueprint.post("/cases/<number>/print")
@requires(Permission.CASE_READ)
def take_file(number: str) -> ResponseReturnValue:
    """Give the file as a PDF, or as a page with who the complainant is; both leave a line."""
    form, actor, now = PrintForm(), current_actor(), utc_now()
    if not form.validate_on_submit():
        return _page(number, form), 422
    pdf = "pdf" in request.form
    if pdf:
        current_app.extensions["throttle"].hit(
            PAPERS, str(actor.user_id), _("These were many papers at once. Wait a minute.")
        )
    try:
        with transaction():
            shown = take_out(number, why=form.why, pdf=pdf, by=actor, now=now)
    except Invalid as error:
        form.blame(error)
        return _page(number, form), 422
    except (Conflict, NotAllowed) as error:
        form.form_errors.append(error.message)
        return _page(number, form), 409 if isinstance(error, Conflict) else 403
    if not pdf:
        return _page(number, PrintForm(formdata=None), shown)
    end_read()
    file = _file(case_page(actor, number, now=now), shown)
    end_read()
    name = f'attachment; filename="{file.number}.pdf"'
    made = as_pdf(file, lang=str(get_locale()), now=now)
    return Response(made, mimetype="application/pdf", headers={"Content-Disposition": name})


def _page(number: str, form: PrintForm, shown: Shown | None = None) -> str:
    end_read()
    actor = current_actor()
    page = case_page(actor, number, now=utc_now())
    may_name = page.knows and Permission.IDENTITY_REVEAL in page.context.permissions
    file = _file(page, shown)
    return render_template(
        "workbench/print_case.html",
        form=form,
        file=file,
        about_names=about_names(names=file.names),
        may_name=may_name and page.facts.party is not None,
    )


def _file(page: CasePage, shown: Shown | None) -> CaseFile:
    actor, lang, now = current_actor(), str(get_locale()), utc_now()
    named = {task.department_id for task in page.tasks}
    named |= {(line.body or {}).get("department") or 0 for line in page.lines}
    words = Words(
        lang,
        page.context.place.timetable.zone,
        names_of_departments(named - {0}, lang),
        names_ever("reasons", page.context.place.day(page.case.filed_at), lang),
        names_ever("reasons", page.context.place.day(page.case.replied_at or now), lang),
    )
    files = attached_to(page.case, actor, knows=page.knows).all
    return case_file(page, files, shown, words, by=actor.name, now=now)
