"""How a question about a bad rating stands for somebody: who agreed, who may, who sits above."""

from collections.abc import Sequence
from datetime import date

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.approvals.actions import grants_of
from desk.approvals.models import Approval
from desk.approvals.queries import votes_on
from desk.approvals.words import ApprovalKind, ApprovalState, Ballot
from desk.casework.hearing import Hearing
from desk.casework.models import Case
from desk.casework.queries.line import sittings_at
from desk.casework.words import Verdict

HEARD = frozenset({ApprovalKind.UNFOUNDED, ApprovalKind.RATING_APPEAL})


def hearing_of(approval: Approval, case: Case, actor: Actor, *, day: date) -> Hearing:
    """Say how an undecided proposal or appeal stands for whoever looks at it.

    One level up is a supervisor of a region above; where none sits there, a supervisor marked as
    head of this one.
    """
    votes = votes_on(approval)
    agreed = {vote.user_id for vote in votes if vote.verdict is Ballot.GRANT}
    spoken = {vote.user_id for vote in votes} | {approval.asked_by}
    malicious = approval.payload.get("verdict") == Verdict.MALICIOUS
    above = above_of(case, day) if malicious else frozenset[int]()
    proposers = agreed | ({approval.asked_by} if approval.needed == 1 else set())
    return Hearing(
        asked_by=approval.asked_by,
        left=approval.needed - grants_of(approval),
        voted=actor.user_id in spoken,
        of_unit=works_for(actor, case.department_id),
        needs_above=malicious and not proposers & above,
        is_above=actor.user_id in above,
        has_above=bool(above - spoken),
    )


def above_of(case: Case, day: date) -> frozenset[int]:
    """Name the supervisors who sit one level up from a case."""
    supervisors = [s for s in sittings_at(case, day) if s.role is Role.SUPERVISOR]
    higher = frozenset(s.user_id for s in supervisors if s.height > 0)
    return higher or frozenset(s.user_id for s in supervisors if s.is_head)


def works_for(actor: Actor, department_id: int | None) -> bool:
    """Tell whether somebody sits in a department, whatever else they do."""
    return department_id is not None and any(
        seat.department_id == department_id for seat in actor.seats
    )


def was_upheld(approvals: Sequence[Approval]) -> bool:
    """Tell whether two supervisors have put a rating aside because its unit appealed."""
    appeals = [a for a in approvals if a.kind is ApprovalKind.RATING_APPEAL]
    return any(a.state is ApprovalState.GRANTED for a in appeals)
