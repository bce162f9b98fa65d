"""The conditions of a list in words: the chips above it and the lists to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.accounts.queries import colleagues_in, names_of
from desk.casework.conditions import (
    NOBODY,
    PLACES,
    WORDS,
    DueWithin,
    Field,
    FiledWithin,
    Mark,
)
from desk.casework.labels import CHANNEL, STAFF_STATUS
from desk.kernel.errors import NotFound
from desk.organisation.queries import (
    departments_of,
    halls_of,
    home_region,
    names_of_departments,
    names_of_halls,
)
from desk.workbench.flags import FLAGS
from desk.workbench.listing import Listing

FIELDS: Mapping[Field, LazyString] = {
    Field.STATUS: _l("Status"),
    Field.DUE: _l("Due"),
    Field.FILED: _l("Day filed"),
    Field.CHANNEL: _l("Channel"),
    Field.MARK: _l("Mark"),
    Field.HALL: _l("Hall"),
    Field.DEPARTMENT: _l("Department"),
    Field.HANDLER: _l("Handler"),
}
CALLED: Mapping[Field, Mapping[str, LazyString]] = {
    Field.STATUS: {status.value: name for status, name in STAFF_STATUS.items()},
    Field.DUE: {
        DueWithin.OVERDUE: _l("overdue"),
        DueWithin.TODAY: _l("today"),
        DueWithin.TWO_DAYS: _l("within 2 working days"),
        DueWithin.FIVE_DAYS: _l("within 5 working days"),
        DueWithin.STILL: _l("no clock runs"),
    },
    Field.FILED: {
        FiledWithin.TODAY: _l("today"),
        FiledWithin.WEEK: _l("in the last 7 days"),
        FiledWithin.FORTNIGHT: _l("in the last 14 days"),
        FiledWithin.MONTH: _l("in the last 30 days"),
        FiledWithin.LONGER: _l("longer than 30 days ago"),
    },
    Field.CHANNEL: {channel.value: name for channel, name in CHANNEL.items()},
    Field.MARK: {mark.value: FLAGS[mark][1] for mark in Mark},
}


UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition as it stands above the list, and the list without it."""

    field: Field
    name: str
    words: Sequence[str]
    without: Listing


@dataclass(frozen=True, slots=True)
class Choice:
    """A word to choose; `chosen` when the list is narrowed by it."""

    word: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A field to narrow by, with its words."""

    field: Field
    name: str
    choices: Sequence[Choice]


def chips(listing: Listing, lang: str) -> list[Chip]:
    """Name the conditions of a list; raises NotFound for a place or person there is not."""
    return [
        Chip(field, str(FIELDS[field]), _named(field, words, lang), listing.without(field))
        for field, words in listing.conditions
    ]


def _named(field: Field, words: Sequence[str], lang: str) -> list[str]:
    if field not in PLACES:
        return [str(CALLED[field][word]) for word in words]
    ids = [int(word) for word in words if word != NOBODY]
    if field is Field.HANDLER:
        names = names_of(ids)
    else:
        names = (names_of_halls if field is Field.HALL else names_of_departments)(ids, lang)
    if not names.keys() >= set(ids) or UNKNOWN in names.values():
        raise NotFound(_("There is no such condition in the queue."))
    return [str(_("nobody")) if word == NOBODY else names[int(word)] for word in words]


def groups(actor: Actor, listing: Listing, today: date, lang: str) -> list[Group]:
    """List what this person can narrow the list by; a field with one word narrows nothing."""
    offered = {field: {word: str(CALLED[field][word]) for word in WORDS[field]} for field in WORDS}
    offered |= _places(actor, today, lang)
    return [
        Group(
            field,
            str(FIELDS[field]),
            [
                Choice(word, name, word in listing.conditions.of(field))
                for word, name in _with_chosen(offered[field], field, listing, lang).items()
            ],
        )
        for field in Field
        if len(offered.get(field, ())) > 1 or listing.conditions.of(field)
    ]


def _with_chosen(
    offered: Mapping[str, str], field: Field, listing: Listing, lang: str
) -> dict[str, str]:
    """Keep what is chosen among what is offered, so that changing one word drops no other."""
    chosen = listing.conditions.of(field)
    if set(chosen) <= offered.keys():
        return dict(offered)
    return {**offered, **dict(zip(chosen, _named(field, chosen, lang), strict=True))}


def _places(actor: Actor, today: date, lang: str) -> dict[Field, dict[str, str]]:
    """Offer the halls and departments this person's seats reach, and colleagues to a department."""
    region_id = home_region().id
    seats = actor.seats_for(Permission.CASE_READ)
    halls = {
        str(hall.id): hall.name_en if lang == "en" and hall.name_en else hall.name_zh
        for hall in halls_of(region_id, today)
        if any(seat.hall_id in (0, hall.id) and not seat.department_id for seat in seats)
    }
    departments = {
        str(one.id): one.name_en if lang == "en" and one.name_en else one.name_zh
        for one in departments_of(region_id, today)
        if any(seat.department_id in (0, one.id) for seat in seats)
    }
    own = sorted({seat.department_id for seat in seats if seat.department_id})
    people = {str(one.id): one.name for key in own for one in colleagues_in(key, today)}
    handlers = {NOBODY: str(_("nobody")), **people} if own else {}
    return {Field.HALL: halls, Field.DEPARTMENT: departments, Field.HANDLER: handlers}
