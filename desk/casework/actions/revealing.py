"""Showing who somebody is: with a reason, one case at a time, and a line in the ledger."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.casework.actions.move import stream_of
from desk.casework.identity import PartyData, unseal
from desk.casework.models import Case, Party
from desk.casework.queries.scope import case_of, permissions_at, sees_identity, standing_in
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed

SHORTEST_REASON = 10
REASONS = ("call", "check", "post", "other")


@dataclass(frozen=True, slots=True)
class Shown:
    """Who is behind a case in plain text: the complainant, and whoever filed for them."""

    party: PartyData
    agent: PartyData | None


def reveal(number: str, category: str, reason: str, *, by: Actor, now: datetime) -> Shown:
    """Give the contact data of a case in plain text and record who asked and why.

    Raises NotAllowed for a department where the complainant is hidden from it, Conflict where
    nobody left any, Invalid for a reason of less than ten characters. The reason itself stays out
    of the ledger's body.
    """
    case = case_of(by, number)
    hidden = not sees_identity(case, by)
    if hidden or Permission.IDENTITY_REVEAL not in permissions_at(by, case):
        raise NotAllowed(_l("You may not see who this is. The window can call for you."))
    if category not in REASONS:
        raise Invalid(_l("Choose what you need it for."), field="category")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(_l("Write why you need it, in at least 10 characters."), field="reason")
    shown = shown_of(case)
    record(
        stream_of(case),
        "reveal",
        region_id=case.region_id,
        by=by,
        now=now,
        body={
            "category": category,
            "length": len(reason.strip()),
            "version": case.version,
            **standing_in(by, case),
        },
    )
    return shown


def shown_of(case: Case) -> Shown:
    """Read who is behind a case; the caller has checked who asks and records it.

    Raises Conflict where nobody left contact data.
    """
    party = db.session.get(Party, (case.region_id, case.party_id)) if case.party_id else None
    if party is None:
        raise Conflict(_l("Nobody left contact data with this case."))
    agent = (
        db.session.get(Party, (case.region_id, case.agent_party_id))
        if case.agent_party_id
        else None
    )
    return Shown(unseal(party), unseal(agent) if agent else None)
