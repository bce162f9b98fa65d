"""What of a month turned out otherwise after it was published: figures of the whole region."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from desk.board.book import SHOWN_FROM
from desk.board.suppression import LEAST
from desk.insight.indicators import BY_KEY, Indicator, Unit
from desk.insight.models import FrozenFigure, UnitKind
from desk.kernel.db import db

MOST = 60
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Revision:
    """A figure of a month as it was published, and as it is known since."""

    period: str
    indicator: Indicator
    was: float
    now: float
    as_of: datetime


def revisions_of(region_id: int) -> Sequence[Revision]:
    """List the newest revisions whose both values may be published."""
    earlier = aliased(FrozenFigure)
    rows = db.session.execute(
        select(earlier, FrozenFigure)
        .join(
            earlier,
            and_(
                earlier.region_id == FrozenFigure.region_id,
                earlier.indicator == FrozenFigure.indicator,
                earlier.period == FrozenFigure.period,
                earlier.unit_kind == FrozenFigure.unit_kind,
                earlier.unit_id == FrozenFigure.unit_id,
                earlier.revision == FrozenFigure.revision - 1,
            ),
        )
        .where(
            FrozenFigure.region_id == region_id,
            FrozenFigure.unit_kind == UnitKind.REGION,
            FrozenFigure.revision > 0,
        )
        .order_by(FrozenFigure.as_of.desc(), FrozenFigure.period.desc(), FrozenFigure.indicator)
        .limit(MOST)
    )
    return [
        Revision(
            now.period,
            BY_KEY[now.indicator],
            (was.value or 0) / MILLION,
            (now.value or 0) / MILLION,
            now.as_of,
        )
        for was, now in rows
        if now.indicator in BY_KEY and _may_be_told(was) and _may_be_told(now)
    ]


def _may_be_told(one: FrozenFigure) -> bool:
    """Tell whether ten at least are counted and nothing small stands on either side."""
    num, den = one.num / MILLION, one.den / MILLION
    if one.value is None or den < SHOWN_FROM:
        return False
    is_share = BY_KEY[one.indicator].unit is Unit.SHARE
    return not is_share or (num >= LEAST and den - num >= LEAST)
