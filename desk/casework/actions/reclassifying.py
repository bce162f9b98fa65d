"""Putting a case down as simpler or more complex than it was accepted as."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.models import Visibility
from desk.casework.actions import clocks, letters, story
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.asking import put_extension
from desk.casework.actions.requests import Asked, limit_on, need
from desk.casework.courses import course_of
from desk.casework.models import Case, CaseClock
from desk.casework.queries.context import Context
from desk.casework.words import PROMISES, Complexity, MessageKind
from desk.kernel.errors import Conflict, Invalid
from desk.worktime.course import Change, ChangeKind, runs_out


def reclassify(
    number: str,
    complexity: Complexity,
    reason: str,
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Case:
    """Put a case down as another kind, with the limit of that kind counted from the start.

    A shorter limit holds at once and the complainant is told. A longer one is more time: it is
    asked for and decided as that, and until then nothing changes. Raises Conflict without a promise
    that runs, and where the shorter limit has run out already: nobody is made late by a word.
    """
    context = begin(number, version, Permission.CASE_RECLASSIFY, by, now)
    case, clock = context.case, _promise(context)
    need(reason, "text", _l("Write why it is another kind of matter."))
    if complexity is case.complexity:
        raise Invalid(_l("It is put down as this already."), field="complexity")
    n, unit = limit_on(context, clock.step.value, clock.started_at, complexity)
    change = Change(ChangeKind.LIMITED, now, n=n, unit=unit, why=complexity.value, was=clock.due_at)
    table = context.place.timetable
    new = runs_out(course_of(clock).then(change), table.calendar, table.hours, table.zone).due_at
    if new > clock.due_at:
        days = max(1, n - clock.limit_n)
        return put_extension(context, clock, days, reason, complexity=complexity, by=by, now=now)
    if new <= now < clock.due_at:
        raise Conflict(
            _l("The shorter limit has run out already. The date that was promised stands.")
        )
    promised = case.promised_on
    if new != clock.due_at:
        clocks.move_date(case, clock, change, context.place)
        clocks.set_next_due(case, context.clocks)
    case.complexity = clock.complexity = complexity
    moved = case.promised_on != promised
    body = {
        "complexity": complexity.value,
        "promised_on": case.promised_on.isoformat() if moved and case.promised_on else None,
    }
    visibility = Visibility.PUBLIC if moved else Visibility.TEAM
    story.add(
        case,
        MessageKind.NOTE,
        reason.strip(),
        visibility=Visibility.TEAM,
        by=by,
        now=now,
        payload={"act": Asked.RECLASSIFY.value},
    )
    finish(context, Asked.RECLASSIFY, by, now, body, visibility)
    if moved:
        letters.owe(case, "corrected", now=now)
    return case


def _promise(context: Context) -> CaseClock:
    running = (clock for clock in context.clocks if clock.stopped_at is None)
    clock = next((clock for clock in running if clock.step in PROMISES), None)
    if clock is None or context.case.complexity is None:
        raise Conflict(_l("There is no promise that runs, so this changes nothing."))
    return clock
