"""Being away: from when until when, and who acts for somebody. The caller holds the transaction."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import STOOD_IN_FOR
from desk.accounts.models import Absence, Membership, User
from desk.accounts.queries import absence_of, valid_on
from desk.audit.actions import record
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.notify.actions import Reader, tell
from desk.notify.notices import Notice
from desk.organisation.queries import home_day, home_region

LONGEST = timedelta(days=92)
Place = tuple[int, int, int]


def stand_ins_for(user_id: int, today: date) -> list[User]:
    """List who may act for somebody: colleagues who sit in every place that person sits in.

    A seat passes to nobody who has none in the same hall, department or region, so an absence
    shows no case to a stranger to it.
    """
    wanted = _places(_seats_of(user_id, today))
    if not wanted:
        return []
    found = db.session.execute(
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.id != user_id,
            User.disabled_at.is_(None),
            Membership.region_id.in_({place[0] for place in wanted}),
            Membership.role.in_(STOOD_IN_FOR),
            valid_on(today),
        )
        .order_by(User.name, User.id)
    ).all()
    held: dict[User, list[Membership]] = {}
    for user, seat in found:
        held.setdefault(user, []).append(seat)
    return [user for user, seats in held.items() if wanted <= _places(seats)]


def _seats_of(user_id: int, today: date) -> Iterable[Membership]:
    return db.session.scalars(
        select(Membership).where(
            Membership.user_id == user_id, Membership.role.in_(STOOD_IN_FOR), valid_on(today)
        )
    )


def _places(seats: Iterable[Membership]) -> set[Place]:
    return {(seat.region_id, seat.hall_id, seat.department_id) for seat in seats}


def go_away(
    from_on: date | None,
    until_on: date | None,
    stand_in_id: int | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Note that whoever acts is away, in place of what was noted, and tell who stands in.

    Raises Invalid for days that are none, and for somebody who may not act for them or is away
    at the same time.
    """
    user_id, today = by.user_id or 0, home_day(now)
    if from_on is None or from_on < today:
        raise Invalid(_l("Write a first day that is not over."), field="from_on")
    if until_on is None or not from_on <= until_on <= from_on + LONGEST:
        raise Invalid(
            _l("Write a last day after the first, at most three months on."), field="until_on"
        )
    if stand_in_id is not None:
        _check(user_id, stand_in_id, from_on, until_on, today)
    absence = absence_of(user_id)
    if absence is None:
        absence = Absence(user_id=user_id)
        db.session.add(absence)
    absence.from_on, absence.until_on, absence.stand_in_id = from_on, until_on, stand_in_id
    db.session.flush()
    days = {"from": from_on.isoformat(), "until": until_on.isoformat(), "stand_in": stand_in_id}
    region_id = home_region().id
    line = record(f"u/{user_id}", "away", region_id=region_id, by=by, now=now, body=days)
    if stand_in_id is not None:
        person = db.session.get_one(User, stand_in_id)
        tell(
            Notice.STAND_IN,
            [Reader(person.id, person.lang, person.email_e is not None)],
            region_id=region_id,
            key=line.hex(),
            context={"number": "", "path": "/account/absence"},
            now=now,
        )


def _check(user_id: int, stand_in_id: int, from_on: date, until_on: date, today: date) -> None:
    if stand_in_id not in {user.id for user in stand_ins_for(user_id, today)}:
        raise Invalid(_l("Choose somebody of the list."), field="stand_in")
    theirs = absence_of(stand_in_id)
    if theirs and theirs.from_on <= until_on and theirs.until_on >= from_on:
        raise Invalid(_l("They are away then, too. Choose somebody else."), field="stand_in")


def come_back(*, by: Actor, now: datetime) -> None:
    """End the absence of whoever acts, or call it off; nothing where there is none."""
    absence = absence_of(by.user_id or 0)
    if absence is not None:
        db.session.delete(absence)
        record(f"u/{by.user_id}", "back", region_id=home_region().id, by=by, now=now)
