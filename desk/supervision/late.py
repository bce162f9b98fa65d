"""What is late, what is about to be, and what will be on the next working days."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    or_,
    select,
    true,
)

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.ladder import Level
from desk.casework.models import Case, CaseClock
from desk.casework.queries.scope import within
from desk.casework.words import REFUSALS, CaseChannel, Kind, Status, Step
from desk.kernel.db import db
from desk.kernel.paging import Cursor, Page, after, page_of
from desk.organisation.models import Hall, Region
from desk.organisation.queries import timetable_of
from desk.supervision.lateness import LEVELS, Edges, edges

PAGE = 30
IN_DEPARTMENT = (Status.DISPATCHED, Status.HANDLING)
STANDINGS = (
    Status.SUBMITTED,
    Status.ACCEPTED,
    Status.DISPATCHED,
    Status.HANDLING,
    Status.REPLY_REVIEW,
    Status.REPLIED,
)
"""The statuses in which somebody of the staff is expected to do something."""

Unit = tuple[int, int]
"""Department and hall; both 0 is the review by supervisors."""


@dataclass(frozen=True, slots=True)
class Halls:
    """The halls that work at the same times, and what is late there."""

    ids: tuple[int, ...]
    edges: Edges


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of late cases is narrowed to; None is everything."""

    level: Level | None = None
    status: Status | None = None
    unit: Unit | None = None
    on: date | None = None


@dataclass(slots=True)
class Late:
    """How many cases stand where: by unit, by status, and by the day their next limit runs out."""

    levels: Counter[Level] = field(default_factory=Counter)
    units: dict[Unit, Counter[Level]] = field(default_factory=dict)
    statuses: dict[Status, Counter[Level]] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)

    def count(self, unit: Unit, status: Status, level: Level, n: int) -> None:
        self.levels[level] += n
        self.units.setdefault(unit, Counter())[level] += n
        self.statuses.setdefault(status, Counter())[level] += n


@dataclass(frozen=True, slots=True)
class LateRow:
    """What a list shows of a late case; `steps` are the clocks that run out next."""

    id: UUID
    number: str
    title: str
    status: Status
    unit: Unit
    due_at: datetime
    level: Level | None
    steps: Sequence[Step]


def halls_at(actor: Actor, now: datetime) -> list[Halls]:
    """Put the halls somebody watches together that work at the same times."""
    regions = sorted(actor.regions_for(Permission.LATE_SEE))
    rows = db.session.execute(
        select(Hall, Region)
        .join(Region, Region.id == Hall.region_id)
        .where(Hall.region_id.in_(regions))
        .order_by(Hall.id)
    ).all()
    found: dict[Edges, list[int]] = {}
    for hall, region in rows:
        table = timetable_of(hall, region, now)
        found.setdefault(edges(now, table.calendar, table.hours, table.zone), []).append(hall.id)
    return [Halls(tuple(ids), its) for its, ids in found.items()]


def late(actor: Actor, halls: Iterable[Halls]) -> Late:
    """Count the open cases by how late their next limit is, one statement for halls alike.

    A case counts once, by the limit that runs out first. What waits for the complainant, or only
    for time to pass, is nobody's to do and left out.
    """
    found = Late()
    for one in halls:
        found.days |= {day.on: found.days.get(day.on, 0) for day in one.edges.days}
        for row in db.session.execute(_sums(actor, one)):
            unit, status, *numbers = (row[0], row[1]), row[2], *row[3:]
            for level, n in zip(LEVELS, numbers, strict=False):
                if n:
                    found.count(unit, status, level, n)
            for day, n in zip(one.edges.days, numbers[len(LEVELS) :], strict=True):
                found.days[day.on] += n
    return found


def _sums(actor: Actor, halls: Halls) -> Select[*tuple[Any, ...]]:
    last = halls.edges.days[-1].until if halls.edges.days else halls.edges.soon
    ranges = [halls.edges.bounds(level) for level in LEVELS]
    ranges += [(day.after, day.until) for day in halls.edges.days]
    department, hall = _unit()
    inner = (
        select(
            department.label("department"),
            hall.label("hall"),
            Case.status.label("status"),
            Case.next_due_at.label("due_at"),
        )
        .where(within(actor, Permission.LATE_SEE), *_watched(halls), Case.next_due_at <= last)
        .subquery()
    )
    sums = [
        func.sum(case((_between(inner.c.due_at, *span), 1), else_=0), type_=Integer)
        for span in ranges
    ]
    keys = (inner.c.department, inner.c.hall, inner.c.status)
    return select(*keys, *sums).group_by(*keys)


def _watched(halls: Halls) -> list[ColumnElement[bool]]:
    """Say which cases somebody of the staff is expected to do something about."""
    nobody_to_call = and_(Case.status == Status.REPLIED, Case.party_id.is_(None))
    return [
        and_(Case.open),
        Case.hall_id.in_(halls.ids),
        Case.status.in_(STANDINGS),
        ~nobody_to_call,
        ~Case.is_test,
        Case.channel != CaseChannel.IMPORT,
    ]


def _unit() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Say whose turn it is at a case: a department, a hall, or (both 0) the review.

    As a card would be charged were it to fall due now (`issuing.charged`).
    """
    reviewed = and_(
        Case.status == Status.REPLY_REVIEW,
        or_(Case.kind == Kind.RECTIFICATION, Case.outcome.in_(sorted(REFUSALS))),
    )
    in_department = or_(Case.status.in_(IN_DEPARTMENT), Case.status == Status.REPLY_REVIEW)
    department = case((reviewed, 0), (in_department, func.coalesce(Case.department_id, 0)), else_=0)
    return department, case((in_department, 0), else_=Case.hall_id)


def _between(
    due_at: SQLColumnExpression[datetime], first: datetime | None, last: datetime
) -> ColumnElement[bool]:
    return and_(true() if first is None else due_at > first, due_at <= last)


def late_cases(
    actor: Actor,
    halls: Sequence[Halls],
    wanted: Wanted,
    cursor: Cursor | None,
    *,
    size: int = PAGE,
) -> Page[LateRow]:
    """List the cases behind a number, the longest late first."""
    department, hall = _unit()
    asked = [or_(*(_wanted(one, wanted) for one in halls)) if halls else Case.id.is_(None)]
    if wanted.status:
        asked.append(Case.status == wanted.status)
    if wanted.unit is not None:
        asked += [department == wanted.unit[0], hall == wanted.unit[1]]
    statement = (
        select(
            Case.region_id, Case.id, Case.number, Case.title, Case.status, Case.hall_id,
            Case.next_due_at, department.label("department"), hall.label("hall"),
        ).where(within(actor, Permission.LATE_SEE), *asked)
    )  # fmt: skip
    rows = db.session.execute(
        after(statement, cursor, Case.next_due_at, Case.id).limit(size + 1)
    ).all()
    steps = _next_steps(rows)
    edges_of = {hall_id: one.edges for one in halls for hall_id in one.ids}
    shown = [
        LateRow(
            row.id,
            row.number,
            row.title,
            row.status,
            (row.department, row.hall),
            row.next_due_at,
            edges_of[row.hall_id].level(row.next_due_at),
            steps.get(row.id, ()),
        )
        for row in rows
    ]
    return page_of(shown, cursor, size, lambda row: (row.due_at, row.id))


def _wanted(halls: Halls, wanted: Wanted) -> ColumnElement[bool]:
    """Say which cases of some halls a list holds: of a level, of a day to come, or all late."""
    conditions = _watched(halls)
    spans: list[tuple[datetime | None, datetime]]
    if wanted.on is not None:
        days = [day for day in halls.edges.days if day.on == wanted.on]
        spans = [(day.after, day.until) for day in days]
    elif wanted.level is not None:
        spans = [halls.edges.bounds(wanted.level)]
    else:
        spans = [(None, halls.edges.soon)]
    return and_(*conditions, or_(*(_between(Case.next_due_at, *span) for span in spans)) if spans
                else Case.id.is_(None))  # fmt: skip


def _next_steps(rows: Sequence[Any]) -> Mapping[UUID, list[Step]]:
    """Say of each case which of its clocks run out next."""
    due = {row.id: row.next_due_at for row in rows}
    if not due:
        return {}
    found: dict[UUID, list[Step]] = {}
    for key, step, due_at in db.session.execute(
        select(CaseClock.case_id, CaseClock.step, CaseClock.due_at)
        .where(
            CaseClock.region_id.in_({row.region_id for row in rows}),
            CaseClock.case_id.in_(list(due)),
            CaseClock.stopped_at.is_(None),
            CaseClock.paused_at.is_(None),
        )
        .order_by(CaseClock.case_id, CaseClock.step)
    ):
        if due_at == due[key]:
            found.setdefault(key, []).append(step)
    return found
