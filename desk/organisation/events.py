"""News of places for the rooms above: whoever hears of a closing may object to it."""

from dataclasses import dataclass
from datetime import date, datetime

from desk.organisation.models import Department, Hall


@dataclass(frozen=True, slots=True)
class HallClosing:
    """A hall is to be shut after a day; told before it is, inside the transaction."""

    hall: Hall
    last_day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class DepartmentClosing:
    """A department is to take no more cases after a day; told before, inside the transaction."""

    department: Department
    last_day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """A hall opens at other hours; told inside the transaction that changed them."""

    hall: Hall
    at: datetime
