"""Starting, stopping and pausing the clocks of a case, as its row of the table says."""

from collections.abc import Sequence
from datetime import UTC, datetime

from desk.casework.models import Case, CaseClock
from desk.casework.place import Place
from desk.casework.queries.context import clocks_of
from desk.casework.words import Complexity, Step
from desk.casework.workflow import Clocks
from desk.kernel.db import db
from desk.organisation.queries import limit_of
from desk.worktime.deadline import due, elapsed, shift_by_pause

NOBODY_DUE = datetime(9999, 12, 31, tzinfo=UTC)
OF_THE_DEPARTMENT = frozenset(
    {Step.SIGN, Step.FIRST_CONTACT, Step.REPLY, Step.REWORK, Step.RATING_RECTIFY}
)
NEEDS_SOMEBODY = frozenset({Step.FIRST_CONTACT, Step.FOLLOW_UP, Step.RATING_CONTACT})
"""Clocks that wait for a conversation: they do not run where there is nobody to call."""
DESK_ACTS_WHEN_DUE = frozenset({Step.SUPPLEMENT, Step.CONFIRM})
PROMISES = frozenset({Step.REPLY, Step.REWORK, Step.RATING_RECTIFY})


def apply(
    case: Case, effects: Clocks, clocks: Sequence[CaseClock], place: Place, *, now: datetime
) -> list[CaseClock]:
    """Do to the clocks what the row says, set the promise and the date the queue sorts by.

    A promise that was paused goes on: whatever the pause waited for, the case has moved.

    Returns the clocks that were started.
    """
    for clock in clocks:
        if clock.stopped_at is None and (effects.stop_all or clock.step in effects.stop):
            stop(clock, now=now)
        elif clock.stopped_at is None and clock.step in effects.pause:
            clock.paused_at = now
        elif clock.stopped_at is None and clock.step in effects.resume:
            resume(clock, place, now=now)
        elif clock.stopped_at is None and clock.step in PROMISES and clock.paused_at:
            go_on(case, clock, place, now=now)
    started = [
        start(case, step, clocks, place, now=now)
        for step in effects.start
        if case.party_id is not None or step not in NEEDS_SOMEBODY
    ]
    for clock in started:
        db.session.add(clock)
        if clock.step in PROMISES:
            case.promised_on = place.day(clock.due_at)
    set_next_due(case, [*clocks, *started])
    return started


def start(
    case: Case, step: Step, clocks: Sequence[CaseClock], place: Place, *, now: datetime
) -> CaseClock:
    """Make the next run of a clock, due by the limit of the case's hall, complexity and party."""
    limit = limit_of(
        step.value,
        region=place.region,
        hall_id=case.hall_id,
        complexity=(case.complexity or Complexity.GENERAL).value,
        party=case.party_kind.value,
        on=place.day(now),
    )
    table = place.timetable
    deadline = due(now, limit.n, limit.unit.value, table.calendar, table.hours, table.zone)
    return CaseClock(
        region_id=case.region_id,
        case_id=case.id,
        step=step,
        n=1 + max((c.n for c in clocks if c.step is step), default=0),
        round=case.round,
        started_at=now,
        limit_n=limit.n,
        unit=limit.unit.value,
        due_at=deadline.due_at,
        first_due_at=deadline.due_at,
        provisional=deadline.provisional,
        paused_s=0,
        department_id=(case.department_id or 0) if step in OF_THE_DEPARTMENT else 0,
        alarm_at=deadline.due_at if step in DESK_ACTS_WHEN_DUE else None,
    )


def stop(clock: CaseClock, *, now: datetime) -> None:
    """Stop a clock and say whether it was met; a paused one counts up to its pause."""
    until = clock.paused_at or now
    clock.stopped_at = now
    clock.paused_at = None
    clock.met = until <= clock.due_at
    clock.alarm_at = None


def resume(clock: CaseClock, place: Place, *, now: datetime) -> None:
    """Let a paused clock run again, due later by the working time it stood still."""
    if clock.paused_at is None:
        return
    table = place.timetable
    moved = shift_by_pause(
        clock.due_at, clock.paused_at, now, table.calendar, table.hours, table.zone
    )
    stood = elapsed(clock.paused_at, now, table.calendar, table.hours, table.zone)
    clock.paused_s += int(stood.total_seconds())
    clock.due_at = moved.due_at
    clock.provisional = clock.provisional or moved.provisional
    clock.paused_at = None


def go_on(case: Case, clock: CaseClock, place: Place, *, now: datetime) -> None:
    """End the pause of a promise and promise the day it now comes to."""
    resume(clock, place, now=now)
    clock.alarm_at = None
    case.promised_on = place.day(clock.due_at)


def extend(case: Case, clock: CaseClock, days: int, place: Place) -> None:
    """Add working days to a promise; the first date stays beside the new one."""
    table = place.timetable
    later = due(clock.due_at, days, "working_day", table.calendar, table.hours, table.zone)
    clock.due_at = later.due_at
    clock.provisional = clock.provisional or later.provisional
    case.promised_on = place.day(clock.due_at)


def stop_step(case: Case, step: Step, *, now: datetime) -> None:
    """Stop the running clock of one step, if there is one, and sort the case anew."""
    clocks = clocks_of(case)
    for clock in clocks:
        if clock.step is step and clock.stopped_at is None:
            stop(clock, now=now)
    set_next_due(case, clocks)


def set_next_due(case: Case, clocks: Sequence[CaseClock]) -> None:
    """Write down when the next running clock of the case is due."""
    running = [c.due_at for c in clocks if c.stopped_at is None and c.paused_at is None]
    case.next_due_at = min(running, default=NOBODY_DUE)
