"""What is late and about to be, where it lies, and what the next days will bring."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework import labels as case_labels
from desk.casework.ladder import Level
from desk.casework.words import Status
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.kernel.paging import read_cursor
from desk.supervision import labels
from desk.supervision import late as queries
from desk.supervision.late import STANDINGS, Halls, Unit, Wanted
from desk.supervision.lateness import LEVELS
from desk.supervision.views.doors import Units, blueprint, id_of

SHOWN_LEVELS = tuple(reversed(LEVELS))


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit, and how many cases of each level wait for it."""

    department_id: int
    hall_id: int
    name: str
    counts: Mapping[Level, int]


@blueprint.get("/late")
@requires(Permission.LATE_SEE)
def late() -> ResponseReturnValue:
    """Show how much is late, where it lies, and what will be late on the next working days."""
    actor, now = current_actor(), utc_now()
    halls = queries.halls_at(actor, now)
    found = queries.late(actor, halls)
    return render_template(
        "supervision/late.html",
        found=found,
        units=_units(found.units),
        statuses=[(one, found.statuses[one]) for one in STANDINGS if any(
            found.statuses.get(one, Counter()).values())],
        days=sorted(found.days.items()),
        levels=SHOWN_LEVELS,
        labels=labels,
        status_names=case_labels.STAFF_STATUS,
        as_of=now,
    )  # fmt: skip


@blueprint.get("/late/cases")
@requires(Permission.LATE_SEE)
def late_cases() -> ResponseReturnValue:
    """List the cases behind a number of the page, the longest late first."""
    actor, now = current_actor(), utc_now()
    halls = queries.halls_at(actor, now)
    wanted = _wanted(halls)
    page = queries.late_cases(actor, halls, wanted, read_cursor(request.args.get("at")))
    names = Units([row.unit for row in page.rows] + ([wanted.unit] if wanted.unit else []))
    return render_template(
        "supervision/late_cases.html",
        page=page,
        wanted=wanted,
        chosen=_chosen(wanted),
        unit_name=names.name,
        levels=SHOWN_LEVELS,
        standings=STANDINGS,
        labels=labels,
        step_names=case_labels.STEP,
        status_names=case_labels.STAFF_STATUS,
        as_of=now,
    )


def _units(found: Mapping[Unit, Counter[Level]]) -> list[UnitRow]:
    """Name the units at which something is late or nearly so, the one with the latest first."""
    kept = {unit: counts for unit, counts in found.items() if any(counts.values())}
    names = Units(kept)
    rows = [UnitRow(*unit, names.name(*unit), counts) for unit, counts in kept.items()]
    return sorted(rows, key=lambda row: ([-row.counts.get(v, 0) for v in LEVELS], row.name))


def _wanted(halls: list[Halls]) -> Wanted:
    """Read what the list is narrowed to; what is no choice of the page raises NotFound."""
    level, status = request.args.get("level", ""), request.args.get("status", "")
    on, wanted = request.args.get("day", ""), Wanted()
    try:
        if level:
            wanted = replace(wanted, level=Level(level))
        if status:
            wanted = replace(wanted, status=Status(status))
        if on:
            wanted = replace(wanted, on=date.fromisoformat(on))
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error
    known = {day.on for one in halls for day in one.edges.days}
    if wanted.level not in (None, *LEVELS) or (wanted.on and wanted.on not in known):
        raise NotFound(_("There is no such list. Choose one from the page."))
    if "department" in request.args or "hall" in request.args:
        wanted = replace(wanted, unit=(id_of("department"), id_of("hall")))
    return wanted


def _chosen(wanted: Wanted) -> dict[str, str]:
    """Write the choices for the address of another page of the list."""
    found: dict[str, str] = {}
    if wanted.level:
        found["level"] = wanted.level.value
    if wanted.status:
        found["status"] = wanted.status.value
    if wanted.on:
        found["day"] = wanted.on.isoformat()
    if wanted.unit is not None:
        found["department"], found["hall"] = map(str, wanted.unit)
    return found
