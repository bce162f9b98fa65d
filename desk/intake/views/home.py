"""The first page and the few that explain the desk."""

from collections.abc import Mapping

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
FEWEST_OTHERWISE = 5


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """Show the doors; the figures of the last whole month once there are enough to publish."""
    try:
        place = here()
    except NotFound:
        return render_template("intake/home.html", hall=None, month=None, figures=[])
    month, counts = queries.month_before(place.region.id, place.today)
    figures = figures_of(counts) if min(counts.values()) >= FEWEST else []
    return render_template("intake/home.html", hall=place.hall, month=month, figures=figures)


def figures_of(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Name what is shown of a month: a label, how many, and what it is to be held against.

    Where fewer than five went otherwise, the number that would give them away stays out, as on
    the board. How many were solved stands only there: the board says of how many.
    """
    filed, answered = counts["case.filed"], counts["case.replied"]
    in_time = counts["case.replied_in_time"]
    figures = [
        (_("Complaints filed"), filed, ""),
        (_("Complaints answered"), answered, _("some of them filed in the month before")),
    ]
    if answered - in_time >= FEWEST_OTHERWISE:
        label = _("Answered by the promised date")
        figures.append((label, in_time, _("of %(num)s answered", num=answered)))
    return figures


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
