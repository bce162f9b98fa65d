"""Opening a case by number and code, and how long it stays open in a browser."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor, complainant_of
from desk.access.doors import public
from desk.casework.models import Case
from desk.casework.numbers import parse_case_number
from desk.casework.queries.access import opened_by
from desk.intake.forms import EmptyForm, TrackForm
from desk.intake.views.doors import TRACK, WRONG, address_key, blueprint, throttle
from desk.intake.views.sending import FILED
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound, TooMany
from desk.kernel.vault import hashes

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=2)
OPENED = "case"


@blueprint.route("/complaints/track", methods=["GET", "POST"])
@public
def track() -> ResponseReturnValue:
    form = TrackForm()
    if request.method == "GET":
        asked = request.args.get("number", "")[:40] or str(session.pop(FILED, ""))
        form.number.data = parse_case_number(asked) or ""
        return door(form)
    if not form.validate_on_submit():
        return door(form, 422)
    try:
        case = _open(str(form.number.data), str(form.code.data))
    except TooMany as error:
        form.form_errors.append(error.message)
        return *door(form, 429), {"Retry-After": str(error.retry_after)}
    if case is None:
        form.form_errors.append(_("Number and code do not fit together. Check both and try again."))
        return door(form, 422)
    return redirect(url_for("intake.case", number=case.number), 303)


def door(form: TrackForm, status: int = 200, *, kept: str = "") -> tuple[str, int]:
    """Show the page that asks for number and code, with a text that was written, if any."""
    return render_template("intake/track.html", form=form, kept=kept), status


def _open(number: str, code: str) -> Case | None:
    """Open a case for this browser; wrong tries count per number, known or not."""
    now = utc_now()
    sentence = _("This was tried too often. Wait a little, then try again.")
    throttle().hit(TRACK, address_key(now), sentence)
    key = hashes().index("track", parse_case_number(number) or number).hex()
    throttle().check(WRONG, key, sentence)
    case = opened_by(number, code)
    if case is None:
        throttle().count(WRONG, key)
        return None
    session.clear()
    session[OPENED] = {
        "region": case.region_id,
        "id": case.id.hex,
        "number": case.number,
        "since": now.isoformat(),
        "seen": now.isoformat(),
    }
    return case


def actor_for(number: str) -> Actor | None:
    """Tell who has this case open in this browser; None when nobody, or for too long."""
    kept = session.get(OPENED)
    if not isinstance(kept, dict) or kept.get("number") != number:
        return None
    now = utc_now()
    since, seen = (datetime.fromisoformat(kept[name]) for name in ("since", "seen"))
    if now - seen > IDLE or now - since > ABSOLUTE:
        session.pop(OPENED, None)
        return None
    session[OPENED] = {**kept, "seen": now.isoformat()}
    return complainant_of(int(kept["region"]), UUID(kept["id"]))


@blueprint.post("/complaints/<number>/leave")
@public
def leave(number: str) -> ResponseReturnValue:  # noqa: ARG001 - the address names it
    """Close the case for this browser, for phones that others use as well."""
    if EmptyForm().validate_on_submit():
        session.pop(OPENED, None)
        flash(_("The case is closed for this browser."), "done")
        return redirect(url_for("intake.track"), 303)
    raise NotFound(_("Nothing was sent. Go back and use the button."))
