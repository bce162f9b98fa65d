"""The views somebody keeps of the queue, and those their units share."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.casework.queries.tabs import counts_of_lists
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid
from desk.kernel.form import DeskForm, Line, OneOf
from desk.organisation.queries import home_timetable, names_of_departments, names_of_halls
from desk.workbench.actions import drop_view, keep_view
from desk.workbench.exports import with_exports
from desk.workbench.listing import Listing, parse_listing
from desk.workbench.models import LONGEST_NAME, SavedView
from desk.workbench.queries import Unit, may_drop, units_of, views_of
from desk.workbench.views.doors import blueprint, came_from, count_text, list_address

OWN = "own"


class ViewForm(DeskForm):
    """What a view is called and who sees it."""

    name = Line(
        _l("Keep this list under a name"), longest=LONGEST_NAME, required=_l("Give it a name.")
    )
    whose = OneOf(_l("Who sees it"), required=_l("Choose who sees it."))


class DropForm(DeskForm):
    """A button."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A view with its list and how many cases stand in it; no list once it cannot be read.

    `shared_by` is empty for one's own; `unit` names who else sees it.
    """

    view: SavedView
    listing: Listing | None
    count: str
    shared_by: str
    unit: str
    may_drop: bool


@blueprint.get("/queue/views")
@requires(Permission.CASE_READ)
def queue_views() -> ResponseReturnValue:
    return _page(_form(sent=False)), 200


@blueprint.post("/queue/views")
@requires(Permission.CASE_READ)
def keep_queue_view() -> ResponseReturnValue:
    form, listing, actor = _form(sent=True), came_from(), current_actor()
    if not form.validate_on_submit():
        return _page(form), 422
    unit = next((one for one in units_of(actor) if one.key == form.whose.data), None)
    try:
        with transaction():
            keep_view(str(form.name.data), listing, by=actor, now=utc_now(), unit=unit)
    except Invalid as error:
        form.blame(error)
        return _page(form), 422
    flash(_("Kept. You find it under “Views”."), "done")
    return redirect(list_address(listing), 303)


@blueprint.post("/queue/views/<int:key>/drop")
@requires(Permission.CASE_READ)
def drop_queue_view(key: int) -> ResponseReturnValue:
    if not DropForm().validate_on_submit():
        return _page(_form(sent=False)), 422
    with transaction():
        drop_view(key, by=current_actor())
    flash(_("The view is dropped."), "done")
    return redirect(url_for("workbench.queue_views", list=request.args.get("list")), 303)


def _form(*, sent: bool) -> ViewForm:
    form = ViewForm() if sent else ViewForm(formdata=None)
    names = _names(units_of(current_actor()))
    form.whose.choices = [
        (OWN, _("Only I")),
        *((key, _("Everybody of %(unit)s", unit=name)) for key, name in names.items()),
    ]
    if not sent:
        form.whose.data = OWN
    return form


def _names(units: Sequence[Unit]) -> dict[str, str]:
    lang = str(get_locale())
    halls = names_of_halls({unit.hall_id for unit in units if unit.hall_id}, lang)
    departments = names_of_departments({u.department_id for u in units if u.department_id}, lang)
    return {
        unit.key: halls.get(unit.hall_id) or departments.get(unit.department_id, "—")
        for unit in units
    }


def _page(form: ViewForm) -> str:
    end_read()
    actor = current_actor()
    return render_template(
        "workbench/views.html", form=form, kept=_kept(actor), listing=came_from()
    )


def _count(actor: Actor, listing: Listing, n: int) -> str:
    return count_text(with_exports(actor, listing.tab, listing.conditions, n))


def _kept(actor: Actor) -> Sequence[Kept]:
    now, views, units = utc_now(), views_of(actor), units_of(actor)
    units_named = _names(units)
    people = names_of([view.user_id for view in views if view.user_id != actor.user_id])
    listings = [parse_listing(view.listing) for view in views]
    asked = tuple((one.tab, one.conditions) for one in listings if one is not None)
    table = home_timetable(now)
    numbers = iter(counts_of_lists(actor, asked, now=now, table=table) if asked else ())
    return [
        Kept(
            view,
            listing,
            _count(actor, listing, next(numbers)) if listing else "",
            people.get(view.user_id, ""),
            next((units_named[unit.key] for unit in units if unit.has(view)), ""),
            may_drop(actor, view),
        )
        for view, listing in zip(views, listings, strict=True)
    ]
