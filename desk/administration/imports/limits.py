"""Rows of limits."""

from datetime import timedelta

from desk.administration import labels
from desk.administration.imports.cells import Cells
from desk.administration.imports.places import Taken, by_code
from desk.administration.imports.reports import Into, Outcome
from desk.casework.actions.correcting import change_limit
from desk.casework.queries.dates import NewLimit
from desk.organisation.actions.limits import COMPLEXITIES, PARTIES
from desk.organisation.limits import RuleKey
from desk.organisation.models import Hall, LimitUnit
from desk.organisation.queries import Limit, rules_of
from desk.worktime.deadline import LONGEST_LIMIT

UNITS = tuple(unit.value for unit in LimitUnit)


def new_limit_in(cells: Cells, into: Into) -> NewLimit:
    """Read which limit a row sets, and from when on; tomorrow unless it says so."""
    hall = by_code(Hall, into, cells.code("hall", needed=False))
    steps = sorted({rule.key.step for rule in rules_of(into.region)})
    key = RuleKey(
        cells.choice("step", steps),
        hall.id if hall else 0,
        cells.choice("complexity", COMPLEXITIES, "any"),
        cells.choice("party", PARTIES, "any"),
    )
    limit = Limit(cells.number("limit", LONGEST_LIMIT), LimitUnit(cells.choice("unit", UNITS)))
    tomorrow = into.region.local_day(into.now) + timedelta(days=1)
    return NewLimit(key, limit, cells.day("from") or tomorrow)


def take_limit(cells: Cells, into: Into) -> Taken:
    """Set a limit from a day on, unless the very same holds then already."""
    new = new_limit_in(cells, into)
    words = labels.limit_text(new.limit.n, new.limit.unit.value)
    about = f"{labels.STEPS.get(new.key.step, new.key.step)} · {words}"
    here = into.region.path.count("/")
    for rule in rules_of(into.region):
        same = (rule.key, rule.n, rule.unit, rule.depth) == (
            new.key,
            new.limit.n,
            new.limit.unit.value,
            here,
        )
        if same and rule.active_from <= new.active_from and rule.active_to is None:
            return Outcome.SAME, about
    change_limit(
        into.region, new.key, new.limit, active_from=new.active_from, by=into.by, now=into.now
    )
    return Outcome.NEW, about
