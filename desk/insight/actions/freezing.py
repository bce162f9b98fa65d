"""Freezing the figures of closed months, and writing down what changes in them later."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

from desk.access.actors import SYSTEM
from desk.insight.frozen import latest
from desk.insight.indicators import CASES, DEFINITION_VERSION, RATINGS, Figure
from desk.insight.models import FrozenFigure, UnitKind
from desk.insight.scope import Scope, months_until
from desk.insight.summing import by_unit, figures_of
from desk.kernel.db import db
from desk.organisation.queries import region_ids_below
from desk.worktime.calendar import ONE_DAY, WorkCalendar
from desk.worktime.periods import Month

FROZEN_ON = 5
"""The working day of the next month on which a month is frozen."""

WATCHED = 13
"""Closed months whose later changes are looked for."""

MILLION = 1_000_000


def closed_months(today: date, calendar: WorkCalendar) -> list[Month]:
    """List the months that are frozen by a day, the newest first: from their fifth working day."""
    month = Month(today.replace(day=1)).before()
    if today < frozen_on(month, calendar):
        month = month.before()
    return months_until(month, WATCHED)[::-1]


def frozen_on(month: Month, calendar: WorkCalendar) -> date:
    """Tell the day on which a month is frozen: the fifth working day of the next one."""
    day, left = month.after().first, FROZEN_ON
    while True:
        left -= calendar.is_workday(day)
        if not left:
            return day
        day += ONE_DAY


def freeze(region_id: int, month: Month, *, today: date, now: datetime) -> int:
    """Freeze the figures of a month, or write what has changed since as a revision of its own.

    Gives how many figures were written; done again with nothing changed, none is. The caller holds
    the transaction.
    """
    regions = tuple(sorted(region_ids_below(region_id)))
    scope = Scope(regions, month.first, month.last, today)
    indicators = [*RATINGS, *CASES]
    whole = {region_id: figures_of(scope, indicators, reader=SYSTEM)}
    departments = by_unit(scope, indicators, "department_id", reader=SYSTEM)
    departments.pop(0, None)
    written = _write(region_id, month, UnitKind.REGION, whole, now)
    return written + _write(region_id, month, UnitKind.DEPARTMENT, departments, now)


def _write(
    region_id: int,
    month: Month,
    unit_kind: UnitKind,
    found: Mapping[int, Mapping[str, Figure]],
    now: datetime,
) -> int:
    before = latest(region_id, month.text, unit_kind)
    written = 0
    for unit_id, values in sorted(found.items()):
        for key, figure in values.items():
            last = before.get((key, unit_id))
            numbers = _numbers(figure)
            if last is not None and numbers == (last.num, last.den, last.value):
                continue
            if last is None and numbers == (0, 0, None):
                continue
            num, den, value = numbers
            db.session.add(
                FrozenFigure(
                    region_id=region_id,
                    indicator=key,
                    period=month.text,
                    unit_kind=unit_kind,
                    unit_id=unit_id,
                    revision=last.revision + 1 if last is not None else 0,
                    num=num,
                    den=den,
                    value=value,
                    definition_version=DEFINITION_VERSION,
                    as_of=now,
                )
            )
            written += 1
    db.session.flush()
    return written


def _numbers(figure: Figure) -> tuple[int, int, int | None]:
    exact = figure.exact
    return (
        _millionths(figure.num),
        _millionths(Fraction(figure.den)),
        None if exact is None else _millionths(exact),
    )


def _millionths(number: Fraction) -> int:
    return round(number * MILLION)
