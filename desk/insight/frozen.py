"""Figures of closed months, as they were frozen and revised, and how far the ledger is known."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from desk.insight.models import Followed, FrozenFigure, UnitKind
from desk.kernel.db import db


def known_at(region_ids: Collection[int]) -> datetime | None:
    """Tell up to when the ledger of all these regions is known; None if it never was followed."""
    return db.session.scalar(
        select(func.min(Followed.known_at)).where(Followed.region_id.in_(region_ids))
    )


def revisions(
    region_id: int, indicator: str, *, unit_kind: UnitKind, unit_id: int, most: int = 60
) -> Sequence[FrozenFigure]:
    """List the frozen figures of a unit with their revisions, the newest month first."""
    return db.session.scalars(
        select(FrozenFigure)
        .where(
            FrozenFigure.region_id == region_id,
            FrozenFigure.indicator == indicator,
            FrozenFigure.unit_kind == unit_kind,
            FrozenFigure.unit_id == unit_id,
        )
        .order_by(FrozenFigure.period.desc(), FrozenFigure.revision)
        .limit(most)
    ).all()


def latest(region_id: int, period: str, unit_kind: UnitKind) -> dict[tuple[str, int], FrozenFigure]:
    """Give the newest revision of each figure of a month: {(indicator, unit): figure}."""
    rows = db.session.scalars(
        select(FrozenFigure)
        .where(
            FrozenFigure.region_id == region_id,
            FrozenFigure.period == period,
            FrozenFigure.unit_kind == unit_kind,
        )
        .order_by(FrozenFigure.revision)
    )
    return {(row.indicator, row.unit_id): row for row in rows}
