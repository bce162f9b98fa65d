"""The list behind each number."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.labels import STAFF_STATUS
from desk.insight import dashboard, listing, offered, queries
from desk.insight.labels import SUMS, measure_name
from desk.insight.summing import Kind, kind_of, sums_of, tag_measures
from desk.insight.views.doors import Asked, asked, blueprint, whole
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.kernel.paging import read_cursor
from desk.organisation.queries import home_timetable
from desk.ratings.labels import LEVELS
from desk.ratings.models import Rating
from desk.ratings.queries import page_of_events, page_of_ratings, ratings_where
from desk.ratings.scoring import TAG


@blueprint.get("/supervision/facts")
@requires(Permission.FIGURES_SEE)
def facts() -> ResponseReturnValue:
    """List what one number counts."""
    found = asked(settled=False)
    lang = str(get_locale())
    measure = request.args.get("what", "filed")
    name = measure_name(measure, found.today, lang)
    if name is None or kind_of(measure) is Kind.SUM:
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
    """List the ratings that a number counts, or the bad ones with a tag: then the tags count."""
    found = asked(settled=False)
    lang = str(get_locale())
    first, end = _bounds(found)
    level, tag = whole(request.args.get("level")), request.args.get("tag")
    of_cases = request.args.get("of") == "case"
    if tag and measure_name(TAG + tag, found.today, lang) is None:
        raise NotFound(_("There is no such figure. Choose one from the overview."))
    statement = ratings_where(
        found.scope.region_ids,
        first=first,
        last=end,
        level=level,
        tag=tag,
        of_cases=of_cases,
        known=found.scope.known_at,
        narrowed=found.scope.to_item,
    )
    page = page_of_ratings(statement, read_cursor(request.args.get("at")))
    measures = _measures(found, level, tag, of_cases=of_cases)
    return render_template(
        "insight/ratings.html",
        page=page,
        total=sums_of(found.scope, measures, reader=current_actor()).total(),
        asked=found,
        scope=found.scope,
        chosen=found.chosen,
        level=level,
        tag=tag,
        tag_names={code: measure_name(TAG + code, found.today, lang) for code in _codes(page.rows)},
        of="case" if of_cases else None,
        names=queries.item_names({r.item_id for r in page.rows if r.item_id}, lang),
        departments=queries.department_names(lang),
        levels=LEVELS,
    )


def _measures(found: Asked, level: int | None, tag: str | None, *, of_cases: bool) -> list[str]:
    """Name the sums whose rows the list shows."""
    if tag is not None:
        return [TAG + tag] if tag else tag_measures(found.today)
    room = "case_rating" if of_cases else "rating"
    return [f"{room}.level.{n}" for n in LEVELS if level in {None, n}]


def _codes(rows: Sequence[Rating]) -> set[str]:
    return {code for row in rows for code in row.tags}


@blueprint.get("/supervision/occasions")
@requires(Permission.RATINGS_SEE)
def occasions() -> ResponseReturnValue:
    """List the service occasions that a number counts; who was served is not told."""
    found = asked(settled=False)
    lang = str(get_locale())
    rows, following = page_of_events(
        found.scope.region_ids,
        first=found.scope.first,
        last=found.scope.last,
        known=found.scope.known_at,
        narrowed=found.scope.to_item,
        after=listing.read_event_key(request.args.get("at")),
    )
    return render_template(
        "insight/occasions.html",
        rows=rows,
        next=listing.write_event_key(following),
        total=sums_of(found.scope, ["event"], reader=current_actor()).total(),
        asked=found,
        scope=found.scope,
        chosen=found.chosen,
        names=queries.item_names({r.item_id for r in rows if r.item_id}, lang),
        departments=queries.department_names(lang),
        windows=queries.window_names({r.window_id for r in rows if r.window_id}),
    )


@blueprint.get("/supervision/items")
@requires(Permission.FIGURES_SEE)
def items() -> ResponseReturnValue:
    """List the items of the catalogue that a number counts."""
    found = asked(settled=False)
    lang = str(get_locale())
    measure = request.args.get("what", "item.offered")
    if measure not in offered.SUMS:
        raise NotFound(_("There is no such figure. Choose one from the overview."))
    rows, following = offered.items_behind(
        found.scope, measure, after=whole(request.args.get("at"))
    )
    return render_template(
        "insight/items.html",
        rows=rows,
        next=following,
        measure=measure,
        name=SUMS[measure],
        total=offered.sums_of_items(found.scope)[measure],
        weighs=measure in offered.WEIGHED,
        asked=found,
        scope=found.scope,
        chosen=found.chosen,
        lang=lang,
        departments=queries.department_names(lang),
    )


def _bounds(found: Asked) -> tuple[datetime, datetime]:
    zone = ZoneInfo(found.region.time_zone)
    first = datetime.combine(found.scope.first, time(), zone)
    return first, datetime.combine(found.scope.last + timedelta(days=1), time(), zone)
