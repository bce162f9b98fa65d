"""An item as a catalogue describes it, and the rules its description must keep: plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

WEEK = 7
WORKED = 5
UNITS = {"working_day": WEEK, "calendar_day": WORKED}
"""Sevenths of a working day in a unit: a calendar day counts as 5/7 of one."""

GUIDE_TEXTS = (
    "visits_reason",
    "fee",
    "fee_basis",
    "consult_phone",
    "complaint_phone",
    "address",
    "conditions",
    "licence",
    "result_sample",
    "link",
)
GUIDE_LISTS = ("service_objects", "aliases")


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """What a catalogue says of one item.

    `guide` holds what was said of GUIDE_TEXTS, GUIDE_LISTS and `by_post`; what was not said is not
    there.
    """

    code: str
    name_zh: str
    name_en: str | None
    department: str
    department_code: str | None
    type: str
    level: str
    legal_n: int | None
    legal_unit: str | None
    promised_n: int | None
    promised_unit: str | None
    visits: int | None
    online: bool
    instant: bool
    ratable: bool
    reach: tuple[str, ...]
    materials: tuple[str, ...]
    guide: dict[str, Any]
    active_to: date | None


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule of the catalogue that an item does not keep; `stops` keeps the item out."""

    rule: str
    sentence: object
    stops: bool


def working_sevenths(n: int, unit: str) -> int:
    """Give a limit in sevenths of a working day, so that both units can be compared exactly."""
    return n * UNITS[unit]


def breaches_of(entry: ItemEntry) -> Iterator[Breach]:
    """List the rules this item breaks: contradictions stop it, gaps in the guide are remarks."""
    yield from _contradictions(entry)
    yield from _gaps(entry)


def _contradictions(entry: ItemEntry) -> Iterator[Breach]:
    if _promises_more_than_law(entry):
        yield Breach(
            "promised_within_legal",
            _l(
                "The promise (%(promised)s %(p_unit)s) is longer than the law allows "
                "(%(legal)s %(l_unit)s).",
                promised=entry.promised_n,
                p_unit=entry.promised_unit,
                legal=entry.legal_n,
                l_unit=entry.legal_unit,
            ),
            stops=True,
        )
    if entry.instant != (entry.promised_n == 0):
        yield Breach(
            "instant_is_zero",
            _l("Done at once means a promise of 0 days, and the other way round."),
            stops=True,
        )


def _promises_more_than_law(entry: ItemEntry) -> bool:
    if entry.legal_n is None or entry.promised_n is None:
        return False
    promised = working_sevenths(entry.promised_n, entry.promised_unit or "working_day")
    return promised > working_sevenths(entry.legal_n, entry.legal_unit or "working_day")


def _gaps(entry: ItemEntry) -> Iterator[Breach]:
    guide = entry.guide
    if entry.visits and not guide.get("visits_reason"):
        yield _gap("visits_have_reason", _l("Visits are needed, but no reason is given."))
    if entry.visits == 0 and not entry.online and not guide.get("by_post"):
        yield _gap(
            "no_visit_has_a_way",
            _l("No visit, not online and not by post: it does not say how one applies."),
        )
    if guide.get("fee") and not guide.get("fee_basis"):
        yield _gap("fee_has_basis", _l("A fee is named, but not what it rests on."))
    phone = guide.get("consult_phone")
    if phone and phone == guide.get("complaint_phone"):
        yield _gap("phones_differ", _l("Questions and complaints go to the same telephone number."))
    if guide.get("licence") and not guide.get("result_sample"):
        yield _gap("licence_has_sample", _l("A licence is issued, but there is no sample of it."))


def _gap(rule: str, sentence: object) -> Breach:
    return Breach(rule, sentence, stops=False)
