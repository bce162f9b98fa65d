"""How the catalogue speaks: limits, visits and the parts of a guide, in the person's language."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from desk.catalogue.models import DayUnit, ItemVersion

LEVELS = {
    "nation": _l("National"),
    "province": _l("Provincial"),
    "city": _l("City"),
    "county": _l("District"),
    "township": _l("Township"),
    "village": _l("Village"),
}
REACHES = {
    "across_provinces": _l("In other provinces"),
    "cluster": _l("In the city cluster"),
    "cross_region": _l("In other regions"),
}


def limit_words(n: int | None, unit: DayUnit | None) -> str:
    """Say how long something may take; nothing when it was not said."""
    if n is None:
        return ""
    if n == 0:
        return str(_("At once"))
    if unit is DayUnit.CALENDAR_DAY:
        return str(ngettext("%(num)s calendar day", "%(num)s calendar days", n))
    return str(ngettext("%(num)s working day", "%(num)s working days", n))


def limit_parts(n: int | None, unit: DayUnit | None) -> tuple[str, str]:
    """Say how long something may take as a number and its unit; a dash when it was not said."""
    if not n:
        return (limit_words(n, unit) or "—", "")
    if unit is DayUnit.CALENDAR_DAY:
        return (str(n), str(ngettext("calendar day", "calendar days", n)))
    return (str(n), str(ngettext("working day", "working days", n)))


def visits_parts(visits: int | None) -> tuple[str, str]:
    """Say how often somebody must come as a number and its unit; a dash when it was not said."""
    if not visits:
        return (visits_words(visits) or "—", "")
    return (str(visits), str(ngettext("visit", "visits", visits)))


def visits_words(visits: int | None) -> str:
    """Say how often somebody must come; nothing when it was not said."""
    if visits is None:
        return ""
    return str(
        _("No visit") if visits == 0 else ngettext("%(num)s visit", "%(num)s visits", visits)
    )


def ways_of(version: ItemVersion) -> list[str]:
    """List the ways in which one can apply."""
    ways = [_("On the internet")] if version.online else []
    if version.guide.get("by_post"):
        ways.append(_("By post"))
    if version.visits or not ways:
        ways.append(_("At the hall"))
    return [str(way) for way in (*ways, *(REACHES[word] for word in version.reach))]


def facts_of(version: ItemVersion) -> list[tuple[str, str]]:
    """List what the guide says besides limits, visits and papers, as (term, text)."""
    guide: dict[str, Any] = version.guide
    terms = (
        (_("For whom"), _(", ").join(guide.get("service_objects", []))),
        (_("How"), _(", ").join(ways_of(version))),
        (_("Why one must come"), guide.get("visits_reason", "")),
        (_("Conditions"), guide.get("conditions", "")),
        (_("Fee"), guide.get("fee", "")),
        (_("Basis of the fee"), guide.get("fee_basis", "")),
        (_("Result"), guide.get("licence", "")),
        (_("Where"), guide.get("address", "")),
        (_("Questions"), guide.get("consult_phone", "")),
        (_("Complaints"), guide.get("complaint_phone", "")),
        (_("Kind"), version.type),
        (_("Decided at"), str(LEVELS.get(version.level, ""))),
    )
    return [(str(term), text) for term, text in terms if text]
