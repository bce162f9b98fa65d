"""The code lists, limits and calendar that the desk brings with it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from desk.kernel.csv_file import rows_of
from desk.kernel.db import db
from desk.organisation.actions.calendar import add_days, day_row, days_in
from desk.organisation.models import SINCE, CalendarDay, Code, LimitUnit, Region, SlaRule
from desk.organisation.queries import forget_kept

DATA = Path(__file__).parents[1] / "data"
SOURCE = "chinesecalendar"


def _words(cell: str) -> list[str]:
    return [word for word in cell.split(";") if word]


def _yes(cell: str) -> bool:
    return cell == "yes"


ATTRS: dict[str, dict[str, Callable[[str], Any]]] = {
    "reasons": {
        "citizen_zh": str,
        "citizen_en": str,
        "typical_owner": _words,
        "related_rating_tags": _words,
    },
    "rating_tags": {"level": int, "core": _yes},
    "phrases": {"instead_zh": str, "instead_en": str},
    "diversions": {"send_to_zh": str, "send_to_en": str, "keeps_service_part": _yes},
}
"""What each code list says of an entry besides its names, and how its cells are read."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a loading added or changed; nothing on the second run."""

    codes: int
    limits: int
    days: int


def load_reference(root: Region, *, data: Path = DATA) -> Loaded:
    """Load the code lists, the default limits and the calendar that the desk brings with it.

    Codes take the wording of the files unless an administrator has worded or ended them; limits and
    days that are there already stay as they are.
    """
    loaded = Loaded(
        codes=sum(_load_codes(name, data / f"{name}.csv") for name in ATTRS),
        limits=_load_limits(root, data / "sla.csv"),
        days=_load_days(root, data / "cn_workdays_2015_2026.csv"),
    )
    forget_kept()
    return loaded


def _load_codes(name: str, path: Path) -> int:
    rows = db.session.scalars(select(Code).where(Code.list == name).order_by(Code.active_from))
    found: dict[str, Code] = {}
    touched: set[str] = set()
    for row in rows:
        if row.active_from != SINCE or row.active_to is not None:
            touched.add(row.code)
        found.setdefault(row.code, row)
    changed = 0
    for position, line in enumerate(rows_of(path, ["code", "zh", "en", *ATTRS[name]])):
        cells = line.cells
        code = found.get(cells["code"])
        if cells["code"] in touched:
            continue
        if code is None:
            code = Code(list=name, code=cells["code"], active_from=SINCE)
            db.session.add(code)
        attrs = {key: read(cells[key]) for key, read in ATTRS[name].items()}
        wanted = {"zh": cells["zh"], "en": cells["en"], "attrs": attrs, "position": position}
        differs = [key for key, value in wanted.items() if getattr(code, key) != value]
        for key in differs:
            setattr(code, key, wanted[key])
        changed += bool(differs)
    db.session.flush()
    return changed


def _load_limits(root: Region, path: Path) -> int:
    rows = db.session.execute(
        select(SlaRule.step, SlaRule.complexity, SlaRule.party).where(
            SlaRule.region_id == root.id, SlaRule.hall_id == 0
        )
    )
    known = {tuple(row) for row in rows}
    new = [
        SlaRule(
            region_id=root.id,
            hall_id=0,
            step=row.cells["step"],
            complexity=row.cells["complexity"],
            party=row.cells["party"],
            limit_n=int(row.cells["limit"]),
            unit=LimitUnit(row.cells["unit"]),
            active_from=SINCE,
        )
        for row in rows_of(path, ["step", "complexity", "party", "limit", "unit"])
        if (row.cells["step"], row.cells["complexity"], row.cells["party"]) not in known
    ]
    db.session.add_all(new)
    db.session.flush()
    return len(new)


def _load_days(root: Region, path: Path) -> int:
    known = set(
        db.session.scalars(select(CalendarDay.on_date).where(CalendarDay.region_id == root.id))
    )
    years, _ = days_in(path)
    new = [
        day_row(root, on, kind, SOURCE)
        for days in years.values()
        for on, kind in days.items()
        if on not in known
    ]
    add_days(new)
    return len(new)
