"""What is done to a case without moving it: the same checks, the same line in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.access.actors import SYSTEM, Actor, ActorKind
from desk.access.permissions import Permission
from desk.accounts.queries import may_sit_in
from desk.audit.models import Visibility
from desk.casework.actions import clocks, joining, letters, story
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.attaching import attach
from desk.casework.actions.deciding import resume
from desk.casework.actions.effects import Change, add_contact
from desk.casework.actions.move import announce_reached
from desk.casework.actions.quiet_hours import check_hour
from desk.casework.courses import waits_for
from desk.casework.mentions import has_mark, mentioned
from desk.casework.models import Case, CaseClock, CaseNamed
from desk.casework.queries.colleagues import colleagues_of
from desk.casework.queries.context import Context
from desk.casework.situation import Situation, StepData
from desk.casework.words import (
    FINAL,
    PROMISES,
    ContactChannel,
    ContactKind,
    FileUse,
    Kind,
    MessageKind,
    PauseReason,
    Status,
    Step,
    Verdict,
)
from desk.files.arriving import FIELD
from desk.files.incoming import Arrived
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed

ALONE_WITHOUT_FILES = _l(
    "Files are not sent to everybody: they may show who somebody is. Send them one by one."
)


class Act(StrEnum):
    TAKE = "take"
    ASSIGN = "assign"
    RECORD_CONTACT = "record_contact"
    RECORD_VERDICT = "record_verdict"
    ADD_MESSAGE = "add_message"
    ADD_NOTE = "add_note"
    SHARE_FILE = "share_file"
    PLAN_CALL = "plan_call"


@dataclass(frozen=True, slots=True)
class ContactData:
    """One call or visit as its caller wrote it down."""

    kind: ContactKind
    channel: ContactChannel
    reached: bool
    note: str = ""


def take(number: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Make whoever acts the handler; raises Conflict when somebody else already is."""
    context = begin(number, version, Permission.CASE_TAKE, by, now)
    case = context.case
    if case.handler_id not in {None, by.user_id}:
        raise Conflict(_l("Somebody else has taken this case. Ask them, or your lead."))
    case.handler_id = by.user_id
    return finish(context, Act.TAKE, by, now)


def assign(
    number: str,
    user_id: int,
    *,
    version: int,
    by: Actor,
    now: datetime,
    rule: str | None = None,
) -> Case:
    """Make somebody of the answering department the handler; raises Invalid for anybody else.

    `rule` names the rule that chose them, where no person did.
    """
    context = begin(number, version, Permission.CASE_ASSIGN, by, now)
    case = context.case
    kept_away = db.session.get(CaseNamed, (case.region_id, case.id, user_id)) is not None
    if kept_away or not may_sit_in(user_id, case.department_id, context.place.day(now)):
        raise Invalid(_l("Choose somebody of the department that has the case."), field="user")
    case.handler_id = user_id
    body = {"handler": user_id, **({"rule": rule} if rule else {})}
    return finish(context, Act.ASSIGN, by, now, body)


def record_contact(
    number: str, contact: ContactData, *, version: int, by: Actor, now: datetime
) -> Case:
    """Record a call or visit and stop the clock that waited for it.

    A failed follow-up call counts towards closing as unconfirmed; one by the author or reviewer of
    the reply is refused, and so is one at a time when people are left in peace.
    """
    context = begin(number, version, Permission.CASE_CONTACT, by, now)
    _check_contact(context, contact, by)
    if _is_ring(contact):
        check_hour(context.place, now)
    change = Change(context, StepData(version=version, text=contact.note), by, now)
    add_contact(change, contact.kind, reached=contact.reached, channel=contact.channel)
    stops = {ContactKind.FIRST: Step.FIRST_CONTACT, ContactKind.VERIFY: Step.RATING_CONTACT}
    if contact.kind in stops:
        step = stops[contact.kind]
        reached = clocks.stop_step(context.case, step, context.place, now=now)
        announce_reached(context.case, reached, now=now)
    body = {"kind": contact.kind.value, "reached": contact.reached}
    return finish(context, Act.RECORD_CONTACT, by, now, body, Visibility.PUBLIC)


CONTACT_WHEN = {
    ContactKind.FIRST: frozenset({Status.DISPATCHED, Status.HANDLING}),
    ContactKind.FOLLOW_UP: frozenset({Status.REPLIED}),
    ContactKind.VERIFY: frozenset({Status.ACCEPTED}),
}


def _is_ring(contact: ContactData) -> bool:
    """Tell whether this is a follow-up call that nobody answered."""
    by_phone = contact.channel is ContactChannel.PHONE
    return contact.kind is ContactKind.FOLLOW_UP and by_phone and not contact.reached


def _check_contact(context: Context, contact: ContactData, by: Actor) -> None:
    case, s = context.case, context.situation
    if case.status not in CONTACT_WHEN.get(contact.kind, frozenset()):
        raise Conflict(_l("This kind of call does not belong to where the case stands now."))
    if contact.kind is ContactKind.VERIFY and case.kind is not Kind.RECTIFICATION:
        raise Conflict(_l("Only a bad rating is verified with the rater."))
    if contact.kind is ContactKind.FIRST and case.kind is Kind.RECTIFICATION:
        raise Conflict(_l("The unit that was rated does not call the rater: the window does."))
    if contact.kind is ContactKind.FOLLOW_UP:
        if Permission.CASE_FOLLOW_UP not in context.permissions:
            raise NotAllowed(_l("Follow-up calls are made by the window."))
        if by.user_id in {s.author_id, s.reviewer_id}:
            raise Conflict(_l("You wrote or reviewed the reply. Somebody else must call."))


def record_verdict(
    number: str, verdict: Verdict, note: str, *, version: int, by: Actor, now: datetime
) -> Case:
    """Say what the verification of a bad rating found: true or partly true.

    The other verdicts put the rating aside and need two supervisors; raises Conflict before the
    rater was contacted.
    """
    context = begin(number, version, Permission.CASE_VERIFY, by, now)
    case = context.case
    if case.kind is not Kind.RECTIFICATION or case.status is not Status.ACCEPTED:
        raise Conflict(_l("Only a bad rating that is being verified gets a verdict."))
    if context.situation.reachable and not context.situation.contacted:
        raise Conflict(_l("Call the rater first and record the call."))
    if verdict not in {Verdict.TRUE, Verdict.PART}:
        raise Conflict(_l("To set a rating aside, two supervisors must decide."))
    case.verdict = verdict
    story.add(
        case,
        MessageKind.NOTE,
        note,
        visibility=Visibility.TEAM,
        by=by,
        now=now,
        payload={"act": Act.RECORD_VERDICT.value, "verdict": verdict.value},
    )
    return finish(context, Act.RECORD_VERDICT, by, now, {"verdict": verdict.value})


def add_message(
    number: str,
    text: str,
    *,
    version: int | None,
    by: Actor,
    now: datetime,
    to_all: bool = False,
    files: Sequence[Arrived] = (),
    theirs: bool = False,
) -> Case:
    """Say something to the other side, where everybody of the case can read it.

    With `to_all` the complainants of the joined cases read it too, and are told. A message
    overwrites nothing, so the complainant need not have seen the newest version (`version` None).
    Where the promise stood still to wait for the complainant, it runs again.
    Raises Invalid for an empty text, Conflict once the case has ended.
    """
    context = begin(number, version, Permission.CASE_MESSAGE, by, now)
    case, public = context.case, Visibility.PUBLIC
    _need_text(text)
    if not can_write(context.situation):
        raise Conflict(_l("This case has ended. To go on, open it again first."))
    to_all = to_all and by.kind is ActorKind.STAFF and context.situation.joined > 0
    if to_all and files:
        raise Invalid(ALONE_WITHOUT_FILES, field=FIELD)
    kind = MessageKind.MESSAGE
    seq = story.add(case, kind, text, visibility=public, by=by, now=now, to_all=to_all)
    written = attach(
        case,
        files,
        FileUse.STORY,
        from_complainant=theirs or by.kind is ActorKind.COMPLAINANT,
        message_seq=seq,
        by=by,
        now=now,
    )
    body: dict[str, Any] = {"message": seq, "to_all": to_all}
    if written:
        body["files"] = written
    done = finish(context, Act.ADD_MESSAGE, by, now, body, public)
    if by.kind is ActorKind.STAFF:
        letters.owe(case, "message", now=now)
    elif any(waits_for(clock) == PauseReason.COMPLAINANT for clock in _promises(context)):
        resume(number, version=case.version, by=SYSTEM, now=now)
    elif case.parent_id is not None:
        joining.tell_parent(case, "joined_message", by=by, now=now)
    if to_all:
        letters.tell_joined(case, "message", now=now)
    return done


def _promises(context: Context) -> list[CaseClock]:
    running = (clock for clock in context.clocks if clock.stopped_at is None)
    return [clock for clock in running if clock.step in PROMISES]


def can_write(s: Situation) -> bool:
    """Tell whether messages can still go to and fro: it, or the case it joined, is open."""
    if s.status is Status.MERGED:
        return s.parent_status not in FINAL
    return s.status not in FINAL


def add_note(
    number: str,
    text: str,
    *,
    version: int | None,
    by: Actor,
    now: datetime,
    files: Sequence[Arrived] = (),
) -> Case:
    """Leave a note for colleagues of the case; the complainant never sees it.

    Whom it names with an @ is told of it, as far as they work with the case.
    """
    context = begin(number, version, Permission.CASE_NOTE, by, now)
    _need_text(text)
    named = _named_in(text, context.case, by, now)
    seq = story.add(
        context.case,
        MessageKind.NOTE,
        text,
        visibility=Visibility.TEAM,
        by=by,
        now=now,
        payload={"mentions": named} if named else None,
    )
    written = attach(
        context.case,
        files,
        FileUse.INTERNAL,
        from_complainant=False,
        message_seq=seq,
        by=by,
        now=now,
    )
    body: dict[str, Any] = {"message": seq}
    body |= {"files": written} if written else {}
    body |= {"mentions": named} if named else {}
    return finish(context, Act.ADD_NOTE, by, now, body)


def _named_in(text: str, case: Case, by: Actor, now: datetime) -> list[int]:
    if not has_mark(text):
        return []
    found = mentioned(text, colleagues_of(case, now=now))
    return [colleague.id for colleague in found if colleague.id != by.user_id]


def _need_text(text: str) -> None:
    if not text.strip():
        raise Invalid(_l("Write something before sending."), field="text")
