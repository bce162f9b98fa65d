"""Setting up a place: its regions, its first hall, its departments."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from desk.kernel.csv_file import rows_of
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid
from desk.organisation.actions.reference import DATA
from desk.organisation.models import Department, Hall, Region, RegionLevel
from desk.organisation.queries import forget_kept

DIVISIONS = DATA / "cn_divisions_pca.csv"
ROOT_CODE = "000000"
OFFICE_HOURS = {str(weekday): [["09:00", "12:00"], ["13:30", "17:30"]] for weekday in range(5)}


def place_region(
    code: str,
    *,
    short_code: str | None = None,
    name_en: str | None = None,
    is_home: bool = False,
) -> Region:
    """Find or make a region of GB/T 2260 and every region above it, and give it its letters.

    Raises Invalid for an unknown code, Conflict when the letters or the home belong to another.
    """
    chain = _chain(code)
    region = _nation()
    for row in chain:
        region = _below(region, row)
    if short_code is not None:
        give_letters(region, short_code)
    if is_home:
        _make_home(region)
    region.name_en = name_en or region.name_en
    db.session.flush()
    forget_kept()
    return region


def _chain(code: str) -> list[dict[str, str]]:
    """List the rows of the divisions from the province down to this code."""
    rows = {
        row.cells["code6"]: row.cells
        for row in rows_of(DIVISIONS, ["code6", "name", "level", "parent_code"])
    }
    chain: list[dict[str, str]] = []
    wanted = code
    while wanted:
        if wanted not in rows:
            raise Invalid(
                _l("There is no province, city or county with the code %(code)s.", code=wanted),
                field="region",
            )
        chain.insert(0, rows[wanted])
        wanted = rows[wanted]["parent_code"]
    return chain


def _nation() -> Region:
    root = db.session.scalar(select(Region).where(Region.code == ROOT_CODE))
    if root is None:
        root = Region(
            code=ROOT_CODE,
            level=RegionLevel.NATION,
            name_zh="中华人民共和国",
            name_en="China",
            path=f"{ROOT_CODE}/",
        )
        db.session.add(root)
        db.session.flush()
    return root


def _below(parent: Region, row: Mapping[str, str]) -> Region:
    region = db.session.scalar(select(Region).where(Region.code == row["code6"]))
    if region is None:
        region = Region(
            code=row["code6"],
            parent_id=parent.id,
            level=RegionLevel(row["level"]),
            name_zh=row["name"],
            name_en=row["name"],
            path=f"{parent.path}{row['code6']}/",
        )
        db.session.add(region)
        db.session.flush()
    return region


def give_letters(region: Region, short_code: str) -> None:
    """Give a region the letters of its case numbers; raises Conflict when either has others."""
    letters = short_code.upper()
    if not (letters.isascii() and letters.isalpha() and 2 <= len(letters) <= 4):
        raise Invalid(_l("A short code has two to four letters, A to Z."), field="short_code")
    if region.short_code not in {None, letters}:
        raise Conflict(
            _l("Case numbers of this region already begin with %(has)s.", has=region.short_code)
        )
    other = db.session.scalar(
        select(Region).where(Region.short_code == letters, Region.id != region.id)
    )
    if other is not None:
        raise Conflict(
            _l("The short code %(code)s belongs to %(name)s.", code=letters, name=other.name_zh)
        )
    region.short_code = letters


def _make_home(region: Region) -> None:
    other = db.session.scalar(select(Region).where(Region.is_home, Region.id != region.id))
    if other is not None:
        raise Conflict(_l("This desk is already the desk of %(name)s.", name=other.name_zh))
    region.is_home = True


def open_hall(
    region: Region,
    code: str,
    name_zh: str,
    *,
    name_en: str | None = None,
    phone: str = "",
    address: str = "",
    hours: Mapping[str, Any] | None = None,
) -> Hall:
    """Open a hall of a region; one that is there under this code is left as it is."""
    hall = db.session.scalar(select(Hall).where(Hall.region_id == region.id, Hall.code == code))
    if hall is None:
        hall = Hall(
            region_id=region.id,
            code=code,
            name_zh=name_zh,
            name_en=name_en or name_zh,
            phone=phone,
            address=address,
            hours=dict(hours or OFFICE_HOURS),
        )
        db.session.add(hall)
        db.session.flush()
    return hall


def open_department(
    region: Region, name_zh: str, *, code: str | None = None, name_en: str | None = None
) -> Department:
    """Add a department; without a code it takes the next free number from D001."""
    department = Department(
        region_id=region.id,
        code=code or _next_code(region),
        name_zh=name_zh,
        name_en=name_en or name_zh,
    )
    db.session.add(department)
    db.session.flush()
    return department


def _next_code(region: Region) -> str:
    taken = set(
        db.session.scalars(select(Department.code).where(Department.region_id == region.id))
    )
    numbers = (f"D{n:03d}" for n in range(1, len(taken) + 2))
    return next(code for code in numbers if code not in taken)
