"""The supervisor's overview: what is wrong today, and why."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.labels import CHANNEL, PARTY, STAFF_STATUS
from desk.casework.words import Status
from desk.insight import dashboard, frozen
from desk.insight.charts import Series, chart
from desk.insight.labels import FLOW
from desk.insight.queries import department_names, items_named, region_names
from desk.insight.views.doors import Asked, asked, blueprint, months_to_choose, my_regions
from desk.kernel.clock import utc_now
from desk.organisation.queries import home_timetable
from desk.ratings.labels import LEVELS


@blueprint.get("/supervision/")
@requires(Permission.FIGURES_SEE)
def overview() -> ResponseReturnValue:
    """Send the frame at once; the numbers follow, or come with it where they are asked for."""
    found = asked()
    numbers = _numbers(found) if request.args.get("numbers") == "1" else {}
    return render_template("insight/overview.html", **_frame(found), **numbers)


@blueprint.get("/supervision/numbers")
@requires(Permission.FIGURES_SEE)
def overview_numbers() -> ResponseReturnValue:
    """Send the numbers alone, for the frame that stands already."""
    found = asked()
    return render_template("insight/_numbers.html", **_frame(found), **_numbers(found))


def _frame(found: Asked) -> dict[str, Any]:
    lang = str(get_locale())
    mine = my_regions()
    return {
        "asked": found,
        "scope": found.scope,
        "chosen": found.chosen,
        "region": found.region,
        "months": months_to_choose(found.today),
        "regions": region_names(mine, lang) if len(mine) > 1 else {},
        "departments": department_names(lang),
        "channels": CHANNEL,
        "parties": PARTY,
    }


def _numbers(found: Asked) -> dict[str, Any]:
    lang = str(get_locale())
    table = home_timetable(utc_now())
    board = dashboard.overview(found.scope, table.calendar, reader=current_actor(), lang=lang)
    places = [f"{month.first:%y-%m}" for month in board.months]
    return {
        "board": board,
        "known_at": found.scope.known_at or frozen.known_at(found.scope.region_ids),
        "flow_chart": chart(
            places,
            [Series(str(FLOW[name]), list(map(float, n))) for name, n in board.flow.items()],
            zero=True,
        ),
        "time_chart": chart(places, [_shares(board, "W11")], zero=False),
        "solved_chart": chart(places, [_shares(board, "W7"), _shares(board, "W7b")], zero=False),
        "levels": LEVELS,
        "status_words": {status.value: STAFF_STATUS[status] for status in Status},
        "items": items_named({row.item_id for row in board.items}, lang),
        "flow_names": FLOW,
    }


def _shares(board: dashboard.Overview, key: str) -> Series:
    values = [None if x.exact is None else float(100 * x.exact) for x in board.trends[key]]
    return Series(str(board.cards[key].figure.indicator.name), values)
