"""Adding, changing, merging and closing departments. The caller holds the transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.kernel.db import db
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.events import announce
from desk.organisation.directory import department_of
from desk.organisation.events import DepartmentClosing
from desk.organisation.models import Department, Region
from desk.organisation.reach import change, check_version, note, reaches

MOST_LEVELS = 12
TAKEN = _l("This code is taken here. Choose another.")


@dataclass(frozen=True, slots=True)
class DepartmentData:
    """What is said of a department."""

    name_zh: str
    name_en: str
    parent_id: int | None = None
    succeeded_by_id: int | None = None
    active_to: date | None = None
    by_load: bool = False


def add_department(
    region: Region, code: str, data: DepartmentData, *, by: Actor, now: datetime
) -> Department:
    """Add a department; raises Invalid for a code that is taken."""
    if not reaches(by, Permission.ORGANISATION_MANAGE, region.id):
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    taken = select(Department.id).where(Department.region_id == region.id, Department.code == code)
    if db.session.scalar(taken):
        raise Invalid(TAKEN, field="code")
    department = Department(region_id=region.id, code=code, **_values(data))
    _check_chain(department, "parent_id", data.parent_id, "parent")
    db.session.add(department)
    db.session.flush()
    body = {"department": department.id}
    note("department_added", body, region_id=region.id, by=by, now=now)
    return department


def change_department(
    department_id: int, data: DepartmentData, *, version: int, by: Actor, now: datetime
) -> Department:
    """Change a department, name who succeeds it, or close it after a day.

    Raises NotFound out of reach, Invalid for a circle of parents or successors and for a successor
    that is closed itself, Conflict when somebody changed it meanwhile or it still has open cases.
    """
    department = department_of(by, department_id)
    check_version(department, version)
    _check_chain(department, "parent_id", data.parent_id, "parent")
    _check_chain(department, "succeeded_by_id", data.succeeded_by_id, "successor")
    if data.active_to is not None and data.active_to != department.active_to:
        announce(DepartmentClosing(department, data.active_to, now))
    said = change(department, _values(data))
    if said:
        body = {"department": department.id, "changed": said}
        note("department_changed", body, region_id=department.region_id, by=by, now=now)
    return department


def _values(data: DepartmentData) -> dict[str, Any]:
    return {
        "name_zh": data.name_zh,
        "name_en": data.name_en or data.name_zh,
        "parent_id": data.parent_id,
        "succeeded_by_id": data.succeeded_by_id,
        "active_to": data.active_to,
        "by_load": data.by_load,
    }


def _check_chain(department: Department, column: str, wanted: int | None, field: str) -> None:
    """Follow parents or successors up: of the same region, never in a circle."""
    seen = {department.id}
    at = wanted
    while at is not None:
        found = db.session.get(Department, at)
        if found is None or found.region_id != department.region_id:
            raise Invalid(_l("Choose a department from the list."), field=field)
        if at in seen or len(seen) > MOST_LEVELS:
            raise Invalid(
                _l("This would lead in a circle. Choose a department that does not depend on it."),
                field=field,
            )
        seen.add(at)
        at = getattr(found, column)


def successor_of(department: Department, today: date) -> Department | None:
    """Find who takes over from a department: the end of its chain that still takes cases."""
    at: Department | None = department
    for _ in range(MOST_LEVELS):
        if at is None or at.succeeded_by_id is None:
            break
        at = db.session.get(Department, at.succeeded_by_id)
    if at is None or at is department or (at.active_to is not None and at.active_to < today):
        return None
    return at
