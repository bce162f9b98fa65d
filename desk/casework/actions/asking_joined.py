"""Asking complainants of joined cases whether it is solved for them, and leaving none behind."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM, Actor
from desk.access.permissions import Permission
from desk.audit.models import Visibility
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.acts import Act
from desk.casework.actions.effects import RESULT_OF, Change, add_contact
from desk.casework.actions.move import move
from desk.casework.actions.quiet_hours import check_hour
from desk.casework.events import CaseMoved
from desk.casework.models import Case
from desk.casework.queries.context import Context, last_reply
from desk.casework.queries.joined import ANSWERED, is_to_be_asked, joined_to
from desk.casework.situation import StepData
from desk.casework.words import ContactChannel, ContactKind, Solved, Status
from desk.casework.workflow import Move
from desk.kernel.errors import Conflict, Invalid

LEFT_BEHIND = frozenset({Status.DIVERTED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class JoinedAnswer:
    """What the complainant of a joined case said; nothing but a note when nobody was reached."""

    reached: bool
    solved: Solved | None = None
    in_time: bool | None = None
    result_score: int | None = None
    attitude_score: int | None = None
    note: str = ""


def ask_joined(
    number: str, answer: JoinedAnswer, *, version: int, by: Actor, now: datetime
) -> Case:
    """Record what the complainant of a joined case says about the answer; each is asked once.

    Raises Conflict before there is an answer, after they were asked, or for its author or reviewer.
    """
    context = begin(number, version, Permission.CASE_FOLLOW_UP, by, now)
    parent = can_be_asked(context)
    reply = last_reply(parent)
    if reply is not None and by.user_id in {reply.author_id, reply.reviewer_id}:
        raise Conflict(_l("You wrote or reviewed the reply. Somebody else must call."))
    if answer.reached and answer.solved is None:
        raise Invalid(_l("Say whether it is solved."), field="solved")
    if not answer.reached:
        check_hour(context.place, now)
    return _record(context, answer, ContactChannel.PHONE, by, now)


def confirm_joined(number: str, solved: Solved, *, version: int, by: Actor, now: datetime) -> Case:
    """Record online that the answer has solved a joined case as well; raises as `ask_joined`."""
    context = begin(number, version, Permission.CASE_CONFIRM, by, now)
    can_be_asked(context)
    return _record(context, JoinedAnswer(True, solved), ContactChannel.ONLINE, by, now)


def can_be_asked(context: Context) -> Case:
    """Give the case this one was joined to; raises Conflict when there is nothing to ask now."""
    parent = context.around.parent
    if parent is None or parent.status not in ANSWERED:
        raise Conflict(_l("There is no answer yet to ask about."))
    if not is_to_be_asked(context.case, parent):
        raise Conflict(_l("The complainant was asked and has answered."))
    return parent


def _record(
    context: Context, answer: JoinedAnswer, channel: ContactChannel, by: Actor, now: datetime
) -> Case:
    data = StepData(
        version=context.case.version,
        text=answer.note,
        in_time=answer.in_time,
        solved=answer.solved,
        result_score=answer.result_score,
        attitude_score=answer.attitude_score,
    )
    change = Change(context, data, by, now)
    add_contact(change, ContactKind.FOLLOW_UP, reached=answer.reached, channel=channel)
    if answer.reached and answer.solved is not None:
        context.case.result = RESULT_OF[answer.solved]
    body = {"kind": ContactKind.FOLLOW_UP.value, "reached": answer.reached}
    return finish(context, Act.RECORD_CONTACT, by, now, body, Visibility.PUBLIC)


def stand_alone_again(news: CaseMoved) -> None:
    """Take out what was joined to a case that leaves the desk without an answer.

    Whoever withdraws, or is sent elsewhere, does so for themselves alone.
    """
    if news.case.status not in LEFT_BEHIND:
        return
    for child in joined_to(news.case):
        move(child.number, Move.UNMERGE, StepData(child.version), by=SYSTEM, now=news.at)
