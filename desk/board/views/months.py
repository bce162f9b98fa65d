"""The month, the year, and what changed."""

from datetime import date
from typing import Any

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from desk.access.doors import public
from desk.board import files, queries
from desk.board.book import RANKED_FROM, SHOWN_FROM, top
from desk.board.queries import Board
from desk.board.revisions import revisions_of
from desk.board.suppression import LEAST
from desk.board.views.doors import FIRST_YEAR, Seen, blueprint, cached, ledger, months_over
from desk.catalogue.naming import names_of_items
from desk.catalogue.queries import figures as catalogue_figures
from desk.organisation.codes import names_ever
from desk.organisation.queries import names_of_departments
from desk.publishing import labels as told_labels
from desk.publishing.queries import count_between, published
from desk.publishing.words import PublicationKind
from desk.ratings.labels import LEVELS

REASONS_SHOWN = 5


@blueprint.get("/board")
@public
def month() -> ResponseReturnValue:
    """Show a month: its figures, and what was published."""
    seen = Seen()
    found = seen.board()
    back = found.month
    for _n in range(queries.MONTHS - 1):
        back = back.before()
    stories = _stories(seen)
    page = render_template(
        "board/month.html",
        board=found,
        seen=seen,
        months=queries.months_of(seen.regions, back, found.month),
        levels=LEVELS,
        reasons=_reasons(found, seen),
        catalogue=catalogue_figures(seen.region.id, on=seen.today),
        stories=stories,
        items=names_of_items({s.item_id for s in stories if s.item_id}, seen.lang, on=seen.today),
        departments=names_of_departments(
            {s.department_id for s in stories if s.department_id}, str(get_locale())
        ),
        told=count_between(seen.regions, found.month.first, found.month.last),
        kinds=PublicationKind,
        labels=told_labels,
        least=LEAST,
        ledger=ledger(seen.region.id),
    )
    return cached(make_response(page))


def _stories(seen: Seen) -> list[Any]:
    """Give what went wrong and what went well, one of each, the newest; both at the same size."""
    found: list[Any] = []
    for kind in (PublicationKind.CASE, PublicationKind.PRAISE):
        found += published(seen.regions, None, kind=kind, size=1).rows
    return found


def _reasons(found: Board, seen: Seen) -> tuple[list[tuple[str, int]], int, int] | None:
    """Name the most frequent reasons; None where they may not be shown."""
    if not found.reasons or found.reasons.get("all") is None:
        return None
    names = names_ever("reasons", seen.until, str(get_locale()))
    shown, others, rest = top(found.reasons, REASONS_SHOWN)
    return [(names.get(code, code), n) for code, n in shown], others, rest


@blueprint.get("/board/years/<int:year>")
@public
def year(year: int) -> ResponseReturnValue:
    """Show a year: its closed months, and its departments."""
    seen = Seen()
    months = months_over(seen, year)
    page = render_template(
        "board/year.html",
        year=year,
        seen=seen,
        months=queries.months_of(seen.regions, months[0], months[-1]),
        units=queries.year_of(seen.regions, months, seen.lang),
        least=LEAST,
        earlier=year - 1 if year - 1 >= FIRST_YEAR else None,
        later=year + 1 if date(year + 1, 1, 31) <= seen.until else None,
    )
    return cached(make_response(page))


@blueprint.get("/board/changes")
@public
def changes() -> ResponseReturnValue:
    """Say how the board and its files changed, and what every column means."""
    seen = Seen()
    page = render_template(
        "board/changes.html",
        revisions=revisions_of(seen.region.id),
        changes=files.CHANGES,
        least=LEAST,
        shown_from=SHOWN_FROM,
        ranked_from=RANKED_FROM,
    )
    return cached(make_response(page))
