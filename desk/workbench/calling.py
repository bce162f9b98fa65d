"""What is said in a follow-up call, in the language of whoever is called."""

from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from desk.casework.models import Case
from desk.casework.place import Place
from desk.organisation.models import Department


@dataclass(frozen=True, slots=True)
class Script:
    """What is said, sentence by sentence, in the language of whoever is called."""

    lang: str
    greeting: str
    matter: str
    said: dict[str, str]
    thanks: str


def script(case: Case, place: Place, department: Department | None, name: str | None) -> Script:
    """Write what to say about a case; the name only where it has been shown."""
    with force_locale(case.lang):
        english = case.lang == "en"
        hall = place.hall.name_en if english else place.hall.name_zh
        words: dict[str, Any] = {"hall": hall, "name": name or ""}
        greeting = (
            _("Hello, this is the desk of %(hall)s. Am I speaking with %(name)s?", **words)
            if name
            else _("Hello, this is the desk of %(hall)s.", **words)
        )
        told = format_date(place.day(case.filed_at), "long")
        matter = _("On %(day)s you told us: “%(title)s”.", day=told, title=case.title)
        if department is not None and case.replied_at is not None:
            matter += _(
                "%(department)s answered on %(day)s. May I ask four short questions?",
                department=department.name_en if english else department.name_zh,
                day=format_date(place.day(case.replied_at), "long"),
            )
        return Script(
            "en" if english else "zh-CN",
            greeting,
            matter,
            {
                "solved": _("Is it solved for you: yes, partly, or no?"),
                "in_time": _("Did the department get in touch with you in good time?"),
                "result_score": _("How content are you with the result, from 1 to 5?"),
                "attitude_score": _("And with how you were treated, from 1 to 5?"),
                "text": _("What is still missing?"),
            },
            _(
                "Thank you. If it is not solved it goes back today, and a message tells you the "
                "new date. Nobody will ever ask for your access code."
            ),
        )
