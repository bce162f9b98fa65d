"""Opening an improvement item from cases, calling it done with proof, and reopening it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.casework.actions.undertakings import link_undertaking, unlink_undertaking
from desk.casework.models import Case
from desk.casework.numbers import parse_case_number
from desk.casework.queries.scope import case_of, lock_together
from desk.improvement.models import Undertaking
from desk.improvement.words import UndertakingKind, UndertakingState
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.kernel.ids import uuid7
from desk.organisation.queries import departments_of, home_timetable
from desk.supervision.improvements import improvement_of, may

MOST_AT_ONCE = 20
LONGEST = timedelta(days=3 * 366)
SHORTEST_PROOF = 10
BETWEEN = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody gives to open an item."""

    cases: str
    title: str
    measure: str
    department_id: int
    due_on: date
    indicator: str | None = None
    before: str | None = None


def open_improvement(plan: Plan, *, by: Actor, now: datetime) -> Undertaking:
    """Open an item from one or several cases this person may see; item and cause are the first's.

    Raises Invalid for a case out of reach or of another region, a department that is not theirs to
    ask, or a day that is over or more than three years away.
    """
    cases = _cases(plan.cases, by)
    first = cases[0]
    check_due(plan.due_on, now)
    one = Undertaking(
        region_id=first.region_id,
        id=uuid7(now),
        kind=UndertakingKind.IMPROVEMENT,
        title=plan.title.strip(),
        item_id=first.item_id,
        root_cause=first.root_cause,
        owner_department_id=plan.department_id,
        due_on=plan.due_on,
        state=UndertakingState.OPEN,
        measure_text=plan.measure.strip(),
        indicator=plan.indicator or None,
        before=plan.before or None,
        opened_by=by.user_id,
        opened_at=now,
        version=1,
    )
    today = home_timetable(now).local_day(now)
    known = {department.id for department in departments_of(first.region_id, today)}
    if plan.department_id not in known or not may(by, Permission.IMPROVEMENT_OPEN, one):
        raise Invalid(_l("Choose the department that mends it."), field="department")
    db.session.add(one)
    db.session.flush()
    for case in cases:
        link_undertaking(case.number, one, by=by, now=now)
    _record(one, "open_improvement", by, now)
    return one


def check_due(due_on: date, now: datetime) -> None:
    """Raise Invalid for a day that is over or too far away."""
    today = home_timetable(now).local_day(now)
    if not today <= due_on <= today + LONGEST:
        raise Invalid(
            _l("Choose a day from today on, at most three years from now."), field="due_on"
        )


def link_case(key: UUID, typed: str, *, by: Actor, now: datetime) -> Undertaking:
    """Link further cases to an open item; raises Invalid for one out of reach."""
    cases = _cases(typed, by)
    one = improvement_of(by, key)
    for case in cases:
        link_undertaking(case.number, one, by=by, now=now)
    return one


def unlink_case(key: UUID, number: str, *, by: Actor, now: datetime) -> Undertaking:
    """Take a case away from an item."""
    cases = _cases(number, by)
    one = improvement_of(by, key)
    for case in cases:
        unlink_undertaking(case.number, one, by=by, now=now)
    return one


def finish_improvement(
    key: UUID, proof: str, after: str | None, *, version: int, by: Actor, now: datetime
) -> Undertaking:
    """Call an item done with what shows it: whoever leads its department.

    Raises NotAllowed for anybody else, Conflict when it was changed or is done, Invalid without
    proof.
    """
    one = _theirs(key, Permission.IMPROVEMENT_DONE, version, by)
    if one.state is UndertakingState.DONE:
        raise Conflict(_l("This improvement item is done already."))
    if len(proof.strip()) < SHORTEST_PROOF:
        raise Invalid(
            _l("Write what shows that it is done, in at least 10 characters."), field="proof"
        )
    one.state, one.proof, one.after = UndertakingState.DONE, proof.strip(), after or None
    one.done_at, one.done_by, one.version = now, by.user_id, one.version + 1
    db.session.flush()
    _record(one, "finish_improvement", by, now)
    return one


def reopen_improvement(
    key: UUID, due_on: date, *, version: int, by: Actor, now: datetime
) -> Undertaking:
    """Open an item again, with a new day; what was given as proof stays to be read."""
    one = _theirs(key, Permission.IMPROVEMENT_REOPEN, version, by)
    if one.state is UndertakingState.OPEN:
        raise Conflict(_l("This improvement item is open already."))
    check_due(due_on, now)
    one.state, one.due_on = UndertakingState.OPEN, due_on
    one.done_at, one.done_by, one.version = None, None, one.version + 1
    db.session.flush()
    _record(one, "reopen_improvement", by, now)
    return one


def _theirs(key: UUID, permission: Permission, version: int, by: Actor) -> Undertaking:
    one = improvement_of(by, key)
    if not may(by, permission, one):
        raise NotAllowed(_l("Your role does not include this. Ask your lead if it should."))
    if one.version != version:
        raise Conflict(
            _l("Somebody changed this improvement item meanwhile. Look at it and send again.")
        )
    return one


def _cases(typed: str, by: Actor) -> list[Case]:
    """Find and lock the cases somebody means, in one order whoever asks, before the item."""
    numbers = _numbers(typed)
    try:
        lock_together(by, *numbers)
        return [case_of(by, number) for number in numbers]
    except NotFound as error:
        raise Invalid(error.message, field="cases") from None


def _numbers(typed: str) -> list[str]:
    """Read case numbers, each once; raises Invalid for none, too many, or what is no number."""
    given = [part for part in BETWEEN.split(typed.strip()) if part]
    if not given or len(given) > MOST_AT_ONCE:
        raise Invalid(_l("Write from 1 to 20 case numbers."), field="cases")
    found = [parse_case_number(part) for part in given]
    if not all(found):
        raise Invalid(
            _l("There is no case with this number, or it is not yours to see."), field="cases"
        )
    return list(dict.fromkeys(number for number in found if number))


def _record(one: Undertaking, what: str, by: Actor, now: datetime) -> None:
    body = {
        "version": one.version,
        "department": one.owner_department_id,
        "due_on": one.due_on.isoformat(),
    }
    record(one.stream, what, region_id=one.region_id, by=by, now=now, body=body)
