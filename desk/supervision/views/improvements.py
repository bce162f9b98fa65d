"""Improvement items: the list, a new one, and one with its cases and what can be done to it."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.catalogue.queries import name_of_item
from desk.improvement.models import Undertaking
from desk.improvement.words import UndertakingState
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.kernel.form import DeskForm
from desk.kernel.paging import read_cursor
from desk.kernel.texts import storable
from desk.organisation.codes import names_ever
from desk.organisation.queries import departments_of, home_timetable, names_of_departments
from desk.supervision import improvements as queries
from desk.supervision.actions import improving
from desk.supervision.improvement_forms import DoneForm, LinkForm, OpenForm, ReopenForm
from desk.supervision.labels import UNDERTAKING
from desk.supervision.views.doors import blueprint

LONGEST_ADDRESS = 40


@blueprint.get("/improvements")
@requires(Permission.IMPROVEMENT_SEE)
def improvements() -> ResponseReturnValue:
    """List the improvement items somebody may see, narrowed to a state or not."""
    actor, now, given = current_actor(), utc_now(), request.args.get("state", "")
    try:
        state = UndertakingState(given) if given else None
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error
    page = queries.improvements(actor, state, read_cursor(request.args.get("at")))
    owners = names_of_departments({one.owner_department_id for one in page.rows}, _lang())
    return render_template(
        "supervision/improvements.html",
        page=page,
        owners=owners,
        state=state,
        chosen={"state": given} if given else {},
        states=UndertakingState,
        labels=UNDERTAKING,
        today=home_timetable(now).local_day(now),
        may_open=actor.may(Permission.IMPROVEMENT_OPEN),
    )


@blueprint.route("/improvements/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_OPEN)
def new_improvement() -> ResponseReturnValue:
    """Open an item; `case` in the address fills in the number it comes from."""
    actor, now = current_actor(), utc_now()
    form = OpenForm()
    form.department.choices = _departments()
    if request.method == "GET":
        number = request.args.get("case", "")
        if len(number) <= LONGEST_ADDRESS and storable(number):
            form.cases.data = number
        return _new(form), 200
    if not form.validate_on_submit():
        return _new(form), 422
    plan = improving.Plan(
        cases=str(form.cases.data),
        title=str(form.title.data),
        measure=str(form.measure.data),
        department_id=int(form.department.data),
        due_on=form.due_on.data or now.date(),
        indicator=form.indicator.data,
        before=form.before.data,
    )
    try:
        with transaction():
            key = improving.open_improvement(plan, by=actor, now=now).id
    except Invalid as error:
        form.blame(error)
        return _new(form), 422
    except NotAllowed as error:
        form.form_errors.append(error.message)
        return _new(form), 403
    flash(_("The improvement item is open, and the cases are linked to it."), "done")
    return redirect(url_for("supervision.improvement", key=key), 303)


@blueprint.get("/improvements/<uuid:key>")
@requires(Permission.IMPROVEMENT_SEE)
def improvement(key: UUID) -> ResponseReturnValue:
    return _page(key), 200


@blueprint.post("/improvements/<uuid:key>/link")
@requires(Permission.IMPROVEMENT_OPEN)
def link_improvement(key: UUID) -> ResponseReturnValue:
    form, by, now = LinkForm(), current_actor(), utc_now()

    def work() -> object:
        return improving.link_case(key, str(form.cases.data), by=by, now=now)

    return _do(key, form, work, _("The cases are linked to it."))


@blueprint.post("/improvements/<uuid:key>/unlink")
@requires(Permission.IMPROVEMENT_OPEN)
def unlink_improvement(key: UUID) -> ResponseReturnValue:
    form, by, now = LinkForm(), current_actor(), utc_now()

    def work() -> object:
        return improving.unlink_case(key, str(form.cases.data), by=by, now=now)

    return _do(key, form, work, _("The link is gone."))


@blueprint.post("/improvements/<uuid:key>/done")
@requires(Permission.IMPROVEMENT_DONE)
def finish_improvement(key: UUID) -> ResponseReturnValue:
    form, by, now = DoneForm(), current_actor(), utc_now()

    def work() -> object:
        proof, after, version = str(form.proof.data), form.after.data, form.version.number
        return improving.finish_improvement(key, proof, after, version=version, by=by, now=now)

    return _do(key, form, work, _("The improvement item is done."))


@blueprint.post("/improvements/<uuid:key>/reopen")
@requires(Permission.IMPROVEMENT_REOPEN)
def reopen_improvement(key: UUID) -> ResponseReturnValue:
    form, by, now = ReopenForm(), current_actor(), utc_now()

    def work() -> object:
        due_on, version = form.due_on.data or now.date(), form.version.number
        return improving.reopen_improvement(key, due_on, version=version, by=by, now=now)

    return _do(key, form, work, _("The improvement item is open again."))


def _do(key: UUID, form: DeskForm, work: Callable[[], object], done: str) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _page(key, form), 422
    try:
        with transaction():
            work()
    except Invalid as error:
        form.blame(error)
        return _page(key, form), 422
    except (NotAllowed, Conflict) as error:
        form.form_errors.append(error.message)
        return _page(key, form), 409 if isinstance(error, Conflict) else 403
    flash(done, "done")
    return redirect(url_for("supervision.improvement", key=key), 303)


def _page(key: UUID, form: DeskForm | None = None) -> str:
    end_read()
    actor, now = current_actor(), utc_now()
    one = queries.improvement_of(actor, key)
    today, lang = home_timetable(now).local_day(now), _lang()
    is_open = one.state is UndertakingState.OPEN
    reasons = names_ever("reasons", today, lang)
    return render_template(
        "supervision/improvement.html",
        one=one,
        form=form,
        owner=names_of_departments({one.owner_department_id}, lang)[one.owner_department_id],
        item=name_of_item(one.item_id, lang) if one.item_id else "",
        cause=reasons.get(one.root_cause or "", one.root_cause),
        cases=queries.cases_at(actor, one),
        label=UNDERTAKING[one.state],
        late=is_open and one.due_on < today,
        link_form=_form(LinkForm, form) if is_open and _may("OPEN") else None,
        done_form=_done(one, form) if is_open and _may("DONE", one) else None,
        reopen_form=_reopen(one, form) if not is_open and _may("REOPEN", one) else None,
    )


def _may(what: str, one: Undertaking | None = None) -> bool:
    permission, actor = Permission[f"IMPROVEMENT_{what}"], current_actor()
    return queries.may(actor, permission, one) if one else actor.may(permission)


def _form(kind: type[LinkForm], form: DeskForm | None) -> LinkForm:
    return form if isinstance(form, kind) else kind(formdata=None)


def _done(one: Undertaking, form: DeskForm | None) -> DoneForm:
    shown = form if isinstance(form, DoneForm) else DoneForm(formdata=None)
    shown.version.data = str(one.version)
    return shown


def _reopen(one: Undertaking, form: DeskForm | None) -> ReopenForm:
    shown = form if isinstance(form, ReopenForm) else ReopenForm(formdata=None)
    shown.version.data = str(one.version)
    return shown


def _new(form: OpenForm) -> str:
    end_read()
    return render_template("supervision/improvement_new.html", form=form)


def _departments() -> list[tuple[str, object]]:
    """List the departments somebody may ask: all of the region, or for a department its own."""
    actor, now, lang = current_actor(), utc_now(), _lang()
    today = home_timetable(now).local_day(now)
    seats = actor.seats_for(Permission.IMPROVEMENT_OPEN)
    found: dict[str, object] = {}
    for region in sorted(actor.regions_for(Permission.IMPROVEMENT_OPEN)):
        for one in departments_of(region, today):
            if any(region in s.region_ids and s.department_id in (0, one.id) for s in seats):
                found[str(one.id)] = one.name_en if lang == "en" else one.name_zh
    return list(found.items())


def _lang() -> str:
    return str(get_locale())
