"""What requests for a second person's decision share: their names, their limits, their traces."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.approvals import actions as approvals
from desk.approvals.actions import Request
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, ApprovalState
from desk.audit.models import Visibility
from desk.casework.actions import story
from desk.casework.actions.acting import finish
from desk.casework.models import Case, CaseClock
from desk.casework.queries.context import Context
from desk.casework.words import CASE, PROMISES, Complexity, MessageKind, Status
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.queries import limit_of
from desk.worktime.deadline import due

DECIDED = frozenset({ApprovalState.GRANTED, ApprovalState.REFUSED})


class Asked(StrEnum):
    """What the ledger calls a request and its answer."""

    ASK_RETURN = "ask_return"
    REFUSE_RETURN = "refuse_return"
    PROPOSE_DIVERT = "propose_divert"
    REFUSE_DIVERT = "refuse_divert"
    REFER = "refer"
    ASK_EXTENSION = "ask_extension"
    ENDORSE_EXTENSION = "endorse_extension"
    EXTEND = "extend"
    REFUSE_EXTENSION = "refuse_extension"
    EXTENSION_RAN_OUT = "extension_ran_out"
    RECLASSIFY = "reclassify"
    SET_ITEM = "set_item"
    SET_CAUSE = "set_cause"
    ASK_PAUSE = "ask_pause"
    PAUSE = "pause"
    REFUSE_PAUSE = "refuse_pause"
    RESUME = "resume"
    RAISE_REQUEST = "raise_request"
    NUDGE = "nudge"
    URGE = "urge"
    SUPERVISE = "supervise"
    ANSWER_ORDER = "answer_order"
    LIFT_ORDER = "lift_order"
    ESCALATE = "escalate"
    ASK_TASK = "ask_task"
    ANSWER_TASK = "answer_task"
    DROP_TASK = "drop_task"
    AGREE_UNFOUNDED = "agree_unfounded"
    APPEAL_RATING = "appeal_rating"
    UPHOLD_APPEAL = "uphold_appeal"
    REFUSE_APPEAL = "refuse_appeal"


STEPS = {
    (ApprovalKind.RETURN, Role.CLERK): "return_decision",
    (ApprovalKind.RETURN, Role.SUPERVISOR): "arbitration",
    (ApprovalKind.DIVERT, Role.CLERK): "divert_decision",
    (ApprovalKind.DIVERT, Role.SUPERVISOR): "divert_decision",
    (ApprovalKind.EXTENSION, Role.LEAD): "extension_decision",
    (ApprovalKind.EXTENSION, Role.SUPERVISOR): "extension_decision",
    (ApprovalKind.PAUSE, Role.LEAD): "pause_decision",
    (ApprovalKind.PAUSE, Role.SUPERVISOR): "pause_decision",
}
"""The limit within which a role decides a request, by its name in the list of limits."""


def put(
    context: Context,
    kind: ApprovalKind,
    role: Role,
    reason: str,
    payload: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
) -> Approval:
    """Put a request about a case before a role; past its limit it goes to the supervisor.

    Raises Invalid without a reason, Conflict while another of its kind is undecided.
    """
    need(reason, "text", _l("Write why, so that whoever decides can judge it."))
    case = context.case
    due_at = decision_due(context, kind, role, now)
    request = Request(
        region_id=case.region_id,
        kind=kind,
        subject_kind=CASE,
        subject_id=case.id,
        hall_id=case.hall_id,
        department_id=case.department_id or 0,
        decider_role=role,
        reason=reason.strip(),
        payload=payload,
        due_at=due_at,
        alarm_at=None if role is Role.SUPERVISOR else due_at,
    )
    return approvals.ask(request, by=by, now=now)


def decision_due(context: Context, kind: ApprovalKind, role: Role, now: datetime) -> datetime:
    """Say by when a role has to decide what is asked now."""
    return end_of(context, STEPS[kind, role], now)


def end_of(context: Context, step: str, start: datetime) -> datetime:
    """Say when the limit of a step that began at `start` runs out at this case's hall."""
    limit, table = limit_for(context, step, start), context.place.timetable
    return due(start, limit[0], limit[1], table.calendar, table.hours, table.zone).due_at


def limit_for(context: Context, step: str, at: datetime) -> tuple[int, str]:
    """Find the limit of a step for this case, as a number and its unit."""
    return limit_on(context, step, at, context.case.complexity or Complexity.GENERAL)


def limit_on(context: Context, step: str, at: datetime, complexity: Complexity) -> tuple[int, str]:
    """Find the limit of a step that began at an instant, for a case of some complexity."""
    case = context.case
    limit = limit_of(
        step,
        region=context.place.region,
        hall_id=case.hall_id,
        complexity=complexity.value,
        party=case.party_kind.value,
        on=context.place.day(at),
    )
    return limit.n, limit.unit.value


def told(
    context: Context,
    act: Asked,
    text: str,
    *,
    by: Actor,
    now: datetime,
    visibility: Visibility = Visibility.TEAM,
    body: dict[str, Any] | None = None,
) -> Case:
    """Keep what was written with an act, where `visibility` may read it, and end the act."""
    if text.strip():
        story.add(
            context.case,
            MessageKind.REASON,
            text.strip(),
            visibility=visibility,
            by=by,
            now=now,
            payload={"move": act.value},
        )
    return finish(context, act, by, now, body, visibility)


def waiting(context: Context, kind: ApprovalKind) -> Approval:
    """Give the undecided request of a kind; raises Conflict when there is none."""
    approval = context.asked(kind)
    if approval is None:
        raise Conflict(_l("Nobody has asked for this, or it has been decided."))
    return approval


def decided(context: Context, kind: ApprovalKind) -> list[Approval]:
    """List the decided requests of a kind in this round of the case."""
    return [
        a
        for a in context.approvals
        if a.kind is kind and a.state in DECIDED and a.payload.get("round") == context.case.round
    ]


def need(value: str, field: str, sentence: object) -> None:
    """Raise Invalid with the sentence when nothing was written."""
    if not value.strip():
        raise Invalid(sentence, field=field)


def running_promise(context: Context, now: datetime) -> CaseClock:
    """Find the promise the department works on.

    Raises Conflict unless the case is in hand, its promise runs and is not yet past.
    """
    clock = next((c for c in context.clocks if c.step in PROMISES and not c.stopped_at), None)
    if context.case.status is not Status.HANDLING or clock is None:
        raise Conflict(_l("This can be asked for only while the department works on the case."))
    if clock.paused_at is not None:
        raise Conflict(_l("The time stands still now. Let it run again first."))
    if now >= clock.due_at:
        raise Conflict(_l("The promised date has passed; it cannot be moved any more."))
    return clock


def first_decider(context: Context) -> Role:
    """Tell who hears a request of the department first: its lead, or for a lead the supervisor."""
    is_lead = Permission.CASE_ENDORSE_EXTENSION in context.permissions
    return Role.SUPERVISOR if is_lead else Role.LEAD
