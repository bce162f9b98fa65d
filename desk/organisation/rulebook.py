"""The limits that hold in a region, as those read them who set them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from desk.kernel.db import db
from desk.organisation.models import CalendarDay, DayKind, Hall, Region, SlaRule


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit with the region that set it and its hall, if it is for one."""

    rule: SlaRule
    region: Region
    hall: Hall | None
    is_own: bool

    def state(self, today: date) -> str:
        """Say where a limit stands in time: `later`, `now` or `past`."""
        if self.rule.active_from > today:
            return "later"
        ended = self.rule.active_to is not None and self.rule.active_to < today
        return "past" if ended else "now"


def limits_in(region: Region, *, today: date, past: bool = False) -> Sequence[LimitRow]:
    """List the limits a region has set and those of the regions above it, step by step.

    Within a step the nearest come first: its own, then hall, complexity and party.
    """
    codes = [part for part in region.path.split("/") if part]
    statement = (
        select(SlaRule, Region, Hall)
        .join(Region, Region.id == SlaRule.region_id)
        .outerjoin(Hall, Hall.id == SlaRule.hall_id)
        .where(Region.code.in_(codes))
    )
    if not past:
        statement = statement.where(or_(SlaRule.active_to.is_(None), SlaRule.active_to >= today))
    rows = db.session.execute(
        statement.order_by(
            SlaRule.step,
            Region.path.desc(),
            SlaRule.hall_id.desc(),
            SlaRule.complexity,
            SlaRule.party,
            SlaRule.active_from,
        )
    )
    return [LimitRow(rule, its, hall, its.id == region.id) for rule, its, hall in rows]


def limit_row(region: Region, rule_id: int) -> LimitRow | None:
    """Find one limit that a region has set."""
    row = db.session.execute(
        select(SlaRule, Hall)
        .outerjoin(Hall, Hall.id == SlaRule.hall_id)
        .where(SlaRule.id == rule_id, SlaRule.region_id == region.id)
    ).first()
    return LimitRow(row[0], region, row[1], is_own=True) if row else None


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of the calendar: whether it is published, its days off and make-up days."""

    year: int
    published: bool
    off: int = 0
    makeup: int = 0


def years_of(region: Region, now: datetime) -> list[YearRow]:
    """List the years around now as they hold in a region, the next one even if nobody knows it."""
    this = region.local_day(now).year
    span = range(this - 1, this + 3)
    known: dict[int, dict[date, tuple[DayKind, bool]]] = {}
    rows = db.session.execute(
        select(CalendarDay.on_date, CalendarDay.kind, CalendarDay.published)
        .join(Region, Region.id == CalendarDay.region_id)
        .where(
            Region.code.in_([part for part in region.path.split("/") if part]),
            CalendarDay.on_date.between(date(span[0], 1, 1), date(span[-1], 12, 31)),
        )
        .order_by(Region.path)
    )
    for on, kind, published in rows:
        known.setdefault(on.year, {})[on] = (kind, published)
    found = []
    for year in span:
        days = list(known.get(year, {}).values())
        kinds = [kind for kind, _published in days]
        found.append(
            YearRow(
                year,
                any(published for _kind, published in days),
                kinds.count(DayKind.HOLIDAY) + kinds.count(DayKind.CLOSURE),
                kinds.count(DayKind.MAKEUP),
            )
        )
    return found
