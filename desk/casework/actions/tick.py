"""What time alone does to cases: a supplement or a confirmation that never came."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from desk.access.actors import SYSTEM
from desk.casework.actions.move import move
from desk.casework.models import Case, CaseClock
from desk.casework.situation import StepData
from desk.casework.words import Step
from desk.casework.workflow import Move
from desk.kernel.db import db
from desk.kernel.errors import Conflict

BATCH = 50
LAPSES = {Step.SUPPLEMENT: Move.LAPSE_SUPPLEMENT, Step.CONFIRM: Move.LAPSE_CONFIRM}


def due_alarms(*, now: datetime) -> Sequence[tuple[str, int, UUID, Step, int]]:
    """List clocks whose hour has come: number of the case, and the key of the clock."""
    rows = db.session.execute(
        select(Case.number, CaseClock.region_id, CaseClock.case_id, CaseClock.step, CaseClock.n)
        .join(Case, and_(Case.region_id == CaseClock.region_id, Case.id == CaseClock.case_id))
        .where(CaseClock.stopped_at.is_(None), CaseClock.alarm_at <= now)
        .order_by(CaseClock.alarm_at)
        .limit(BATCH)
    ).all()
    return [(number, region, case, step, n) for number, region, case, step, n in rows]


def ring(number: str, key: tuple[int, UUID, Step, int], *, now: datetime) -> None:
    """Do what an alarm asks for; the caller holds the transaction.

    Where somebody can still be called, the alarm falls silent: a person follows up.
    """
    region_id, case_id, step, n = key
    case = db.session.get(Case, (region_id, case_id))
    clock = db.session.get(CaseClock, (region_id, case_id, step, n))
    if case is None or clock is None or clock.stopped_at is not None:
        return
    try:
        move(number, LAPSES[step], StepData(version=case.version), by=SYSTEM, now=now)
    except Conflict:
        clock.alarm_at = None
