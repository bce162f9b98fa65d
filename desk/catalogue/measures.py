"""What is counted over the catalogue, and how each figure is defined."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure of the catalogue: its name, what it counts, and over which items."""

    key: str
    name: object
    counts: object
    scope: object


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure on a day. For `compression` both numbers are working days, else items."""

    definition: Definition
    numerator: Fraction
    denominator: Fraction
    on: date

    @property
    def share(self) -> float | None:
        """The numerator over the denominator; None where there is nothing to divide by."""
        return float(self.numerator / self.denominator) if self.denominator else None


ALL = _l("All items offered on this day.")
LIMITED = _l("District-level items offered on this day that have both limits.")

ONLINE = Definition("online", _l("Online"), _l("Items that can be applied for online."), ALL)
ONE_VISIT = Definition("one_visit", _l("One visit"), _l("Items that need exactly one visit."), ALL)
NO_VISIT = Definition("no_visit", _l("No visit"), _l("Items that need no visit."), ALL)
ACROSS_PROVINCES = Definition(
    "across_provinces",
    _l("Across provinces"),
    _l("Items that can be applied for in another province."),
    ALL,
)
CLUSTER = Definition(
    "cluster",
    _l("In the city cluster"),
    _l("Items that can be applied for in another city of the cluster."),
    ALL,
)
CROSS_REGION = Definition(
    "cross_region",
    _l("Across regions"),
    _l("Items that can be applied for in another region under an agreement with it."),
    ALL,
)
INSTANT = Definition("instant", _l("Done at once"), _l("Items with a promise of 0 days."), ALL)
COMPRESSION = Definition(
    "compression",
    _l("Shorter than the law allows"),
    _l(
        "Working days saved: the sum of the legal limits less the sum of the promises, over the "
        "sum of the legal limits. A calendar day counts as 5/7 of a working day."
    ),
    LIMITED,
)
COUNTED = (ONLINE, ONE_VISIT, NO_VISIT, ACROSS_PROVINCES, CLUSTER, CROSS_REGION, INSTANT)
