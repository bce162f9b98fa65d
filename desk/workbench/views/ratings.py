"""What was said of one's own services, and of those of a department, in batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.organisation.codes import names_ever
from desk.organisation.models import Window
from desk.organisation.queries import home_region, home_timetable, names_of_departments
from desk.ratings import seen
from desk.ratings.batches import SMALLEST
from desk.ratings.labels import LEVELS
from desk.ratings.seen import SeenBatch, Whose
from desk.workbench.rated_words import blacked_out
from desk.workbench.views.doors import blueprint
from desk.worktime.periods import Month, month_of


@dataclass(frozen=True, slots=True)
class Line:
    """One rating of a batch as it is shown."""

    level: int
    words: Sequence[str]
    comment: str
    group: str
    counts: bool


@blueprint.get("/ratings")
@requires(Permission.RATINGS_OWN)
def own_ratings() -> ResponseReturnValue:
    """Show whoever looks what was said of the services they gave."""
    return _page(seen.own(current_actor()), "workbench.own_ratings", _("My ratings"))


@blueprint.get("/ratings/unit")
@requires(Permission.RATINGS_UNIT)
def unit_ratings() -> ResponseReturnValue:
    """Show a department what was said of its services, or of how it answered complaints."""
    return _page(
        seen.of_units(current_actor()), "workbench.unit_ratings", _("Ratings of my department")
    )


def _page(whose: Whose, endpoint: str, heading: str) -> str:
    now, lang = utc_now(), str(get_locale())
    today = home_timetable(now).local_day(now)
    month, of_cases = _month(today), request.args.get("of") == "case"
    zone = home_region().time_zone
    found = seen.seen_batches(whose, month, today, zone, of_cases=of_cases)
    opened = _opened(found)
    return render_template(
        "workbench/ratings.html",
        heading=heading,
        endpoint=endpoint,
        month=month,
        today=today,
        of="case" if of_cases else None,
        batches=found,
        opened=opened,
        lines=_lines(whose, opened, today, lang, of_cases=of_cases) if opened else (),
        total=_total(found),
        windows=_windows({one.window_id for one in found}),
        departments=names_of_departments({one.department_id for one in found}, lang),
        levels=LEVELS,
        smallest=SMALLEST,
        address=lambda **given: url_for(endpoint, **_kept(month, of_cases), **given),
        is_unit=endpoint == "workbench.unit_ratings",
        may_unit=current_actor().may(Permission.RATINGS_UNIT),
    )


def _kept(month: Month, of_cases: bool) -> dict[str, Any]:
    return {"month": month.text} | ({"of": "case"} if of_cases else {})


def _month(today: date) -> Month:
    month = month_of(request.args.get("month"), today)
    if month is None or month.first > today:
        raise NotFound(_("There are no figures for this month. Choose one from the page."))
    return month


def _opened(found: Sequence[SeenBatch]) -> SeenBatch | None:
    """Find the batch that was asked for; only what has come to be seen can be."""
    wanted = request.args.get("batch", "")
    if not wanted:
        return None
    for one in found:
        if key_of(one) == wanted:
            return one
    raise NotFound(_("There is no such batch of ratings, or it is not to be seen yet."))


def key_of(one: SeenBatch) -> str:
    """Name a batch in an address."""
    return f"{one.department_id}-{one.window_id}-{one.batch.last.isoformat()}"


def _lines(
    whose: Whose, one: SeenBatch, today: date, lang: str, *, of_cases: bool
) -> Sequence[Line]:
    names = names_ever("rating_tags", today, lang)
    return [
        Line(
            row.level,
            [names[tag] for tag in row.tags if tag in names],
            blacked_out(row.comment),
            row.group,
            row.counts,
        )
        for row in seen.ratings_in(whose, one, of_cases=of_cases)
    ]


def _total(found: Sequence[SeenBatch]) -> dict[int, int]:
    return {level: sum(one.levels.get(level, 0) for one in found) for level in LEVELS}


def _windows(keys: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(Window.id, Window.code).where(Window.id.in_(keys)))
    return {key: str(code) for key, code in rows}
