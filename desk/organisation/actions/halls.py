"""Opening, changing and shutting halls and their windows. The caller holds the transaction."""

import secrets
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
from desk.organisation.directory import hall_of, window_of
from desk.organisation.events import HallClosing, HoursChanged
from desk.organisation.hours import open_days
from desk.organisation.models import Department, Hall, Region, Window
from desk.organisation.queries import forget_kept
from desk.organisation.reach import change, check_version, note, reaches

QR_BYTES = 9
TAKEN = _l("This code is taken here. Choose another.")


@dataclass(frozen=True, slots=True)
class HallData:
    """What is said of a hall. `hours` is weekday (0 is Monday) -> list of [opens, closes]."""

    name_zh: str
    name_en: str
    phone: str
    address: str
    hours: dict[str, Any]
    active_to: date | None = None


def open_new_hall(region: Region, code: str, data: HallData, *, by: Actor, now: datetime) -> Hall:
    """Open a hall; raises Invalid for a code that is taken or hours without a single day."""
    _need_region(region, by)
    if db.session.scalar(select(Hall.id).where(Hall.region_id == region.id, Hall.code == code)):
        raise Invalid(TAKEN, field="code")
    hall = Hall(region_id=region.id, code=code, **_values(data))
    db.session.add(hall)
    db.session.flush()
    note("hall_opened", {"hall": hall.id}, region_id=region.id, by=by, now=now)
    forget_kept()
    return hall


def change_hall(hall_id: int, data: HallData, *, version: int, by: Actor, now: datetime) -> Hall:
    """Change what is said of a hall, or shut it after a day.

    Raises NotFound out of reach, Conflict when somebody changed it meanwhile or cases of it are
    still open.
    """
    hall = hall_of(by, hall_id)
    check_version(hall, version)
    if data.active_to is not None and data.active_to != hall.active_to:
        announce(HallClosing(hall, data.active_to, now))
    said = change(hall, _values(data))
    if said:
        body = {"hall": hall.id, "changed": said}
        note("hall_changed", body, region_id=hall.region_id, by=by, now=now)
        forget_kept()
        if "hours" in said:
            announce(HoursChanged(hall, now))
    return hall


def _values(data: HallData) -> dict[str, Any]:
    hours = open_days(data.hours)
    if not hours:
        raise Invalid(_l("A hall is open on at least one day of the week."), field="hours_0")
    return {
        "name_zh": data.name_zh,
        "name_en": data.name_en or data.name_zh,
        "phone": data.phone,
        "address": data.address,
        "hours": hours,
        "active_to": data.active_to,
    }


@dataclass(frozen=True, slots=True)
class WindowData:
    """What is said of a window."""

    zone: str
    department_id: int | None
    active_to: date | None = None


def open_window(hall_id: int, code: str, data: WindowData, *, by: Actor, now: datetime) -> Window:
    """Add a window to a hall, with a code of its own for its poster."""
    hall = hall_of(by, hall_id)
    if db.session.scalar(select(Window.id).where(Window.hall_id == hall.id, Window.code == code)):
        raise Invalid(TAKEN, field="code")
    region = db.session.get_one(Region, hall.region_id)
    window = Window(
        hall_id=hall.id, code=code, qr_code=_qr_code(region), **_of_window(hall, data, now)
    )
    db.session.add(window)
    db.session.flush()
    body = {"window": window.id, "hall": hall.id}
    note("window_opened", body, region_id=hall.region_id, by=by, now=now)
    return window


def change_window(
    window_id: int, data: WindowData, *, version: int, by: Actor, now: datetime
) -> Window:
    """Change a window, or close it after a day; its poster then opens the form without it."""
    window = window_of(by, window_id)
    check_version(window, version)
    hall = db.session.get_one(Hall, window.hall_id)
    said = change(window, _of_window(hall, data, now))
    if said:
        body = {"window": window.id, "changed": said}
        note("window_changed", body, region_id=hall.region_id, by=by, now=now)
    return window


def renew_poster(window_id: int, *, version: int, by: Actor, now: datetime) -> Window:
    """Give a window another code, for a poster that was copied or lost; the old one ends."""
    window = window_of(by, window_id)
    check_version(window, version)
    hall = db.session.get_one(Hall, window.hall_id)
    window.qr_code = _qr_code(db.session.get_one(Region, hall.region_id))
    body = {"window": window.id}
    note("window_poster_renewed", body, region_id=hall.region_id, by=by, now=now)
    return window


def _of_window(hall: Hall, data: WindowData, now: datetime) -> dict[str, Any]:
    if data.department_id is not None:
        department = db.session.get(Department, data.department_id)
        if department is None or department.region_id != hall.region_id:
            raise Invalid(_l("Choose a department from the list."), field="department")
        if department.active_to is not None and department.active_to < now.date():
            raise Invalid(
                _l("This department no longer takes cases. Choose its successor."),
                field="department",
            )
    return {
        "zone": data.zone,
        "department_id": data.department_id,
        "active_to": data.active_to,
    }


def _qr_code(region: Region) -> str:
    return f"{region.short_code or region.code}{secrets.token_hex(QR_BYTES)}"


def _need_region(region: Region, by: Actor) -> None:
    if not reaches(by, Permission.ORGANISATION_MANAGE, region.id):
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
