"""Deciding on a rating a detector holds: one person proposes, a second one agrees or does not."""

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.approvals.actions import Request, ask, vote
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalKind, ApprovalState, Ballot
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.ratings.actions.standing import decide, standings_of
from desk.ratings.flagged import held_one, proposal_on
from desk.ratings.models import Rating, StandingCause

RATING = "rating"
ANSWER_WITHIN = timedelta(days=3)
"""By which the list is ordered, nothing more: silence decides nothing (settled.md 5.17)."""
SHORTEST_REASON = 4


def propose(key: UUID, *, effective: bool, reason: str, by: Actor, now: datetime) -> Approval:
    """Propose that a held rating counts, or that it stays aside; a second person decides.

    Raises NotFound out of reach, Conflict for one that is not held or has a proposal, Invalid
    without a reason.
    """
    by.require(Permission.RATING_REVIEW)
    rating, _event = held_one(by, key)
    if not is_held(rating):
        raise Conflict(_l("This rating is not held any more. Nothing was changed."))
    request = Request(
        region_id=rating.region_id,
        kind=ApprovalKind.RATING_REVIEW,
        subject_kind=RATING,
        subject_id=rating.id,
        hall_id=rating.hall_id,
        department_id=0,
        decider_role=Role.SUPERVISOR,
        reason=_checked(reason),
        payload={"effective": effective},
        due_at=now + ANSWER_WITHIN,
    )
    return ask(request, by=by, now=now)


def answer(key: UUID, *, agree: bool, reason: str, by: Actor, now: datetime) -> bool:
    """Agree with what was proposed, or not; tell whether the rating was decided by it.

    Agreed, the rating stands as proposed from now on. Not agreed, it stays held and anybody may
    propose again. Raises NotAllowed for whoever proposed, and for who stands in for them; Conflict
    where nothing is proposed.
    """
    by.require(Permission.RATING_REVIEW)
    rating, _event = held_one(by, key)
    proposal = proposal_on(rating)
    if proposal is None:
        raise Conflict(_l("Nobody proposes anything about this rating, or it has been decided."))
    if proposal.asked_by in by.stands_for:
        raise NotAllowed(_l("You stand in for whoever proposed this. Somebody else must decide."))
    vote(proposal, Ballot.GRANT if agree else Ballot.REFUSE, _checked(reason), by=by, now=now)
    if proposal.state is not ApprovalState.GRANTED:
        return False
    decide(
        rating,
        effective=bool(proposal.payload["effective"]),
        cause=StandingCause.REVIEW,
        approval_id=proposal.id,
        by=by,
        now=now,
    )
    return True


def is_held(rating: Rating) -> bool:
    """Tell whether the last word on a rating is a detector's."""
    said = standings_of(rating)
    return bool(said) and said[-1].cause is StandingCause.DETECTOR


def _checked(reason: str) -> str:
    text = reason.strip()
    if len(text) < SHORTEST_REASON:
        raise Invalid(_l("Write why, so that others can follow it."), field="text")
    return text
