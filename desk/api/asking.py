"""Letting a system in by two people: one administrator asks, another confirms and gets the token.

Nobody decides what they asked for. The caller holds the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.access.scopes import ApiScope
from desk.accounts.models import User
from desk.api.actions import check, create_client, disable_client
from desk.api.models import ApiClient
from desk.approvals.actions import Request, ask, vote
from desk.approvals.models import Approval, ApprovalVote
from desk.approvals.words import DECIDERS, ApprovalKind, ApprovalState, Ballot
from desk.audit.actions import record
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.kernel.ids import uuid7
from desk.organisation.models import Region
from desk.organisation.reach import reaches

SUBJECT = "client"
ANSWER_WITHIN = timedelta(days=7)
LONGEST_LIFE = timedelta(days=731)
LATELY = timedelta(days=30)
MOST = 200
MANAGE, DECIDE = Permission.SYSTEMS_MANAGE, Permission.CHANGES_DECIDE
NOT_YOURS = _l("There is no such entry, or it is not yours to see.")


@dataclass(frozen=True, slots=True)
class ClientWish:
    """What is asked for: which system, what its token is called, good for what, to which day."""

    system: str
    name: str
    scopes: tuple[ApiScope, ...]
    last_on: date


def wish_in(payload: Mapping[str, Any]) -> ClientWish:
    """Read from a request what it asks for."""
    return ClientWish(
        payload["system"],
        payload["name"],
        tuple(ApiScope(scope) for scope in payload["scopes"]),
        date.fromisoformat(payload["last_on"]),
    )


def clients(actor: Actor) -> Sequence[ApiClient]:
    """List the tokens of the regions somebody looks after, those that hold first."""
    return db.session.scalars(
        select(ApiClient)
        .where(ApiClient.region_id.in_(sorted(actor.regions_for(MANAGE))))
        .order_by(ApiClient.disabled_at.isnot(None), ApiClient.id.desc())
        .limit(MOST)
    ).all()


def pending(actor: Actor) -> Sequence[Approval]:
    """List what waits for a second administrator, the oldest first."""
    return db.session.scalars(
        select(Approval)
        .where(
            Approval.region_id.in_(sorted(actor.regions_for(DECIDE))),
            Approval.kind == ApprovalKind.GRANT,
            Approval.subject_kind == SUBJECT,
            Approval.state == ApprovalState.PENDING,
        )
        .order_by(Approval.asked_at, Approval.id)
        .limit(MOST)
    ).all()


def refused(actor: Actor, *, now: datetime) -> list[tuple[Approval, ApprovalVote]]:
    """List what was refused of late, with the word of whoever refused it, the newest first."""
    rows = db.session.execute(
        select(Approval, ApprovalVote)
        .join(
            ApprovalVote,
            (ApprovalVote.region_id == Approval.region_id)
            & (ApprovalVote.approval_id == Approval.id),
        )
        .where(
            Approval.region_id.in_(sorted(actor.regions_for(DECIDE))),
            Approval.kind == ApprovalKind.GRANT,
            Approval.subject_kind == SUBJECT,
            Approval.state == ApprovalState.REFUSED,
            Approval.decided_at > now - LATELY,
        )
        .order_by(Approval.decided_at.desc())
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]


def ask_for(region: Region, wish: ClientWish, reason: str, *, by: Actor, now: datetime) -> Approval:
    """Ask a second administrator to let a system in.

    Raises NotFound out of reach, Invalid for what cannot be, or a day that is over or too far away.
    """
    if not reaches(by, MANAGE, region.id):
        raise NotFound(NOT_YOURS)
    check(wish.system, wish.name, wish.scopes)
    today = region.local_day(now)
    if not today <= wish.last_on <= today + LONGEST_LIFE:
        raise Invalid(_l("Choose a day from today on, within two years."), field="last_on")
    role, needed = DECIDERS[ApprovalKind.GRANT]
    approval = ask(
        Request(
            region_id=region.id,
            kind=ApprovalKind.GRANT,
            subject_kind=SUBJECT,
            subject_id=uuid7(now),
            hall_id=0,
            department_id=0,
            decider_role=role,
            reason=reason,
            payload={
                "system": wish.system,
                "name": wish.name,
                "scopes": [scope.value for scope in wish.scopes],
                "last_on": wish.last_on.isoformat(),
            },
            due_at=now + ANSWER_WITHIN,
            needed=needed,
        ),
        by=by,
        now=now,
    )
    _say("api_client_asked", approval, by, now)
    return approval


def decide(
    region_id: int, key: UUID, ballot: Ballot, reason: str, *, by: Actor, now: datetime
) -> tuple[ApiClient, str] | None:
    """Confirm or refuse; confirmed, the token is made and given to whoever confirmed, this once.

    Raises NotFound out of reach, NotAllowed for one's own request, Conflict once it is decided or
    its last day is over, Invalid for a refusal without a reason.
    """
    if ballot is Ballot.REFUSE and not reason.strip():
        raise Invalid(_l("Say why you refuse."), field="reason")
    approval = _locked(by, region_id, key)
    wish = wish_in(approval.payload)
    region = db.session.get_one(Region, region_id)
    waiting = approval.state is ApprovalState.PENDING
    if waiting and ballot is Ballot.GRANT and wish.last_on < region.local_day(now):
        raise Conflict(_l("The last day asked for is over. Refuse it, and let it be asked anew."))
    vote(approval, ballot, reason, by=by, now=now)
    if ballot is not Ballot.GRANT:
        _say("api_client_refused", approval, by, now)
        return None
    after = datetime.combine(
        wish.last_on + timedelta(days=1), time(), ZoneInfo(region.time_zone)
    ).astimezone(UTC)
    return create_client(
        region,
        wish.system,
        wish.name,
        wish.scopes,
        granted_by=db.session.get_one(User, approval.asked_by).login,
        confirmed_by=db.session.get_one(User, by.user_id).login,
        by=by,
        now=now,
        expires_at=after,
    )


def withdraw(region_id: int, key: UUID, *, by: Actor, now: datetime) -> None:
    """Take back what one has asked for; raises Conflict once it is decided."""
    approval = _locked(by, region_id, key)
    if approval.asked_by != by.user_id:
        raise NotAllowed(_l("Only whoever asked for it takes it back."))
    if approval.state is not ApprovalState.PENDING:
        raise Conflict(_l("This has been decided. Nothing was changed."))
    approval.state, approval.decided_at, approval.alarm_at = ApprovalState.VOID, now, None
    db.session.flush()
    _say("api_client_withdrawn", approval, by, now)


def shut_out(client_id: int, *, by: Actor, now: datetime) -> ApiClient:
    """Shut a system out at once: that takes one person. Raises NotFound out of reach."""
    client = db.session.get(ApiClient, client_id)
    if client is None or not reaches(by, MANAGE, client.region_id):
        raise NotFound(NOT_YOURS)
    return disable_client(client.region_id, client_id, by=by, now=now)


def _locked(by: Actor, region_id: int, key: UUID) -> Approval:
    found = db.session.scalar(
        select(Approval)
        .where(
            Approval.region_id == region_id,
            Approval.id == key,
            Approval.kind == ApprovalKind.GRANT,
            Approval.subject_kind == SUBJECT,
            Approval.region_id.in_(sorted(by.regions_for(DECIDE))),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NOT_YOURS)
    return found


def _say(what: str, approval: Approval, by: Actor, now: datetime) -> None:
    record(
        f"s/{now:%Y-%m-%d}",
        what,
        region_id=approval.region_id,
        by=by,
        now=now,
        body={"request": approval.id.hex, "scopes": approval.payload["scopes"]},
    )
