"""Reports: asking for one, how far it is, taking it out, and standing orders."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.approvals.queries import votes_on
from desk.files.names import disposition
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Busy, Conflict, Invalid, NotAllowed
from desk.kernel.paging import read_cursor
from desk.kernel.storage.store import Readable, StoreError, chunks
from desk.organisation.queries import departments_of, home_timetable, names_of_departments
from desk.supervision import labels
from desk.supervision import report_queries as queries
from desk.supervision.actions import reporting, standing_orders
from desk.supervision.actions.reporting import Order
from desk.supervision.button_form import ButtonForm
from desk.supervision.report_forms import DecideReportForm, ReportForm
from desk.supervision.reports.words import (
    ENDINGS,
    MEDIA_TYPES,
    UNFINISHED,
    ReportKind,
    ReportState,
    Rhythm,
)
from desk.supervision.views.doors import blueprint

RETRY_SECONDS = 60


@blueprint.get("/reports")
@requires(Permission.REPORTS_MAKE)
def reports() -> ResponseReturnValue:
    """List one's reports, those a colleague's word waits for, and the form for a new one."""
    form = _form(sent=False)
    today = home_timetable(utc_now()).local_day(utc_now())
    first, last = _month_before(today)
    form.first_on.show(first)
    form.last_on.show(last)
    return _page(form), 200


@blueprint.post("/reports")
@requires(Permission.REPORTS_MAKE)
def ask_report() -> ResponseReturnValue:
    form = _form(sent=True)
    if not form.validate_on_submit():
        return _page(form), 422
    kind = ReportKind(form.kind.data)
    first_on: date = form.first_on.data or utc_now().date()
    last_on: date = form.last_on.data or first_on
    if kind is not ReportKind.REGISTER:
        first_on = first_on.replace(day=1)
        last_on = first_on.replace(day=monthrange(first_on.year, first_on.month)[1])
    order = Order(
        kind,
        first_on,
        last_on,
        str(form.purpose.data),
        str(get_locale()),
        department_id=int(form.department.data or 0),
        names=bool(form.names.data),
    )
    try:
        with transaction():
            key = reporting.ask_report(order, by=current_actor(), now=utc_now()).id
    except Invalid as error:
        form.blame(error)
        return _page(form), 422
    except (Conflict, NotAllowed) as error:
        form.form_errors.append(error.message)
        return _page(form), 409 if isinstance(error, Conflict) else 403
    return redirect(url_for("supervision.report", key=key), 303)


@blueprint.get("/reports/<uuid:key>")
@requires(Permission.REPORTS_MAKE)
def report(key: UUID) -> ResponseReturnValue:
    """Show how far a report is."""
    return _one(key), 200


@blueprint.post("/reports/<uuid:key>/decide")
@requires(Permission.REPORTS_MAKE)
def decide_report(key: UUID) -> ResponseReturnValue:
    form = DecideReportForm()
    if not form.validate_on_submit():
        return _one(key, form), 422
    try:
        with transaction():
            reporting.decide_report(
                key,
                grant=form.grant.data == "yes",
                reason=str(form.reason.data),
                by=current_actor(),
                now=utc_now(),
            )
    except (Invalid, Conflict, NotAllowed) as error:
        if isinstance(error, Invalid):
            form.blame(error)
            return _one(key, form), 422
        form.form_errors.append(error.message)
        return _one(key, form), 409 if isinstance(error, Conflict) else 403
    flash(_("Your colleague is told what you decided."), "done")
    return redirect(url_for("supervision.reports"), 303)


@blueprint.post("/reports/<uuid:key>/file")
@requires(Permission.REPORTS_MAKE)
def take_report(key: UUID) -> ResponseReturnValue:
    """Hand the file out to whoever asked for it; who took it out and when is recorded."""
    ButtonForm().must_pass()
    with transaction():
        found = reporting.take_report(key, by=current_actor(), now=utc_now())
        ending, lies, size = ENDINGS[found.kind], found.storage_key or "", found.size
        name = f"{found.kind.value}-{found.first_on}-{found.last_on}.{ending}"
    end_read()
    try:
        given = current_app.extensions["store"].open(lies)
    except StoreError as error:
        away = _("The file store does not answer. Try again in a minute.")
        raise Busy(away, retry_after=RETRY_SECONDS) from error
    answer = Response(_pieces(given), mimetype=MEDIA_TYPES[ending], direct_passthrough=True)
    answer.call_on_close(given.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = disposition(name, inline=False)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _pieces(given: Readable) -> Iterator[bytes]:
    try:
        yield from chunks(given)
    finally:
        given.close()


@blueprint.post("/reports/orders")
@requires(Permission.REPORTS_MAKE)
def order_reports() -> ResponseReturnValue:
    """Begin or end a standing order; mails about it say only that there is a report."""
    ButtonForm().must_pass()
    given, wanted = request.form.get("order", ""), "wanted" in request.form
    kind, _dot, rhythm = given.partition(".")
    try:
        chosen = ReportKind(kind), Rhythm(rhythm)
    except ValueError:
        raise Invalid(_("Choose one from the list.")) from None
    with transaction():
        standing_orders.order_reports(
            *chosen, wanted=wanted, lang=str(get_locale()), by=current_actor(), now=utc_now()
        )
    flash(_("Your standing orders are as you want them."), "done")
    return redirect(url_for("supervision.reports"), 303)


def _form(*, sent: bool) -> ReportForm:
    form = ReportForm() if sent else ReportForm(formdata=None)
    form.department.choices = list(_departments().items())
    return form


def _departments() -> dict[str, str]:
    """List the departments of the regions somebody makes reports of."""
    now, lang = utc_now(), str(get_locale())
    today = home_timetable(now).local_day(now)
    found: dict[str, str] = {}
    for region in sorted(current_actor().regions_for(Permission.REPORTS_MAKE)):
        for one in departments_of(region, today):
            found[str(one.id)] = one.name_en if lang == "en" else one.name_zh
    return found


def _month_before(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _page(form: ReportForm) -> str:
    end_read()
    actor = current_actor()
    waiting = queries.to_decide(actor)
    kept = {(one.kind, one.rhythm) for one in queries.orders_of(actor)}
    return render_template(
        "supervision/reports.html",
        form=form,
        page=queries.reports(actor, read_cursor(request.args.get("at"))),
        waiting=waiting,
        names=names_of([one.asked_by for one in waiting]),
        orders=[(kind, rhythm, (kind, rhythm) in kept) for kind, rhythm in standing_orders.OFFERED],
        labels=labels,
        departments=_departments(),
        named_alone=reporting.NAMED_ALONE,
    )


def _one(key: UUID, form: DecideReportForm | None = None) -> str:
    end_read()
    actor, now = current_actor(), utc_now()
    found, approval = queries.report_of(actor, key)
    votes = votes_on(approval) if approval else ()
    mine = found.asked_by == actor.user_id
    decides = not mine and found.state is ReportState.ASKED
    over = found.expires_at is not None and found.expires_at <= now
    department = names_of_departments({found.department_id} - {0}, str(get_locale()))
    return render_template(
        "supervision/report.html",
        one=found,
        form=form or (DecideReportForm(formdata=None) if decides else None),
        decides=decides,
        mine=mine,
        votes=votes,
        names=names_of([found.asked_by, *(vote.user_id for vote in votes)]),
        department=department.get(found.department_id, ""),
        labels=labels,
        unfinished=found.state in UNFINISHED,
        can_take=mine and found.state is ReportState.READY and not over,
    )
