"""What of an item counts in a figure, and with what weight: for sums and the lists behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, literal, true
from sqlalchemy.orm import InstrumentedAttribute

from desk.catalogue.entry import UNITS
from desk.catalogue.models import DayUnit, ItemVersion

DISTRICT = "county"


@dataclass(frozen=True, slots=True)
class Counts:
    """Which versions count, and what each adds: 1, its visits, or sevenths of a working day."""

    which: ColumnElement[bool]
    weight: ColumnElement[Any]

    @property
    def added(self) -> ColumnElement[Any]:
        """Give what a version adds, 0 where it does not count."""
        return case((self.which, self.weight), else_=0)


def _reaches(how: str) -> ColumnElement[bool]:
    return cast(ItemVersion.reach, String).like(f'%"{how}"%')


def _sevenths(
    n: InstrumentedAttribute[int | None], unit: InstrumentedAttribute[DayUnit | None]
) -> ColumnElement[Any]:
    return n * case(UNITS, value=cast(unit, String))


BOTH = and_(
    ItemVersion.level == DISTRICT,
    ItemVersion.legal_n.isnot(None),
    ItemVersion.promised_n.isnot(None),
)
BY_LAW = _sevenths(ItemVersion.legal_n, ItemVersion.legal_unit)
PROMISED = _sevenths(ItemVersion.promised_n, ItemVersion.promised_unit)
STATED = ItemVersion.visits.is_not(None)
WHICH: Mapping[str, ColumnElement[bool]] = {
    "offered": true(),
    "ratable": ItemVersion.ratable.expression,
    "online": ItemVersion.online.expression,
    "one_visit": ItemVersion.visits == 1,
    "no_visit": ItemVersion.visits == 0,
    "across_provinces": _reaches("across_provinces"),
    "cluster": _reaches("cluster"),
    "cross_region": _reaches("cross_region"),
    "instant": ItemVersion.instant.expression,
    "visits_stated": STATED,
}
COUNTS: Mapping[str, Counts] = {
    **{key: Counts(which, literal(1)) for key, which in WHICH.items()},
    "visits": Counts(STATED, ItemVersion.visits.expression),
    "sevenths_by_law": Counts(BOTH, BY_LAW),
    "sevenths_saved": Counts(BOTH, BY_LAW - PROMISED),
}
