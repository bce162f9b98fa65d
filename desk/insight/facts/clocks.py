"""What the clocks of a case say: done, in time, late, and still owed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from desk.casework.courses import course_of
from desk.casework.models import CaseClock
from desk.casework.words import CaseChannel, Step
from desk.casework.workflow import Move
from desk.insight.facts.drafts import Draft, History
from desk.insight.facts.drafts import Step as Taken
from desk.insight.indicators.handling import LONGEST
from desk.worktime.course import closings_within, followed
from desk.worktime.deadline import day_zero, working_days_between

ENDS = {
    Step.ACCEPT: ("accept", frozenset({Move.ACCEPT, Move.DIVERT})),
    Step.SIGN: ("sign", frozenset({Move.SIGN})),
}
ANSWERS = frozenset({Move.APPROVE_REPLY, Move.SOLVE_ON_SPOT})


def ended_by(clock: CaseClock, moves: frozenset[Move], steps: Iterable[Taken]) -> bool:
    """Tell whether one of these moves stopped a clock; withdrawing or joining ends nothing."""
    return clock.stopped_at is not None and any(
        step.at == clock.stopped_at and step.move in moves for step in steps
    )


def is_owed(clock: CaseClock) -> bool:
    return clock.stopped_at is None and clock.paused_at is None


def counts_in_time(history: History) -> bool:
    """Tell whether the clocks mean anything: those of another register only kept here do not."""
    return history.case.channel is not CaseChannel.IMPORT


def of_simple_clocks(history: History, steps: Sequence[Taken]) -> Iterator[Draft]:
    """Draw what was decided on and signed for, and what is waiting."""
    for clock in history.clocks:
        if clock.step in ENDS:
            name, moves = ENDS[clock.step]
            done = ended_by(clock, moves, steps)
            yield from of_clock(history, clock, name, done=done, department=clock.department_id)


def of_first_contacts(history: History) -> Iterator[Draft]:
    """Draw first contacts: only a contact that was recorded makes one."""
    made = {contact.at for contact in history.contacts if contact.kind.value == "first"}
    for clock in history.clocks:
        if clock.step is Step.FIRST_CONTACT:
            done = clock.stopped_at in made
            yield from of_clock(
                history, clock, "contact", done=done, department=clock.department_id
            )


def of_clock(
    history: History, clock: CaseClock, name: str, *, done: bool, department: int
) -> Iterator[Draft]:
    """Draw one clock: done on the day it stopped, or owed on the day it is due."""
    if is_owed(clock):
        yield history.draft(f"{name}.owed", history.due_day(clock.due_at), department)
    elif done and clock.stopped_at is not None:
        yield history.draft(f"{name}.done", clock.stopped_at, department)
        if clock.met:
            yield history.draft(f"{name}.met", clock.stopped_at, department)


def of_promises(
    history: History, steps: Sequence[Taken], name: str, promises: frozenset[Step]
) -> Iterator[tuple[CaseClock, Iterator[Draft]]]:
    """Give each promise with what it draws: answered, in time, or still owed."""
    for clock in history.clocks:
        if clock.step in promises:
            done = ended_by(clock, ANSWERS, steps)
            drafts = of_clock(history, clock, name, done=done, department=clock.department_id)
            yield clock, drafts


def of_rectifying(history: History, steps: Sequence[Taken]) -> Iterator[Draft]:
    """Draw bad ratings put right, and those still owed."""
    promises = frozenset({Step.RATING_RECTIFY, Step.REWORK})
    for _clock, drafts in of_promises(history, steps, "rectify", promises):
        yield from drafts


def of_answers(history: History, steps: Sequence[Taken]) -> Iterator[Draft]:
    """Draw answers: in time, by the first date, late, extended; and how many days they took."""
    for clock, drafts in of_promises(history, steps, "reply", frozenset({Step.REPLY, Step.REWORK})):
        yield from drafts
        at = clock.stopped_at
        if at is None or not ended_by(clock, ANSWERS, steps):
            continue
        if not clock.met:
            yield history.draft("reply.late", at, clock.department_id)
        if at <= clock.first_due_at:
            yield history.draft("reply.met_first", at, clock.department_id)
        if course_of(clock).extended():
            yield history.draft("reply.extended", at, clock.department_id)
        if clock.step is Step.REPLY:
            yield from _days(history, clock, at)


def _days(history: History, clock: CaseClock, at: datetime) -> Iterator[Draft]:
    for how, days in zip(("net", "gross"), working_days(history, clock), strict=True):
        yield history.draft(f"reply.{how}.{min(days, LONGEST)}", at, clock.department_id)
        if days:
            yield history.draft(f"reply.{how}.sum", at, clock.department_id, days)


def working_days(history: History, clock: CaseClock) -> tuple[int, int]:
    """Count the working days from the start of a clock to its stop: without pauses, and with them.

    The day of the start does not count, and one after closing is the next day's, as for promises.
    """
    table, at = history.timetable, clock.stopped_at or clock.started_at
    place = (table.calendar, table.hours, table.zone)
    zero = day_zero(clock.started_at, *place)
    gross = max(0, working_days_between(zero, history.day(at), table.calendar))
    pauses = followed(course_of(clock), *place).pauses
    stood = sum(closings_within(pause.first, min(pause.last, at), *place) for pause in pauses)
    return max(0, gross - stood), gross
