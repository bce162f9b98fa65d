"""What the pages of supervision share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, request
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.kernel.clock import utc_now
from desk.kernel.errors import Invalid, NotFound
from desk.organisation.queries import home_timetable, names_of_departments, names_of_halls
from desk.worktime.periods import Month, month_of

LONGEST_ID = 9

blueprint = Blueprint("supervision", __name__, url_prefix="/supervision")


@dataclass(frozen=True, slots=True)
class Period:
    """The month a page is about, and the instants it lies between."""

    month: Month
    today: date
    since: datetime
    until: datetime


def period() -> Period:
    """Read the month from the address; without one it is the present month of the hall."""
    now = utc_now()
    table = home_timetable(now)
    today = table.local_day(now)
    month = month_of(request.args.get("month"), today)
    if month is None or month.first > today:
        raise NotFound(_("There are no figures for this month. Choose one from the page."))
    since, until = month.bounds(table.zone)
    return Period(month, today, since, until)


def id_of(name: str) -> int:
    """Read an id from the address; 0 where there is none, and Invalid for what can be none."""
    text = request.args.get(name, "") or "0"
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_ID:
        raise Invalid(_("This address is not one of ours. Start from the overview."))
    return int(text)


class Units:
    """Names the units cards are charged to: a department, a hall, or the review."""

    def __init__(self, units: Iterable[tuple[int, int]]) -> None:
        keys, lang = set(units), str(get_locale())
        self._departments = names_of_departments({key for key, _hall in keys if key}, lang)
        self._halls = names_of_halls({key for _department, key in keys if key}, lang)

    def known(self, department_id: int) -> str:
        """Name a department; empty for none."""
        return self._departments.get(department_id, "")

    def name(self, department_id: int, hall_id: int) -> str:
        """Name one of them."""
        if department_id:
            return self._departments[department_id]
        return self._halls.get(hall_id, "—") if hall_id else _("Review by supervisors")
