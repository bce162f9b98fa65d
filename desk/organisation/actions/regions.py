"""Adding regions below those the desk has, and naming them. The caller holds the transaction."""

import re
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.access.actors import Actor
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.organisation.actions.places import give_letters
from desk.organisation.directory import region_of
from desk.organisation.models import Region, RegionLevel
from desk.organisation.queries import forget_kept
from desk.organisation.reach import change, check_version, note

BELOW = {
    RegionLevel.NATION: (RegionLevel.PROVINCE, 2, 6),
    RegionLevel.PROVINCE: (RegionLevel.CITY, 4, 6),
    RegionLevel.CITY: (RegionLevel.COUNTY, 6, 6),
    RegionLevel.COUNTY: (RegionLevel.TOWNSHIP, 9, 9),
    RegionLevel.TOWNSHIP: (RegionLevel.VILLAGE, 12, 12),
}
"""Under each level: the next one, how many digits tell one from another, how many are written."""
DIGITS = re.compile(r"[0-9]+", re.ASCII)


def add_region(
    parent_code: str, code: str, name_zh: str, name_en: str, *, by: Actor, now: datetime
) -> Region:
    """Add a region right below another, under its code of GB/T 2260 or GB/T 10114.

    Raises NotFound out of reach, Invalid for a code that does not lie in the parent or is taken.
    """
    parent = region_of(by, parent_code)
    if parent.level not in BELOW:
        raise Invalid(_l("Nothing lies below a village."), field="code")
    level, significant, length = BELOW[parent.level]
    begins = parent.code[: _digits_of(parent.level)]
    if not (DIGITS.fullmatch(code) and len(code) == length and code.startswith(begins)):
        raise Invalid(
            _l(
                "A code here has %(length)s digits and begins with %(begins)s.",
                length=length,
                begins=begins,
            ),
            field="code",
        )
    if code[significant:].strip("0"):
        raise Invalid(_l("This code lies further down. Add what lies between first."), field="code")
    if db.session.scalar(select(Region.id).where(Region.code == code)) is not None:
        raise Invalid(_l("A region with this code is there already."), field="code")
    region = Region(
        code=code,
        parent_id=parent.id,
        level=level,
        name_zh=name_zh,
        name_en=name_en or name_zh,
        path=f"{parent.path}{code}/",
        time_zone=parent.time_zone,
    )
    db.session.add(region)
    db.session.flush()
    note("region_added", {"region": region.id}, region_id=region.id, by=by, now=now)
    forget_kept()
    return region


def _digits_of(level: RegionLevel) -> int:
    """Tell by how many digits a region of a level is told from its neighbours."""
    digits = {lower: significant for lower, significant, _length in BELOW.values()}
    return digits.get(level, 0)


def change_region(
    code: str,
    name_zh: str,
    name_en: str,
    short_code: str | None,
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Region:
    """Rename a region, or give it the letters of its case numbers, which then stay."""
    region = region_of(by, code)
    check_version(region, version)
    said = change(region, {"name_zh": name_zh, "name_en": name_en or name_zh})
    if short_code and short_code.upper() != region.short_code:
        give_letters(region, short_code)
        said["short_code"] = "text"
    if said:
        body = {"region": region.id, "changed": said}
        note("region_changed", body, region_id=region.id, by=by, now=now)
        forget_kept()
    return region
