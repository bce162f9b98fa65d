"""What a step changes in the case itself: a small function for each row that changes something."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor, ActorKind
from desk.approvals.actions import vote
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, Ballot
from desk.audit.models import Visibility
from desk.casework.actions import joining, story
from desk.casework.models import Case, Contact, Reply, Ruling
from desk.casework.queries.context import Context
from desk.casework.queries.line import leader_of
from desk.casework.situation import StepData
from desk.casework.words import (
    FINAL,
    UNFOUNDED,
    ContactChannel,
    ContactKind,
    MessageKind,
    Outcome,
    Result,
    Review,
    Solved,
    Status,
    Verdict,
)
from desk.casework.workflow import Move, Row
from desk.catalogue.models import Item
from desk.catalogue.queries import version_in_force
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.ids import uuid7
from desk.organisation.models import Department

ROUNDS_BEFORE_ESCALATION = 2
RESULT_OF = {Solved.YES: Result.SOLVED, Solved.PART: Result.PART, Solved.NO: Result.UNSOLVED}


@dataclass(frozen=True, slots=True)
class Change:
    """A step being taken: the case with its surroundings, what was given, who and when."""

    context: Context
    data: StepData
    by: Actor
    now: datetime

    @property
    def case(self) -> Case:
        return self.context.case


def apply(row: Row, change: Change) -> None:
    """Put the case into the row's status and change what goes with it."""
    case = change.case
    case.status = row.target
    case.open = row.target not in FINAL
    case.ended_at = None if case.open else change.now
    case.closed_at = change.now if row.target is Status.CLOSED else None
    EFFECTS.get(row.move, _nothing)(change)


def _nothing(_change: Change) -> None:
    """Most rows change only the status."""


def _accept(change: Change) -> None:
    case, data = change.case, change.data
    case.complexity = data.complexity
    case.accepted_at = change.now
    if data.item_id is None:
        case.item_id = case.item_version_id = None
        return
    item = db.session.get(Item, data.item_id)
    if item is None or item.region_id != case.region_id:
        raise Invalid(_l("Choose an item from the list."), field="item")
    version = version_in_force(item.id, change.context.place.day(change.now))
    case.item_id = item.id
    case.item_version_id = version.id if version else None


def _pass_on(change: Change) -> None:
    case, data = change.case, change.data
    department = db.session.get(Department, data.department_id)
    today = change.context.place.day(change.now)
    if department is None or department.region_id != case.region_id:
        raise Invalid(_l("Choose a department from the list."), field="department")
    if department.active_to is not None and department.active_to < today:
        raise Invalid(
            _l("This department no longer takes cases. Choose its successor."), field="department"
        )
    case.department_id = department.id
    case.handler_id = None
    case.hop += 1


def _dispatch(change: Change) -> None:
    _pass_on(change)
    change.case.brief = change.data.brief


def _answer(change: Change, kind: ApprovalKind) -> Approval:
    approval = change.context.asked(kind)
    if approval is None:
        raise Conflict(_l("Nobody has asked for this, or it has been decided."))
    vote(approval, Ballot.GRANT, change.data.text or "", by=change.by, now=change.now)
    return approval


def _return_upheld(change: Change) -> None:
    _answer(change, ApprovalKind.RETURN)
    change.case.department_id = change.case.handler_id = None


def _arbitrate(change: Change) -> None:
    """Say for good which department answers, also for later cases of the same item."""
    _answer(change, ApprovalKind.RETURN)
    _pass_on(change)
    case, by = change.case, change.by.user_id
    case.final_assignment = True
    if case.item_id is not None and case.department_id is not None and by is not None:
        db.session.add(
            Ruling(
                region_id=case.region_id,
                id=uuid7(change.now),
                item_id=case.item_id,
                department_id=case.department_id,
                case_id=case.id,
                decided_by=by,
                decided_at=change.now,
            )
        )


def _divert(change: Change) -> None:
    """Divert, and tell the complainant what was proposed: why, on what basis and where to go."""
    approval = _answer(change, ApprovalKind.DIVERT)
    told = (approval.reason, approval.payload["basis"], approval.payload["where"])
    story.add(
        change.case,
        MessageKind.REASON,
        "\n\n".join(told),
        visibility=Visibility.PUBLIC,
        by=change.by,
        now=change.now,
        payload={"move": Move.DIVERT.value, "code": approval.payload["code"]},
    )


def _sign(change: Change) -> None:
    change.case.handler_id = change.by.user_id


def _submit_reply(change: Change) -> None:
    _write_reply(change)


def _find_unfounded(change: Change) -> None:
    """Write the finding as the answer the rater will read; it stands once supervisors agree."""
    explained = replace(change.data, outcome=Outcome.EXPLAINED)
    _write_reply(replace(change, data=explained))
    change.case.verdict = change.data.verdict


def _solve_on_spot(change: Change) -> None:
    """Write a reply nobody reviews beforehand: only a sample of them is looked at afterwards."""
    case, reply = change.case, _write_reply(change)
    reply.review = Review.ON_SPOT
    reply.reviewed_at = change.now
    case.root_cause = change.data.root_cause
    case.responsibility = change.data.responsibility
    case.replied_at = change.now
    _answer_joined(change, reply)


def _answer_joined(change: Change, reply: Reply) -> None:
    """Tell those whose cases were joined what was written for them, once it may go out."""
    if reply.to_all:
        story.add(
            change.case,
            MessageKind.MESSAGE,
            reply.to_all,
            visibility=Visibility.PUBLIC,
            by=change.by,
            now=change.now,
            payload={"move": Move.APPROVE_REPLY.value},
            to_all=True,
        )


def _write_reply(change: Change) -> Reply:
    case, data = change.case, change.data
    if change.by.user_id is None or data.outcome is None:
        raise Conflict(_l("A reply needs an author and an outcome."))
    last = change.context.reply
    reply = Reply(
        region_id=case.region_id,
        case_id=case.id,
        n=1 + (last.n if last else 0),
        round=case.round,
        author_id=change.by.user_id,
        facts=data.facts or "",
        basis=data.basis or "",
        action=data.action or "",
        next_step=data.next_step or "",
        contact=data.contact or "",
        evidence=data.evidence or "",
        to_all=(data.to_all or "") if change.context.situation.joined else "",
        outcome=data.outcome,
        likeness=data.likeness,
        submitted_at=change.now,
    )
    db.session.add(reply)
    case.outcome = data.outcome
    return reply


def _review(change: Change, review: Review) -> Reply:
    reply = change.context.reply
    if reply is None or reply.review is not None:
        raise Conflict(_l("No reply is waiting for review. Look again where the case stands."))
    reply.review = review
    reply.reviewer_id = change.by.user_id
    reply.reviewed_at = change.now
    reply.missing = change.data.text if review is Review.SENT_BACK else None
    return reply


def _approve_reply(change: Change) -> None:
    case = change.case
    reply = _review(change, Review.APPROVED)
    if change.context.situation.finding is not None:
        _answer(change, ApprovalKind.UNFOUNDED)
    case.root_cause = change.data.root_cause
    case.responsibility = change.data.responsibility
    case.replied_at = change.now
    _answer_joined(change, reply)


def _send_back(change: Change) -> None:
    _review(change, Review.SENT_BACK)
    change.case.outcome = None
    finding = change.context.asked(ApprovalKind.UNFOUNDED)
    if finding is not None:
        before = finding.payload["before"]
        vote(finding, Ballot.REFUSE, change.data.text or "", by=change.by, now=change.now)
        change.case.verdict = Verdict(before) if before else None


def _close_solved(change: Change) -> None:
    data = change.data
    change.case.result = RESULT_OF[data.solved or Solved.NO]
    add_contact(change, ContactKind.FOLLOW_UP, reached=True, channel=ContactChannel.PHONE)


def _confirm(change: Change) -> None:
    change.case.result = RESULT_OF[change.data.solved or Solved.NO]
    add_contact(change, ContactKind.FOLLOW_UP, reached=True, channel=ContactChannel.ONLINE)


def _close_unconfirmed(change: Change) -> None:
    change.case.result = Result.UNCONFIRMED


def _close_unsolved(change: Change) -> None:
    change.case.result = Result.UNSOLVED


def _again(change: Change) -> None:
    """Begin another round; where somebody was asked and said no, what they said is a contact."""
    case = change.case
    if change.data.solved is not None:
        asked = change.by.kind is ActorKind.STAFF
        channel = ContactChannel.PHONE if asked else ContactChannel.ONLINE
        add_contact(change, ContactKind.FOLLOW_UP, reached=True, channel=channel)
    case.round += 1
    case.result = None
    case.outcome = None
    case.replied_at = None
    if case.verdict in UNFOUNDED:
        case.verdict = Verdict.TRUE if case.department_id else None
    if case.round > ROUNDS_BEFORE_ESCALATION and case.escalated_at is None:
        raise_to_leader(case, change.context.place.day(change.now), now=change.now)


def raise_to_leader(case: Case, day: date, *, now: datetime) -> None:
    """Put a case under whoever is on duty at the head of its department or hall, by name."""
    case.escalated_at = now
    case.leader_id = leader_of(case, day=day)


def _end_by_appeal(change: Change) -> None:
    change.case.verdict = change.data.verdict
    change.case.result = Result.UNCONFIRMED


def _merge(change: Change) -> None:
    case, data = change.case, change.data
    parent = joining.find_parent(case, data.parent or "", by=change.by)
    case.parent_id = parent.id
    joining.join(case, parent, by=change.by, now=change.now)


def _unmerge(change: Change) -> None:
    joining.part(change.case, by=change.by, now=change.now)
    change.case.parent_id = None
    change.case.result = None
    _restore(change)


def _restore(change: Change) -> None:
    """Begin again from the window: nothing a department had to do with it holds any more."""
    case = change.case
    case.department_id = case.handler_id = None
    case.accepted_at = case.replied_at = case.promised_on = None
    case.outcome = None
    case.final_assignment = False


def add_contact(
    change: Change, kind: ContactKind, *, reached: bool, channel: ContactChannel
) -> None:
    """Record a call or visit with the answers given; unanswered calls carry no answers."""
    case, data, contacts = change.case, change.data, change.context.contacts
    db.session.add(
        Contact(
            region_id=case.region_id,
            case_id=case.id,
            n=1 + max((c.n for c in contacts), default=0),
            kind=kind,
            round=case.round,
            by_user_id=change.by.user_id,
            at=change.now,
            channel=channel,
            reached=reached,
            in_time=data.in_time if reached else None,
            solved=data.solved if reached else None,
            result_score=data.result_score if reached else None,
            attitude_score=data.attitude_score if reached else None,
            note=data.text or "",
        )
    )


EFFECTS: dict[Move, Callable[[Change], None]] = {
    Move.ACCEPT: _accept,
    Move.DISPATCH: _dispatch,
    Move.DISPATCH_RECTIFICATION: _dispatch,
    Move.RETURN_UPHELD: _return_upheld,
    Move.ARBITRATE: _arbitrate,
    Move.DIVERT: _divert,
    Move.SOLVE_ON_SPOT: _solve_on_spot,
    Move.SIGN: _sign,
    Move.SUBMIT_REPLY: _submit_reply,
    Move.FIND_UNFOUNDED: _find_unfounded,
    Move.APPROVE_REPLY: _approve_reply,
    Move.SEND_BACK: _send_back,
    Move.SEND_BACK_0: _send_back,
    Move.CLOSE_SOLVED: _close_solved,
    Move.CONFIRM: _confirm,
    Move.CLOSE_UNCONFIRMED: _close_unconfirmed,
    Move.LAPSE_CONFIRM: _close_unconfirmed,
    Move.CLOSE_UNSOLVED: _close_unsolved,
    Move.REDO: _again,
    Move.REDO_0: _again,
    Move.REOPEN: _again,
    Move.REOPEN_0: _again,
    Move.RESTORE: _restore,
    Move.MERGE: _merge,
    Move.UNMERGE: _unmerge,
    Move.END_BY_APPEAL: _end_by_appeal,
}
