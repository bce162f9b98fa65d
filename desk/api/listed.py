"""What systems may read of a region: cases without what was said and by whom, items, figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from desk.access.actors import SYSTEM
from desk.casework.disclosure import is_hidden
from desk.casework.models import Case, CaseNamed, NamedBasis
from desk.casework.words import Kind
from desk.catalogue.models import Item
from desk.catalogue.queries import ItemRow, items_page
from desk.insight.indicators import REGISTRY, SHOWN_FROM, Figure, Unit
from desk.insight.scope import Scope
from desk.insight.summing import figures_of
from desk.kernel.db import db
from desk.organisation.models import Department, Hall, Region
from desk.organisation.queries import halls_of, region_ids_below, timetable_of
from desk.ratings.reconciling import midnight
from desk.worktime.periods import Month

LEAST = 5
"""No figure is told with fewer than this on either side of it, as on the board."""


@dataclass(frozen=True, slots=True)
class Days:
    """The local day in a region, and the last one that counts: figures stop before today."""

    today: date
    until: date

    @property
    def last_over(self) -> Month:
        """The last month of which every day is counted."""
        month = Month(self.until.replace(day=1))
        return month if month.last <= self.until else month.before()


def days_in(region: Region, now: datetime) -> Days:
    """Say which day it is in a region, and which working day was the last before it."""
    today = region.local_day(now)
    until = today - timedelta(days=1)
    halls = halls_of(region.id, today)
    if halls:
        calendar = timetable_of(halls[0], region, now).calendar
        while not calendar.is_workday(until):
            until -= timedelta(days=1)
    return Days(today, until)


Listed = tuple[list[dict[str, Any]], str | None]
"""A page, and behind which key the next one starts."""


def cases(region: Region, days: Days, *, after: str | None, size: int) -> Listed:
    """List cases by number, which begins with their day; tests are left out.

    What was said, by whom, where and at which hour is told to no system. What a bad rating became
    is told from the next day on; it and what came under the condition that the department does not
    know who it is have no item, so that nobody finds out who it was. A complaint that names
    somebody of the staff is not told at all: the system may be that of their own office.
    """
    hall, department, item = Hall.code, Department.code, Item.code
    today = midnight(days.today, region.time_zone)
    statement = (
        select(Case, hall, department, item)
        .join(Hall, Hall.id == Case.hall_id)
        .outerjoin(Department, Department.id == Case.department_id)
        .outerjoin(Item, Item.id == Case.item_id)
        .where(
            Case.region_id == region.id,
            ~Case.is_test,
            or_(Case.kind != Kind.RECTIFICATION, Case.filed_at < today),
            ~_names_somebody(),
        )
        .order_by(Case.number)
        .limit(size + 1)
    )
    if after is not None:
        statement = statement.where(Case.number > after)
    rows = [_case(region, *row) for row in db.session.execute(statement)]
    return _page(rows, size, "number")


def _names_somebody() -> ColumnElement[bool]:
    return exists().where(
        CaseNamed.region_id == Case.region_id,
        CaseNamed.case_id == Case.id,
        CaseNamed.basis == NamedBasis.NAMED,
    )


def _case(
    region: Region, case: Case, hall: str, department: str | None, item: str | None
) -> dict[str, Any]:
    hidden = is_hidden(case.kind, case.identity_mode)
    return {
        "number": case.number,
        "kind": case.kind.value,
        "status": case.status.value,
        "hall": hall,
        "department": department,
        "item": None if hidden else item,
        "party_kind": case.party_kind.value,
        "channel": case.channel.value,
        "filed_on": _day(region, case.filed_at),
        "promised_on": case.promised_on.isoformat() if case.promised_on else None,
        "replied_on": _day(region, case.replied_at),
        "closed_on": _day(region, case.closed_at),
        "outcome": case.outcome.value if case.outcome else None,
        "result": case.result.value if case.result else None,
        "round": case.round,
    }


def _day(region: Region, at: datetime | None) -> str | None:
    return region.local_day(at).isoformat() if at else None


def items(region: Region, days: Days, *, after: str | None, size: int) -> Listed:
    """List what a region offers today, by code."""
    page = items_page(region.id, on=days.today, after=after, size=size + 1)
    codes = _codes({row.department_id for row in page.rows})
    return _page([_item(row, codes[row.department_id]) for row in page.rows], size, "code")


def _item(row: ItemRow, department: str) -> dict[str, Any]:
    return {
        "code": row.code,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "department": department,
        "legal_days": row.legal_n,
        "legal_unit": row.legal_unit.value if row.legal_unit else None,
        "promised_days": row.promised_n,
        "promised_unit": row.promised_unit.value if row.promised_unit else None,
        "visits": row.visits,
        "online": row.online,
        "instant": row.instant,
    }


def _codes(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Department.id, Department.code).where(and_(Department.id.in_(sorted(ids))))
    )
    return {key: code for key, code in rows}  # noqa: C416 - typed rows


def indicators(region: Region, days: Days, month: Month, *, after: str | None, size: int) -> Listed:
    """List the figures of a month of a region and those below it, by key.

    One with fewer than ten behind it, or fewer than five on either side, is told without a value.
    """
    wanted = sorted(
        (one for one in REGISTRY if one.missing is None and one.key > (after or "")),
        key=lambda one: one.key,
    )[: size + 1]
    scope = Scope(
        tuple(sorted(region_ids_below(region.id))),
        month.first,
        min(month.last, days.until),
        days.today,
    )
    found = figures_of(scope, wanted, reader=SYSTEM)
    return _page([_figure(found[one.key], scope) for one in wanted], size, "key")


def _figure(one: Figure, scope: Scope) -> dict[str, Any]:
    shown = _may_be_told(one)
    return {
        "key": one.indicator.key,
        "name": str(one.indicator.name),
        "definition": str(one.indicator.formula),
        "unit": one.indicator.unit.value,
        "from": scope.first.isoformat(),
        "until": scope.last.isoformat(),
        "denominator": float(one.den) if shown else None,
        "value": one.value if shown else None,
    }


def _may_be_told(one: Figure) -> bool:
    if one.value is None or one.den < SHOWN_FROM:
        return False
    rest = one.den - one.num
    is_share = one.indicator.unit is Unit.SHARE
    return not (is_share and (0 < one.num < LEAST or 0 < rest < LEAST))


def _page(rows: Sequence[dict[str, Any]], size: int, key: str) -> Listed:
    shown = list(rows[:size])
    return shown, str(shown[-1][key]) if len(rows) > size else None
