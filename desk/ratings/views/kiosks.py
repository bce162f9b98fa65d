"""The kiosks of a region for supervisors and administrators: made, paired, watched, signed off."""

from datetime import datetime
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid
from desk.kernel.paging import read_place
from desk.organisation.queries import home_day
from desk.ratings.actions import kiosks as actions
from desk.ratings.forms import NewKioskForm, PressForm
from desk.ratings.kiosks import kiosks_page, windows_to_serve
from desk.ratings.views.doors import blueprint
from desk.settings import Settings

MANAGE = Permission.KIOSKS_MANAGE


@blueprint.route("/supervision/kiosks", methods=["GET", "POST"])
@requires(MANAGE)
def kiosks() -> ResponseReturnValue:
    """List the kiosks; a window chosen below gets another, its one-time code shown once."""
    actor, now, form = current_actor(), utc_now(), NewKioskForm()
    form.offer(_windows(actor, now))
    if request.method == "GET":
        return _page(actor, form, now)
    if not form.validate_on_submit():
        return _page(actor, form, now), 422
    if request.form.get("poster"):
        return redirect(url_for("ratings.poster", window_id=form.window_id), 303)
    with transaction():
        window, hall = actions.window_in_reach(actor.regions_for(MANAGE), form.window_id)
        kiosk, code = actions.make_kiosk(window, hall, by=actor, now=now)
        address = kiosk.code
    return _page(actor, form, now, shown=(address, code))


@blueprint.post("/supervision/kiosks/<uuid:key>/pair")
@requires(MANAGE)
def kiosk_offer(key: UUID) -> ResponseReturnValue:
    actor, now, form = current_actor(), utc_now(), PressForm()
    if not form.validate_on_submit():
        return redirect(url_for("ratings.kiosks"), 303)
    with transaction():
        kiosk = actions.kiosk_in_reach(actor.regions_for(MANAGE), key)
        code, address = actions.offer_pairing(kiosk, by=actor, now=now), kiosk.code
    new = NewKioskForm(formdata=None)
    new.offer(_windows(actor, now))
    return _page(actor, new, now, shown=(address, code))


@blueprint.post("/supervision/kiosks/<uuid:key>/sign-off")
@requires(MANAGE)
def kiosk_sign_off(key: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), PressForm()
    if form.validate_on_submit():
        with transaction():
            kiosk = actions.kiosk_in_reach(actor.regions_for(MANAGE), key)
            actions.sign_off(kiosk, by=actor, now=utc_now())
        flash(_("The kiosk is signed off. It takes no ratings any more."), "done")
    return redirect(url_for("ratings.kiosks"), 303)


def _windows(actor: Actor, now: datetime) -> list[tuple[str, str]]:
    found = windows_to_serve(actor, MANAGE, home_day(now))
    return [
        (str(window.id), f"{hall.name_zh} {window.code} {window.zone}".strip())
        for window, hall in found
    ]


def _page(
    actor: Actor, form: NewKioskForm, now: datetime, shown: tuple[str, str] | None = None
) -> str:
    settings: Settings = current_app.extensions["settings"]
    end_read()
    try:
        page = kiosks_page(
            actor, read_place(request.args.get("after"), request.args.get("before")), now=now
        )
    except Invalid as error:
        form.form_errors.append(error.message)
        page = kiosks_page(actor, read_place(None, None), now=now)
    return render_template(
        "ratings/kiosks.html", form=form, page=page, shown=shown, base_url=settings.base_url
    )
