"""The cards of a month: who got how many, which ones, and the bulletin that names the red ones."""

from dataclasses import dataclass, replace

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework import labels as case_labels
from desk.casework.ladder import CARDS, SEVERITY, Level
from desk.kernel.errors import NotFound
from desk.kernel.paging import read_cursor
from desk.organisation.codes import names_ever
from desk.supervision import labels, queries
from desk.supervision.queries import Standing, Wanted
from desk.supervision.reports.numbers import numbers_of
from desk.supervision.reports.papers import headlines
from desk.supervision.views.doors import Period, Units, blueprint, id_of, period

LEVELS = tuple(sorted(CARDS, key=SEVERITY.__getitem__))


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with the cards in force it got in the month."""

    department_id: int
    hall_id: int
    name: str
    counts: dict[Level, int]


@blueprint.get("/cards")
@requires(Permission.CARDS_SEE)
def cards() -> ResponseReturnValue:
    """List the cards of a month that somebody may see, narrowed as the address says."""
    actor, of = current_actor(), period()
    wanted = _wanted(of)
    page = queries.cards(actor, wanted, read_cursor(request.args.get("at")))
    waiting = queries.to_decide(actor)
    units, names = _units(of, [(row.department_id, row.hall_id) for row in [*page.rows, *waiting]])
    return render_template(
        "supervision/cards.html",
        month=of.month,
        today=of.today,
        page=page,
        waiting=waiting,
        units=units,
        unit_name=names.name,
        wanted=wanted,
        chosen=_chosen(wanted),
        levels=LEVELS,
        labels=labels,
        step_names=case_labels.STEP,
        standings=Standing,
    )


@blueprint.get("/cards/bulletin")
@requires(Permission.CARDS_SEE)
def bulletin() -> ResponseReturnValue:
    """Give the bulletin of a month to print: counts for each unit, and every red card by name."""
    of, actor = period(), current_actor()
    numbers = None
    if actor.may(Permission.REPORTS_MAKE):
        numbers = numbers_of(actor, of.month, since=of.since, until=of.until)
    reasons = names_ever("reasons", of.today, str(get_locale()))
    red = queries.red_cards(current_actor(), Wanted(since=of.since, until=of.until))
    units, names = _units(of, [(row.department_id, row.hall_id) for row in red])
    return render_template(
        "supervision/bulletin.html",
        month=of.month,
        numbers=numbers,
        headlines=headlines(numbers) if numbers else (),
        reasons=reasons,
        units=units,
        red=red,
        most=queries.MOST,
        unit_name=names.name,
        levels=LEVELS,
        labels=labels,
        step_names=case_labels.STEP,
    )


def _units(of: Period, named: list[tuple[int, int]]) -> tuple[list[UnitRow], Units]:
    """Count the cards of each unit, the one with the most red ones first; name all units met."""
    counted = queries.counts(current_actor(), Wanted(since=of.since, until=of.until))
    names = Units([*counted, *named])
    rows = [UnitRow(*unit, names.name(*unit), n) for unit, n in counted.items()]
    worst = tuple(reversed(LEVELS))
    return sorted(rows, key=lambda row: ([-row.counts.get(v, 0) for v in worst], row.name)), names


def _wanted(of: Period) -> Wanted:
    """Read what the list is narrowed to; what is no choice of the page raises NotFound."""
    wanted = Wanted(since=of.since, until=of.until)
    level, standing = request.args.get("level", ""), request.args.get("standing", "")
    try:
        if level:
            wanted = replace(wanted, level=Level(level))
        if standing:
            wanted = replace(wanted, standing=Standing(standing))
    except ValueError as error:
        raise NotFound(_("There is no such list of cards. Choose one from the page.")) from error
    if "department" in request.args or "hall" in request.args:
        wanted = replace(wanted, department_id=id_of("department"), hall_id=id_of("hall"))
    return wanted


def _chosen(wanted: Wanted) -> dict[str, str]:
    """Write the choices for the address of another page of the list."""
    found: dict[str, str] = {}
    if wanted.level:
        found["level"] = wanted.level.value
    if wanted.standing:
        found["standing"] = wanted.standing.value
    if wanted.department_id is not None:
        found["department"] = str(wanted.department_id)
        found["hall"] = str(wanted.hall_id or 0)
    return found
