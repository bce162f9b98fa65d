"""What may be done to many cases at once: told from what a list knows, without a question more."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from desk.access.permissions import Permission
from desk.casework.disclosure import is_hidden
from desk.casework.words import FINAL, IdentityMode, Kind, Status
from desk.casework.workflow import BY_MOVE, Move


class Together(StrEnum):
    """Steps and acts that can be done to many cases in one go, in the order they are offered."""

    ACCEPT = "accept"
    ASK_SUPPLEMENT = "ask_supplement"
    DISPATCH = "dispatch"
    SIGN = "sign"
    TAKE = "take"
    ASSIGN = "assign"
    NOTE = "note"


STEPS = {
    Together.ACCEPT: Move.ACCEPT,
    Together.ASK_SUPPLEMENT: Move.ASK_SUPPLEMENT,
    Together.DISPATCH: Move.DISPATCH,
    Together.SIGN: Move.SIGN,
}
"""Those that are rows of the table; none of these rows has a guard, so status and seat decide."""

ACTS = {
    Together.TAKE: Permission.CASE_TAKE,
    Together.ASSIGN: Permission.CASE_ASSIGN,
    Together.NOTE: Permission.CASE_NOTE,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands, as far as it decides what may be done to it together with others."""

    kind: Kind
    status: Status
    identity_mode: IdentityMode
    has_department: bool
    has_handler: bool


def permission_for(name: Together) -> Permission:
    """Name the permission a step or act needs at the case."""
    return BY_MOVE[STEPS[name]].permission if name in STEPS else ACTS[name]


@lru_cache(maxsize=4096)
def open_to(one: Standing, permissions: frozenset[Permission]) -> tuple[Together, ...]:
    """List what these permissions may do to a case that stands so, in one go with others.

    Whoever is passed on without their name needs a brief of their own, so it is done one by one.
    """
    return tuple(
        name for name in Together if permission_for(name) in permissions and _starts(name, one)
    )


def _starts(name: Together, one: Standing) -> bool:
    if name in STEPS:
        row = BY_MOVE[STEPS[name]]
        fits = one.kind in row.kinds and one.status in row.sources
        return fits and not (name is Together.DISPATCH and needs_brief(one))
    is_open = one.status not in FINAL
    return {
        Together.TAKE: is_open and not one.has_handler,
        Together.ASSIGN: is_open and one.has_department,
        Together.NOTE: True,
    }[name]


def needs_brief(one: Standing) -> bool:
    """Tell whether a department may not know who it is."""
    return is_hidden(one.kind, one.identity_mode)


def offered(permissions: Collection[Permission]) -> tuple[Together, ...]:
    """List what somebody with these permissions can do to many cases at all."""
    return tuple(name for name in Together if permission_for(name) in permissions)
