"""Which dates of open cases would be others, if the calendar or a limit were another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select, tuple_

from desk.casework.courses import course_of
from desk.casework.models import Case, CaseClock
from desk.casework.words import PROMISES, Step
from desk.kernel.db import db
from desk.organisation.actions.calendar import days_kept
from desk.organisation.limits import Rule, RuleKey, best
from desk.organisation.models import DayKind, Hall, Region
from desk.organisation.queries import (
    Limit,
    Timetable,
    region_ids_below,
    rules_of,
    timetable_of,
    timetable_with,
)
from desk.worktime.course import Change, ChangeKind, Course, runs_out
from desk.worktime.deadline import Deadline

CHUNK = 500
SHOWN = 200

Days = Mapping[int, Mapping[date, DayKind]]
"""Of each year the days that are named; the others follow the weekday."""
Key = tuple[int, UUID, Step, int]


@dataclass(frozen=True, slots=True)
class World:
    """What dates follow from: when a hall works, and which rules hold in a region."""

    table: Callable[[Hall, Region], Timetable]
    rules: Callable[[Region], Sequence[Rule]]


@dataclass(frozen=True, slots=True)
class Clocked:
    """A running clock with what its limit depends on."""

    clock: CaseClock
    number: str
    hall_id: int
    party: str


@dataclass(frozen=True, slots=True)
class NewDate:
    """A running clock whose date would be another, or no longer provisional."""

    key: Key
    number: str
    step: Step
    was: datetime
    due_at: datetime
    provisional: bool

    @property
    def moves(self) -> bool:
        return self.was != self.due_at


@dataclass(slots=True)
class Plan:
    """What would happen: how many dates move, and how many are only provisional no longer.

    `shown` are the first 200 that move, in the order of the database.
    """

    later: int = 0
    earlier: int = 0
    promises: int = 0
    settled: int = 0
    shown: list[NewDate] = field(default_factory=list)

    def add(self, found: NewDate) -> None:
        """Count one date."""
        if not found.moves:
            self.settled += not found.provisional
            return
        self.later += found.due_at > found.was
        self.earlier += found.due_at < found.was
        self.promises += found.step in PROMISES
        if len(self.shown) < SHOWN:
            self.shown.append(found)


def present(now: datetime) -> World:
    """Give the world as it is."""
    return World(lambda hall, region: timetable_of(hall, region, now), rules_of)


def with_calendar(region: Region, years: Days, now: datetime) -> World:
    """Give the world as it would be if a region published these years."""
    instead = {
        (region.id, year): {on: kind.value for on, kind in days_kept(region, year, named).items()}
        for year, named in years.items()
    }
    kept: dict[int, Timetable] = {}

    def table(hall: Hall, its_region: Region) -> Timetable:
        if hall.id not in kept:
            kept[hall.id] = timetable_with(hall, its_region, now, instead)
        return kept[hall.id]

    return World(table, rules_of)


@dataclass(frozen=True, slots=True)
class NewLimit:
    """A limit that would hold from a day on."""

    key: RuleKey
    limit: Limit
    active_from: date


def with_limit(
    region: Region, key: RuleKey, limit: Limit, active_from: date, now: datetime
) -> World:
    """Give the world as it would be if a region set this limit from a day on."""
    return with_limits(region, [NewLimit(key, limit, active_from)], now)


def with_limits(region: Region, limits: Sequence[NewLimit], now: datetime) -> World:
    """Give the world as it would be if a region set these limits."""
    depth = region.path.count("/")
    new = [
        Rule(one.key, one.limit.n, one.limit.unit.value, one.active_from, depth=depth)
        for one in limits
    ]

    def rules(asked: Region) -> Sequence[Rule]:
        found = list(rules_of(asked))
        return [*found, *new] if asked.path.startswith(region.path) else found

    return World(present(now).table, rules)


def plan(world: World, region: Region) -> Plan:
    """Say what would become of the running clocks of a region and those below it."""
    found = Plan()
    for new in new_dates(world, sorted(region_ids_below(region.id))):
        found.add(new)
    return found


def new_dates(world: World, region_ids: Sequence[int]) -> Iterator[NewDate]:
    """Give each running clock of these regions whose date is not what this world makes it."""
    regions = {region.id: region for region in db.session.scalars(select(Region))}
    halls = {hall.id: hall for hall in db.session.scalars(select(Hall))}
    for found in _running(region_ids):
        region, hall = regions[found.clock.region_id], halls[found.hall_id]
        clock = found.clock
        _course, deadline = followed(found, world, hall, region)
        if (deadline.due_at, deadline.provisional) != (clock.due_at, clock.provisional):
            yield NewDate(
                (clock.region_id, clock.case_id, clock.step, clock.n),
                found.number,
                clock.step,
                clock.due_at,
                deadline.due_at,
                deadline.provisional,
            )


def followed(found: Clocked, world: World, hall: Hall, region: Region) -> tuple[Course, Deadline]:
    """Follow a clock in a world: with the limit that holds there for the day it started."""
    clock, table = found.clock, world.table(hall, region)
    course = course_of(clock)
    asked = RuleKey(clock.step.value, found.hall_id, clock.complexity.value, found.party)
    rule = best(world.rules(region), asked, table.local_day(clock.started_at))
    if rule is not None and (rule.n, rule.unit) != course.limit():
        course = course.then(Change(ChangeKind.LIMITED, clock.started_at, n=rule.n, unit=rule.unit))
    return course, runs_out(course, table.calendar, table.hours, table.zone)


def _running(region_ids: Sequence[int]) -> Iterator[Clocked]:
    """Give the running clocks in the order of their keys, a chunk at a time."""
    key = (CaseClock.region_id, CaseClock.case_id, CaseClock.step, CaseClock.n)
    statement = (
        select(CaseClock, Case.number, Case.hall_id, Case.party_kind)
        .join(Case, and_(Case.region_id == CaseClock.region_id, Case.id == CaseClock.case_id))
        .where(CaseClock.stopped_at.is_(None), CaseClock.region_id.in_(region_ids))
        .order_by(*key)
        .limit(CHUNK)
    )
    after: Key | None = None
    while True:
        here = statement if after is None else statement.where(tuple_(*key) > tuple_(*after))
        rows = [Clocked(c, number, hall, party.value) for c, number, hall, party in
                db.session.execute(here)]  # fmt: skip
        last = rows[-1].clock if rows else None
        after = (last.region_id, last.case_id, last.step, last.n) if last else None
        for row in rows:
            db.session.expunge(row.clock)
        yield from rows
        if len(rows) < CHUNK:
            return
