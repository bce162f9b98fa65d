"""Rows of departments and windows."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.administration.imports.cells import Cells
from desk.administration.imports.reports import Into, Outcome
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.organisation.actions.departments import (
    DepartmentData,
    add_department,
    change_department,
)
from desk.organisation.actions.halls import WindowData, change_window, open_window
from desk.organisation.models import Department, Hall, Window

Taken = tuple[Outcome, str]


def by_code(model: Any, into: Into, code: str) -> Any:
    """Find a hall or department of the region by its code; None for no code."""
    if not code:
        return None
    found = db.session.scalar(
        select(model).where(model.region_id == into.region.id, model.code == code)
    )
    if found is None:
        raise Invalid(_l("There is no “%(code)s” in this region.", code=code))
    return found


def take_department(cells: Cells, into: Into) -> Taken:
    """Add a department, or change the one with this code where the row says something else."""
    code = cells.code("code", needed=True)
    name = cells.text("name_zh", 120, needed=True)
    found = db.session.scalar(
        select(Department).where(Department.region_id == into.region.id, Department.code == code)
    )
    part_of = by_code(Department, into, cells.code("part_of", needed=False))
    heir = by_code(Department, into, cells.code("successor", needed=False))

    def said(column: str, value: Any, before: Any) -> Any:
        """Keep what is known where the file has no such column."""
        return value if cells.has(column) or found is None else before

    data = DepartmentData(
        name_zh=name,
        name_en=said("name_en", cells.text("name_en", 160), found and found.name_en),
        parent_id=said("part_of", part_of and part_of.id, found and found.parent_id),
        succeeded_by_id=said("successor", heir and heir.id, found and found.succeeded_by_id),
        active_to=said("last_day", cells.day("last_day"), found and found.active_to),
        by_load=found is not None and found.by_load,
    )
    if found is None:
        add_department(into.region, code, data, by=into.by, now=into.now)
        return Outcome.NEW, name
    version = found.version
    change_department(found.id, data, version=version, by=into.by, now=into.now)
    db.session.flush()
    return Outcome.SAME if found.version == version else Outcome.CHANGED, name


def take_window(cells: Cells, into: Into) -> Taken:
    """Open a window in a hall, or change the one with this number."""
    hall: Hall = by_code(Hall, into, cells.code("hall", needed=True))
    code = cells.code("window", needed=True)
    department = by_code(Department, into, cells.code("department", needed=False))
    about = f"{hall.code} {code}"
    found = db.session.scalar(select(Window).where(Window.hall_id == hall.id, Window.code == code))

    def said(column: str, value: Any, before: Any) -> Any:
        return value if cells.has(column) or found is None else before

    data = WindowData(
        zone=said("zone", cells.text("zone", 80), found and found.zone),
        department_id=said(
            "department", department and department.id, found and found.department_id
        ),
        active_to=said("last_day", cells.day("last_day"), found and found.active_to),
    )
    if found is None:
        open_window(hall.id, code, data, by=into.by, now=into.now)
        return Outcome.NEW, about
    version = found.version
    change_window(found.id, data, version=version, by=into.by, now=into.now)
    db.session.flush()
    return Outcome.SAME if found.version == version else Outcome.CHANGED, about
