"""How the set-up speaks: levels, roles, units, steps."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from desk.access.permissions import Role
from desk.administration.imports.reports import Outcome
from desk.casework.labels import COMPLEXITY, STEP
from desk.organisation.limits import ANY
from desk.organisation.models import DayKind, LimitUnit, RegionLevel

LEVELS = {
    RegionLevel.NATION: _l("Nation"),
    RegionLevel.PROVINCE: _l("Province"),
    RegionLevel.CITY: _l("City"),
    RegionLevel.COUNTY: _l("District or county"),
    RegionLevel.TOWNSHIP: _l("Township or street"),
    RegionLevel.VILLAGE: _l("Village or community"),
}

ROLES = {
    Role.CLERK: _l("Window clerk"),
    Role.HANDLER: _l("Handler"),
    Role.LEAD: _l("Lead"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.INTEGRITY: _l("Integrity officer"),
    Role.ADMIN: _l("Administrator"),
    Role.AUDITOR: _l("Auditor"),
}

STEPS: dict[str, object] = {
    **{step.value: name for step, name in STEP.items()},
    "return_request": _l("Ask to hand it back"),
    "return_decision": _l("Decide on handing back"),
    "arbitration": _l("Decide which department answers"),
    "divert_decision": _l("Decide on directing elsewhere"),
    "extension_decision": _l("Decide on more time"),
    "pause_decision": _l("Decide on a pause"),
    "pause_max": _l("Longest pause"),
    "task": _l("Another department's part"),
    "rating_appeal": _l("Appeal against a rating"),
    "rating_appeal_decision": _l("Decide on an appeal"),
    "card_appeal": _l("Object to a card"),
    "card_appeal_decision": _l("Decide on an objection"),
    "waiver": _l("First offence, answer"),
    "look_back": _l("Look back"),
    "nudge": _l("Asking to hurry again is possible after"),
    "handover_accept": _l("Accept from another region"),
    "reopen_window": _l("Opening again is possible for"),
    "objection_window": _l("Objecting is possible for"),
    "restore_window": _l("Taking back a withdrawal is possible for"),
}
COMPLEXITIES = {
    ANY: _l("Every case"),
    **{kind.value: name for kind, name in COMPLEXITY.items()},
}
PARTIES = {
    ANY: _l("Individuals and businesses"),
    "individual": _l("Individuals"),
    "business": _l("Businesses"),
}
UNITS = {
    LimitUnit.WORKING_DAY.value: _l("working days"),
    LimitUnit.WORKING_HOUR.value: _l("working hours"),
    LimitUnit.CALENDAR_DAY.value: _l("calendar days"),
}
DAYS = {
    DayKind.WORKDAY: _l("Working day"),
    DayKind.WEEKEND: _l("Weekend"),
    DayKind.HOLIDAY: _l("Holiday"),
    DayKind.MAKEUP: _l("Make-up working day"),
    DayKind.CLOSURE: _l("Closed for a reason of its own"),
}

LANGUAGES = {"zh_Hans": "中文", "en": "English"}


def role_name(role: Role, *, is_head: bool = False) -> str:
    """Name a role, and say so where its seat heads the place."""
    name = str(ROLES[role])
    return str(_("%(role)s (head)", role=name)) if is_head else name


def limit_text(n: int, unit: str) -> str:
    """Say how long something may take."""
    texts = {
        LimitUnit.WORKING_DAY.value: ngettext("%(num)s working day", "%(num)s working days", n),
        LimitUnit.WORKING_HOUR.value: ngettext("%(num)s working hour", "%(num)s working hours", n),
        LimitUnit.CALENDAR_DAY.value: ngettext("%(num)s calendar day", "%(num)s calendar days", n),
    }
    return str(texts[unit])


def step_place(step: str) -> tuple[int, str]:
    """Say where a step stands in a list: in the order of a case's life."""
    names = list(STEPS)
    return (names.index(step) if step in STEPS else len(names), step)


IMPORTS = {
    "departments": _l("Departments"),
    "windows": _l("Windows"),
    "people": _l("Staff and seats"),
    "items": _l("Items"),
    "limits": _l("Limits"),
    "calendar": _l("Calendar"),
}
IMPORT_HINTS = {
    "departments": _l(
        "A row with a code that is known changes that department; any other adds one. Columns that "
        "are not there stay as they are."
    ),
    "windows": _l("Hall and department are named by their codes."),
    "people": _l(
        "Each row asks for one seat. A second administrator confirms before anybody can sign in."
    ),
    "items": _l(
        "An item that says something new is described anew from today on; what it said before "
        "stays in its history."
    ),
    "limits": _l("Limits hold from the day in the column “from”; without it from tomorrow on."),
    "calendar": _l(
        "Name only the days on which this region differs: all others are those of the nation, or "
        "follow the weekday while the nation's are not known. This list takes the place of the one "
        "this region had for the year. It publishes the year only if it names 1 January. Kinds: "
        "workday, weekend, holiday, workday_makeup, closure."
    ),
}
OUTCOMES = {
    Outcome.NEW: _l("new"),
    Outcome.CHANGED: _l("changed"),
    Outcome.SAME: _l("as before"),
    Outcome.BAD: _l("at fault"),
}


def import_counts(counted: Mapping[Outcome, int]) -> str:
    """Count rows by what becomes of them."""
    return str(
        _(
            "%(new)s new, %(changed)s changed, %(same)s as before, %(bad)s at fault.",
            new=counted[Outcome.NEW],
            changed=counted[Outcome.CHANGED],
            same=counted[Outcome.SAME],
            bad=counted[Outcome.BAD],
        )
    )
