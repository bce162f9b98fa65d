"""The board as files: JSON with its schema, and CSV."""

from flask import jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import public
from desk.board import files, queries
from desk.board.book import RANKED_FROM, SHOWN_FROM, Told
from desk.board.suppression import LEAST
from desk.board.views.doors import Seen, blueprint, cached, ledger, months_over
from desk.kernel.errors import NotFound
from desk.publishing.queries import count_between


@blueprint.get("/board.json")
@public
def as_json() -> ResponseReturnValue:
    """Give a month as JSON; `/board/schema.json` describes it."""
    seen = Seen()
    found = seen.board()
    told = count_between(seen.regions, found.month.first, found.month.last)
    return cached(
        jsonify(
            format=files.FORMAT,
            region=seen.region.code,
            month=found.month.text,
            until=found.until.isoformat(),
            over=found.is_over,
            counts=found.counts,
            whole={
                "answered": _plain(found.answered),
                "solved": _plain(found.solved),
                "rated": _plain(found.rated),
            },
            levels=found.levels,
            figures={
                key: {
                    "name": str(one.indicator.name),
                    "definition": str(one.indicator.formula),
                    "unit": one.indicator.unit.value,
                    "denominator": int(one.den),
                    "value": one.value,
                }
                for key, one in found.figures.items()
            },
            departments=[
                {
                    "code": unit.code,
                    "name": unit.name,
                    "answered": _plain(unit.answered),
                    "solved": _plain(unit.solved),
                    "rated": _plain(unit.rated),
                }
                for unit in found.units
            ],
            reasons=found.reasons,
            improvements_done=found.improvements,
            published={kind.value: n for kind, n in told.items()},
            rules={
                "hidden_below": SHOWN_FROM,
                "no_cell_below": LEAST,
                "not_ranked_below": RANKED_FROM,
            },
            ledger=ledger(seen.region.id),
        )
    )


def _plain(told: Told) -> dict[str, object]:
    return {"n": told.n, "share": told.share, "few": told.few}


@blueprint.get("/board.csv")
@public
def as_csv() -> ResponseReturnValue:
    """Give a month as CSV, or a year where the address names one."""
    seen = Seen()
    given = request.args.get("year", "")
    if given:
        if not given.isascii() or not given.isdigit() or len(given) != 4:
            raise NotFound(_("There are no figures for this year. Choose one from the page."))
        months = months_over(seen, int(given))
        rows = files.rows_of_year(
            int(given),
            queries.months_of(seen.regions, months[0], months[-1]),
            queries.year_of(seen.regions, months, seen.lang),
        )
        name = given
    else:
        found = seen.board()
        rows, name = files.rows_of(found), found.month.text
    answer = make_response(files.as_csv(rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="board-{name}.csv"'
    return cached(answer)


@blueprint.get("/board/schema.json")
@public
def schema() -> ResponseReturnValue:
    """Describe the JSON of the board."""
    return cached(jsonify(files.schema()))
