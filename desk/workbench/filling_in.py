"""What a case has to put where a saved reply names it in braces."""

from datetime import date

from babel.dates import format_date

from desk.access.actors import Actor
from desk.casework.queries.story import Facts
from desk.catalogue.models import ItemVersion
from desk.organisation.models import Department, Hall
from desk.writing.words import FORMS, Purpose

INSIDE = frozenset({Purpose.BRIEF, Purpose.SEND_BACK, Purpose.NOTE, Purpose.CALL})
"""What the complainant never reads, and so is written in the writer's own language."""


def language_for(form: str, theirs: str, own: str) -> str:
    """Tell in which language a form's text is: the writer's own where only colleagues read it."""
    return own if FORMS.get(form) in INSIDE else theirs


def values_of(
    number: str, promised: date | None, facts: Facts, actor: Actor, lang: str, today: date
) -> dict[str, str]:
    """Give what can be put into a saved reply; what the case does not have is empty.

    Nothing here says who the complainant is.
    """
    comma = ", " if lang == "en" else "，"
    hall = _name(facts.hall, lang)
    return {
        "number": number,
        "promised": _day(promised, lang),
        "item": _name(facts.item, lang),
        "department": _name(facts.department, lang),
        "contact": comma.join(part for part in (hall, facts.hall.phone) if part),
        "hall": hall,
        "today": _day(today, lang),
        "me": actor.name,
    }


def _day(on: date | None, lang: str) -> str:
    if on is None:
        return ""
    if lang == "en":
        return str(format_date(on, "EEE d MMMM y", locale="en"))
    return str(format_date(on, "y年M月d日（EEE）", locale="zh_Hans"))


def _name(row: Hall | Department | ItemVersion | None, lang: str) -> str:
    if row is None:
        return ""
    return (row.name_en if lang == "en" else "") or row.name_zh
