"""What may be done about a bad rating besides its steps: appeal, decide, agree."""

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.actions.proposing import BOTH
from desk.casework.actions.rating_appeals import appeal_blocked, waiting_appeal
from desk.casework.hearing import refusal
from desk.casework.queries.context import Context
from desk.casework.queries.hearings import hearing_of


def offered(context: Context, actor: Actor) -> frozenset[str]:
    """Name what this person may do about the bad rating behind a case, as it stands."""
    found = set[str]()
    if Permission.CASE_APPEAL_RATING in context.permissions and appeal_blocked(context) is None:
        found.add("appeal_rating")
    if Permission.CASE_DECIDE_RATING in context.permissions:
        finding, appeal = context.situation.finding, waiting_appeal(context)
        if finding is not None and finding.left == BOTH and refusal(finding) is None:
            found.add("agree_unfounded")
        if appeal is not None:
            hearing = hearing_of(appeal, context.case, actor, day=context.situation.today)
            if refusal(hearing) is None:
                found.add("decide_appeal")
    return frozenset(found)
