"""Days as people write them, in three parts."""

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l

from desk.kernel.errors import Invalid
from desk.kernel.texts import whole_number

EARLIEST_YEAR = 1900


def read_day(parts: Mapping[str, str], *, day_optional: bool, latest: date | None) -> date:
    """Read `year`, `month` and `day`; a day left out is the first where it may be left out.

    Raises Invalid for a day that is not complete, does not exist, has a year before 1900, or comes
    after `latest`.
    """
    given = dict(parts)
    if day_optional:
        given["day"] = given["day"] or "1"
    if not all(given.values()):
        if day_optional:
            raise Invalid(_l("Write at least the year and the month, or leave all three empty."))
        raise Invalid(_l("The day is not complete: write year, month and day."))
    year, month, day = (whole_number(given[part]) or 0 for part in ("year", "month", "day"))
    try:
        found = date(year, month, day)
    except (ValueError, OverflowError):
        raise Invalid(_l("Write a day that exists, such as 2026, 11, 20.")) from None
    if found.year < EARLIEST_YEAR:
        raise Invalid(_l("Write the year in four digits, such as 2026."))
    if latest is not None and found > latest:
        raise Invalid(_l("This day cannot be in the future."))
    return found
