"""The slip of a filing at the counter: printed once, then forgotten."""

import io
from datetime import datetime

import segno
from flask import Response, current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.labels import IDENTITY
from desk.casework.numbers import grouped
from desk.casework.words import IdentityMode
from desk.intake import drafts
from desk.intake.queries import accept_due
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.organisation.queries import home_region
from desk.workbench.views.counter import UNDER_WAY, under_way
from desk.workbench.views.counter_form import EmptyForm
from desk.workbench.views.doors import blueprint


@blueprint.get("/counter/slip")
@requires(Permission.CASE_FILE)
def counter_slip() -> ResponseReturnValue:
    """Show the slip to print: the number, the code for this one time, the proof."""
    actor, now = current_actor(), utc_now()
    found = under_way(actor, now)
    if "number" not in found:
        return redirect(url_for("workbench.counter"), 303)
    return render_template(
        "workbench/counter_slip.html",
        form=EmptyForm(),
        number=found["number"],
        code=grouped(found["code"]),
        proof=found["proof"],
        title=found["title"],
        files=found.get("attached") or (),
        identity=IDENTITY[IdentityMode(found["identity_mode"])],
        anonymous=found["identity_mode"] == IdentityMode.ANONYMOUS,
        sent_at=datetime.fromisoformat(found["sent_at"]),
        accept_due=accept_due(home_region().id, found["number"]),
        address=current_app.extensions["settings"].base_url + url_for("intake.track"),
        ledger_address=current_app.extensions["settings"].base_url + url_for("intake.ledger"),
    )


@blueprint.get("/counter/slip/qr.svg")
@requires(Permission.CASE_FILE)
def counter_qr() -> ResponseReturnValue:
    """Draw the address of the case's public page; the code is not in it."""
    number = under_way(current_actor(), utc_now()).get("number")
    path = url_for("intake.case", number=number) if number else url_for("intake.track")
    drawn = io.BytesIO()
    base = current_app.extensions["settings"].base_url
    segno.make(base + path, error="m").save(drawn, kind="svg", scale=4, border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.post("/counter/next")
@requires(Permission.CASE_FILE)
def counter_next() -> ResponseReturnValue:
    """Forget the slip, or what was under way, and begin with the next person."""
    form = EmptyForm()
    if not form.validate_on_submit():
        return redirect(url_for("workbench.counter_slip"), 303)
    token = session.pop(UNDER_WAY, None)
    if token:
        with transaction():
            drafts.discard(token, now=utc_now())
    return redirect(url_for("workbench.counter"), 303)
