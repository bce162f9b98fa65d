"""One figure: what it is made of, by department, over a year, and what was revised."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.insight import frozen, queries, summing
from desk.insight.charts import Series, chart
from desk.insight.dashboard import added_by_month
from desk.insight.indicators import (
    BY_KEY,
    RANKED_FROM,
    SHOWN_FROM,
    Figure,
    Indicator,
    Unit,
    figures,
    measures_of,
    wilson_lower,
)
from desk.insight.labels import SUMS, measure_name
from desk.insight.models import UnitKind
from desk.insight.offered import ITEMS
from desk.insight.scope import Scope, months_until
from desk.insight.summing import TAGS
from desk.insight.views.behind import list_behind, tag_of
from desk.insight.views.doors import asked, blueprint
from desk.kernel.errors import NotFound
from desk.ratings.labels import LEVELS
from desk.worktime.periods import Month

MONTHS = 12


@blueprint.get("/supervision/figures/<key>")
@requires(Permission.FIGURES_SEE)
def figure(key: str) -> ResponseReturnValue:
    """Show one figure with everything behind it."""
    indicator = BY_KEY.get(key)
    if indicator is None:
        raise NotFound(_("There is no such figure. Choose one from the overview."))
    found, reader, lang = asked(), current_actor(), str(get_locale())
    measures = measures_of([indicator])
    totals = summing.totals_of(found.scope, measures, reader=reader)
    units = summing.by_unit(found.scope, [indicator], "department_id", reader=reader)
    months = months_until(found.month, MONTHS)
    past = _past(found.scope, months, indicator)
    times = 100 if indicator.unit is Unit.SHARE else 1
    values = [None if one.value is None else one.value * times for one in past]
    department = found.scope.department_id
    return render_template(
        "insight/figure.html",
        asked=found,
        chosen=found.chosen,
        scope=found.scope,
        indicator=indicator,
        found=summing.figures_of(found.scope, [indicator], reader=reader)[key],
        parts=[BY_KEY[part] for part in indicator.mix],
        measures=[
            (
                _name(m, found.today, lang),
                _tag(m, totals, found.today, lang),
                totals.get(m, 0),
                list_behind(m, totals, found.chosen),
            )
            for m in measures
        ],
        rows=sorted(
            ((unit, values[key]) for unit, values in units.items() if unit and values[key].den),
            key=lambda row: (-row[1].den, row[0]),
        ),
        departments=queries.department_names(lang),
        bound=wilson_lower,
        shown_from=SHOWN_FROM,
        ranked_from=RANKED_FROM,
        months=months,
        past=past,
        drawn=chart(
            [f"{month.first:%y-%m}" for month in months],
            [Series(str(indicator.name), values)],
            zero=False,
        ),
        revisions=frozen.revisions(
            found.region.id,
            key,
            unit_kind=UnitKind.DEPARTMENT if department else UnitKind.REGION,
            unit_id=department or found.region.id,
        ),
        levels=LEVELS,
        known_at=found.scope.known_at or frozen.known_at(found.scope.region_ids),
    )


def _past(scope: Scope, months: Sequence[Month], indicator: Indicator) -> list[Figure]:
    """Work the figure out for each month: from one addition, but for catalogue and tags."""
    reader, measures = current_actor(), measures_of([indicator])
    if any(measure.startswith((ITEMS, TAGS)) for measure in measures):
        return [
            summing.figures_of(scope.month(month), [indicator], reader=reader)[indicator.key]
            for month in months
        ]
    sums = added_by_month(scope, months, measures, reader=reader)
    return [figures([indicator], sums[month.first])[indicator.key] for month in months]


def _name(measure: str, today: date, lang: str) -> str:
    if measure.startswith("rating.level."):
        return str(LEVELS[int(measure[-1])])
    if measure in SUMS:
        return str(SUMS[measure])
    return measure_name(measure, today, lang) or measure


def _tag(measure: str, totals: Mapping[str, int], today: date, lang: str) -> str | None:
    """Name the tag that is the one chosen most often, or second or third."""
    tag = tag_of(measure, totals)
    return measure_name(TAGS + tag, today, lang) if tag else None
