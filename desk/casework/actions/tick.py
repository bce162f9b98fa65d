"""What time alone does to cases: what never came, a pause that is over, silence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, select, tuple_, update

from desk.access.actors import SYSTEM
from desk.approvals.models import Approval
from desk.approvals.queries import due_alarms as due_alarms_of_requests
from desk.casework.actions import clocks
from desk.casework.actions.deciding import resume
from desk.casework.actions.move import announce_reached, move
from desk.casework.ladder import CLIMBED
from desk.casework.models import Case, CaseClock
from desk.casework.place import place_of
from desk.casework.queries.scope import case_of
from desk.casework.situation import StepData
from desk.casework.words import Step
from desk.casework.workflow import Move
from desk.kernel.db import db
from desk.kernel.errors import Conflict

BATCH = 50
AFTER_A_FAULT = timedelta(hours=1)
LAPSES = {Step.SUPPLEMENT: Move.LAPSE_SUPPLEMENT, Step.CONFIRM: Move.LAPSE_CONFIRM}


Key = tuple[int, UUID, Step, int]
"""Of a clock: region, case, step and run."""


def due_alarms(*, now: datetime) -> Sequence[tuple[str, int, UUID, Step, int]]:
    """List up to 50 clocks whose hour has come, the longest overdue first.

    Each is the number of the case and the key of the clock.
    """
    rows = db.session.execute(
        select(Case.number, CaseClock.region_id, CaseClock.case_id, CaseClock.step, CaseClock.n)
        .join(Case, and_(Case.region_id == CaseClock.region_id, Case.id == CaseClock.case_id))
        .where(CaseClock.stopped_at.is_(None), CaseClock.alarm_at <= now)
        .order_by(CaseClock.alarm_at, CaseClock.case_id)
        .limit(BATCH)
    ).all()
    return [(number, region, case, step, n) for number, region, case, step, n in rows]


def ring(number: str, key: Key, *, now: datetime) -> None:
    """Do what an alarm asks for; the caller holds the transaction.

    Where the table says no, for somebody can still be called, the alarm falls silent: a person
    follows up. One whose clock was set to a later date rings again then.
    """
    case = case_of(SYSTEM, number)
    clock = db.session.get_one(CaseClock, key, populate_existing=True)
    if clock.stopped_at is not None or clock.alarm_at is None or clock.alarm_at > now:
        return
    if clock.step in CLIMBED and clock.paused_at is None:
        place = place_of(case.region_id, case.hall_id, now)
        announce_reached(case, clocks.climb(case, clock, place, now=now), now=now)
        return
    if clock.paused_at is not None:
        resume(number, version=case.version, by=SYSTEM, now=now)
        return
    try:
        move(number, LAPSES[clock.step], StepData(version=case.version), by=SYSTEM, now=now)
    except Conflict:
        clock.alarm_at = clock.due_at if clock.due_at > now else None


def due_requests(*, now: datetime) -> list[tuple[str, int, UUID]]:
    """List up to 50 requests nobody decided in time, each with the number of its case."""
    found = due_alarms_of_requests(now=now)
    keys = [(region_id, subject_id) for region_id, _key, subject_id in found]
    rows = db.session.execute(
        select(Case.region_id, Case.id, Case.number).where(
            tuple_(Case.region_id, Case.id).in_(keys)
        )
    )
    numbers = {(region_id, case_id): number for region_id, case_id, number in rows}
    return [
        (numbers[region_id, subject_id], region_id, key) for region_id, key, subject_id in found
    ]


def put_off_request(key: tuple[int, UUID], *, now: datetime) -> None:
    """Look at a request again in an hour, so that one at fault stands in nobody's way."""
    db.session.execute(
        update(Approval)
        .where(Approval.region_id == key[0], Approval.id == key[1])
        .values(alarm_at=now + AFTER_A_FAULT)
        .execution_options(synchronize_session=False)
    )


def put_off(key: Key, *, now: datetime) -> None:
    """Ring again in an hour, so that a case at fault stands in nobody's way."""
    region_id, case_id, step, n = key
    db.session.execute(
        update(CaseClock)
        .where(
            CaseClock.region_id == region_id,
            CaseClock.case_id == case_id,
            CaseClock.step == step,
            CaseClock.n == n,
            CaseClock.stopped_at.is_(None),
        )
        .values(alarm_at=now + AFTER_A_FAULT)
        .execution_options(synchronize_session=False)
    )
