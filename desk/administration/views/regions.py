"""The tree of regions."""

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.administration.forms.places import NewRegionForm, RegionForm
from desk.administration.labels import LEVELS
from desk.administration.views.doors import (
    Theirs,
    blueprint,
    carry_out,
    edit_page,
    name_of,
    place,
)
from desk.kernel.form import DeskForm
from desk.organisation import directory
from desk.organisation.actions.regions import BELOW, add_region, change_region
from desk.organisation.models import Region

MANAGE = Permission.ORGANISATION_MANAGE


@blueprint.get("/regions")
@requires(MANAGE)
def regions() -> ResponseReturnValue:
    page = directory.regions_page(current_actor(), place())
    return render_template(
        "administration/regions.html", page=page, levels=LEVELS, may_grow=set(BELOW)
    )


@blueprint.route("/regions/<code>", methods=["GET", "POST"])
@requires(MANAGE)
def region(code: str) -> ResponseReturnValue:
    actor = current_actor()
    found = directory.region_of(actor, code)

    def filled() -> RegionForm:
        form = RegionForm(formdata=None)
        form.show(directory.region_of(actor, code))
        return form

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "places",
            "heading": name_of(found),
            "about": f"{found.code} · {LEVELS[found.level]}",
            "back": (_("Regions"), url_for("administration.regions")),
            "button_text": _("Save"),
        }
        return edit_page(form, theirs, facts)

    if request.method == "GET":
        return show(filled())
    form = RegionForm()
    return carry_out(
        form,
        lambda now: change_region(
            code,
            str(form.name_zh.data),
            str(form.name_en.data or ""),
            form.short_code.data or None,
            version=form.version.number,
            by=actor,
            now=now,
        ),
        done=_("The region is changed."),
        onwards=lambda _result: url_for("administration.regions"),
        show=show,
        fresh=filled,
    )


@blueprint.route("/regions/<code>/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_region(code: str) -> ResponseReturnValue:
    actor = current_actor()
    parent = directory.region_of(actor, code)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "places",
            "heading": _("Add a region below %(name)s", name=name_of(parent)),
            "about": f"{parent.code} · {LEVELS[parent.level]}",
            "back": (_("Regions"), url_for("administration.regions")),
            "button_text": _("Add the region"),
        }
        return edit_page(form, theirs, facts)

    form = NewRegionForm()
    if request.method == "GET":
        return show(form)

    def work(now: datetime) -> Region:
        names = str(form.name_zh.data), str(form.name_en.data or "")
        return add_region(code, str(form.code.data), *names, by=actor, now=now)

    return carry_out(
        form,
        work,
        done=_("The region is added."),
        onwards=lambda _result: url_for("administration.regions"),
        show=show,
    )
