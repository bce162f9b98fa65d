"""Who is next in line at a case, asked of the seats as they stand on a day."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role, permissions_of
from desk.accounts.queries import away_among, seats_at
from desk.casework.line import LENT, Line, Rank, Sitting, Waiting, in_line, turn_of
from desk.casework.models import Case, CaseNamed, Reply
from desk.casework.words import Status
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


def next_in_line(case: Case, reply: Reply | None, *, day: date) -> Line | None:
    """Say who has to do the next thing at a case; None once it has ended.

    Whoever wrote the reply does not review it, and neither of the two asks whether it is solved.
    """
    waiting = turn_of(case.kind, case.status, case.outcome)
    if waiting is None:
        return None
    kept_out: set[int] = set()
    if reply is not None and case.status in {Status.REPLY_REVIEW, Status.REPLIED}:
        kept_out = {key for key in (reply.author_id, reply.reviewer_id) if key is not None}
    return line_at(case, waiting, day=day, kept_out=kept_out)


def lent_to(actor: Actor, case: Case, line: Line | None) -> frozenset[Permission]:
    """Give what a supervisor may do here because nobody whose turn it is is left."""
    waiting = turn_of(case.kind, case.status, case.outcome)
    if line is None or waiting not in LENT or line.rank not in {Rank.SUPERVISOR, Rank.ABOVE}:
        return frozenset()
    if not supervises(actor, case):
        return frozenset()
    return frozenset(
        permission
        for permission in permissions_of(LENT[waiting])
        if permission.value.startswith("case:")
    )


def supervises(actor: Actor, case: Case) -> bool:
    """Tell whether somebody sits as a supervisor over a case."""
    return any(
        seat.role is Role.SUPERVISOR
        and seat.reaches(case.region_id, case.hall_id, case.department_id)
        for seat in actor.seats
    )


def leader_of(case: Case, *, day: date) -> int | None:
    """Name who leads when a case is raised: the head of its department or hall, else the next."""
    found = line_at(case, Waiting.LEADER, day=day).user_ids
    return found[0] if found else None


def sittings_at(case: Case, day: date) -> list[Sitting]:
    """List the seats that reach a case: of its hall, its department, and its supervisors.

    `left_alone` says the same of many cases at once: change both together.
    """
    depth = db.session.get_one(Region, case.region_id).path.count("/")
    seats = seats_at(
        day,
        region_id=case.region_id,
        hall_id=case.hall_id,
        department_id=case.department_id or 0,
    )
    away = away_among({seat.user_id for seat in seats}, day)
    return [
        Sitting(
            seat.user_id,
            seat.role,
            depth - seat.depth,
            seat.hall_id,
            seat.department_id,
            is_head=seat.is_head,
            is_away=seat.user_id in away,
        )
        for seat in seats
    ]
