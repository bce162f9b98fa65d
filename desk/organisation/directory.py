"""Places as those see them who set them up: the closed ones too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import aliased

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.kernel.db import db
from desk.kernel.paging import Page, Place, beside, page_by_code
from desk.organisation.models import Department, Hall, Region, Window
from desk.organisation.reach import one, within

PAGE = 50
MANAGE = Permission.ORGANISATION_MANAGE


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region with the numbers of its halls and departments; `depth` is how far down it is."""

    region: Region
    depth: int
    halls: int
    departments: int


def regions_page(actor: Actor, place: Place) -> Page[RegionRow]:
    """List the regions somebody looks after as a tree: each stands below the one it lies in."""
    statement = beside(
        select(Region).where(within(actor, MANAGE, Region.id)), place, Region.path
    ).limit(PAGE + 1)
    found = db.session.scalars(statement).all()
    ids = [region.id for region in found]
    halls, departments = _counts(Hall.region_id, ids), _counts(Department.region_id, ids)
    top = min((region.path.count("/") for region in found), default=0)
    rows = [
        RegionRow(
            region,
            region.path.count("/") - top,
            halls.get(region.id, 0),
            departments.get(region.id, 0),
        )
        for region in found
    ]
    return page_by_code(rows, place, PAGE, lambda row: row.region.path)


def _counts(column: Any, ids: Sequence[int]) -> dict[int, int]:
    counted = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def regions_of(actor: Actor, permission: Permission) -> Sequence[Region]:
    """List the regions somebody looks after, from the top down."""
    statement = select(Region).where(within(actor, permission, Region.id)).order_by(Region.path)
    return db.session.scalars(statement).all()


def region_of(actor: Actor, code: str) -> Region:
    """Find a region by its code; raises NotFound out of reach."""
    return one(select(Region).where(Region.code == code, within(actor, MANAGE, Region.id)))


def halls_page(actor: Actor, place: Place) -> Page[tuple[Hall, Region]]:
    """List halls, open and shut, by code."""
    statement = (
        select(Hall, Region)
        .join(Region, Region.id == Hall.region_id)
        .where(within(actor, MANAGE, Hall.region_id))
    )
    return _paged(statement, place, Hall)


def hall_of(actor: Actor, hall_id: int) -> Hall:
    """Find a hall; raises NotFound out of reach."""
    return one(select(Hall).where(Hall.id == hall_id, within(actor, MANAGE, Hall.region_id)))


def windows_of_hall(hall: Hall) -> Sequence[tuple[Window, Department | None]]:
    """List the windows of a hall, closed ones too, each with the department that sits there."""
    rows = db.session.execute(
        select(Window, Department)
        .outerjoin(Department, Department.id == Window.department_id)
        .where(Window.hall_id == hall.id)
        .order_by(Window.code)
    )
    return [(window, department) for window, department in rows]


def window_of(actor: Actor, window_id: int) -> Window:
    """Find a window; raises NotFound out of reach."""
    return one(
        select(Window)
        .join(Hall, Hall.id == Window.hall_id)
        .where(Window.id == window_id, within(actor, MANAGE, Hall.region_id))
    )


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department with the region it belongs to, what it is part of and who succeeded it."""

    department: Department
    region: Region
    parent: Department | None
    successor: Department | None


def departments_page(actor: Actor, place: Place, words: str = "") -> Page[DepartmentRow]:
    """List departments, closed ones too, by code; with words, those whose name or code has them."""
    parent, successor = aliased(Department), aliased(Department)
    statement = (
        select(Department, Region, parent, successor)
        .join(Region, Region.id == Department.region_id)
        .outerjoin(parent, parent.id == Department.parent_id)
        .outerjoin(successor, successor.id == Department.succeeded_by_id)
        .where(within(actor, MANAGE, Department.region_id))
    )
    if words:
        statement = statement.where(named(Department, words))
    return _paged(statement, place, Department, DepartmentRow)


def named(model: type[Hall | Department], words: str) -> ColumnElement[bool]:
    """Give the condition that a place's code or one of its names holds these words."""
    columns = (model.code, model.name_zh, model.name_en)
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def department_of(actor: Actor, department_id: int) -> Department:
    """Find a department; raises NotFound out of reach."""
    return one(
        select(Department).where(
            Department.id == department_id, within(actor, MANAGE, Department.region_id)
        )
    )


def _paged(
    statement: Any,
    place: Place,
    model: type[Hall | Department],
    make: Any = lambda *row: row,
) -> Page[Any]:
    """Page by code and id together: the same code may stand in two regions."""
    key = model.code + "/" + cast(model.id, String)
    rows = db.session.execute(beside(statement, place, key).limit(PAGE + 1)).all()
    return page_by_code(
        [make(*row) for row in rows], place, PAGE, lambda row: f"{_of(row).code}/{_of(row).id}"
    )


def _of(row: Any) -> Any:
    return row.department if isinstance(row, DepartmentRow) else row[0]
