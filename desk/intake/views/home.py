"""The first page and the few that explain the desk."""

from babel.dates import get_day_names
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import public
from desk.intake import queries
from desk.intake.views.doors import blueprint, here
from desk.kernel.errors import NotFound
from desk.organisation.queries import halls_of

FEWEST = 10


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Show the doors; the figures of the last whole month once there are enough to publish."""
    try:
        place = here()
    except NotFound:
        return render_template("intake/home.html", hall=None, month=None, figures=[])
    month, counts = queries.month_before(place.region.id, place.today)
    labels = {
        "case.filed": _("Complaints filed"),
        "case.replied": _("Complaints answered"),
        "case.replied_in_time": _("Answered by the promised date"),
        "case.result.solved": _("Solved, as said by those who complained"),
    }
    figures = [(labels[measure], n) for measure, n in counts.items()]
    shown = figures if min(counts.values()) >= FEWEST else []
    return render_template("intake/home.html", hall=place.hall, month=month, figures=shown)


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("intake/privacy.html")


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("intake/accessibility.html")


@blueprint.get("/contact")
@public
def contact() -> ResponseReturnValue:
    """Say where the halls are and when they are open."""
    place = here()
    days = get_day_names("wide", locale=get_locale())
    return render_template(
        "intake/contact.html",
        halls=halls_of(place.region.id, place.today),
        weekdays=[days[number] for number in range(7)],
    )
