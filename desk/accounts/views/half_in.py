"""Between password and code: who has shown the first of the two, for five minutes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

from desk.accounts.models import User
from desk.kernel.db import db

KEY = "half_in"
LIVES = timedelta(minutes=5)
LIVES_TO_ENROL = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class HalfIn:
    """Who has shown their password, and where they want to go."""

    user: User
    onwards: str


def remember(user: User, onwards: str, *, now: datetime) -> None:
    """Note in the browser's signed cookie that a password was right; it opens nothing alone."""
    session[KEY] = [user.id, _mark(user), int(now.timestamp()), onwards]


def half_in(*, now: datetime) -> HalfIn | None:
    """Tell who is between password and code; nobody once the time is over or either changed."""
    kept = session.get(KEY)
    if not isinstance(kept, list):
        return None
    user_id, mark, since, onwards = kept
    user = db.session.get(User, user_id)
    if user is None or user.disabled_at is not None or _mark(user) != mark:
        return None
    lives = LIVES_TO_ENROL if user.totp_e is None else LIVES
    if now.timestamp() - since > lives.total_seconds():
        return None
    return HalfIn(user, onwards)


def forget() -> None:
    """End the time between."""
    session.pop(KEY, None)


def _mark(user: User) -> str:
    """Stand for the password as it is now, so that another one ends what the old one began."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]
