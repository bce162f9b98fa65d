"""Windows of a hall, and the poster that opens the form at one of them."""

import io
from datetime import datetime

import segno
from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.administration.forms.fields import SureForm
from desk.administration.forms.places import NewWindowForm, WindowForm
from desk.administration.views.doors import (
    Theirs,
    blueprint,
    carry_out,
    edit_page,
    key,
    name_of,
    today_of,
)
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.kernel.form import DeskForm
from desk.organisation import directory
from desk.organisation.actions.halls import change_window, open_window, renew_poster
from desk.organisation.models import Department, Hall, Window
from desk.organisation.queries import departments_of
from desk.settings import Settings

MANAGE = Permission.ORGANISATION_MANAGE


def _hall_of(window: Window) -> Hall:
    return db.session.get_one(Hall, window.hall_id)


def _offer(form: WindowForm, hall: Hall, window: Window | None = None) -> None:
    """Offer the departments that take cases, and whoever sits there now even if closed."""
    found = departments_of(hall.region_id, today_of(utc_now()))
    offered = {str(department.id): name_of(department) for department in found}
    if window is not None and window.department_id is not None:
        department = db.session.get_one(Department, window.department_id)
        offered.setdefault(str(department.id), name_of(department))
    form.offer(offered.items())


@blueprint.route("/windows/<window_id>", methods=["GET", "POST"])
@requires(MANAGE)
def window(window_id: str) -> ResponseReturnValue:
    actor, wanted = current_actor(), key(window_id)
    found = directory.window_of(actor, wanted)
    hall_id = found.hall_id

    def filled() -> WindowForm:
        form = WindowForm(formdata=None)
        now = directory.window_of(actor, wanted)
        _offer(form, _hall_of(now), now)
        form.show(now)
        return form

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        return _window_page(actor, wanted, form, theirs)

    if request.method == "GET":
        return show(filled())
    form = WindowForm()
    _offer(form, _hall_of(found), found)

    def work(now: datetime) -> Window:
        version = form.version.number
        return change_window(wanted, form.data_of(), version=version, by=actor, now=now)

    return carry_out(
        form,
        work,
        done=_("The window is changed."),
        onwards=lambda _result: url_for("administration.hall", hall_id=hall_id),
        show=show,
        fresh=filled,
    )


def _window_page(actor: Actor, window_id: int, form: DeskForm, theirs: Theirs) -> str:
    window = directory.window_of(actor, window_id)
    hall = _hall_of(window)
    facts = {
        "nav_active": "places",
        "heading": _("Window %(code)s", code=window.code),
        "about": name_of(hall),
        "back": (name_of(hall), url_for("administration.hall", hall_id=hall.id)),
        "button_text": _("Save"),
        "window": window,
        "address": _address(window),
    }
    return edit_page(form, theirs, facts, "window")


@blueprint.route("/halls/<hall_id>/windows/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_window(hall_id: str) -> ResponseReturnValue:
    actor, form = current_actor(), NewWindowForm()
    hall = directory.hall_of(actor, key(hall_id))
    place_id, hall_name = hall.id, name_of(hall)
    _offer(form, hall)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "places",
            "heading": _("Add a window"),
            "about": hall_name,
            "back": (hall_name, url_for("administration.hall", hall_id=place_id)),
            "button_text": _("Add the window"),
        }
        return edit_page(form, theirs, facts)

    if request.method == "GET":
        return show(form)
    return carry_out(
        form,
        lambda now: open_window(place_id, str(form.code.data), form.data_of(), by=actor, now=now),
        done=_("The window is added. Print its poster."),
        onwards=lambda _result: url_for("administration.hall", hall_id=place_id),
        show=show,
    )


@blueprint.post("/windows/<window_id>/renew")
@requires(MANAGE)
def renew(window_id: str) -> ResponseReturnValue:
    """Give a window a new poster; the one that hangs there opens the form without the window."""
    actor, wanted, form = current_actor(), key(window_id), SureForm()

    def filled() -> WindowForm:
        again = WindowForm(formdata=None)
        window = directory.window_of(actor, wanted)
        _offer(again, _hall_of(window), window)
        again.show(window)
        return again

    def show(_form: DeskForm, theirs: Theirs = ()) -> str:
        again = filled()
        again.form_errors.extend(form.form_errors)
        return _window_page(actor, wanted, again, theirs)

    return carry_out(
        form,
        lambda now: renew_poster(wanted, version=form.version.number, by=actor, now=now),
        done=_("The window has a new code. Print the poster and hang it up."),
        onwards=lambda _result: url_for("administration.poster", window_id=wanted),
        show=show,
    )


def _address(window: Window) -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url + url_for("intake.new", window=window.qr_code)


@blueprint.get("/windows/<window_id>/poster")
@requires(MANAGE)
def poster(window_id: str) -> ResponseReturnValue:
    window = directory.window_of(current_actor(), key(window_id))
    hall = _hall_of(window)
    return render_template(
        "administration/poster.html", window=window, hall=hall, address=_address(window)
    )


@blueprint.get("/windows/<window_id>/poster.svg")
@requires(MANAGE)
def poster_code(window_id: str) -> ResponseReturnValue:
    """Draw the code of a poster; large, so that a phone reads it from a metre away."""
    window = directory.window_of(current_actor(), key(window_id))
    drawn = io.BytesIO()
    segno.make(_address(window), error="m").save(drawn, kind="svg", scale=8, border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
