"""Appealing against a bad rating, and deciding on it: evidence, two supervisors, once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.access.actors import SYSTEM, Actor
from desk.access.permissions import Permission, Role
from desk.approvals.actions import Request, ask, vote
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, ApprovalState, Ballot
from desk.audit.models import Visibility
from desk.casework.actions import story
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.attaching import attach
from desk.casework.actions.move import move
from desk.casework.actions.requests import Asked, end_of, told
from desk.casework.hearing import agreeing_blocked, refusal
from desk.casework.models import Case
from desk.casework.needs import NEEDS_A_FILE
from desk.casework.queries.context import Context
from desk.casework.queries.hearings import hearing_of
from desk.casework.situation import StepData
from desk.casework.words import CASE, UNFOUNDED, FileUse, Kind, MessageKind, Step, Verdict
from desk.casework.workflow import UNTIL_CLOSED, Move
from desk.files.incoming import Arrived
from desk.kernel.errors import Conflict, Invalid, NotAllowed

BOTH = 2
SHORTEST_EVIDENCE = 10


def appeal_until(context: Context) -> datetime | None:
    """Say until when the unit may appeal: counted from when the brief reached it (settled 1.23)."""
    passed_on = [c.started_at for c in context.clocks if c.step is Step.SIGN]
    return end_of(context, "rating_appeal", max(passed_on)) if passed_on else None


def appeal_blocked(context: Context) -> LazyString | None:
    """Give the sentence that says why the unit cannot appeal now."""
    case = context.case
    if case.kind is not Kind.RECTIFICATION or not case.open or case.department_id is None:
        return _l("Only a bad rating that is with your unit can be appealed against.")
    if any(a.kind is ApprovalKind.RATING_APPEAL for a in context.approvals):
        return _l("Your unit has appealed once against this rating.")
    until = appeal_until(context)
    if until is None or context.situation.now > until:
        return _l("The time to appeal is over: 3 working days from when it was passed on.")
    return None


def appeal(
    number: str,
    verdict: Verdict,
    evidence: str,
    files: Sequence[Arrived] = (),
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Case:
    """Ask that a bad rating be put aside, with what shows it; every clock runs on meanwhile.

    Raises Conflict for a second appeal or when the time is over, Invalid without evidence, or for
    "malicious" without a file: never by text alone (settled 2.19).
    """
    context = begin(number, version, Permission.CASE_APPEAL_RATING, by, now)
    if (sentence := appeal_blocked(context)) is not None:
        raise Conflict(sentence)
    check_evidence(verdict, evidence, files)
    case = context.case
    request = Request(
        region_id=case.region_id,
        kind=ApprovalKind.RATING_APPEAL,
        subject_kind=CASE,
        subject_id=case.id,
        hall_id=case.hall_id,
        department_id=case.department_id or 0,
        decider_role=Role.SUPERVISOR,
        reason=evidence.strip(),
        payload={"verdict": verdict.value, "round": case.round},
        due_at=end_of(context, "rating_appeal_decision", now),
        needed=BOTH,
    )
    ask(request, by=by, now=now)
    act = Asked.APPEAL_RATING
    seq = story.add(
        case,
        MessageKind.REASON,
        evidence.strip(),
        visibility=Visibility.TEAM,
        by=by,
        now=now,
        payload={"move": act.value},
    )
    written = attach(
        case, files, FileUse.INTERNAL, from_complainant=False, message_seq=seq, by=by, now=now
    )
    body: dict[str, Any] = {"verdict": verdict.value}
    return finish(context, act, by, now, body | ({"files": written} if written else {}))


def check_evidence(verdict: Verdict, evidence: str, files: Sequence[Arrived]) -> None:
    """Raise Invalid for a verdict that puts nothing aside, or for one that nothing shows."""
    if verdict not in UNFOUNDED:
        raise Invalid(_l("Choose what the rating was."), field="verdict")
    if len(evidence.strip()) < SHORTEST_EVIDENCE:
        raise Invalid(
            _l("Write what shows it, in at least %(n)s characters.", n=SHORTEST_EVIDENCE),
            field="text",
        )
    if verdict is Verdict.MALICIOUS and not files:
        raise Invalid(NEEDS_A_FILE, field="files")


def waiting_appeal(context: Context) -> Approval | None:
    """Find the appeal that waits for its decision."""
    return context.asked(ApprovalKind.RATING_APPEAL)


def decide_appeal(
    number: str, *, grant: bool, reason: str, version: int, by: Actor, now: datetime
) -> Case:
    """Say whether a rating is put aside: two who agree end its case, one who refuses the appeal.

    The rating is kept and counted as not effective; refused, nothing changes. Raises NotAllowed for
    whoever works for the rated unit, spoke before or asked; Invalid without a reason.
    """
    context = begin(number, version, Permission.CASE_DECIDE_RATING, by, now)
    approval = waiting_appeal(context)
    if approval is None:
        raise Conflict(_l("Nobody appeals against this rating, or it has been decided."))
    hearing = hearing_of(approval, context.case, by, day=context.situation.today)
    sentence = agreeing_blocked(hearing) if grant else refusal(hearing)
    if sentence is not None:
        raise NotAllowed(sentence)
    if not reason.strip():
        raise Invalid(_l("Write why, so that the unit can follow it."), field="text")
    vote(approval, Ballot.GRANT if grant else Ballot.REFUSE, reason.strip(), by=by, now=now)
    act = Asked.UPHOLD_APPEAL if grant else Asked.REFUSE_APPEAL
    body = {"verdict": approval.payload["verdict"], "approval": approval.id.hex}
    case = told(context, act, reason, by=by, now=now, body=body)
    if approval.state is ApprovalState.GRANTED and case.status in UNTIL_CLOSED:
        verdict = Verdict(approval.payload["verdict"])
        data = StepData(version=case.version, verdict=verdict)
        return move(number, Move.END_BY_APPEAL, data, by=SYSTEM, now=now)
    return case
