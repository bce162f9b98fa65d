"""Making staff known, changing what is said of them, and ending what they may do.

Taking away needs one administrator, giving needs two. The caller holds the transaction.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from desk.access.actors import Actor, ActorKind
from desk.access.permissions import Role
from desk.accounts.directory import (
    BEYOND,
    MANAGE,
    may_hand_over,
    pending_about,
    person_of,
    sits_beyond,
    standing_seats,
)
from desk.accounts.events import SeatsEnded
from desk.accounts.granting import about, set_aside
from desk.accounts.models import Membership, PasswordLink, User, UserSession
from desk.accounts.passwords import NONE_YET
from desk.accounts.recovery import forget as forget_codes
from desk.accounts.second_factor import forget as forget_factor
from desk.audit.actions import record
from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from desk.kernel.events import announce
from desk.organisation.queries import home_region, region_ids_above
from desk.organisation.reach import check_version, reaches

LINK_LIVES = timedelta(hours=72)
ONE_DAY = timedelta(days=1)
LAST_ADMINISTRATOR = _l(
    "Nobody else would administer this region any more. Let somebody else become an administrator "
    "first."
)


def make_known(login: str, name: str, lang: str, *, by: Actor, now: datetime) -> User:
    """Make a member of staff known, who cannot do anything yet; raises Invalid for a taken login.

    Logins that differ in capitals only are the same to people, so they are the same here.
    """
    taken = select(User.id).where(func.lower(User.login) == login.lower())
    if db.session.scalar(taken) is not None:
        raise Invalid(_l("Somebody has this login already."), field="login")
    user = User(login=login, name=name, lang=lang, password_hash=NONE_YET)
    db.session.add(user)
    db.session.flush()
    _say(user.id, "made_known", by, now)
    return user


def rename(user_id: int, name: str, lang: str, *, version: int, by: Actor, now: datetime) -> User:
    """Change the name somebody is shown by and the language they are written to."""
    user = person_of(by, user_id)
    check_version(user, version)
    changed = [
        key for key, value in (("name", name), ("lang", lang)) if getattr(user, key) != value
    ]
    if changed:
        user.name, user.lang = name, lang
        user.version += 1
        _say(user.id, "described", by, now, changed=changed)
    return user


def end_seat(user_id: int, seat_id: int, *, version: int, by: Actor, now: datetime) -> User:
    """End one seat at once; cases that only it allowed go back to the department.

    Raises NotFound for a seat beyond reach, NotAllowed for one's own, Conflict when nobody would
    administer its region any more.
    """
    user = person_of(by, user_id)
    check_version(user, version)
    seat = db.session.get(Membership, seat_id)
    today = now.date()
    if seat is None or seat.user_id != user.id or not reaches(by, MANAGE, seat.region_id):
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    _not_oneself(user, by)
    _end([seat], user, by, now, today)
    user.version += 1
    announce(SeatsEnded(user.id, now))
    return user


def disable(user_id: int, *, version: int, by: Actor, now: datetime) -> User:
    """Let somebody leave: sessions, seats, password and open requests end in this moment.

    Raises NotAllowed for oneself and for somebody with a seat beyond reach, Conflict when nobody
    would administer a region any more.
    """
    user = person_of(by, user_id)
    check_version(user, version)
    _not_oneself(user, by)
    today = now.date()
    if sits_beyond(by, user.id, today):
        raise NotAllowed(BEYOND)
    seats = standing_seats(user.id, today)
    _end(seats, user, by, now, today)
    user.disabled_at, user.password_hash = now, NONE_YET
    user.version += 1
    end_sessions(user.id, now=now)
    end_links(user.id, now=now)
    set_aside(pending_about(about(user.id)), now=now)
    _say(user.id, "disabled", by, now)
    announce(SeatsEnded(user.id, now))
    return user


def _not_oneself(user: User, by: Actor) -> None:
    if user.id == by.user_id:
        raise NotAllowed(_l("Nobody takes their own access away. Ask another administrator."))


def _end(seats: Sequence[Membership], user: User, by: Actor, now: datetime, today: date) -> None:
    """End seats the day before: what is valid on a day is valid on all of it."""
    if any(seat.role is Role.ADMIN for seat in seats):
        _keep_an_administrator(seats, user.id, today)
    for seat in seats:
        seat.to_on = today - ONE_DAY
        place = {
            "role": seat.role.value,
            "region_id": seat.region_id,
            "hall_id": seat.hall_id,
            "department_id": seat.department_id,
        }
        _say(user.id, "seat_ended", by, now, **place)
    db.session.flush()


def _keep_an_administrator(seats: Sequence[Membership], user_id: int, today: date) -> None:
    """Raise Conflict unless somebody else administers every region these seats administer.

    All seats of administrators are locked first, so that two who end each other's wait in line.
    """
    admins = select(Membership.id).where(Membership.role == Role.ADMIN)
    db.session.execute(admins.order_by(Membership.id).with_for_update()).all()
    for seat in seats:
        if seat.role is not Role.ADMIN:
            continue
        others = (
            select(User.id)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.role == Role.ADMIN,
                Membership.user_id != user_id,
                Membership.region_id.in_(sorted(region_ids_above(seat.region_id))),
                Membership.from_on <= today,
                Membership.to_on.is_(None),
                User.disabled_at.is_(None),
            )
        )
        if db.session.scalar(others.limit(1)) is None:
            raise Conflict(LAST_ADMINISTRATOR)


def end_sessions(user_id: int, *, now: datetime) -> None:
    """Sign somebody out of every browser."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_links(user_id: int, *, now: datetime) -> None:
    """Let links that were not used be over."""
    db.session.execute(
        update(PasswordLink)
        .where(
            PasswordLink.user_id == user_id,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
        )
        .values(expires_at=now)
    )


def make_link(user_id: int, *, by: Actor, now: datetime) -> str:
    """Make the link by which somebody sets a password, once and within three days; give its token.

    Only whoever confirmed it hands it over, so that nobody signs in as somebody else alone. An
    earlier one is over. Raises NotAllowed for everybody else, and where the person has come to sit
    beyond their reach since it was confirmed.
    """
    user = person_of(by, user_id)
    if sits_beyond(by, user.id, now.date()):
        raise NotAllowed(BEYOND)
    if not may_hand_over(by, about(user.id), user.id, now=now):
        raise NotAllowed(
            _l("Another administrator asks for a link, you confirm it, and then you hand it over.")
        )
    return new_link(user.id, by.user_id or 0, by=by, now=now)


def new_link(user_id: int, made_by: int, *, by: Actor, now: datetime) -> str:
    """Write a link down and give its token; the caller has made sure that it may be."""
    end_links(user_id, now=now)
    token = secrets.token_urlsafe(32)
    db.session.add(
        PasswordLink(
            token_h=token_hash(token),
            user_id=user_id,
            made_by=made_by,
            made_at=now,
            expires_at=now + LINK_LIVES,
        )
    )
    _say(user_id, "link_made", by, now)
    return token


def whose_link(token: str, *, now: datetime, lock: bool = False) -> tuple[PasswordLink, User]:
    """Find whom a link is for; raises Gone in the same words for a wrong, used or old one."""
    statement = (
        select(PasswordLink, User)
        .join(User, User.id == PasswordLink.user_id)
        .where(
            PasswordLink.token_h == token_hash(token),
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
            User.disabled_at.is_(None),
        )
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = db.session.execute(statement).first()
    if row is None:
        raise Gone(_l("This link was used or has run out. Ask your administrator for a new one."))
    return row[0], row[1]


def set_password(token: str, password_hash: str, *, now: datetime) -> None:
    """Set a password by a link, which ends with it, as do all sessions and the second factor.

    Two administrators gave the link: it is the whole way in, for a lost phone as well.
    """
    link, user = whose_link(token, now=now, lock=True)
    user.password_hash = password_hash
    forget_factor(user)
    forget_codes(user.id)
    link.used_at = now
    db.session.flush()
    end_sessions(user.id, now=now)
    end_links(user.id, now=now)
    themselves = Actor(ActorKind.STAFF, user.name, (), user_id=user.id)
    _say(user.id, "password_set", themselves, now)


def _say(user_id: int, what: str, by: Actor, now: datetime, **body: object) -> None:
    record(f"u/{user_id}", what, region_id=home_region().id, by=by, now=now, body=body)
