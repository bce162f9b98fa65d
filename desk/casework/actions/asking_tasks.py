"""Asking a department for its part of a case, answering, and saying that it is not needed."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.models import Visibility
from desk.casework.actions import story, tasks
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.requests import Asked, need
from desk.casework.models import Case, CaseTask
from desk.casework.queries.context import context_of
from desk.casework.queries.tasks import task_of
from desk.casework.situation import TaskData
from desk.casework.words import MessageKind, Status, TaskState
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed

ASKED_IN = frozenset({Status.DISPATCHED, Status.HANDLING})


def ask_task(number: str, task: TaskData, *, version: int, by: Actor, now: datetime) -> Case:
    """Ask one more department for its part of a case that another answers.

    Raises Conflict before the case is passed on and once its reply is under review, or for a
    department that owes its part already.
    """
    context = begin(number, version, Permission.CASE_ASK_TASK, by, now)
    case = context.case
    if case.status not in ASKED_IN:
        raise Conflict(_l("Others are asked for their part while a department has the case."))
    need(task.brief, "brief", _l("Write what this department has to do."))
    try:
        made = tasks.ask(case, [task], context.clocks, context.place, by=by, now=now)
    except Invalid as fault:
        raise Invalid(fault.message, field="department") from fault
    return finish(context, Asked.ASK_TASK, by, now, tasks.which(made[0]), Visibility.PUBLIC)


def answer_task(key: UUID, answer: str, *, by: Actor, now: datetime) -> CaseTask:
    """Give a department's part of a case; whoever answers the case reads it.

    Raises NotFound out of reach, NotAllowed for whoever only watches, Invalid without an answer,
    Conflict when it was answered or is not needed any more.
    """
    task, case = task_of(by, key)
    seats = by.seats_for(Permission.TASK_ANSWER)
    if not any(
        task.region_id in seat.region_ids and seat.department_id == task.department_id
        for seat in seats
    ):
        raise NotAllowed(_l("Your role does not include this. Ask your lead if it should."))
    if task.state is not TaskState.OPEN:
        raise Conflict(_l("This was answered, or it is not needed any more."))
    need(answer, "text", _l("Write what your department found or did."))
    task.state, task.answer = TaskState.ANSWERED, answer.strip()
    task.ended_by, task.ended_at = by.user_id, now
    context = context_of(case, by, now=now)
    finish(context, Asked.ANSWER_TASK, by, now, tasks.which(task), Visibility.PUBLIC)
    return task


def drop_task(
    number: str, key: UUID, reason: str, *, version: int, by: Actor, now: datetime
) -> Case:
    """Say that the part of a department is not needed any more, so that the case can go on."""
    context = begin(number, version, Permission.CASE_ASK_TASK, by, now)
    case = context.case
    task = db.session.get(CaseTask, (case.region_id, key))
    if task is None or task.case_id != case.id:
        raise Invalid(_l("Choose one that is still open."), field="task")
    if task.state is not TaskState.OPEN:
        raise Conflict(_l("This was answered, or it is not needed any more."))
    need(reason, "text", _l("Write why it is not needed any more."))
    task.state, task.ended_by, task.ended_at = TaskState.DROPPED, by.user_id, now
    story.add(
        case,
        MessageKind.REASON,
        reason.strip(),
        visibility=Visibility.TEAM,
        by=by,
        now=now,
        payload={"move": Asked.DROP_TASK.value},
    )
    return finish(context, Asked.DROP_TASK, by, now, tasks.which(task))
