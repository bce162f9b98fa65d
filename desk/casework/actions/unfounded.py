"""Agreeing as the first of two supervisors that a bad rating was unfounded."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.approvals.actions import vote
from desk.approvals.words import ApprovalKind, Ballot
from desk.casework.actions.acting import begin
from desk.casework.actions.requests import Asked, told
from desk.casework.hearing import refusal
from desk.casework.models import Case
from desk.kernel.errors import Conflict

BOTH = 2


def agree(number: str, reason: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Say as the first of two that a bad rating was unfounded; the second sends the answer.

    Raises Conflict when nothing waits for a first word, or for whoever may not decide.
    """
    context = begin(number, version, Permission.CASE_DECIDE_RATING, by, now)
    finding, approval = context.situation.finding, context.asked(ApprovalKind.UNFOUNDED)
    if finding is None or approval is None or finding.left < BOTH:
        raise Conflict(_l("Nobody has asked for this, or it has been decided."))
    if (sentence := refusal(finding)) is not None:
        raise Conflict(sentence)
    vote(approval, Ballot.GRANT, reason.strip(), by=by, now=now)
    body = {"verdict": approval.payload["verdict"]}
    return told(context, Asked.AGREE_UNFOUNDED, reason, by=by, now=now, body=body)
