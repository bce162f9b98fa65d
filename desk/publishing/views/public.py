"""What everybody may read: the list of what was published, and one of them."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import public
from desk.kernel.errors import NotFound
from desk.kernel.paging import read_cursor
from desk.publishing import labels, queries
from desk.publishing.views.doors import blueprint, places_of, regions
from desk.publishing.words import PublicationKind


@blueprint.get("/published")
@public
def published() -> ResponseReturnValue:
    """List what was published, the newest first, of one kind or all."""
    given = request.args.get("kind", "")
    try:
        kind = PublicationKind(given) if given else None
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error
    page = queries.published(regions(), read_cursor(request.args.get("at")), kind=kind)
    items, departments = places_of(page.rows)
    return render_template(
        "publishing/published.html",
        page=page,
        kind=kind,
        kinds=PublicationKind,
        labels=labels,
        items=items,
        departments=departments,
    )


@blueprint.get("/published/<uuid:key>")
@public
def publication(key: UUID) -> ResponseReturnValue:
    """Show one publication."""
    one = queries.published_one(regions(), key)
    items, departments = places_of([one])
    return render_template(
        "publishing/publication.html", one=one, labels=labels, items=items, departments=departments
    )
