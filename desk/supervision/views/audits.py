"""Samples: what was drawn, one case to look at, and what was found."""

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.casework import labels as case_labels
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed, NotFound
from desk.kernel.paging import read_cursor
from desk.organisation.queries import home_timetable
from desk.supervision import audits as queries
from desk.supervision import labels
from desk.supervision.actions import auditing
from desk.supervision.actions.auditing import FINDINGS, TAKES_UP, Found
from desk.supervision.audit_forms import FindingForm
from desk.supervision.audits import Wanted
from desk.supervision.button_form import ButtonForm
from desk.supervision.drawing import CampaignKind
from desk.supervision.models import Campaign, Finding, Manner
from desk.supervision.queries import is_reachable
from desk.supervision.views.doors import blueprint


@blueprint.get("/audits")
@requires(Permission.QUALITY_SEE)
def audits() -> ResponseReturnValue:
    """List sampled cases, those to look at first, and the newest draws."""
    actor, now = current_actor(), utc_now()
    wanted = _wanted()
    return render_template(
        "supervision/audits.html",
        page=queries.tasks(actor, wanted, read_cursor(request.args.get("at"))),
        campaigns=queries.campaigns(actor),
        wanted=wanted,
        chosen=_chosen(wanted),
        today=home_timetable(now).local_day(now),
        labels=labels,
        status_names=case_labels.STAFF_STATUS,
        kinds=CampaignKind,
        findings=Finding,
    )


@blueprint.get("/audits/draws/<uuid:key>")
@requires(Permission.QUALITY_SEE)
def campaign(key: UUID) -> ResponseReturnValue:
    """Show how a sample was drawn, draw it again from its seed, and list what is in it."""
    actor = current_actor()
    row = queries.campaign(actor, key)
    wanted = Wanted(done=None, campaign=row.campaign.id)
    return render_template(
        "supervision/campaign.html",
        row=row,
        same=queries.drawn_again(row.campaign),
        page=queries.tasks(actor, wanted, read_cursor(request.args.get("at"))),
        labels=labels,
        status_names=case_labels.STAFF_STATUS,
    )


@blueprint.get("/audits/<uuid:key>")
@requires(Permission.QUALITY_SEE)
def audit(key: UUID) -> ResponseReturnValue:
    return _page(key), 200


@blueprint.post("/audits/<uuid:key>")
@requires(Permission.QUALITY_AUDIT)
def record_audit(key: UUID) -> ResponseReturnValue:
    form = _form(key)
    if not form.validate_on_submit():
        return _page(key, form), 422
    found = Found(
        Finding(form.finding.data),
        Manner(form.manner.data),
        str(form.note.data),
        str(form.told.data or ""),
    )
    try:
        with transaction():
            auditing.record_finding(
                key, found, version=form.version.number, by=current_actor(), now=utc_now()
            )
    except (Invalid, Conflict, NotAllowed) as error:
        return _refused(key, form, error)
    taken_up = found.finding in TAKES_UP
    flash(
        _("What you found is kept, and the case is taken up again.")
        if taken_up
        else _("What you found is kept."),
        "done",
    )
    return redirect(url_for("supervision.audit", key=key), 303)


@blueprint.post("/audits/<uuid:key>/number")
@requires(Permission.QUALITY_AUDIT)
def show_audit_number(key: UUID) -> ResponseReturnValue:
    """Show name and number until the day ends; who asked is written into the ledger."""
    ButtonForm().must_pass()
    try:
        with transaction():
            auditing.show_number(key, by=current_actor(), now=utc_now())
    except (Conflict, NotAllowed) as error:
        return _refused(key, _form(key, sent=False), error)
    return redirect(url_for("supervision.audit", key=key), 303)


def _refused(key: UUID, form: FindingForm, error: DeskError) -> tuple[str, int]:
    if isinstance(error, Invalid):
        form.blame(error)
        return _page(key, form), 422
    form.form_errors.append(error.message)
    return _page(key, form), 409 if isinstance(error, Conflict) else 403


def _form(key: UUID, *, sent: bool = True) -> FindingForm:
    """Make the form with what can be found in this kind of sample."""
    task, _case = queries.task_of(current_actor(), key)
    form = FindingForm() if sent else FindingForm(formdata=None)
    findings = FINDINGS[queries.campaign_of(task).kind]
    form.finding.choices = [(one.value, labels.FINDING[one]) for one in findings]
    return form


def _page(key: UUID, form: FindingForm | None = None) -> str:
    end_read()
    actor, now = current_actor(), utc_now()
    task, case = queries.task_of(actor, key)
    of = queries.campaign_of(task)
    open_form = form or _form(key, sent=False)
    if not open_form.version.data:
        open_form.version.data = str(case.version)
    had_a_part = queries.handled_by(case, actor)
    may_fill = task.done_at is None and actor.may(Permission.QUALITY_AUDIT) and not had_a_part
    return render_template(
        "supervision/audit.html",
        task=task,
        case=case,
        campaign=of,
        form=open_form,
        may_fill=may_fill,
        had_a_part=had_a_part,
        shown=auditing.shown_today(case, actor, now=now) if may_fill else None,
        names=names_of([task.done_by] if task.done_by else []),
        reachable=is_reachable(actor, case),
        takes_up=_takes_up(of),
        labels=labels,
        status_names=case_labels.STAFF_STATUS,
        result_names=case_labels.RESULT,
        outcome_names=case_labels.OUTCOME,
    )


def _takes_up(of: Campaign) -> str:
    """Say what follows where somebody finds it wrong."""
    words: dict[CampaignKind, str] = {
        CampaignKind.AUDIT: _("The case is opened again, and the department gets a red card."),
        CampaignKind.WITHDRAWN: _("The case is restored."),
        CampaignKind.DIVERSION: _("The case is taken up after all."),
        CampaignKind.LOOK_BACK: _("The case is opened again and counts as come back."),
    }
    return words[of.kind]


def _wanted() -> Wanted:
    """Read what the list is narrowed to; what is no choice of the page raises NotFound."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "open")
    finding, wanted = request.args.get("finding", ""), Wanted()
    try:
        if kind:
            wanted = replace(wanted, kind=CampaignKind(kind))
        if finding:
            return replace(wanted, done=None, finding=Finding(finding))
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error
    states = {"open": False, "done": True, "": None}
    if state not in states:
        raise NotFound(_("There is no such list. Choose one from the page."))
    return replace(wanted, done=states[state])


def _chosen(wanted: Wanted) -> dict[str, str]:
    """Write the choices for the address of another page of the list."""
    found = {"kind": wanted.kind.value} if wanted.kind else {}
    if wanted.finding:
        return found | {"finding": wanted.finding.value}
    return found | {"state": {False: "open", True: "done", None: ""}[wanted.done]}
