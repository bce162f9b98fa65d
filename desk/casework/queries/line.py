"""Who is next in line at a case, asked of the seats as they stand on a day."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from desk.accounts.queries import seats_at
from desk.casework.line import Line, Sitting, Waiting, in_line
from desk.casework.models import Case, CaseNamed
from desk.kernel.db import db
from desk.organisation.models import Region


def line_at(case: Case, waiting: Waiting, *, day: date, kept_out: Collection[int] = ()) -> Line:
    """Say who may act on what waits at a case; whoever it keeps away is never among them."""
    away = db.session.scalars(
        select(CaseNamed.user_id).where(
            CaseNamed.region_id == case.region_id, CaseNamed.case_id == case.id
        )
    )
    return in_line(waiting, sittings_at(case, day), {*kept_out, *away})


def leader_of(case: Case, *, day: date) -> int | None:
    """Name who leads when a case is raised: the head of its department or hall, else the next."""
    found = line_at(case, Waiting.LEADER, day=day).user_ids
    return found[0] if found else None


def sittings_at(case: Case, day: date) -> list[Sitting]:
    """List the seats that reach a case: of its hall, its department, and its supervisors."""
    depth = db.session.get_one(Region, case.region_id).path.count("/")
    seats = seats_at(
        day,
        region_id=case.region_id,
        hall_id=case.hall_id,
        department_id=case.department_id or 0,
    )
    return [
        Sitting(
            seat.user_id,
            seat.role,
            depth - seat.depth,
            seat.hall_id,
            seat.department_id,
            is_head=seat.is_head,
        )
        for seat in seats
    ]
