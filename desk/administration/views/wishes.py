"""Requests for access as a second administrator reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from desk.accounts.granting import Wish, wish_in
from desk.accounts.models import User
from desk.accounts.queries import names_of
from desk.administration import labels
from desk.administration.views.doors import name_of
from desk.approvals.models import Approval
from desk.kernel.db import db
from desk.organisation.models import Department, Hall, Region


@dataclass(frozen=True, slots=True)
class Told:
    """A request in words: for whom, what, who asks and why."""

    request: Approval
    wish: Wish
    person: User
    asked_by: str
    seats: Sequence[str]


def told(requests: Sequence[Approval]) -> list[Told]:
    """Put requests into words, with the same few questions however many there are."""
    wishes = [wish_in(request.payload) for request in requests]
    people = {
        user.id: user
        for user in db.session.scalars(
            select(User).where(User.id.in_({wish.user_id for wish in wishes}))
        )
    }
    names = names_of([request.asked_by for request in requests])
    seats = [seat for wish in wishes for seat in wish.seats]
    regions = _rows(Region, {seat.region_id for seat in seats})
    halls = _rows(Hall, {seat.hall_id for seat in seats})
    departments = _rows(Department, {seat.department_id for seat in seats})

    def in_words(wish: Wish) -> list[str]:
        found = []
        for seat in wish.seats:
            place = (
                halls.get(seat.hall_id)
                or departments.get(seat.department_id)
                or regions.get(seat.region_id)
            )
            role = labels.role_name(seat.role, is_head=seat.is_head)
            found.append(f"{role} · {name_of(place)}" if place else role)
        return found

    return [
        Told(
            request,
            wish,
            people[wish.user_id],
            names.get(request.asked_by, "—"),
            in_words(wish),
        )
        for request, wish in zip(requests, wishes, strict=True)
        if wish.user_id in people
    ]


def _rows(model: Any, ids: set[int]) -> dict[int, Any]:
    rows = db.session.scalars(select(model).where(model.id.in_(ids - {0})))
    return {row.id: row for row in rows}
