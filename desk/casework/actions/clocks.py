"""Starting, stopping and pausing the clocks of a case, as its row of the table says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.casework.courses import add, ladder_of
from desk.casework.ladder import CARDS, CLIMBED, Rung
from desk.casework.models import NOBODY_DUE, Case, CaseClock
from desk.casework.place import Place
from desk.casework.queries.context import clocks_of
from desk.casework.words import PROMISES, Complexity, Kind, PauseReason, Step
from desk.casework.workflow import Clocks
from desk.kernel.db import db
from desk.organisation.queries import limit_of
from desk.worktime.course import Change, ChangeKind
from desk.worktime.deadline import due, elapsed

OF_THE_DEPARTMENT = frozenset(
    {Step.SIGN, Step.FIRST_CONTACT, Step.REPLY, Step.REWORK, Step.RATING_RECTIFY}
)
NEEDS_SOMEBODY = frozenset({Step.FIRST_CONTACT, Step.FOLLOW_UP, Step.RATING_CONTACT})
"""Clocks that wait for a conversation: they do not run where there is nobody to call."""
DESK_ACTS_WHEN_DUE = frozenset({Step.SUPPLEMENT, Step.CONFIRM})


@dataclass(frozen=True, slots=True)
class Reached:
    """A level of the ladder that a clock has reached and nobody was told of yet."""

    clock: CaseClock
    rung: Rung


@dataclass(frozen=True, slots=True)
class Done:
    """What a step did to the clocks: which it started, and what the ladder owed until then."""

    started: list[CaseClock] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)


def apply(
    case: Case, effects: Clocks, clocks: Sequence[CaseClock], place: Place, *, now: datetime
) -> Done:
    """Do to the clocks what the row says, set the promise and the date the queue sorts by.

    A promise that was paused goes on: whatever the pause waited for, the case has moved. A clock of
    the department is charged to the one that holds the case now.
    """
    done = Done()
    for clock in clocks:
        if clock.stopped_at is None:
            done.reached.extend(_touch(case, effects, clock, place, now=now))
    for step in effects.start:
        if _is_for(case, step):
            done.started.append(start(case, step, clocks, place, now=now))
    for clock in done.started:
        db.session.add(clock)
        if clock.step in PROMISES:
            case.promised_on = place.day(clock.due_at)
    set_next_due(case, [*clocks, *done.started])
    return done


def _is_for(case: Case, step: Step) -> bool:
    """Tell whether a clock runs at a case: the unit that was rated never calls the rater."""
    if step is Step.FIRST_CONTACT and case.kind is Kind.RECTIFICATION:
        return False
    return case.party_id is not None or step not in NEEDS_SOMEBODY


def _touch(
    case: Case, effects: Clocks, clock: CaseClock, place: Place, *, now: datetime
) -> list[Reached]:
    """Do to one running clock what the row says; give what the ladder owed until then."""
    if effects.stop_all or clock.step in effects.stop:
        return stop(case, clock, place, now=now)
    reached: list[Reached] = []
    if clock.step in effects.pause:
        reached = pause(case, clock, place, PauseReason.COMPLAINANT, now=now)
    elif clock.step in effects.resume or (clock.step in PROMISES and clock.paused_at is not None):
        go_on(case, clock, place, now=now)
    if clock.step in OF_THE_DEPARTMENT:
        clock.department_id = case.department_id or 0
    return reached


def start(
    case: Case, step: Step, clocks: Sequence[CaseClock], place: Place, *, now: datetime
) -> CaseClock:
    """Make the next run of a clock, due by the limit of the case's hall, complexity and party."""
    complexity = case.complexity or Complexity.GENERAL
    limit = limit_of(
        step.value,
        region=place.region,
        hall_id=case.hall_id,
        complexity=complexity.value,
        party=case.party_kind.value,
        on=place.day(now),
    )
    table = place.timetable
    deadline = due(now, limit.n, limit.unit.value, table.calendar, table.hours, table.zone)
    clock = CaseClock(
        region_id=case.region_id,
        case_id=case.id,
        step=step,
        n=1 + max((c.n for c in clocks if c.step is step), default=0),
        round=case.round,
        complexity=complexity,
        started_at=now,
        limit_n=limit.n,
        unit=limit.unit.value,
        due_at=deadline.due_at,
        first_due_at=deadline.due_at,
        provisional=deadline.provisional,
        changes=[],
        paused_s=0,
        department_id=(case.department_id or 0) if step in OF_THE_DEPARTMENT else 0,
    )
    set_alarm(case, clock, place)
    return clock


def stop(case: Case, clock: CaseClock, place: Place, *, now: datetime) -> list[Reached]:
    """Stop a clock and say whether it was met; a paused one counts up to its pause.

    Gives the cards it still owes: nothing is saved by being answered before anybody looked.
    """
    until = clock.paused_at or now
    reached = [r for r in climb(case, clock, place, now=until) if r.rung.level in CARDS]
    clock.stopped_at = now
    clock.paused_at = None
    clock.met = until <= clock.due_at
    clock.alarm_at = None
    return reached


def pause(
    case: Case,
    clock: CaseClock,
    place: Place,
    why: PauseReason,
    *,
    now: datetime,
    until: datetime | None = None,
) -> list[Reached]:
    """Let a clock stand still, at most until an instant; give what the ladder owed before."""
    reached = climb(case, clock, place, now=now)
    clock.paused_at = now
    add(clock, Change(ChangeKind.PAUSED, now, why=why.value), place.timetable)
    clock.alarm_at = until
    return reached


def go_on(case: Case, clock: CaseClock, place: Place, *, now: datetime) -> None:
    """Let a paused clock run again, due later by what it stood still, and promise that day."""
    if clock.paused_at is None:
        return
    table = place.timetable
    stood = elapsed(clock.paused_at, now, table.calendar, table.hours, table.zone)
    clock.paused_s += int(stood.total_seconds())
    clock.paused_at = None
    move_date(case, clock, Change(ChangeKind.RESUMED, now), place)


def extend(case: Case, clock: CaseClock, days: int, place: Place, *, now: datetime) -> None:
    """Add working days to a promise; the first date stays beside the new one."""
    move_date(case, clock, Change(ChangeKind.EXTENDED, now, n=days), place)


def move_date(case: Case, clock: CaseClock, change: Change, place: Place) -> None:
    """Let something happen to a running clock: its date, its next alarm and the promise follow."""
    add(clock, change, place.timetable)
    if clock.paused_at is None:
        set_alarm(case, clock, place)
    if clock.step in PROMISES:
        case.promised_on = place.day(clock.due_at)


def climb(case: Case, clock: CaseClock, place: Place, *, now: datetime) -> list[Reached]:
    """Give the levels a clock has reached since somebody looked last, and note that it was done.

    A paused clock reaches nothing.
    """
    if clock.step not in CLIMBED or clock.paused_at is not None:
        return []
    if clock.alarm_at is None or clock.alarm_at > now:
        return []
    ladder = ladder_of(case, clock, place.timetable)
    reached = [Reached(clock, rung) for rung in _left(clock, ladder) if rung.at <= now]
    clock.climbed_at = now
    clock.alarm_at = next((rung.at for rung in ladder if rung.at > now), None)
    return reached


def set_alarm(case: Case, clock: CaseClock, place: Place) -> None:
    """Set the next instant at which something happens about a running clock."""
    if clock.step in DESK_ACTS_WHEN_DUE:
        clock.alarm_at = clock.due_at
    else:
        ladder = ladder_of(case, clock, place.timetable)
        clock.alarm_at = next((rung.at for rung in _left(clock, ladder)), None)


def _left(clock: CaseClock, ladder: Sequence[Rung]) -> list[Rung]:
    return [rung for rung in ladder if clock.climbed_at is None or rung.at > clock.climbed_at]


def stop_step(case: Case, step: Step, place: Place, *, now: datetime) -> list[Reached]:
    """Stop the running clock of one step, if there is one, and sort the case anew."""
    clocks, reached = clocks_of(case), list[Reached]()
    for clock in clocks:
        if clock.step is step and clock.stopped_at is None:
            reached += stop(case, clock, place, now=now)
    set_next_due(case, clocks)
    return reached


def set_next_due(case: Case, clocks: Sequence[CaseClock]) -> None:
    """Write down when the next running clock of the case is due."""
    running = [c.due_at for c in clocks if c.stopped_at is None and c.paused_at is None]
    case.next_due_at = min(running, default=NOBODY_DUE)
