"""The five levels with their words on a page, and what a form says of them."""

from datetime import datetime

from flask_babel import get_locale
from flask_babel import gettext as _

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


def kiosk_words(window: str) -> dict[str, str]:
    """Give every sentence a kiosk may have to say, in the language that is set; it speaks both."""
    return {
        "title": _("Rate the service at this window"),
        "window": _("Window %(code)s", code=window),
        "question": _("How satisfied are you with the service you just had?"),
        "number": _("Number"),
        "large": _("Large type"),
        "unseen": _("The window does not see who rated."),
        "leave": _("You can leave without rating. That counts as nothing at all."),
        "start": _("You can rate here"),
        "start_text": _(
            "Type the number on your queue ticket, so that the rating counts for your matter. "
            "Without it you can rate as well."
        ),
        "ticket": _("Number on your queue ticket"),
        "ticket_wrong": _("Write letters, digits and dashes only, at most 20."),
        "go": _("Go on to the rating"),
        "thanks": _("Thank you. Your rating is kept."),
        "thanks_text": _("It cannot be changed or removed by anybody."),
        "still": _("Are you still there?"),
        "still_text": _("Without an answer this page goes back to its beginning in 20 seconds."),
        "stay": _("Yes, I am"),
        "pair": _("Pair this kiosk"),
        "pair_text": _(
            "A supervisor or administrator makes the one-time code on the page “Kiosks”. It is "
            "good for 15 minutes."
        ),
        "pair_code": _("One-time code"),
        "pair_go": _("Pair"),
        "pair_wrong": _("This code is wrong or over. Ask for a new one."),
        "pair_later": _("The desk cannot be reached. Try again when the network is back."),
        "full": _("This kiosk is full and waits for its network"),
        "full_text": _("Please rate by the code on the poster of the window."),
        "waiting": _("Kept here until the network is back:"),
        "level_5": str(LEVELS[5]),
        "level_4": str(LEVELS[4]),
        "level_3": str(LEVELS[3]),
        "level_2": str(LEVELS[2]),
        "level_1": str(LEVELS[1]),
    }
