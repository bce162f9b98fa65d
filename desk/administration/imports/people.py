"""Rows of staff: each asks for a seat, and a second administrator gives it."""

from sqlalchemy import func, select

from desk.access.permissions import STAFF_ROLES, Role
from desk.accounts import granting, staffing
from desk.accounts.directory import pending_about, person_of, standing_seats
from desk.accounts.granting import LONGEST_REASON, SeatWish, Wish, about, wish_in
from desk.accounts.models import User
from desk.accounts.passwords import NONE_YET
from desk.administration.imports.cells import Cells
from desk.administration.imports.places import Taken, by_code
from desk.administration.imports.reports import Into, Outcome
from desk.administration.labels import LANGUAGES
from desk.kernel.db import db
from desk.organisation.models import Department, Hall

ROLES = tuple(role.value for role in STAFF_ROLES)


def take_person(cells: Cells, into: Into) -> Taken:
    """Make somebody known and ask for their seat; whoever has it, or waits for it, stays as is."""
    login = cells.code("login", 64)
    name = cells.text("name", 80, needed=True)
    hall = by_code(Hall, into, cells.code("hall", needed=False))
    department = by_code(Department, into, cells.code("department", needed=False))
    wish = SeatWish(
        Role(cells.choice("role", ROLES)),
        into.region.id,
        hall.id if hall else 0,
        department.id if department else 0,
        cells.yes_no("heads"),
    )
    reason = cells.text("reason", LONGEST_REASON, needed=True)
    lang = cells.choice("language", tuple(LANGUAGES), "zh_Hans")
    user = db.session.scalar(select(User).where(func.lower(User.login) == login.lower()))
    if user is None:
        user = staffing.make_known(login, name, lang, by=into.by, now=into.now)
        outcome = Outcome.NEW
    else:
        person_of(into.by, user.id)
        if _has(user.id, wish, into):
            return Outcome.SAME, f"{name} {login}"
        outcome = Outcome.CHANGED
    sign_in = user.password_hash == NONE_YET
    granting.ask_for(Wish(user.id, (wish,), sign_in=sign_in), reason, by=into.by, now=into.now)
    return outcome, f"{name} {login}"


def _has(user_id: int, wish: SeatWish, into: Into) -> bool:
    """Tell whether somebody holds this seat or waits for it."""
    held = {
        (seat.role, seat.region_id, seat.hall_id or 0, seat.department_id or 0)
        for seat in standing_seats(user_id, into.now.date())
    }
    asked = {
        (seat.role, seat.region_id, seat.hall_id, seat.department_id)
        for request in pending_about(about(user_id))
        for seat in wish_in(request.payload).seats
    }
    return (wish.role, wish.region_id, wish.hall_id, wish.department_id) in held | asked
