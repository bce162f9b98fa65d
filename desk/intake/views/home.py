"""The first page and the few that explain the desk."""

from flask import render_template
from flask.typing import ResponseReturnValue

from desk.access.doors import public
from desk.intake.views.doors import blueprint
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.organisation.queries import halls_of, home_region


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    try:
        halls = halls_of(home_region().id, utc_now().date())
    except NotFound:
        halls = []
    return render_template("intake/home.html", hall=halls[0] if halls else None)


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("intake/privacy.html")


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("intake/accessibility.html")
