"""The place a case belongs to: its region, its hall and when they work."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from desk.kernel.errors import NotFound
from desk.organisation.models import Hall, Region
from desk.organisation.queries import Timetable, hall_kept, region_kept, timetable_of


@dataclass(frozen=True, slots=True)
class Place:
    region: Region
    hall: Hall
    timetable: Timetable

    def day(self, at: datetime) -> date:
        """Tell which day it is there."""
        return self.timetable.local_day(at)


def place_of(region_id: int, hall_id: int, now: datetime) -> Place:
    """Load the place of a case; raises NotFound when the hall is not in that region."""
    region, hall = region_kept(region_id), hall_kept(hall_id)
    if region is None or hall is None or hall.region_id != region.id:
        raise NotFound(_l("There is no such hall."))
    return Place(region, hall, timetable_of(hall, region, now))
