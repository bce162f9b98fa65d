"""Exports that wait for a second person, among the decisions though they are no cases."""

from collections.abc import Sequence

from desk.access.actors import Actor
from desk.access.permissions import Permission
from desk.casework.conditions import NONE, Conditions
from desk.casework.queries.tabs import COUNT_CAP, Tab
from desk.supervision.models import Report
from desk.supervision.report_queries import count_to_decide, to_decide


def exports_in(actor: Actor, tab: Tab | None, conditions: Conditions) -> Sequence[Report]:
    """List the exports of a tab: those to decide on, unless cases are narrowed by a condition."""
    if tab is not Tab.DECISIONS or conditions != NONE or not actor.may(Permission.REPORTS_MAKE):
        return ()
    return to_decide(actor)


def with_exports(actor: Actor, tab: Tab, conditions: Conditions, n: int) -> int:
    """Add to the number of a tab's cases the exports that stand in it, up to 100 as ever."""
    if tab is not Tab.DECISIONS or conditions != NONE:
        return n
    return min(n + count_to_decide(actor), COUNT_CAP)
