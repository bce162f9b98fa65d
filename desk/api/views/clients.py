"""Tokens of systems, as administrators see them: asking, confirming, shutting out."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.api import asking
from desk.api.forms import ClientForm, DecideClientForm
from desk.api.labels import SCOPES
from desk.approvals.words import Ballot
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, DeskError, Invalid, NotFound
from desk.kernel.form import DeskForm
from desk.kernel.texts import whole_number
from desk.organisation import directory

blueprint = Blueprint("clients", __name__, url_prefix="/admin/systems")

MANAGE, DECIDE = Permission.SYSTEMS_MANAGE, Permission.CHANGES_DECIDE
BALLOTS = {"grant": Ballot.GRANT, "refuse": Ballot.REFUSE}
USUAL_LIFE = timedelta(days=365)
ENDS_SOON = timedelta(days=30)


@blueprint.get("/")
@requires(MANAGE)
def systems() -> ResponseReturnValue:
    """List tokens and what waits for a second administrator; no token is shown again."""
    return _page()


def _page(form: DecideClientForm | None = None, at: str = "") -> str:
    actor, now = current_actor(), utc_now()
    waiting, refused = asking.pending(actor), asking.refused(actor, now=now)
    named = [row.asked_by for row in waiting] + [word.user_id for _row, word in refused]
    return render_template(
        "administration/systems.html",
        clients=asking.clients(actor),
        waiting=[(row, asking.wish_in(row.payload)) for row in waiting],
        refused=[(asking.wish_in(row.payload), word) for row, word in refused],
        names=names_of(named),
        form=form or DecideClientForm(formdata=None),
        at=at,
        scopes=SCOPES,
        now=now,
        soon=now + ENDS_SOON,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_system() -> ResponseReturnValue:
    """Ask that a system may come in."""
    actor, now, form = current_actor(), utc_now(), ClientForm()
    regions = directory.regions_of(actor, MANAGE)
    english = str(get_locale()) == "en"
    form.region.choices = [(r.code, r.name_en if english else r.name_zh) for r in regions]
    homes = [region for region in regions if region.is_home] or list(regions)
    today = homes[0].local_day(now)
    if request.method == "GET":
        form.region.data = homes[0].code
        form.last_on.show(today + USUAL_LIFE)
        return _new(form)
    if not form.validate_on_submit():
        return _new(form), 422
    end_read()
    try:
        with transaction():
            (region,) = [
                region
                for region in directory.regions_of(actor, MANAGE)
                if region.code == form.region.data
            ]
            asking.ask_for(region, form.wish(today), str(form.reason.data), by=actor, now=utc_now())
    except Invalid as error:
        end_read()
        form.blame(error)
        return _new(form), 422
    flash(_("Asked. Another administrator confirms it and gets the token."), "done")
    return redirect(url_for("clients.systems"), 303)


def _new(form: ClientForm) -> str:
    return render_template(
        "administration/edit.html",
        form=form,
        theirs=(),
        nav_active="systems",
        heading=_("Let a system in"),
        back=(_("Systems"), url_for("clients.systems")),
        button_text=_("Ask for it"),
    )


def _key(text: str) -> tuple[int, UUID]:
    region, _dash, rest = text.partition("-")
    number = whole_number(region)
    try:
        if number is not None:
            return number, UUID(rest)
    except ValueError:
        pass
    raise NotFound(_l("There is no such entry, or it is not yours to see."))


@blueprint.post("/requests/<text>")
@requires(DECIDE)
def decide(text: str) -> ResponseReturnValue:
    """Confirm or refuse; the answer to a confirmation shows the token, this once."""
    actor, form, (region_id, key) = current_actor(), DecideClientForm(), _key(text)
    ballot = BALLOTS.get(str(form.ballot.data))
    if not form.validate_on_submit() or ballot is None:
        if ballot is None:
            form.form_errors.append(_("Confirm it or refuse it."))
        return _page(form, text), 422
    end_read()
    try:
        with transaction():
            made = asking.decide(
                region_id, key, ballot, str(form.reason.data or ""), by=actor, now=utc_now()
            )
            token = made[1] if made else ""
            name = made[0].name if made else ""
    except NotFound:
        raise
    except DeskError as error:
        end_read()
        if isinstance(error, Invalid):
            form.blame(error)
            return _page(form, text), 422
        form.form_errors.append(error.message)
        return _page(form, text), 409 if isinstance(error, Conflict) else 403
    if not token:
        flash(_("Refused. Whoever asked sees why."), "done")
        return redirect(url_for("clients.systems"), 303)
    page = render_template("administration/system_token.html", token=token, name=name)
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.post("/requests/<text>/withdraw")
@requires(DECIDE)
def withdraw(text: str) -> ResponseReturnValue:
    """Take back what one has asked for."""
    actor, form, (region_id, key) = current_actor(), DeskForm(), _key(text)
    form.must_pass()
    end_read()
    with transaction():
        asking.withdraw(region_id, key, by=actor, now=utc_now())
    flash(_("Taken back."), "done")
    return redirect(url_for("clients.systems"), 303)


@blueprint.post("/<client_id>/shut-out")
@requires(MANAGE)
def shut_out(client_id: str) -> ResponseReturnValue:
    """Shut a system out at once."""
    actor, form, number = current_actor(), DeskForm(), whole_number(client_id)
    if number is None:
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    form.must_pass()
    end_read()
    with transaction():
        asking.shut_out(number, by=actor, now=utc_now())
    flash(_("It is shut out from now on."), "done")
    return redirect(url_for("clients.systems"), 303)
