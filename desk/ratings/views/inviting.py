"""Asking whoever was just served for a rating: at the kiosk of the window, or by a slip."""

import io
from datetime import datetime
from uuid import UUID

import segno
from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.catalogue.models import ItemVersion
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, NotAllowed, NotFound
from desk.kernel.texts import whole_number
from desk.organisation.models import Hall, Window
from desk.organisation.queries import home_day
from desk.ratings.actions.by_message import send_link
from desk.ratings.actions.counter import Served, slip_for, write_down_service
from desk.ratings.actions.kiosks import ask_at_window
from desk.ratings.forms import InviteForm, PressForm
from desk.ratings.kiosks import kiosks_at, windows_to_serve
from desk.ratings.models import ServiceEvent
from desk.ratings.occasions import event_at, items_at, unrated_at
from desk.ratings.queries import opened_by
from desk.ratings.views.doors import blueprint
from desk.ratings.views.posters import slip_paper
from desk.settings import Settings

INVITE = Permission.RATING_INVITE
WINDOW = "invite_window"
SLIP = "slip"
Reach = tuple[Window, Hall]


@blueprint.route("/desk/invite", methods=["GET", "POST"])
@requires(INVITE)
def invite() -> ResponseReturnValue:
    """Show the occasions of a window that nobody has rated, and a line for one just served."""
    actor, now, form = current_actor(), utc_now(), InviteForm()
    windows = _windows(actor, now)
    chosen = _chosen(windows)
    if chosen is not None:
        form.offer(items_at(chosen[1].region_id, chosen[0].department_id, str(get_locale())))
    if request.method == "GET" or chosen is None:
        return _page(form, windows, chosen, now)
    if not form.validate_on_submit() or not form.has_number():
        return _page(form, windows, chosen, now), 422
    window_id, how = chosen[0].id, str(form.how.data)
    try:
        with transaction():
            window, hall = _reach(actor, window_id, now)
            event = write_down_service(window, hall, _served(form), by=actor, now=now)
            token = _ask(event, how, actor, now)
    except Conflict as error:
        end_read()
        form.form_errors.append(error.message)
        return _page(form, windows, _chosen(_windows(actor, now)), now), 409
    return _onwards(token, how, window_id)


@blueprint.post("/desk/invite/<int:window_id>/<uuid:key>/<any(kiosk, slip, sms):how>")
@requires(INVITE)
def invite_to(window_id: int, key: UUID, how: str) -> ResponseReturnValue:
    """Ask about one of the occasions of the list."""
    actor, now = current_actor(), utc_now()
    if not PressForm().validate_on_submit():
        return redirect(url_for("ratings.invite", window=window_id), 303)
    try:
        with transaction():
            window, hall = _reach(actor, window_id, now)
            event = event_at(hall.region_id, window.id, key)
            if event is None:
                raise NotFound(_("There is no such occasion at this window."))
            token = _ask(event, how, actor, now)
    except Conflict as error:
        flash(error.message, "error")
        return redirect(url_for("ratings.invite", window=window_id), 303)
    return _onwards(token, how, window_id)


@blueprint.get("/desk/invite/slip")
@requires(INVITE)
def invite_slip() -> ResponseReturnValue:
    """Show the slip to print: the link as a code, and its letters beside it."""
    token, opened = _slip()
    return render_template(
        "ratings/slip.html",
        token=token,
        event=opened,
        window=db.session.get(Window, opened.window_id) if opened.window_id else None,
        item=db.session.get(ItemVersion, opened.item_version_id)
        if opened.item_version_id
        else None,
        address=_settings().base_url + url_for("ratings.enter"),
        back=url_for("ratings.invite", window=opened.window_id),
    )


@blueprint.get("/desk/invite/slip.pdf")
@requires(INVITE)
def invite_slip_pdf() -> ResponseReturnValue:
    token, event = _slip()
    return slip_paper(token, event, utc_now())


@blueprint.get("/desk/invite/slip.svg")
@requires(INVITE)
def invite_slip_code() -> ResponseReturnValue:
    token, _event = _slip()
    drawn = io.BytesIO()
    address = _settings().base_url + url_for("ratings.give", token=token)
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def _slip() -> tuple[str, ServiceEvent]:
    """Find the slip made last in this browser; raises NotFound without one."""
    token = session.get(SLIP, "")
    opened = opened_by(token) if token else None
    if opened is None or opened.token.used_at is not None:
        raise NotFound(_("There is no slip to print. Make one from the list of occasions."))
    return token, opened.event


def _served(form: InviteForm) -> Served:
    item = int(form.item.data) if form.item.data else None
    return Served(str(form.number.data), item, form.phone.number or "")


def _ask(event: ServiceEvent, how: str, actor: Actor, now: datetime) -> str | None:
    """Ask in one of the three ways; a slip gives its link."""
    if how == "slip":
        return slip_for(event, by=actor, now=now)
    if how == "sms":
        send_link(event.region_id, event.id, by=actor, now=now)
    else:
        ask_at_window(event, by=actor, now=now)
    return None


def _onwards(token: str | None, how: str, window_id: int) -> ResponseReturnValue:
    if token is not None:
        session[SLIP] = token
        return redirect(url_for("ratings.invite_slip"), 303)
    if how == "sms":
        flash(_("The link goes out by text message within a minute."), "done")
    else:
        flash(_("The kiosk of the window asks now. Leave the rest to the customer."), "done")
    return redirect(url_for("ratings.invite", window=window_id), 303)


def _windows(actor: Actor, now: datetime) -> list[Reach]:
    found = windows_to_serve(actor, INVITE, home_day(now))
    if not found:
        raise NotAllowed(_("No window lies in your reach. Ask your lead to put that right."))
    return found


def _reach(actor: Actor, window_id: int, now: datetime) -> Reach:
    found = next((one for one in _windows(actor, now) if one[0].id == window_id), None)
    if found is None:
        raise NotFound(_("There is no such window, or it is not yours."))
    return found


def _chosen(windows: list[Reach]) -> Reach | None:
    """Find the window named in the address, or the one this browser named last."""
    wanted = whole_number(request.args.get("window", "")) or session.get(WINDOW)
    found = next((one for one in windows if one[0].id == wanted), None)
    if found is None and len(windows) == 1:
        found = windows[0]
    if found is not None:
        session[WINDOW] = found[0].id
    return found


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _page(form: InviteForm, windows: list[Reach], chosen: Reach | None, now: datetime) -> str:
    events, versions, kiosks = [], {}, 0
    if chosen is not None:
        window, hall = chosen
        events = list(unrated_at(hall.region_id, window.id, now=now))
        ids = {event.item_version_id for event in events if event.item_version_id}
        versions = {key: db.session.get(ItemVersion, key) for key in ids}
        kiosks = kiosks_at(hall.region_id, window.id)
        if not kiosks and form.how.data is None:
            form.how.data = "slip"
    return render_template(
        "ratings/invite.html",
        form=form,
        windows=windows,
        chosen=chosen,
        events=events,
        versions=versions,
        kiosks=kiosks,
    )
