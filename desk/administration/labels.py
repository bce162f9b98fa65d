"""How the set-up speaks: levels, roles, units, steps."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.permissions import Role
from desk.organisation.models import RegionLevel

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

LANGUAGES = {"zh_Hans": "中文", "en": "English"}


def role_name(role: Role, *, is_head: bool = False) -> str:
    """Name a role, and say so where its seat heads the place."""
    name = str(ROLES[role])
    return str(_("%(role)s (head)", role=name)) if is_head else name
