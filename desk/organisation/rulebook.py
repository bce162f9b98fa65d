"""The limits that hold in a region, as those read them who set them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from desk.kernel.db import db
from desk.organisation.models import Hall, Region, SlaRule


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
