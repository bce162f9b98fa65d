"""One item for everybody: its promise, what was measured of it, and what it promised before."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from desk.access.doors import public
from desk.board.items import measured_of
from desk.board.views.doors import Seen, blueprint, cached
from desk.catalogue import queries
from desk.catalogue.entry import working_sevenths
from desk.catalogue.labels import facts_of, limit_parts, limit_words, visits_parts, visits_words
from desk.catalogue.models import DayUnit, ItemVersion
from desk.catalogue.reading import CODE, LONGEST
from desk.kernel.errors import NotFound
from desk.kernel.texts import whole_number
from desk.publishing import labels as told_labels
from desk.publishing.queries import published_about
from desk.ratings.labels import LEVELS

NO_ITEM = _l("There is no item with this code. Search for its name instead.")
NO_VERSION = _l("This item was never described in such a version. Look at the present one.")


@blueprint.get("/items/<code>")
@public
def item(code: str) -> ResponseReturnValue:
    """Show one item as it holds, or one of its versions as it held."""
    seen = Seen()
    if len(code) > LONGEST["code"] or not CODE.fullmatch(code):
        raise NotFound(NO_ITEM)
    view = queries.item_of(seen.region.id, code, on=seen.today)
    versions = queries.versions_of(view.item.id)
    version = _version(versions, view.version)
    page = render_template(
        "board/item.html",
        view=view,
        version=version,
        is_old=version.id != view.version.id,
        versions=versions,
        saved=_saved(version),
        facts=facts_of(version),
        ended=view.item.active_to is not None and view.item.active_to < seen.today,
        measured=measured_of(view.item, seen.last_over),
        told=published_about(seen.regions, view.item.id),
        told_labels=told_labels,
        levels=LEVELS,
        today=seen.today,
        limit_parts=limit_parts,
        limit_words=limit_words,
        visits_parts=visits_parts,
        visits_words=visits_words,
    )
    return cached(make_response(page))


def _version(versions: list[ItemVersion], present: ItemVersion) -> ItemVersion:
    """Find the version of the address; without one it is the one that holds."""
    given = request.args.get("version")
    if not given:
        return present
    number = whole_number(given)
    found = next((one for one in versions if one.version == number), None)
    if found is None:
        raise NotFound(NO_VERSION)
    return found


def _saved(version: ItemVersion) -> float | None:
    """Say how much shorter than the law the promise is, where both are known."""
    if not version.legal_n or version.promised_n is None:
        return None
    legal = working_sevenths(version.legal_n, version.legal_unit or DayUnit.WORKING_DAY)
    promised = working_sevenths(version.promised_n, version.promised_unit or DayUnit.WORKING_DAY)
    return (legal - promised) / legal
