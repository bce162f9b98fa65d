"""The improvement items a case is linked to."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select

from desk.casework.models import Case, CaseUndertaking
from desk.improvement.models import Undertaking
from desk.improvement.words import UndertakingState
from desk.kernel.db import db

MOST = 20


def undertakings_of(case: Case) -> Sequence[Undertaking]:
    """List the improvement items of a case, the newest first."""
    return db.session.scalars(
        select(Undertaking)
        .join(CaseUndertaking, _same())
        .where(CaseUndertaking.region_id == case.region_id, CaseUndertaking.case_id == case.id)
        .order_by(Undertaking.opened_at.desc(), Undertaking.id)
        .limit(MOST)
    ).all()


def has_open_undertaking(case: Case) -> bool:
    """Tell whether somebody still works on a cause that this case showed."""
    found = (
        select(Undertaking.id)
        .join(CaseUndertaking, _same())
        .where(
            CaseUndertaking.region_id == case.region_id,
            CaseUndertaking.case_id == case.id,
            Undertaking.state == UndertakingState.OPEN,
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None


def _same() -> ColumnElement[bool]:
    return and_(
        Undertaking.region_id == CaseUndertaking.region_id,
        Undertaking.id == CaseUndertaking.undertaking_id,
    )
