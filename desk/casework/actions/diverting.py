"""Sending a complaint, or one part of it, to another office."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.approvals.actions import vote
from desk.approvals.words import ApprovalKind, Ballot
from desk.audit.models import Visibility
from desk.casework.actions import letters
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.requests import Asked, need, put, told, waiting
from desk.casework.models import Case
from desk.casework.words import Kind, Status
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.queries import CodeEntry, codes_of

TIP = "X04"
OWN_WAYS = frozenset({"X10", "X11", "X12"})
"""No diversion here: a duplicate is merged, a lawful refusal explained, unclear things asked."""


@dataclass(frozen=True, slots=True)
class Diversion:
    """Why something is for another office: a code, the reason, on what basis, where to turn."""

    code: str
    reason: str = ""
    basis: str = ""
    where: str = ""


def diversion_codes(today: date, *, keeps_part: bool) -> list[CodeEntry]:
    """List the codes of which a service part stays here, or those of which none does."""
    return [
        entry
        for entry in codes_of("diversions", today)
        if bool(entry.attrs.get("keeps_service_part")) is keeps_part and entry.code not in OWN_WAYS
    ]


def propose_divert(
    number: str, diversion: Diversion, *, version: int, by: Actor, now: datetime
) -> Case:
    """Propose not to accept a complaint; only a second person's confirmation moves it.

    Raises Invalid for a code of which a service part stays here: that part would be lost.
    """
    context = begin(number, version, Permission.CASE_PROPOSE_DIVERT, by, now)
    if context.case.status is not Status.SUBMITTED:
        raise Conflict(_l("Only a complaint that is not yet accepted can be refused."))
    _check(diversion, context.situation.today, keeps_part=False)
    payload = {"code": diversion.code, "basis": diversion.basis, "where": diversion.where}
    reason = diversion.reason
    put(context, ApprovalKind.DIVERT, Role.CLERK, reason, payload, by=by, now=now)
    body = {"code": diversion.code}
    return told(context, Asked.PROPOSE_DIVERT, reason, by=by, now=now, body=body)


def refuse_divert(number: str, reason: str, *, version: int, by: Actor, now: datetime) -> Case:
    """Say that a complaint is for this desk after all; it waits to be accepted as before."""
    context = begin(number, version, Permission.CASE_DIVERT, by, now)
    approval = waiting(context, ApprovalKind.DIVERT)
    need(reason, "text", _l("Write why it is for this desk."))
    vote(approval, Ballot.REFUSE, reason, by=by, now=now)
    return told(context, Asked.REFUSE_DIVERT, reason, by=by, now=now)


def refer(number: str, diversion: Diversion, *, version: int, by: Actor, now: datetime) -> Case:
    """Pass one part of a complaint to another office; the rest goes on here.

    Of a tip about discipline only the fact is kept, for supervisors: neither the unit it is about
    nor a letter may tell of it.
    """
    context = begin(number, version, Permission.CASE_REFER, by, now)
    if not context.case.open or context.case.kind is not Kind.COMPLAINT:
        raise Conflict(_l("Only a complaint that is open can be passed on in part."))
    body = {"code": diversion.code}
    _check(diversion, context.situation.today, keeps_part=True)
    if diversion.code == TIP:
        return finish(context, Asked.REFER, by, now, body, Visibility.SUPERVISORS)
    text = f"{diversion.reason}\n\n{diversion.basis}\n\n{diversion.where}"
    public = Visibility.PUBLIC
    case = told(context, Asked.REFER, text, by=by, now=now, visibility=public, body=body)
    letters.owe(case, "referred", now=now)
    return case


def _check(diversion: Diversion, today: date, *, keeps_part: bool) -> None:
    """Raise Invalid for a code of the wrong kind, or for what a notice has to say and does not."""
    codes = {entry.code for entry in diversion_codes(today, keeps_part=keeps_part)}
    if diversion.code not in codes:
        raise Invalid(_l("Choose what kind of matter it is."), field="code")
    if diversion.code == TIP:
        return
    need(diversion.reason, "text", _l("Write why it is for another office."))
    need(diversion.basis, "basis", _l("Name the rule it rests on."))
    need(diversion.where, "where", _l("Write where the complainant can turn."))
