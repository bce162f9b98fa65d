"""Conditions as the database is asked them, and the moments that tabs and conditions speak of."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, String, and_, bindparam, cast, or_, true

from desk.access.actors import Seat
from desk.casework.conditions import (
    NOBODY,
    NONE,
    OF_THE_COMPLAINANT,
    Conditions,
    DueWithin,
    Field,
    FiledWithin,
    Mark,
)
from desk.casework.models import NOBODY_DUE, Case
from desk.casework.words import IdentityMode, Kind, Need, PartyKind
from desk.kernel.db import Instant
from desk.organisation.queries import Timetable

UNTIL = {DueWithin.TWO_DAYS: 2, DueWithin.FIVE_DAYS: 5}
SINCE = {
    FiledWithin.TODAY: 0,
    FiledWithin.WEEK: 7,
    FiledWithin.FORTNIGHT: 14,
    FiledWithin.MONTH: 30,
}
LONGER = SINCE[FiledWithin.MONTH]

NOW, DAY_END = bindparam("now", type_=Instant), bindparam("day_end", type_=Instant)
TODAY = bindparam("today", type_=Date)


def moments(now: datetime, table: Timetable, conditions: Conditions = NONE) -> dict[str, object]:
    """Give the moments a list is asked with: now, the end of the day, those of its conditions."""
    today = table.local_day(now)
    found: dict[str, object] = {"now": now, "day_end": _midnight(today + timedelta(1), table)}
    found["today"] = today
    for word in conditions.of(Field.DUE):
        if word in UNTIL:
            found[f"until_{word}"] = _midnight(
                _working_day(today, UNTIL[DueWithin(word)], table), table
            )
    for word in conditions.of(Field.FILED):
        days = SINCE.get(FiledWithin(word), LONGER)
        found[f"filed_{word}"] = _midnight(today - timedelta(days), table)
    return found


def _midnight(day: date, table: Timetable) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(table.zone))


def _working_day(today: date, n: int, table: Timetable) -> date:
    """Find the first day that is more than `n` working days away."""
    day = today + timedelta(1)
    passed = table.calendar.workdays_until(today)
    while table.calendar.workdays_until(day) - passed <= n:
        day += timedelta(1)
    return day


def narrowed(conditions: Conditions, seat: Seat) -> ColumnElement[bool]:
    """Say which cases fit, as far as this seat may know.

    Whoever may not know the complainant finds a case by nothing that says who it is: the list
    would tell them what the row hides.
    """
    return and_(
        true(),
        *(or_(*(_asked(field, word, seat) for word in words)) for field, words in conditions),
    )


def _asked(field: Field, word: str, seat: Seat) -> ColumnElement[bool]:
    ask: Mapping[Field, Callable[[], ColumnElement[bool]]] = {
        Field.STATUS: lambda: Case.status == word,
        Field.DUE: lambda: _due(DueWithin(word)),
        Field.FILED: lambda: _filed(FiledWithin(word)),
        Field.CHANNEL: lambda: Case.channel == word,
        Field.MARK: lambda: _marked(Mark(word), seat),
        Field.HALL: lambda: Case.hall_id == int(word),
        Field.DEPARTMENT: lambda: Case.department_id == int(word),
        Field.HANDLER: lambda: (
            Case.handler_id.is_(None) if word == NOBODY else Case.handler_id == int(word)
        ),
    }
    return ask[field]()


def _due(within: DueWithin) -> ColumnElement[bool]:
    if within is DueWithin.OVERDUE:
        return Case.next_due_at < NOW
    if within is DueWithin.STILL:
        return Case.next_due_at == NOBODY_DUE
    end = DAY_END if within is DueWithin.TODAY else bindparam(f"until_{within}", type_=Instant)
    return and_(Case.next_due_at >= NOW, Case.next_due_at < end)


def _filed(within: FiledWithin) -> ColumnElement[bool]:
    edge = bindparam(f"filed_{within}", type_=Instant)
    return Case.filed_at < edge if within is FiledWithin.LONGER else Case.filed_at >= edge


def _marked(mark: Mark, seat: Seat) -> ColumnElement[bool]:
    asked = {
        Mark.BUSINESS: Case.party_kind == PartyKind.BUSINESS,
        Mark.AGENT: Case.agent_party_id.isnot(None),
        Mark.AGAIN: Case.round > 0,
        Mark.CONFIDENTIAL: Case.identity_mode == IdentityMode.CONFIDENTIAL,
        Mark.ESCALATED: or_(Case.escalated_at.isnot(None), Case.supervised_at.isnot(None)),
        Mark.BAD_RATING: Case.kind == Kind.RECTIFICATION,
        **{Mark(need.value): _needs(need) for need in Need},
    }
    if mark in OF_THE_COMPLAINANT and seat.department_id:
        open_to_all = and_(Case.kind == Kind.COMPLAINT, Case.identity_mode == IdentityMode.REAL)
        return and_(asked[mark], open_to_all)
    return asked[mark]


def _needs(need: Need) -> ColumnElement[bool]:
    return cast(Case.needs, String).like(f'%"{need.value}"%')
