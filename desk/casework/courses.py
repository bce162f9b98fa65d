"""The course of a clock, as its row keeps it."""

from datetime import datetime
from typing import Any

from desk.casework.ladder import CLIMBED, Rung, rungs
from desk.casework.models import Case, CaseClock
from desk.casework.words import CaseChannel, Step
from desk.organisation.queries import Timetable
from desk.worktime.course import Change, ChangeKind, Course, runs_out


def course_of(clock: CaseClock) -> Course:
    """Read what a clock was started with and what happened to it."""
    changes = tuple(_read(written) for written in clock.changes)
    return Course(clock.started_at, clock.limit_n, clock.unit, changes)


def add(clock: CaseClock, change: Change, table: Timetable) -> None:
    """Let something happen to a clock, and set the date that follows."""
    clock.changes = [*clock.changes, _written(change)]
    if change.kind is ChangeKind.LIMITED:
        clock.limit_n, clock.unit = change.n, change.unit
    deadline = runs_out(course_of(clock), table.calendar, table.hours, table.zone)
    clock.due_at = deadline.due_at
    clock.provisional = deadline.provisional


def waits_for(clock: CaseClock) -> str | None:
    """Name what a clock that stands still waits for; nothing while it runs."""
    changes = course_of(clock).changes
    paused = [change for change in changes if change.kind is ChangeKind.PAUSED]
    return paused[-1].why if clock.paused_at is not None and paused else None


def ladder_of(case: Case, clock: CaseClock, table: Timetable) -> tuple[Rung, ...]:
    """Say when a clock of a case reaches each level.

    Test cases, and those of another register that is only kept here, are not on the ladder.
    """
    if clock.step not in CLIMBED or case.is_test or case.channel is CaseChannel.IMPORT:
        return ()
    rounds = clock.round if clock.step is Step.REWORK else 0
    return rungs(course_of(clock), table.calendar, table.hours, table.zone, rounds=rounds)


def _written(change: Change) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": change.kind.value, "at": change.at.isoformat()}
    if change.n:
        said["n"] = change.n
    if change.unit:
        said["unit"] = change.unit
    if change.why:
        said["why"] = change.why
    if change.was is not None:
        said["was"] = change.was.isoformat()
    return said


def _read(written: dict[str, Any]) -> Change:
    was = written.get("was")
    return Change(
        ChangeKind(written["kind"]),
        datetime.fromisoformat(written["at"]),
        n=written.get("n", 0),
        unit=written.get("unit", ""),
        why=written.get("why", ""),
        was=datetime.fromisoformat(was) if was else None,
    )
