"""Halls: where they are, when they are open, and the windows in them."""

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.administration.forms.places import HallForm, NewHallForm
from desk.administration.views.doors import (
    Theirs,
    blueprint,
    carry_out,
    edit_page,
    key,
    name_of,
    place,
    today_of,
)
from desk.kernel.clock import utc_now
from desk.kernel.form import DeskForm
from desk.organisation import directory
from desk.organisation.actions.halls import change_hall, open_new_hall
from desk.organisation.actions.places import OFFICE_HOURS
from desk.organisation.models import Hall

MANAGE = Permission.ORGANISATION_MANAGE


@blueprint.get("/halls")
@requires(MANAGE)
def halls() -> ResponseReturnValue:
    page = directory.halls_page(current_actor(), place())
    return render_template("administration/halls.html", page=page, today=today_of(utc_now()))


@blueprint.route("/halls/<hall_id>", methods=["GET", "POST"])
@requires(MANAGE)
def hall(hall_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found = directory.hall_of(actor, key(hall_id))

    def filled() -> HallForm:
        form = HallForm(formdata=None)
        form.show(directory.hall_of(actor, key(hall_id)))
        return form

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        hall = directory.hall_of(actor, key(hall_id))
        facts = {
            "nav_active": "places",
            "heading": name_of(hall),
            "about": hall.code,
            "back": (_("Halls"), url_for("administration.halls")),
            "button_text": _("Save"),
            "hall": hall,
            "windows": directory.windows_of_hall(hall),
            "today": today_of(utc_now()),
        }
        return edit_page(form, theirs, facts, "hall")

    if request.method == "GET":
        return show(filled())
    form = HallForm()

    def work(now: datetime) -> Hall:
        version = form.version.number
        return change_hall(found_id, form.data_of(), version=version, by=actor, now=now)

    found_id = found.id
    return carry_out(
        form,
        work,
        done=_("The hall is changed."),
        onwards=lambda _result: url_for("administration.hall", hall_id=found_id),
        show=show,
        fresh=filled,
    )


@blueprint.route("/halls/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_hall() -> ResponseReturnValue:
    actor, form = current_actor(), NewHallForm()
    form.offer(directory.regions_of(actor, MANAGE), name_of)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "places",
            "heading": _("Open a hall"),
            "back": (_("Halls"), url_for("administration.halls")),
            "button_text": _("Open the hall"),
        }
        return edit_page(form, theirs, facts)

    if request.method == "GET":
        form.show_hours(OFFICE_HOURS)
        return show(form)

    def work(now: datetime) -> int:
        region = directory.region_of(actor, str(form.region.data))
        made = open_new_hall(region, str(form.code.data), form.data_of(), by=actor, now=now)
        return made.id

    return carry_out(
        form,
        work,
        done=_("The hall is open. Add its windows."),
        onwards=lambda hall_id: url_for("administration.hall", hall_id=hall_id),
        show=show,
    )
