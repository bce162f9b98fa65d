"""Who is next in line for what waits at a case: plain values, so that nobody is ever left out."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desk.access.permissions import Role
from desk.casework.words import FINAL, REFUSALS, Kind, Outcome, Status


class Waiting(StrEnum):
    """Whose turn it is by rights."""

    WINDOW = "window"
    DEPARTMENT = "department"
    LEAD = "lead"
    SUPERVISOR = "supervisor"
    LEADER = "leader"


class Rank(StrEnum):
    """How far up the line somebody was found."""

    ROLE = "role"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    ABOVE = "above"
    ADMIN = "admin"


ROLES: dict[Waiting, frozenset[Role]] = {
    Waiting.WINDOW: frozenset({Role.CLERK}),
    Waiting.DEPARTMENT: frozenset({Role.HANDLER, Role.LEAD}),
    Waiting.LEAD: frozenset({Role.LEAD}),
    Waiting.SUPERVISOR: frozenset(),
    Waiting.LEADER: frozenset(),
}
WORKERS = frozenset({Role.CLERK, Role.HANDLER, Role.LEAD})
LENT: dict[Waiting, Role] = {
    Waiting.WINDOW: Role.CLERK,
    Waiting.DEPARTMENT: Role.HANDLER,
    Waiting.LEAD: Role.LEAD,
}
"""Whose work a supervisor may do where nobody of that role is left."""
TURNS: dict[Status, Waiting] = {
    Status.SUBMITTED: Waiting.WINDOW,
    Status.SUPPLEMENT: Waiting.WINDOW,
    Status.ACCEPTED: Waiting.WINDOW,
    Status.DISPATCHED: Waiting.DEPARTMENT,
    Status.HANDLING: Waiting.DEPARTMENT,
    Status.REPLY_REVIEW: Waiting.LEAD,
    Status.REPLIED: Waiting.WINDOW,
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody in a seat that reaches the case; `height` counts the regions above the case's own.

    `is_away` says that they are absent now, whether somebody stands in for them or not.
    """

    user_id: int
    role: Role
    height: int = 0
    hall_id: int = 0
    department_id: int = 0
    is_head: bool = False
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Those who may act now, and how far up the line they stand; `rank` None: nobody is left."""

    rank: Rank | None
    user_ids: tuple[int, ...]


NOBODY = Line(None, ())


def turn_of(kind: Kind, status: Status, outcome: Outcome | None) -> Waiting | None:
    """Say whose turn it is by rights at a case that stands so; None once it has ended.

    While a complainant has to supply something, the window may for them.
    """
    if status in FINAL:
        return None
    if status is Status.REPLY_REVIEW and (kind is Kind.RECTIFICATION or outcome in REFUSALS):
        return Waiting.SUPERVISOR
    return TURNS[status]


def in_line(waiting: Waiting, sittings: Iterable[Sitting], kept_out: Collection[int] = ()) -> Line:
    """Say who may act: by role, else heads, else supervisors, else those of the regions above.

    Window and department never do each other's work: who answers does not ask whether it is solved.
    `kept_out` are those who may not: the author, the reviewer, whoever asked. Whoever is away comes
    last: only when nobody else is left at any step. Last of all stand the administrators, who can
    give somebody a seat; a desk always has one.
    """
    free = [sitting for sitting in sittings if sitting.user_id not in kept_out]
    here = [sitting for sitting in free if not sitting.is_away]
    return _first(waiting, here) or _first(waiting, free) or NOBODY


def _first(waiting: Waiting, free: Sequence[Sitting]) -> Line | None:
    for rank, fits in _steps(waiting, free):
        found = {sitting.user_id for sitting in free if fits(sitting)}
        if found:
            return Line(rank, tuple(sorted(found)))
    return None


def _steps(
    waiting: Waiting, free: Sequence[Sitting]
) -> Iterable[tuple[Rank, Callable[[Sitting], bool]]]:
    yield Rank.ROLE, lambda s: s.role in ROLES[waiting]
    if waiting in (Waiting.LEAD, Waiting.LEADER):
        yield Rank.HEAD, lambda s: s.is_head and s.role in WORKERS and bool(s.department_id)
    if waiting is Waiting.LEADER:
        yield Rank.HEAD, lambda s: s.is_head and s.role in WORKERS
        yield Rank.HEAD, lambda s: s.role is Role.LEAD
    supervisors = [s for s in free if s.role is Role.SUPERVISOR]
    for height in sorted({s.height for s in supervisors}):
        rank = Rank.SUPERVISOR if height == 0 else Rank.ABOVE
        yield rank, lambda s, h=height: s.role is Role.SUPERVISOR and s.height == h  # type: ignore[misc]
    if waiting is not Waiting.LEADER:
        yield Rank.ADMIN, lambda s: s.role is Role.ADMIN
