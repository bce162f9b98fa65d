"""Putting before supervisors that a bad rating was unfounded."""

from datetime import datetime

from desk.access.permissions import Permission, Role
from desk.approvals.actions import Request, ask
from desk.approvals.words import ApprovalKind
from desk.casework.actions.effects import Change
from desk.casework.words import CASE, Verdict

BOTH = 2


def propose(change: Change, before: Verdict | None, *, due_at: datetime) -> None:
    """Put a finding before the supervisors: two of them, or one where a supervisor found it.

    The answer stays where it is until they agree; `before` is the verdict it goes back to.
    """
    case, context = change.case, change.context
    by_supervisor = Permission.CASE_REVIEW_REFUSAL in context.permissions
    payload = {"verdict": case.verdict, "before": before, "round": case.round}
    request = Request(
        region_id=case.region_id,
        kind=ApprovalKind.UNFOUNDED,
        subject_kind=CASE,
        subject_id=case.id,
        hall_id=case.hall_id,
        department_id=case.department_id or 0,
        decider_role=Role.SUPERVISOR,
        reason=(change.data.facts or "").strip(),
        payload=payload,
        due_at=due_at,
        needed=1 if by_supervisor else BOTH,
    )
    ask(request, by=change.by, now=change.now)
