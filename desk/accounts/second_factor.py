"""The second factor of staff: made known at first sign-in, asked for at each one after it.

The seed is encrypted under the keys outside the database. A code is taken once. Whoever has not
got the telephone uses a recovery code; whoever has neither gets a new way in from two
administrators, and with it makes a new factor known.
"""

from datetime import datetime

from sqlalchemy import select, update

from desk.access.actors import Actor
from desk.accounts import totp
from desk.accounts.models import User
from desk.audit.actions import record
from desk.kernel.db import db
from desk.kernel.vault import open_alone, seal_alone

TABLE, COLUMN = "users", "totp_e"


def has_factor(user: User) -> bool:
    """Tell whether somebody has made a factor known."""
    return user.totp_e is not None


def enrol(
    user_id: int, seed: bytes, typed: str, *, by: Actor, region_id: int, now: datetime
) -> bool:
    """Keep a factor that the first code proves; false for a wrong code, or one known already."""
    step = totp.step_that_fits(seed, typed, now=now, after=0)
    user = db.session.scalars(
        select(User)
        .where(User.id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if step is None or has_factor(user):
        return False
    user.totp_e = seal_alone(TABLE, COLUMN, user.id, totp.written(seed))
    user.totp_last_step = step
    db.session.flush()
    record(f"u/{user_id}", "factor_made_known", region_id=region_id, by=by, now=now)
    return True


def passes(user: User, typed: str, *, now: datetime) -> bool:
    """Take a code, once: of two who send the same at the same time one is refused."""
    if user.totp_e is None:
        return False
    seed = totp.read_seed(open_alone(TABLE, COLUMN, user.id, bytes(user.totp_e)))
    step = totp.step_that_fits(seed, typed, now=now, after=user.totp_last_step)
    if step is None:
        return False
    taken = db.session.execute(
        update(User)
        .where(User.id == user.id, User.totp_last_step < step)
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
        .returning(User.id)
    )
    return taken.first() is not None


def forget(user: User) -> None:
    """Forget a factor: the next sign-in makes a new one known."""
    user.totp_e, user.totp_last_step = None, 0
