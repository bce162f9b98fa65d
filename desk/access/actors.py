"""Whoever is acting: a member of staff in their seats, a complainant, or the desk itself."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.permissions import Permission, Role, permissions_of
from desk.kernel.errors import NotAllowed


class ActorKind(StrEnum):
    STAFF = "staff"
    COMPLAINANT = "complainant"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Seat:
    """One role somebody holds, and how far it reaches.

    `region_ids` holds the seat's region and all regions below it; `hall_id` and `department_id`
    are 0 where the role is not bound to one. `for_user` is whose seat it is where somebody stands
    in for a colleague who is away.
    """

    role: Role
    region_ids: frozenset[int]
    hall_id: int = 0
    department_id: int = 0
    is_head: bool = False
    for_user: int | None = None

    def reaches(self, region_id: int, hall_id: int, department_id: int | None) -> bool:
        """Tell whether something of this region, hall and department lies in this seat's scope."""
        return (
            region_id in self.region_ids
            and self.hall_id in (0, hall_id)
            and self.department_id in (0, department_id)
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with which seats. `case` is the one case a complainant has opened."""

    kind: ActorKind
    name: str
    seats: tuple[Seat, ...]
    user_id: int | None = None
    case: tuple[int, UUID] | None = None

    @property
    def stands_for(self) -> tuple[int, ...]:
        """List whom this person stands in for."""
        return tuple(dict.fromkeys(seat.for_user for seat in self.seats if seat.for_user))

    def holder_of(self, seat: Seat) -> int:
        """Say whose work it is that lies at a seat: one's own, or that of somebody away."""
        return seat.for_user or self.user_id or 0

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(dict.fromkeys(seat.role for seat in self.seats))

    def may(self, permission: Permission) -> bool:
        """Tell whether any seat allows this, wherever it reaches."""
        return any(permission in _allowed(seat.role) for seat in self.seats)

    def seats_for(self, permission: Permission) -> tuple[Seat, ...]:
        """List the seats that allow this; the scope filters build on them."""
        return tuple(seat for seat in self.seats if permission in _allowed(seat.role))

    def regions_for(self, permission: Permission) -> frozenset[int]:
        """List the regions in which some seat allows this."""
        return frozenset[int]().union(*(seat.region_ids for seat in self.seats_for(permission)))

    def require(self, permission: Permission) -> None:
        """Raise NotAllowed unless some seat allows this."""
        if not self.may(permission):
            raise NotAllowed(_l("Your role does not include this. Ask your lead if it should."))


@cache
def _allowed(role: Role) -> frozenset[Permission]:
    return permissions_of(role)


SYSTEM = Actor(ActorKind.SYSTEM, "system", (Seat(Role.SYSTEM, frozenset()),))


def complainant_of(region_id: int, case_id: UUID | None = None) -> Actor:
    """Make the actor for whoever files in a region, or has opened one case by number and code."""
    seat = Seat(Role.COMPLAINANT, frozenset({region_id}))
    case = (region_id, case_id) if case_id else None
    return Actor(ActorKind.COMPLAINANT, "complainant", (seat,), case=case)
