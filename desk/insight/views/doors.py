"""What the pages of figures share: what the address narrows them to."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from flask_babel import gettext as _

from desk.access.doors import current_actor
from desk.access.permissions import Permission
from desk.casework.words import CaseChannel, PartyKind
from desk.catalogue.queries import item_of, search_items
from desk.insight.scope import Scope, months_until
from desk.kernel.clock import utc_now
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.texts import storable
from desk.organisation.models import Region
from desk.organisation.queries import home_day, home_region, region_ids_below
from desk.worktime.periods import Month, month_of

blueprint = Blueprint("insight", __name__)

SPANS = {"3": 3, "12": 12}
SAYS_SOMETHING = 8
"""The day from which the present month says something; before, the page opens with the last."""

LONGEST_ITEM = 120
OURS = ("period", "region", "department", "item", "channel", "party", "known")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the scope, the words it was asked in, and where it is."""

    scope: Scope
    region: Region
    month: Month
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def period(self) -> str:
        """Name the period as the filter bar does."""
        return self.chosen.get("period") or self.month.text

    @property
    def today(self) -> date:
        return self.scope.today


def asked(*, settled: bool = True) -> Asked:
    """Read the filter bar from the address; raises Invalid with a sentence for what is not ours.

    Figures open settled: with the last month, while the present one says too little. The address
    of every list behind them then names that month. A list nobody narrowed opens with the present.
    """
    region, today = home_region(), home_day(utc_now())
    chosen = {name: text for name in OURS if (text := request.args.get(name, "").strip())}
    period = chosen.get("period", "")
    months = SPANS.get(period, 1)
    month = month_of(None if period in SPANS else period, today)
    if settled and not period and today.day < SAYS_SOMETHING:
        month = Month(today.replace(day=1)).before()
        chosen["period"] = month.text
    if month is None or month.first > today:
        raise NotFound(_("There are no figures for this month. Choose one from the page."))
    scope = Scope(
        _regions(chosen.get("region")),
        months_until(month, months)[0].first,
        min(month.last, today),
        today,
        department_id=whole(chosen.get("department")),
        item_id=_item(region, chosen.get("item"), today),
        channel=_one_of(CaseChannel, chosen.get("channel")),
        party_kind=_one_of(PartyKind, chosen.get("party")),
        known_at=_known(region, chosen.get("known"), today),
    )
    return Asked(scope, region, month, chosen)


def my_regions() -> tuple[int, ...]:
    """List the regions whose figures this person answers for."""
    seats = current_actor().seats_for(Permission.FIGURES_SEE)
    return tuple(sorted({region for seat in seats for region in seat.region_ids}))


def _regions(text: str | None) -> tuple[int, ...]:
    mine = my_regions()
    chosen = whole(text)
    if chosen is None:
        return mine
    below = tuple(region for region in mine if region in region_ids_below(chosen))
    if chosen not in mine:
        raise NotFound(_("There is no such region, or its figures are not yours to see."))
    return below


def whole(text: str | None) -> int | None:
    """Read the number of something from an address; nothing is nothing, anything else refused."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid(_("This address is not one of ours. Start from the overview."))
    return int(text)


def _one_of(words: type[CaseChannel] | type[PartyKind], text: str | None) -> str | None:
    if text is None:
        return None
    if text not in {word.value for word in words}:
        raise Invalid(_("This address is not one of ours. Start from the overview."))
    return text


def _item(region: Region, text: str | None, today: date) -> int | None:
    """Find the item somebody wrote: by its code, or by words that only one item has."""
    if text is None:
        return None
    words = text[:LONGEST_ITEM]
    if not storable(words):
        raise Invalid(_("This address is not one of ours. Start from the overview."))
    try:
        return item_of(region.id, words, on=today).item.id
    except NotFound:
        found = search_items(region.id, words, 2, on=today)
    if found.near or len(found.rows) != 1:
        raise Invalid(
            _("No single item is called that. Write its code, or more of its name."), field="item"
        )
    return item_of(region.id, found.rows[0].code, on=today).item.id


def _known(region: Region, text: str | None, today: date) -> datetime | None:
    """Read the day whose knowledge is asked for: up to its end, and none that is to come."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if text.isascii() and len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not date(2015, 1, 1) <= day <= today:
        raise Invalid(_("Write a day that has been, such as 2026-11-30."), field="known")
    end = datetime.combine(day, time(), ZoneInfo(region.time_zone)) + timedelta(days=1)
    return end - timedelta(microseconds=1)


def months_to_choose(today: date, n: int = 13) -> list[Month]:
    """List the last months, the newest first."""
    return months_until(Month(today.replace(day=1)), n)[::-1]
