"""Opening a case that was filed elsewhere, with the answer it was given there."""

from datetime import datetime

from desk.access.actors import SYSTEM, Actor
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.actions import story
from desk.casework.actions.acts import Act
from desk.casework.actions.move import stream_of
from desk.casework.actions.opening import Filing, Receipt, open_case
from desk.casework.words import MessageKind

EARLIER_ANSWER = "earlier_answer"


def open_earlier(
    filing: Filing,
    *,
    answer: str | None,
    answered_at: datetime | None,
    by: Actor,
    now: datetime,
) -> Receipt:
    """Open a case as of `now`, the instant it was filed elsewhere, through the form's own action.

    An answer given there is kept as a note to the team at its own date: nobody here wrote or
    reviewed it, so it is no reply of this desk and closes nothing.
    """
    receipt = open_case(filing, by=by, now=now)
    if answer and answered_at:
        case = receipt.case
        seq = story.add(
            case,
            MessageKind.NOTE,
            answer,
            visibility=Visibility.TEAM,
            by=SYSTEM,
            now=answered_at,
            payload={"act": EARLIER_ANSWER},
        )
        record(
            stream_of(case),
            Act.ADD_NOTE.value,
            region_id=case.region_id,
            by=SYSTEM,
            now=answered_at,
            body={"version": case.version, "message": seq, "act": EARLIER_ANSWER},
        )
    return receipt
