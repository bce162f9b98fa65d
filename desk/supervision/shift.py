"""What one shift hands over to the next: what is open, what is due, who was promised a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.accounts.models import User
from desk.approvals.models import Approval
from desk.approvals.words import ApprovalState
from desk.casework.ladder import Level
from desk.casework.models import CallPlan, Case
from desk.casework.queries.scope import within
from desk.casework.words import Status
from desk.kernel.db import db
from desk.kernel.errors import NotFound
from desk.organisation.models import Hall, Region, Window
from desk.organisation.queries import timetable_of
from desk.supervision.lateness import Edges, edges

MOST = 100


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One case of the sheet: never who it is."""

    number: str
    title: str
    status: Status
    due_at: datetime
    level: Level | None
    window_id: int | None
    handler: str | None
    supervised: bool
    waits_for_decision: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """A call somebody promised for an hour."""

    number: str
    title: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on the sheet of a hall or of one window of it.

    `rows` are the open cases whose next limit runs out until the end of the next working day, at
    most 100 of `due`.
    """

    hall: Hall
    window: Window | None
    windows: Sequence[Window]
    until: datetime
    statuses: Mapping[Status, int]
    due: int
    rows: Sequence[ShiftRow]
    calls: Sequence[Promised]


def halls_for(actor: Actor) -> Sequence[Hall]:
    """List the halls whose sheet somebody may take out."""
    found: dict[int, Hall] = {}
    for seat in actor.seats_for(Permission.SHIFT_SEE):
        statement = select(Hall).where(Hall.region_id.in_(sorted(seat.region_ids)))
        if seat.hall_id:
            statement = statement.where(Hall.id == seat.hall_id)
        found |= {hall.id: hall for hall in db.session.scalars(statement.order_by(Hall.id))}
    return [found[key] for key in sorted(found)]


def sheet(actor: Actor, hall_id: int, window_id: int, *, now: datetime) -> Sheet:
    """Write the sheet of a hall, or with `window_id` of what was filed at that window.

    Raises NotFound in the same words for a hall that is absent and for one out of reach.
    """
    halls = halls_for(actor)
    hall = next((one for one in halls if hall_id in (0, one.id)), None)
    windows = _windows(hall) if hall else ()
    window = next((one for one in windows if one.id == window_id), None)
    if hall is None or (window_id and window is None):
        raise NotFound(_l("There is no such hall or window, or it is not yours to see."))
    table = timetable_of(hall, db.session.get_one(Region, hall.region_id), now)
    its = edges(now, table.calendar, table.hours, table.zone)
    until = its.days[1].until if len(its.days) > 1 else its.soon
    here = _here(actor, hall, window)
    soon = (*here, Case.next_due_at <= until, Case.status != Status.SUPPLEMENT)
    return Sheet(
        hall,
        window,
        windows,
        until,
        _statuses(here),
        db.session.scalar(select(func.count()).select_from(Case).where(*soon)) or 0,
        _rows(soon, its),
        _calls(here),
    )


def _windows(hall: Hall) -> Sequence[Window]:
    return db.session.scalars(
        select(Window).where(Window.hall_id == hall.id).order_by(Window.code)
    ).all()


def _here(actor: Actor, hall: Hall, window: Window | None) -> tuple[ColumnElement[bool], ...]:
    here: tuple[ColumnElement[bool], ...] = (
        within(actor, Permission.SHIFT_SEE),
        and_(Case.open),
        Case.region_id == hall.region_id,
        Case.hall_id == hall.id,
        ~Case.is_test,
    )
    return (*here, Case.window_id == window.id) if window else here


def _statuses(here: tuple[ColumnElement[bool], ...]) -> dict[Status, int]:
    rows = db.session.execute(select(Case.status, func.count()).where(*here).group_by(Case.status))
    counted: dict[Status, int] = {row[0]: row[1] for row in rows}
    return {status: counted[status] for status in Status if status in counted}


def _rows(soon: tuple[ColumnElement[bool], ...], its: Edges) -> list[ShiftRow]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            Case.number,
            Case.title,
            Case.status,
            Case.next_due_at,
            Case.window_id,
            User.name.label("handler"),
            Case.supervised_at.isnot(None).label("supervised"),
            _asked().label("asked"),
        )
        .outerjoin(User, User.id == Case.handler_id)
        .where(*soon)
        .order_by(Case.next_due_at, Case.id)
        .limit(MOST)
    )
    return [
        ShiftRow(
            row.number,
            row.title,
            row.status,
            row.next_due_at,
            its.level(row.next_due_at),
            row.window_id,
            row.handler,
            bool(row.supervised),
            bool(row.asked),
        )
        for row in db.session.execute(statement)
    ]


def _asked() -> ColumnElement[bool]:
    """Say that a request about a case waits for the window's decision."""
    return exists().where(
        Approval.region_id == Case.region_id,
        Approval.subject_id == Case.id,
        Approval.state == ApprovalState.PENDING,
        Approval.decider_role == Role.CLERK,
    )


def _calls(here: tuple[ColumnElement[bool], ...]) -> list[Promised]:
    rows = db.session.execute(
        select(Case.number, Case.title, CallPlan.at, User.name)
        .join(CallPlan, and_(CallPlan.region_id == Case.region_id, CallPlan.case_id == Case.id))
        .join(User, User.id == CallPlan.by_user_id)
        .where(*here, Case.status == Status.REPLIED, CallPlan.round == Case.round)
        .order_by(CallPlan.at, Case.id)
        .limit(MOST)
    )
    return [Promised(number, title, at, name) for number, title, at, name in rows]
