"""Taking out everything that is held about oneself."""

import json

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import public
from desk.files.names import disposition
from desk.intake.extract import take_extract
from desk.intake.forms import EmptyForm
from desk.intake.views.doors import blueprint, throttle
from desk.intake.views.tracking import actor_for
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.throttle import Limit
from desk.kernel.vault import hashes

EXTRACTS = Limit("extracts", "6/hour")


@blueprint.post("/complaints/<number>/extract")
@public
def extract(number: str) -> ResponseReturnValue:
    """Give everything held about whoever opened the case by number and code, as JSON."""
    actor = actor_for(number)
    if actor is None:
        return redirect(url_for("intake.track", number=number), 303)
    EmptyForm().must_pass()
    throttle().hit(
        EXTRACTS,
        hashes().index("extracts", number).hex(),
        _("This was taken out several times within an hour. Try again later."),
    )
    with transaction():
        found = take_extract(number, by=actor, now=utc_now())
    text = json.dumps(found, ensure_ascii=False, indent=1)
    answer = Response(text, mimetype="application/json")
    name = f"{found['case']['number']}-my-data.json"
    answer.headers["Content-Disposition"] = disposition(name, inline=False)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
