"""The list behind each number."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.labels import STAFF_STATUS
from desk.insight import dashboard, listing, queries
from desk.insight.labels import measure_name
from desk.insight.summing import sums_of
from desk.insight.views.doors import Asked, asked, blueprint, whole
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.kernel.paging import read_cursor
from desk.organisation.queries import home_timetable
from desk.ratings.labels import LEVELS
from desk.ratings.queries import page_of_ratings, ratings_where


@blueprint.get("/supervision/facts")
@requires(Permission.FIGURES_SEE)
def facts() -> ResponseReturnValue:
    """List what one number counts."""
    found = asked(settled=False)
    lang = str(get_locale())
    measure = request.args.get("what", "filed")
    name = measure_name(measure, found.today, lang)
    if name is None:
        raise NotFound(_("There is no such figure. Choose one from the overview."))
    when = request.args.get("when", "")
    scope = found.scope
    if when == "late":
        scope = dashboard.late(scope)
    elif when == "soon":
        scope = dashboard.soon(scope, home_timetable(utc_now()).calendar)
    reader = current_actor()
    rows, following = listing.facts_behind(
        scope, measure, reader=reader, after=listing.read_key(request.args.get("at"))
    )
    return render_template(
        "insight/facts.html",
        asked=found,
        chosen=found.chosen,
        scope=scope,
        measure=measure,
        name=name,
        when=when if when in {"late", "soon"} else None,
        rows=rows,
        total=sums_of(scope, [measure], reader=reader).total(),
        weighs=measure.endswith(".sum"),
        next=listing.write_key(following),
        departments=queries.department_names(lang),
        status_words=STAFF_STATUS,
    )


@blueprint.get("/supervision/ratings")
@requires(Permission.RATINGS_SEE)
def ratings() -> ResponseReturnValue:
    """List the ratings that a number counts."""
    found = asked(settled=False)
    first, end = _bounds(found)
    level = whole(request.args.get("level"))
    statement = ratings_where(
        found.scope.region_ids,
        first=first,
        last=end,
        level=level,
        department_id=found.scope.department_id,
        item_id=found.scope.item_id,
        of_cases=request.args.get("of") == "case",
    )
    page = page_of_ratings(statement, read_cursor(request.args.get("at")))
    lang = str(get_locale())
    return render_template(
        "insight/ratings.html",
        page=page,
        asked=found,
        scope=found.scope,
        chosen=found.chosen,
        level=level,
        of="case" if request.args.get("of") == "case" else None,
        names=queries.item_names({r.item_id for r in page.rows if r.item_id}, lang),
        departments=queries.department_names(lang),
        levels=LEVELS,
    )


def _bounds(found: Asked) -> tuple[datetime, datetime]:
    zone = ZoneInfo(found.region.time_zone)
    first = datetime.combine(found.scope.first, time(), zone)
    return first, datetime.combine(found.scope.last + timedelta(days=1), time(), zone)
