"""The one function that moves a case, for pages, bulk and jobs alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM, Actor, ActorKind
from desk.approvals.actions import void
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework import needs, workflow
from desk.casework.actions import clocks, effects, letters, proposing, story, tasks
from desk.casework.actions.attaching import Written, attach
from desk.casework.actions.clocks import Reached
from desk.casework.actions.counting import count_move
from desk.casework.actions.effects import Change
from desk.casework.events import CaseMoved, ClockDue, HandlerWanted
from desk.casework.models import Case, CaseTask
from desk.casework.numbers import parse_case_number
from desk.casework.queries.context import Context, context_of
from desk.casework.queries.scope import case_of, lock_together, standing_in
from desk.casework.situation import StepData
from desk.casework.words import FileUse, Kind, MessageKind, Status, Step
from desk.casework.workflow import Move, Row
from desk.kernel.db import db
from desk.kernel.errors import Conflict, NotAllowed
from desk.kernel.events import announce

MESSAGE_KINDS = {
    Move.ASK_SUPPLEMENT: MessageKind.SUPPLEMENT_NOTICE,
    Move.SUPPLY: MessageKind.SUPPLEMENT,
}


def stream_of(case: Case) -> str:
    """Name the case's chain in the ledger."""
    return case.stream


def move(number: str, name: Move, data: StepData, *, by: Actor, now: datetime) -> Case:
    """Move a case along one row of the table: check, change, record, tell.

    Raises NotFound when the case is out of reach, Conflict when somebody changed it since
    `data.version` or no such row starts here, NotAllowed and Invalid as the row says.
    """
    if data.parent:
        lock_together(by, number, parse_case_number(data.parent) or "")
    case = case_of(by, number)
    check_version(case, data.version)
    context = context_of(case, by, now=now)
    row = workflow.row_of(workflow.resolve(name, context.situation), case.kind, case.status)
    check_allowed(row, context)
    needs.check(row, context.situation, data)
    take(row, Change(context, data, by, now))
    return case


def check_version(case: Case, version: int) -> None:
    """Raise Conflict when the case is no longer as the person saw it."""
    if case.version != version:
        raise Conflict(
            _l(
                "Somebody changed this case while you were writing. "
                "Nothing was overwritten; compare and send again."
            )
        )


def check_allowed(row: Row, context: Context) -> None:
    """Raise NotAllowed without the permission here, Conflict with the sentence of the guard."""
    if row.permission not in context.permissions:
        raise NotAllowed(_l("Your role does not include this step. Ask your lead if it should."))
    blocked = workflow.blocked_by(row, context.situation)
    if blocked is not None:
        raise Conflict(blocked)


def take(row: Row, change: Change) -> None:
    """Carry out a row that was found allowed; what was asked and not decided is set aside."""
    case, before = change.case, change.case.status
    previous, verdict = case.version, case.verdict
    with db.session.no_autoflush:
        effects.apply(row, change)
        if change.context.approvals:
            void(case.region_id, case.id, now=change.now)
        place = change.context.place
        done = clocks.apply(case, row.clocks, change.context.clocks, place, now=change.now)
    db.session.flush()
    if row.move is Move.FIND_UNFOUNDED:
        due_at = next(c.due_at for c in done.started if c.step is Step.REPLY_REVIEW)
        proposing.propose(change, verdict, due_at=due_at)
    asked = _tasks(change)
    announce_reached(case, done.reached, now=change.now)
    written = _keep_what_was_given(row, change)
    letters.owe(case, _letter_of(row, case), now=change.now)
    if change.context.situation.joined:
        letters.tell_joined(case, row.letter, now=change.now)
    announce(CaseMoved(case, row.move, before, change.now, change.by))
    counted = count_move(case, row.move, change.context.clocks, place, now=change.now)
    counted = {**counted, "files": written} if written else counted
    record_move(case, row.move, before, previous, by=change.by, now=change.now, counted=counted)
    tasks.record_asked(case, asked, by=change.by, now=change.now)
    if case.escalated_at == change.now:
        _record_raised(case, now=change.now)
    if case.status in _IN_DEPARTMENT and case.handler_id is None:
        announce(HandlerWanted(case, change.now))


def _letter_of(row: Row, case: Case) -> str | None:
    """Name the letter a step owes; of the answer to a bad rating the room of ratings tells."""
    answers = row.move is Move.APPROVE_REPLY and case.kind is Kind.RECTIFICATION
    return None if answers else row.letter


def _record_raised(case: Case, *, now: datetime) -> None:
    """Write that so many rounds have raised a case by themselves, and to whom."""
    record(
        case.stream,
        "escalate",
        region_id=case.region_id,
        by=SYSTEM,
        now=now,
        visibility=Visibility.PUBLIC,
        body={"version": case.version, "leader": case.leader_id, "why": "rounds"},
    )


def _tasks(change: Change) -> list[CaseTask]:
    """Drop what other departments need not do any more, and ask what the step asks of them."""
    context = change.context
    if context.situation.open_tasks:
        tasks.drop_needless(change.case, now=change.now)
    return tasks.ask(
        change.case, change.data.tasks, context.clocks, context.place, by=change.by, now=change.now
    )


def _keep_what_was_given(row: Row, change: Change) -> Written:
    """Add the text of a step to the story, and its files to the case: with a reply as evidence."""
    case, data, by, now = change.case, change.data, change.by, change.now
    seq = None
    if data.text and row.move not in _TEXT_KEPT_ELSEWHERE:
        seq = story.add(
            case,
            MESSAGE_KINDS.get(row.move, MessageKind.REASON),
            data.text,
            visibility=row.told,
            by=by,
            now=now,
            payload={"move": row.move.value},
        )
    last = change.context.reply
    replies = row.move in _REPLIES
    return attach(
        case,
        data.files,
        _use_of(row),
        from_complainant=by.kind is ActorKind.COMPLAINANT or row.move is Move.SUPPLY,
        message_seq=seq,
        reply_n=1 + (last.n if last else 0) if replies else None,
        by=by,
        now=now,
    )


def _use_of(row: Row) -> FileUse:
    """Tell what the files of a step are for: never more public than its text."""
    if row.move in _REPLIES:
        return FileUse.EVIDENCE
    return FileUse.STORY if row.told is Visibility.PUBLIC else FileUse.INTERNAL


def announce_reached(case: Case, reached: Sequence[Reached], *, now: datetime) -> None:
    """Tell the rooms above what levels the clocks of a case have reached."""
    for level in reached:
        announce(ClockDue(case, level.clock, level.rung, now))


_IN_DEPARTMENT = frozenset({Status.DISPATCHED, Status.HANDLING})
_TEXT_KEPT_ELSEWHERE = frozenset({Move.SEND_BACK, Move.SEND_BACK_0, Move.CLOSE_SOLVED})
_REPLIES = frozenset({Move.SUBMIT_REPLY, Move.SOLVE_ON_SPOT, Move.FIND_UNFOUNDED})


def record_move(
    case: Case,
    name: Move,
    before: Status | None,
    seen: int,
    *,
    by: Actor,
    now: datetime,
    counted: dict[str, Any] | None = None,
) -> bytes:
    """Write a step into the case's chain, with what it was counted as; return the line's hash."""
    body: dict[str, Any] = {
        **(counted or {}),
        **standing_in(by, case),
        "version": case.version,
        "seen": seen,
        "round": case.round,
        "department": case.department_id,
        "item": case.item_id,
        "promised_on": case.promised_on.isoformat() if case.promised_on else None,
    }
    return record(
        stream_of(case),
        name.value,
        region_id=case.region_id,
        by=by,
        now=now,
        from_status=before.value if before else None,
        to_status=case.status.value,
        visibility=Visibility.PUBLIC if name in _PUBLIC_MOVES else Visibility.TEAM,
        body=body,
    )


_PUBLIC_MOVES = frozenset(Move) - {
    Move.SEND_BACK,
    Move.SEND_BACK_0,
    Move.SUBMIT_REPLY,
    Move.FIND_UNFOUNDED,
}
