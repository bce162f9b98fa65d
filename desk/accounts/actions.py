"""Signing in and out, and making staff known. The caller holds the transaction."""

import secrets
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from desk.access.actors import Actor
from desk.access.permissions import Role
from desk.accounts.models import Membership, User, UserSession
from desk.accounts.reaching import email_of, seal_email
from desk.audit.actions import record
from desk.kernel.crypto import token_hash
from desk.kernel.db import db
from desk.kernel.errors import Invalid

ABSOLUTE = timedelta(hours=8)
IDLE = timedelta(minutes=30)
IDLE_WATCHED = timedelta(minutes=15)
WATCHED_ROLES = frozenset({Role.ADMIN, Role.AUDITOR})
SEEN_EVERY = timedelta(minutes=5)
MOST_SESSIONS = 3
LONGEST_AGENT = 120


def open_session(user: User, actor: Actor, *, agent: str, region_id: int, now: datetime) -> str:
    """Sign somebody in: a new token, the oldest of more than three sessions revoked."""
    token = secrets.token_urlsafe(32)
    running = db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.revoked_at.is_(None),
            UserSession.expires_at > now,
        )
        .order_by(UserSession.created_at)
    ).all()
    for old in running[: max(0, len(running) - MOST_SESSIONS + 1)]:
        old.revoked_at = now
    db.session.add(
        UserSession(
            token_h=token_hash(token),
            user_id=user.id,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
            agent=agent[:LONGEST_AGENT],
        )
    )
    record(f"u/{user.id}", "signed_in", region_id=region_id, by=actor, now=now)
    return token


def touch(session_row: UserSession, *, now: datetime) -> None:
    """Note that a session is in use; at most once in five minutes."""
    session_row.seen_at = now


def revoke(token_h: bytes, user_id: int, actor: Actor, *, region_id: int, now: datetime) -> None:
    """End one session of this person; one that is not theirs stays untouched."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.token_h == token_h, UserSession.user_id == user_id)
        .values(revoked_at=now)
    )
    record(f"u/{user_id}", "signed_out", region_id=region_id, by=actor, now=now)


def refuse_sign_in(login_h: str, why: str, *, region_id: int, by: Actor, now: datetime) -> None:
    """Put a refused sign-in into the ledger, after whatever else was rolled back."""
    body = {"login": login_h, "why": why}
    record(f"s/{now:%Y-%m-%d}", "sign_in_refused", region_id=region_id, by=by, now=now, body=body)


def create_user(login: str, name: str, password_hash: str) -> User:
    """Make a member of staff known; raises Invalid when the login is taken."""
    if db.session.scalar(select(User.id).where(User.login == login)) is not None:
        raise Invalid(_l("Somebody has this login already."), field="login")
    user = User(login=login, name=name, password_hash=password_hash)
    db.session.add(user)
    db.session.flush()
    return user


def keep_email(
    user_id: int, email: str | None, *, by: Actor, region_id: int, now: datetime
) -> None:
    """Keep where somebody is written to, encrypted; the ledger keeps only that it changed."""
    user = db.session.get_one(User, user_id)
    if email == email_of(user):
        return
    user.email_e = seal_email(user_id, email) if email else None
    record(f"u/{user_id}", "email_changed", region_id=region_id, by=by, now=now)


def grant(
    user: User,
    role: Role,
    *,
    region_id: int,
    hall_id: int,
    department_id: int,
    is_head: bool,
    granted_by: str,
    confirmed_by: str,
    now: datetime,
) -> None:
    """Give a seat; raises Invalid when it lacks its place or its second person."""
    if granted_by == confirmed_by:
        raise Invalid(_l("A second person must confirm the grant."), field="confirmed_by")
    if role is Role.CLERK and not hall_id:
        raise Invalid(_l("A clerk belongs to a hall."), field="hall")
    if role in {Role.HANDLER, Role.LEAD} and not department_id:
        raise Invalid(_l("A handler or lead belongs to a department."), field="department")
    db.session.add(
        Membership(
            user_id=user.id,
            role=role,
            region_id=region_id,
            hall_id=hall_id,
            department_id=department_id,
            is_head=is_head,
            from_on=now.date(),
            granted_by=granted_by,
            confirmed_by=confirmed_by,
        )
    )


def switch_keys(user_id: int, *, off: bool) -> None:
    """Let the keys of the desk work for somebody, or not; their own way of working."""
    db.session.get_one(User, user_id).keys_off = off
