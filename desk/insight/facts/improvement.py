"""What of an improvement item counts in a figure."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from desk.improvement.models import Undertaking
from desk.improvement.words import UndertakingKind, UndertakingState
from desk.insight.facts.drafts import Draft


def facts(one: Undertaking, zone: str) -> Iterator[Draft]:
    """Draw an item done on its day, or owed on the day it should be."""
    if one.kind is not UndertakingKind.IMPROVEMENT:
        return
    department, item = one.owner_department_id, one.item_id or 0
    if one.state is not UndertakingState.DONE or one.done_at is None:
        yield Draft("improvement.owed", one.due_on, department_id=department, item_id=item)
        return
    done = _day(one.done_at, zone)
    yield Draft("improvement.done", done, department_id=department, item_id=item)
    if done <= one.due_on:
        yield Draft("improvement.met", done, department_id=department, item_id=item)


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
