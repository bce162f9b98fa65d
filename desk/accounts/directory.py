"""Staff as those see them who set them up: who works here, in which seats, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists, or_, select

from desk.access.actors import Actor, ActorKind
from desk.access.permissions import Permission
from desk.accounts.models import Membership, PasswordLink, User
from desk.accounts.passwords import NONE_YET
from desk.approvals.models import Approval, ApprovalVote
from desk.approvals.words import ApprovalKind, ApprovalState, Ballot
from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.kernel.paging import Page, Place, beside, page_by_code
from desk.organisation.models import Department, Hall, Region
from desk.organisation.reach import one, reaches

BEYOND = _l("This person also has a seat beyond your region. Its administrators must do this.")
PAGE = 50
MOST_PENDING = 200
LINK_WITHIN = timedelta(days=7)
OF_STAFF = and_(Approval.kind == ApprovalKind.GRANT, Approval.subject_kind == "user")
"""Requests for seats and ways in of people; systems are let in by others."""
MANAGE, DECIDE = Permission.USERS_MANAGE, Permission.CHANGES_DECIDE


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat with the places it is in."""

    seat: Membership
    region: Region
    hall: Hall | None
    department: Department | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with the seats they hold today or later, and whether something waits."""

    user: User
    seats: Sequence[SeatRow]
    waits: bool

    @property
    def has_password(self) -> bool:
        return self.user.password_hash != NONE_YET


def standing(today: date) -> ColumnElement[bool]:
    """Give the condition for seats that hold today or will."""
    return or_(Membership.to_on.is_(None), Membership.to_on >= today)


def standing_seats(user_id: int, today: date) -> Sequence[Membership]:
    """List the seats somebody holds today or will hold."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.user_id == user_id, standing(today))
        .order_by(Membership.id)
    ).all()


def sits_beyond(actor: Actor, user_id: int, today: date) -> bool:
    """Tell whether somebody holds a seat, today or later, that this person does not look after.

    Whoever gives such a person a way in gives it to that seat as well.
    """
    if actor.kind is ActorKind.SYSTEM:
        return False
    return any(
        not reaches(actor, MANAGE, seat.region_id) for seat in standing_seats(user_id, today)
    )


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    """Give the condition for people with a seat where this person looks after, or with none."""
    mine = sorted(actor.regions_for(MANAGE))
    seated = exists().where(Membership.user_id == User.id)
    return or_(seated.where(Membership.region_id.in_(mine)), ~seated)


def staff_page(
    actor: Actor, place: Place, words: str, *, show: str, today: date
) -> Page[PersonRow]:
    """List staff by login. `show` leaves those who work here, who left, or lets all stand."""
    statement = select(User).where(_in_reach(actor))
    if words:
        statement = statement.where(
            or_(
                User.login.icontains(words, autoescape=True),
                User.name.icontains(words, autoescape=True),
            )
        )
    if show == "left":
        statement = statement.where(User.disabled_at.isnot(None))
    elif show != "all":
        statement = statement.where(User.disabled_at.is_(None))
    found = db.session.scalars(beside(statement, place, User.login).limit(PAGE + 1)).all()
    seats = _seats_of([user.id for user in found], today)
    waiting = {request.payload["user_id"] for request in pending(actor)}
    rows = [PersonRow(user, seats.get(user.id, []), user.id in waiting) for user in found]
    return page_by_code(rows, place, PAGE, lambda row: row.user.login)


def _seats_of(user_ids: Sequence[int], today: date) -> dict[int, list[SeatRow]]:
    rows = db.session.execute(
        select(Membership, Region, Hall, Department)
        .join(Region, Region.id == Membership.region_id)
        .outerjoin(Hall, Hall.id == Membership.hall_id)
        .outerjoin(Department, Department.id == Membership.department_id)
        .where(Membership.user_id.in_(user_ids), standing(today))
        .order_by(Membership.id)
    )
    found: dict[int, list[SeatRow]] = {}
    for seat, region, hall, department in rows:
        found.setdefault(seat.user_id, []).append(SeatRow(seat, region, hall, department))
    return found


def seats_of(user_id: int, today: date) -> Sequence[SeatRow]:
    """List the seats somebody holds today or later, with their places."""
    return _seats_of([user_id], today).get(user_id, [])


def person_of(actor: Actor, user_id: int) -> User:
    """Find a member of staff, locked when a transaction is open; raises NotFound out of reach."""
    statement = select(User).where(User.id == user_id)
    if actor.kind is not ActorKind.SYSTEM:
        statement = statement.where(_in_reach(actor))
    return one(statement)


def pending_about(subject_id: UUID) -> Sequence[Approval]:
    """List what is asked for somebody and not decided, in whatever region."""
    regions = db.session.scalars(select(Region.id)).all()
    return db.session.scalars(
        select(Approval).where(
            Approval.region_id.in_(regions),
            Approval.subject_id == subject_id,
            OF_STAFF,
            Approval.state == ApprovalState.PENDING,
        )
    ).all()


def pending(actor: Actor) -> Sequence[Approval]:
    """List what waits for a second administrator, the oldest first, at most 200."""
    return db.session.scalars(
        select(Approval)
        .where(
            Approval.region_id.in_(sorted(actor.regions_for(DECIDE))),
            OF_STAFF,
            Approval.state == ApprovalState.PENDING,
        )
        .order_by(Approval.asked_at, Approval.id)
        .limit(MOST_PENDING)
    ).all()


def request_of(actor: Actor, region_id: int, key: UUID, *, lock: bool = False) -> Approval:
    """Find a request for access; raises NotFound out of reach."""
    statement = select(Approval).where(
        Approval.region_id == region_id,
        Approval.id == key,
        OF_STAFF,
        Approval.region_id.in_(sorted(actor.regions_for(DECIDE))),
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    return found


def may_hand_over(actor: Actor, subject_id: UUID, user_id: int, *, now: datetime) -> bool:
    """Tell whether somebody has just confirmed that this person gets a link, not used yet."""
    granted = db.session.scalar(
        select(Approval.decided_at, Approval.payload)
        .join(
            ApprovalVote,
            (ApprovalVote.region_id == Approval.region_id)
            & (ApprovalVote.approval_id == Approval.id),
        )
        .where(
            Approval.region_id.in_(sorted(actor.regions_for(DECIDE))),
            Approval.subject_id == subject_id,
            OF_STAFF,
            Approval.state == ApprovalState.GRANTED,
            Approval.decided_at > now - LINK_WITHIN,
            Approval.payload["sign_in"].as_boolean(),
            ApprovalVote.user_id == (actor.user_id or 0),
            ApprovalVote.verdict == Ballot.GRANT,
        )
        .order_by(Approval.decided_at.desc())
        .limit(1)
    )
    if granted is None:
        return False
    used = db.session.scalar(
        select(PasswordLink.token_h)
        .where(
            PasswordLink.user_id == user_id,
            PasswordLink.made_at >= granted,
            PasswordLink.used_at.isnot(None),
        )
        .limit(1)
    )
    return used is None
