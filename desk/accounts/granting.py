"""Giving people seats and a way to sign in: one administrator asks, another one confirms.

Nobody decides what they asked for or what is for themselves. The caller holds the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.accounts.directory import (
    BEYOND,
    pending_about,
    person_of,
    request_of,
    sits_beyond,
    standing_seats,
)
from desk.accounts.models import Membership, User
from desk.accounts.seats import check_place, go_together
from desk.approvals.actions import Request, ask, vote
from desk.approvals.models import Approval
from desk.approvals.words import DECIDERS, ApprovalKind, ApprovalState, Ballot
from desk.audit.actions import record
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.organisation.models import Department, Hall
from desk.organisation.queries import home_region
from desk.organisation.reach import reaches

ANSWER_WITHIN = timedelta(days=7)
SUBJECT = "user"
LONGEST_REASON = 500
MANAGE = Permission.USERS_MANAGE
TAKEN_OFF = _l("This person no longer works here.")


@dataclass(frozen=True, slots=True)
class SeatWish:
    """A seat that is asked for. Ids that the role does not need are 0."""

    role: Role
    region_id: int
    hall_id: int = 0
    department_id: int = 0
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """Everything that one request asks for one person."""

    user_id: int
    seats: tuple[SeatWish, ...] = ()
    sign_in: bool = False


def wish_in(payload: Mapping[str, Any]) -> Wish:
    """Read from a request what it asks for."""
    seats = tuple(
        SeatWish(
            Role(seat["role"]),
            seat["region_id"],
            seat["hall_id"],
            seat["department_id"],
            bool(seat["is_head"]),
        )
        for seat in payload["seats"]
    )
    return Wish(payload["user_id"], seats, payload["sign_in"])


PLACES = ("region_id", "hall_id", "department_id")


def about(user_id: int) -> UUID:
    """Give the key under which requests about somebody are kept."""
    return uuid5(NAMESPACE_URL, f"desk:user/{user_id}")


def ask_for(wish: Wish, reason: str, *, by: Actor, now: datetime) -> Approval:
    """Ask a second administrator to give somebody seats, a link to set a password, or both.

    Raises NotFound for somebody out of reach, NotAllowed for a way in to somebody who sits beyond
    reach as well, Invalid for a seat that cannot be, Conflict while another request about the same
    person is undecided, and for somebody who no longer works here.
    """
    user = person_of(by, wish.user_id)
    if user.disabled_at is not None and not (wish.seats and wish.sign_in):
        raise Conflict(TAKEN_OFF)
    if not wish.seats and not wish.sign_in:
        raise Invalid(_l("Choose a role from the list."), field="role")
    today = now.date()
    _check(wish, user, by, today)
    region_id = wish.seats[0].region_id if wish.seats else _region_for(user, by, today)
    if pending_about(about(user.id)):
        raise Conflict(_l("Something asked for this person is still waiting for confirmation."))
    role, needed = DECIDERS[ApprovalKind.GRANT]
    approval = ask(
        Request(
            region_id=region_id,
            kind=ApprovalKind.GRANT,
            subject_kind=SUBJECT,
            subject_id=about(user.id),
            hall_id=0,
            department_id=0,
            decider_role=role,
            reason=reason,
            payload={
                "user_id": user.id,
                "seats": [asdict(seat) for seat in wish.seats],
                "sign_in": wish.sign_in,
            },
            due_at=now + ANSWER_WITHIN,
            needed=needed,
        ),
        by=by,
        now=now,
    )
    _say(user.id, "access_asked", approval, by, now)
    return approval


def _region_for(user: User, by: Actor, today: date) -> int:
    """Say in which region a request without a seat belongs: the person's, else the asker's."""
    mine = by.regions_for(MANAGE)
    of_user = [seat.region_id for seat in standing_seats(user.id, today) if seat.region_id in mine]
    home = home_region().id
    return of_user[0] if of_user else home if home in mine else min(mine)


def _check(wish: Wish, user: User, by: Actor, today: date) -> None:
    """Raise Invalid for a seat that cannot be, by its place or by what the person holds.

    Raises NotAllowed for a way in to somebody who sits beyond reach as well.
    """
    if wish.sign_in and sits_beyond(by, user.id, today):
        raise NotAllowed(BEYOND)
    for seat in wish.seats:
        if not reaches(by, MANAGE, seat.region_id):
            raise Invalid(_l("Choose a region from the list."), field="region")
        check_place(seat.role, seat.hall_id, seat.department_id, is_head=seat.is_head)
        _check_active(Hall, seat.hall_id, seat.region_id, today, "hall")
        _check_active(Department, seat.department_id, seat.region_id, today, "department")
    held = standing_seats(user.id, today)
    if not go_together([*(seat.role for seat in wish.seats), *(seat.role for seat in held)]):
        raise Invalid(
            _l(
                "Administrators and auditors hold no other role. End the other seats first, or "
                "choose somebody else."
            ),
            field="role",
        )
    same = {(seat.role, seat.region_id, seat.hall_id, seat.department_id) for seat in held}
    keys = [(seat.role, seat.region_id, seat.hall_id, seat.department_id) for seat in wish.seats]
    if same & set(keys) or len(set(keys)) < len(keys):
        raise Invalid(_l("This person holds this seat already."), field="role")


def _check_active(
    model: type[Hall | Department], key: int, region_id: int, today: date, field: str
) -> None:
    if not key:
        return
    row: Any = db.session.get(model, key)
    if row is None or row.region_id != region_id:
        raise Invalid(_l("Choose a place of this region."), field=field)
    if row.active_to is not None and row.active_to < today:
        raise Invalid(_l("This place is closed."), field=field)


def decide(
    region_id: int, key: UUID, ballot: Ballot, reason: str, *, by: Actor, now: datetime
) -> Wish:
    """Confirm or refuse what another administrator asked for, and give it.

    Raises NotFound out of reach, NotAllowed for what one asked for or what is for oneself,
    Conflict when it is decided already or can no longer be given, Invalid for a refusal without a
    reason.
    """
    wish = wish_in(request_of(by, region_id, key).payload)
    if wish.user_id == by.user_id:
        raise NotAllowed(_l("This is about yourself. Somebody else must decide."))
    if ballot is Ballot.REFUSE and not reason.strip():
        raise Invalid(_l("Say why you refuse."), field="reason")
    user = _locked(wish.user_id)
    approval = request_of(by, region_id, key, lock=True)
    waiting = approval.state is ApprovalState.PENDING
    if waiting and ballot is Ballot.GRANT:
        _check_still(wish, user, by, now.date())
    vote(approval, ballot, reason, by=by, now=now)
    if ballot is Ballot.GRANT:
        _give(approval, wish, by, now)
    _say(user.id, f"access_{'granted' if ballot is Ballot.GRANT else 'refused'}", approval, by, now)
    return wish


def _check_still(wish: Wish, user: User, by: Actor, today: date) -> None:
    try:
        _check(wish, user, by, today)
    except Invalid as error:
        raise Conflict(
            _l("%(name)s: this can no longer be given. %(why)s", name=user.name, why=error.message)
        ) from error


def _locked(user_id: int) -> User:
    user = db.session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None:
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    return user


def _give(approval: Approval, wish: Wish, by: Actor, now: datetime) -> None:
    """Write the seats down, each with both names; a seat ended today goes on."""
    user = _locked(wish.user_id)
    asker = db.session.get_one(User, approval.asked_by)
    confirmer = db.session.get_one(User, by.user_id)
    for seat in wish.seats:
        place = {
            "role": seat.role,
            "region_id": seat.region_id,
            "hall_id": seat.hall_id,
            "department_id": seat.department_id,
        }
        row = db.session.scalar(
            select(Membership).filter_by(user_id=user.id, from_on=now.date(), **place)
        )
        if row is None:
            row = Membership(user_id=user.id, from_on=now.date(), **place)
            db.session.add(row)
        row.is_head, row.to_on = seat.is_head, None
        row.granted_by, row.confirmed_by = asker.login, confirmer.login
    if wish.seats:
        user.disabled_at = None
    user.version += 1
    db.session.flush()


def withdraw(region_id: int, key: UUID, *, by: Actor, now: datetime) -> None:
    """Take back what one has asked for; raises Conflict once it is decided."""
    approval = request_of(by, region_id, key, lock=True)
    if approval.asked_by != by.user_id:
        raise NotAllowed(_l("Only whoever asked for it takes it back."))
    if approval.state is not ApprovalState.PENDING:
        raise Conflict(_l("This has been decided. Nothing was changed."))
    set_aside([approval], now=now)
    _say(approval.payload["user_id"], "access_withdrawn", approval, by, now)


def set_aside(approvals: Sequence[Approval], *, now: datetime) -> None:
    """Let requests be over that nobody has decided."""
    for approval in approvals:
        approval.state, approval.decided_at, approval.alarm_at = ApprovalState.VOID, now, None
    db.session.flush()


def _say(user_id: int, what: str, approval: Approval, by: Actor, now: datetime) -> None:
    """Leave a line in the chain of the person it is about."""
    wish = wish_in(approval.payload)
    seats = [
        {"role": seat.role.value, **{name: getattr(seat, name) for name in PLACES}}
        for seat in wish.seats
    ]
    record(
        f"u/{user_id}",
        what,
        region_id=approval.region_id,
        by=by,
        now=now,
        body={
            "request": approval.id.hex,
            "asked_by": approval.asked_by,
            "seats": seats,
            "sign_in": wish.sign_in,
        },
    )
