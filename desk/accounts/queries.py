"""Questions about staff and their seats."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from desk.access.actors import Actor, ActorKind, Seat
from desk.access.permissions import STOOD_IN_FOR, Role
from desk.accounts.models import Absence, Membership, User, UserSession
from desk.kernel.db import Instant, db
from desk.notify.models import Channel, Letter
from desk.organisation.models import Region
from desk.organisation.queries import home_day, region_ids_above, region_ids_below

MOST_SEATED = 100


def valid_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Give the condition that a seat is held on a day."""
    return and_(Membership.from_on <= day, or_(Membership.to_on.is_(None), Membership.to_on >= day))


def actor_of(user: User, today: date) -> Actor:
    """Say who acts when this person does: their seats as they are valid today."""
    represented = (
        select(Absence.user_id)
        .join(User, User.id == Absence.user_id)
        .where(Absence.stand_in_id == user.id, away_on(today), User.disabled_at.is_(None))
    )
    memberships = db.session.scalars(
        select(Membership)
        .where(
            or_(Membership.user_id == user.id, Membership.user_id.in_(represented)),
            valid_on(today),
        )
        .order_by(Membership.id)
    )
    rows = [
        (m.user_id, m.role, m.region_id, m.hall_id, m.department_id, m.is_head) for m in memberships
    ]
    return Actor(ActorKind.STAFF, user.name, _seats(user.id, rows), user_id=user.id)


SeatRow = tuple[int, Role, int, int, int, bool]


def _seats(user_id: int, rows: Iterable[SeatRow]) -> tuple[Seat, ...]:
    """Put somebody's own seats first, then those of whoever they stand in for.

    Those only as long as they sit in the same place themselves: whoever has been given another
    place since takes nobody's seat along.
    """
    held = list(rows)
    mine = {row[2:5] for row in held if row[0] == user_id and row[1] in STOOD_IN_FOR}
    seats = [
        Seat(
            role,
            region_ids_below(region_id),
            hall_id,
            department_id,
            is_head,
            None if holder == user_id else holder,
        )
        for holder, role, region_id, hall_id, department_id, is_head in held
        if holder == user_id
        or (role in STOOD_IN_FOR and (region_id, hall_id, department_id) in mine)
    ]
    return tuple(sorted(dict.fromkeys(seats), key=lambda seat: seat.for_user or 0))


def away_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Give the condition that somebody is away on a day."""
    return and_(Absence.from_on <= day, Absence.until_on >= day)


def stand_ins_of(user_ids: Collection[int], today: date) -> list[int]:
    """List who stands in today for any of these people."""
    found = db.session.scalars(
        select(Absence.stand_in_id)
        .where(Absence.user_id.in_(user_ids), away_on(today), Absence.stand_in_id.isnot(None))
        .distinct()
    )
    return [key for key in found if key is not None]


def away_among(user_ids: Collection[int], today: date) -> frozenset[int]:
    """Say who of these people is away today, whether somebody stands in or not."""
    if not user_ids:
        return frozenset()
    found = select(Absence.user_id).where(Absence.user_id.in_(user_ids), away_on(today))
    return frozenset(db.session.scalars(found))


def absence_of(user_id: int) -> Absence | None:
    """Find when somebody is away, now or next."""
    return db.session.get(Absence, user_id)


def people(user_ids: Collection[int], today: date) -> list[tuple[User, Actor]]:
    """Give each of these people who still works here, with the seats they hold today."""
    if not user_ids:
        return []
    users = db.session.scalars(
        select(User).where(User.id.in_(user_ids), User.disabled_at.is_(None)).order_by(User.id)
    ).all()
    return [(user, actor_of(user, today)) for user in users]


def seated(
    role: Role, today: date, *, region_id: int, hall_id: int, department_id: int = 0
) -> list[int]:
    """List who holds a seat of this role that reaches a place, at most a hundred."""
    rows = db.session.scalars(
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.role == role,
            Membership.region_id.in_(region_ids_above(region_id)),
            Membership.hall_id.in_((0, hall_id)),
            Membership.department_id.in_((0, department_id)),
            User.disabled_at.is_(None),
            valid_on(today),
        )
        .distinct()
        .order_by(Membership.user_id)
        .limit(MOST_SEATED)
    )
    return list(rows)


@dataclass(frozen=True, slots=True)
class Seated:
    """A seat with whoever holds it; `depth` is how deep in the tree of regions it stands."""

    user_id: int
    role: Role
    depth: int
    hall_id: int
    department_id: int
    is_head: bool


def seats_at(today: date, *, region_id: int, hall_id: int, department_id: int) -> list[Seated]:
    """List every seat that reaches a place and whose holder still works here."""
    rows = db.session.execute(
        select(
            Membership.user_id,
            Membership.role,
            Region.path,
            Membership.hall_id,
            Membership.department_id,
            Membership.is_head,
        )
        .join(User, User.id == Membership.user_id)
        .join(Region, Region.id == Membership.region_id)
        .where(
            Membership.region_id.in_(region_ids_above(region_id)),
            Membership.hall_id.in_((0, hall_id)),
            Membership.department_id.in_((0, department_id)),
            User.disabled_at.is_(None),
            valid_on(today),
        )
        .order_by(Membership.id)
    )
    return [
        Seated(user_id, role, path.count("/"), hall, department, is_head)
        for user_id, role, path, hall, department, is_head in rows
    ]


def heads_of(today: date, *, region_id: int, hall_id: int, department_id: int = 0) -> list[int]:
    """List who heads a hall or a department, each by a seat marked so."""
    places = [and_(Membership.hall_id == hall_id, Membership.hall_id != 0)]
    if department_id:
        places.append(Membership.department_id == department_id)
    rows = db.session.scalars(
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.is_head,
            Membership.region_id.in_(region_ids_above(region_id)),
            or_(*places),
            User.disabled_at.is_(None),
            valid_on(today),
        )
        .distinct()
        .order_by(Membership.user_id)
    )
    return list(rows)


def may_sit_in(user_id: int, department_id: int | None, today: date) -> bool:
    """Tell whether somebody handles or leads in a department today."""
    found = db.session.scalar(
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.user_id == user_id,
            Membership.department_id == (department_id or -1),
            Membership.role.in_([Role.HANDLER, Role.LEAD]),
            User.disabled_at.is_(None),
            valid_on(today),
        )
        .limit(1)
    )
    return found is not None


def colleagues_in(department_id: int, today: date) -> Sequence[User]:
    """List who may be given a case of this department."""
    return db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.department_id == department_id,
            Membership.role.in_([Role.HANDLER, Role.LEAD]),
            User.disabled_at.is_(None),
            valid_on(today),
        )
        .order_by(User.name, User.id)
        .distinct()
    ).all()


def names_of(user_ids: Sequence[int]) -> dict[int, str]:
    """Give the names of staff by id."""
    if not user_ids:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in rows}


def user_by_login(login: str) -> User | None:
    """Find who signs in under a name, disabled or not."""
    return db.session.scalar(select(User).where(User.login == login))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in in a browser, when it was last seen, and what their pages begin with.

    `has_news` says that something of theirs is not read, though perhaps no more theirs to see.
    """

    actor: Actor
    seen_at: datetime
    keys_off: bool
    has_news: bool


def _signed_in() -> Select[*tuple[Any, ...]]:
    """Select a session that still holds with its person's seats: one row a seat, at least one."""
    today, absent = bindparam("today", type_=Date), aliased(User)
    away = and_(Absence.stand_in_id == User.id, Absence.from_on <= today, Absence.until_on >= today)
    still_here = and_(absent.id == Absence.user_id, absent.disabled_at.is_(None))
    valid = and_(
        or_(Membership.user_id == User.id, Membership.user_id == absent.id),
        Membership.from_on <= today,
        or_(Membership.to_on.is_(None), Membership.to_on >= today),
    )
    unread = exists().where(
        Letter.user_id == User.id, Letter.channel == Channel.IN_APP, Letter.read_at.is_(None)
    )
    return (
        select(
            UserSession.seen_at, User.id, User.name, User.keys_off, unread,
            Membership.user_id, Membership.role, Membership.region_id, Membership.hall_id,
            Membership.department_id, Membership.is_head,
        )
        .select_from(UserSession)
        .join(User, User.id == UserSession.user_id)
        .outerjoin(Absence, away)
        .outerjoin(absent, still_here)
        .outerjoin(Membership, valid)
        .where(
            UserSession.token_h == bindparam("token_h"),
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > bindparam("now", type_=Instant),
            User.disabled_at.is_(None),
        )
        .order_by(Membership.id)
    )  # fmt: skip


SIGNED_IN = _signed_in()


def signed_in(token_h: bytes, *, now: datetime) -> SignedIn | None:
    """Tell who acts in a browser's session as their seats are valid today; None when it ended."""
    values = {"token_h": token_h, "now": now, "today": home_day(now)}
    rows = db.session.connection().execute(SIGNED_IN, values).all()
    if not rows:
        return None
    seen_at, user_id, name, keys_off, has_news = rows[0][:5]
    seats = _seats(user_id, (tuple(row[5:]) for row in rows if row.role is not None))
    actor = Actor(ActorKind.STAFF, name, seats, user_id=user_id)
    return SignedIn(actor, seen_at, keys_off, has_news)


def session_of(token_h: bytes, *, now: datetime) -> tuple[UserSession, User] | None:
    """Find a session that still holds, with its person; None when it ended in any way."""
    row = db.session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_h == token_h,
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
            User.disabled_at.is_(None),
        )
    ).first()
    return (row[0], row[1]) if row else None


def sessions_of(user_id: int, *, now: datetime) -> Sequence[UserSession]:
    """List the running sessions of a person, newest first."""
    return db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
        )
        .order_by(UserSession.created_at.desc())
    ).all()
