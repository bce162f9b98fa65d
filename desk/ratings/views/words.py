"""The five levels with their words on a page, and what a form says of them."""

from datetime import datetime

from flask_babel import get_locale

from desk.organisation.queries import codes_of, home_timetable
from desk.ratings.actions.keeping import RatingData
from desk.ratings.forms import RateForm
from desk.ratings.labels import LEVELS


def words_by_level(now: datetime) -> dict[int, list[tuple[str, str]]]:
    """Give the words of each level in the language of the page, the three core ones first."""
    lang = str(get_locale())
    found: dict[int, list[tuple[str, str]]] = {level: [] for level in LEVELS}
    for entry in codes_of("rating_tags", home_timetable(now).local_day(now)):
        found[int(entry.code[0])].append((entry.code, entry.name(lang)))
    return found


def said(form: RateForm) -> RatingData:
    """Read what somebody chose and wrote from a form that has been checked."""
    return RatingData(
        int(str(form.level.data)), tuple(form.tags.data or ()), form.comment.data or None
    )
