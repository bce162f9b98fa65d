"""The views somebody sees: those they keep, and those their units share."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from desk.access.actors import Actor, Seat
from desk.access.permissions import Permission, Role
from desk.kernel.db import db
from desk.workbench.models import SavedView

LISTED = 100


@dataclass(frozen=True, slots=True)
class Unit:
    """A hall or a department somebody sits in; the other id is 0. `leads` it or not."""

    hall_id: int
    department_id: int
    leads: bool

    @property
    def key(self) -> str:
        return f"h{self.hall_id}" if self.hall_id else f"d{self.department_id}"

    def has(self, view: SavedView) -> bool:
        """Tell whether a view is shared with this unit."""
        return (view.hall_id, view.department_id) == (self.hall_id, self.department_id)


def units_of(actor: Actor) -> Sequence[Unit]:
    """List the units somebody shares views with."""
    led: dict[tuple[int, int], bool] = {}
    for seat in actor.seats_for(Permission.CASE_READ):
        place = (0, seat.department_id) if seat.department_id else (seat.hall_id, 0)
        led[place] = led.get(place, False) or _leads(seat)
    return [Unit(*place, leads) for place, leads in sorted(led.items()) if any(place)]


def _leads(seat: Seat) -> bool:
    return seat.is_head or seat.role is Role.LEAD


def views_of(actor: Actor) -> Sequence[SavedView]:
    """List the views a person sees, own ones first, then those of their units, by name."""
    shared = [
        and_(SavedView.hall_id == unit.hall_id, SavedView.department_id == unit.department_id)
        for unit in units_of(actor)
    ]
    return db.session.scalars(
        select(SavedView)
        .where(or_(SavedView.user_id == (actor.user_id or -1), *shared))
        .order_by(SavedView.user_id != (actor.user_id or -1), SavedView.name, SavedView.id)
        .limit(LISTED)
    ).all()


def may_drop(actor: Actor, view: SavedView) -> bool:
    """Tell whether somebody may drop a view: their own, or one shared with a unit they lead."""
    return view.user_id == actor.user_id or any(
        unit.leads and unit.has(view) for unit in units_of(actor)
    )


def shared_count(unit: Unit) -> int:
    """Count the views that are shared with a unit."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(SavedView)
            .where(SavedView.hall_id == unit.hall_id, SavedView.department_id == unit.department_id)
        )
        or 0
    )
