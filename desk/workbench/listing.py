"""Which list somebody looks at: a tab and its conditions, as addresses and saved views carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from desk.casework.conditions import NONE, Conditions, Field, read_conditions
from desk.casework.queries.tabs import Tab
from desk.workbench.models import LONGEST_LISTING


@dataclass(frozen=True, slots=True)
class Listing:
    """A tab of the queue, narrowed or not."""

    tab: Tab = Tab.TURN
    conditions: Conditions = NONE

    @property
    def text(self) -> str:
        """Write it as a query: the same list has one text."""
        return urlencode([("tab", self.tab.value), *self.conditions.pairs()])

    @property
    def narrowing(self) -> str:
        """Write the conditions alone."""
        return urlencode(self.conditions.pairs())

    def at(self, tab: Tab) -> "Listing":
        """Look at another tab with the same conditions."""
        return Listing(tab, self.conditions)

    def without(self, field: Field) -> "Listing":
        """Look at the same tab with one condition less."""
        return Listing(self.tab, self.conditions.without(field))


TURN = Listing()


def read_listing(given: Mapping[str, Sequence[str]]) -> Listing | None:
    """Read a list as an address carries it; None when there is no such tab or condition."""
    tab = next(iter(given.get("tab", ())), Tab.TURN.value)
    conditions = read_conditions(given)
    if tab not in set(Tab) or conditions is None:
        return None
    return Listing(Tab(tab), conditions)


def parse_listing(text: str | None) -> Listing | None:
    """Read what `Listing.text` wrote; None for anything else."""
    if not text or len(text) > LONGEST_LISTING:
        return None
    try:
        given = parse_qs(text, strict_parsing=True, max_num_fields=100)
    except ValueError:
        return None
    if not given.keys() <= {"tab", *Field}:
        return None
    return read_listing(given)
