"""Departments: what they are part of, who succeeds them, and when they end."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.administration.forms.places import DepartmentForm, NewDepartmentForm
from desk.administration.views.doors import (
    Theirs,
    blueprint,
    carry_out,
    edit_page,
    key,
    name_of,
    place,
    today_of,
    words,
)
from desk.casework.actions.succession import cases_to_hand_over, hand_over, open_cases_of
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict
from desk.kernel.form import DeskForm
from desk.organisation import directory
from desk.organisation.actions.departments import (
    add_department,
    change_department,
    successor_of,
)
from desk.organisation.models import Department
from desk.organisation.queries import departments_of

MANAGE = Permission.ORGANISATION_MANAGE
MOST_AT_ONCE = 200


@blueprint.get("/departments")
@requires(MANAGE)
def departments() -> ResponseReturnValue:
    sought = words()
    page = directory.departments_page(current_actor(), place(), sought)
    return render_template(
        "administration/departments.html", page=page, words=sought, today=today_of(utc_now())
    )


def _choices(region_id: int) -> list[tuple[str, str]]:
    found = departments_of(region_id, today_of(utc_now()))
    return [(str(one.id), f"{one.code} {name_of(one)}") for one in found]


def _offer(form: DepartmentForm, department: Department) -> None:
    """Offer every other department that takes cases, and those named now even if they do not."""
    named = {department.parent_id, department.succeeded_by_id} - {None}
    offered = dict(_choices(department.region_id))
    for department_id in named:
        one = db.session.get_one(Department, department_id)
        offered.setdefault(str(one.id), f"{one.code} {name_of(one)}")
    offered.pop(str(department.id), None)
    form.offer(offered.items())


def _filled(actor: Actor, department_id: int) -> DepartmentForm:
    form = DepartmentForm(formdata=None)
    department = directory.department_of(actor, department_id)
    _offer(form, department)
    form.show(department)
    return form


@blueprint.route("/departments/<department_id>", methods=["GET", "POST"])
@requires(MANAGE)
def department(department_id: str) -> ResponseReturnValue:
    actor, wanted = current_actor(), key(department_id)
    found = directory.department_of(actor, wanted)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        department = directory.department_of(actor, wanted)
        facts = {
            "nav_active": "places",
            "heading": name_of(department),
            "about": department.code,
            "back": (_("Departments"), url_for("administration.departments")),
            "button_text": _("Save"),
            "department": department,
            "open_cases": open_cases_of(department),
            "heir": successor_of(department, today_of(utc_now())),
        }
        return edit_page(form, theirs, facts, "department")

    if request.method == "GET":
        return show(_filled(actor, wanted))
    form = DepartmentForm()
    _offer(form, found)

    def work(now: datetime) -> Department:
        version = form.version.number
        return change_department(wanted, form.data_of(), version=version, by=actor, now=now)

    return carry_out(
        form,
        work,
        done=_("The department is changed."),
        onwards=lambda _result: url_for("administration.department", department_id=wanted),
        show=show,
        fresh=lambda: _filled(actor, wanted),
    )


@blueprint.post("/departments/<department_id>/hand-over")
@requires(MANAGE)
def hand_over_cases(department_id: str) -> ResponseReturnValue:
    """Give a department's open cases to its successor, each in a transaction of its own."""
    actor, form = current_actor(), DeskForm()
    department = directory.department_of(actor, key(department_id))
    wanted = department.id
    where = url_for("administration.department", department_id=wanted)
    form.must_pass()
    numbers = cases_to_hand_over(department, most=MOST_AT_ONCE)
    end_read()
    given, refused = 0, False
    for number in numbers:
        try:
            with transaction():
                hand_over(number, wanted, asked_by=actor.user_id, now=utc_now())
        except Conflict as error:
            if not given:
                raise
            flash(error.message, "error")
            refused = True
            break
        given += 1
    if given or not refused:
        flash(ngettext("%(num)s case handed over.", "%(num)s cases handed over.", given), "done")
    return redirect(where, 303)


@blueprint.route("/departments/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_department() -> ResponseReturnValue:
    actor, form = current_actor(), NewDepartmentForm()
    regions = directory.regions_of(actor, MANAGE)
    form.region.choices = [(region.code, name_of(region)) for region in regions]
    form.offer([one for region in regions for one in _choices(region.id)])

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "places",
            "heading": _("Add a department"),
            "back": (_("Departments"), url_for("administration.departments")),
            "button_text": _("Add the department"),
        }
        return edit_page(form, theirs, facts)

    if request.method == "GET":
        return show(form)

    def work(now: datetime) -> Department:
        region = directory.region_of(actor, str(form.region.data))
        return add_department(region, str(form.code.data), form.data_of(), by=actor, now=now)

    return carry_out(
        form,
        work,
        done=_("The department is added."),
        onwards=lambda _result: url_for("administration.departments"),
        show=show,
    )
