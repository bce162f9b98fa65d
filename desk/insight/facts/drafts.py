"""A fact before it is written, and what it is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from desk.approvals.models import Approval
from desk.audit.models import LedgerLine
from desk.casework.models import Case, CaseClock, Contact, Reply
from desk.casework.workflow import Move
from desk.organisation.queries import Timetable
from desk.ratings.models import Rating
from desk.supervision.models import Card

MOVES = frozenset(Move)


@dataclass(frozen=True, slots=True, order=True)
class Draft:
    """One thing that counts; the days are those of the case's region."""

    measure: str
    on_date: date
    department_id: int = 0
    hall_id: int = 0
    item_id: int = 0
    channel: str = ""
    party_kind: str = ""
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Other:
    """Another complaint of the same party, by which repeats are told."""

    id: UUID
    item_id: int | None
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A move of the case, with the department that held it before and after."""

    move: Move
    at: datetime
    round: int
    result: str | None
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class History:
    """A case with everything that was written about it."""

    case: Case
    zone: str
    timetable: Timetable
    lines: Sequence[LedgerLine] = ()
    clocks: Sequence[CaseClock] = ()
    contacts: Sequence[Contact] = ()
    replies: Sequence[Reply] = ()
    cards: Sequence[Card] = ()
    requests: Sequence[Approval] = ()
    ratings: Sequence[Rating] = ()
    others: Sequence[Other] = field(default=())

    def day(self, at: datetime) -> date:
        """Tell which day it was there."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def due_day(self, at: datetime) -> date:
        """Tell the last day of a limit; one that runs out at midnight ends the day before."""
        return self.day(at - timedelta(microseconds=1))

    def draft(
        self, measure: str, at: datetime | date, department: int | None = None, weight: int = 1
    ) -> Draft:
        """Draw a fact of this case; without a department it is counted where the case is now."""
        case = self.case
        return Draft(
            measure,
            self.day(at) if isinstance(at, datetime) else at,
            (case.department_id or 0) if department is None else department,
            case.hall_id,
            case.item_id or 0,
            case.channel.value,
            case.party_kind.value,
            weight,
        )

    def steps(self) -> list[Step]:
        """List the moves in their order. What other lines call a department is not who holds it."""
        found: list[Step] = []
        held = 0
        for line in self.lines:
            if line.what not in MOVES:
                continue
            body = line.body or {}
            after = body.get("department") or 0
            found.append(
                Step(
                    Move(line.what),
                    line.at,
                    body.get("round") or 0,
                    body.get("result"),
                    held,
                    after,
                )
            )
            held = after
        return found

    def held_at(self, at: datetime, steps: Sequence[Step]) -> int:
        """Name the department that held the case at an instant; 0 is the window."""
        return next((step.after for step in reversed(steps) if step.at <= at), 0)
