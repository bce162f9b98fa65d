"""Publishing a calendar or setting a limit, and putting the dates of open cases right."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from desk.access.actors import SYSTEM, Actor
from desk.access.permissions import Permission
from desk.audit.actions import record
from desk.audit.models import Visibility
from desk.casework.actions import clocks, letters
from desk.casework.actions.acting import begin, finish
from desk.casework.actions.move import stream_of
from desk.casework.events import DateCorrected
from desk.casework.models import CaseClock
from desk.casework.queries.context import Context
from desk.casework.queries.dates import (
    Clocked,
    Days,
    Key,
    NewDate,
    followed,
    new_dates,
    present,
)
from desk.casework.words import PROMISES
from desk.jobs.actions import enqueue
from desk.kernel.db import db
from desk.kernel.events import announce
from desk.organisation.actions.calendar import publish_year
from desk.organisation.actions.limits import end_limit, set_limit, take_back_limit
from desk.organisation.events import HoursChanged
from desk.organisation.limits import RuleKey
from desk.organisation.models import Region, SlaRule
from desk.organisation.queries import Limit, forget_kept
from desk.worktime.course import Change, ChangeKind

JOB = "correct"
"""The name of the work that puts the dates of open cases right."""


class Correction(StrEnum):
    """What the ledger calls a date that is put right, and one that is provisional no longer."""

    CORRECT_DATE = "correct_date"
    SETTLE_DATE = "settle_date"


def publish_calendar(
    region: Region, years: Days, *, source: str, by: Actor, now: datetime
) -> dict[int, int]:
    """Publish whole years of working days, and have open cases put right by the worker.

    Gives how many days of each year changed. Raises Invalid as `publish_year` does.
    """
    changed: dict[int, int] = {}
    for year in sorted(years):
        changed[year] = publish_year(region, year, years[year], source=source)
        if changed[year]:
            body = {"year": year, "days": changed[year], "region": region.id}
            _record(region, "calendar_published", body, by, now)
    if any(changed.values()):
        put_right_soon(now=now)
    return changed


def change_limit(
    region: Region, key: RuleKey, limit: Limit, *, active_from: date, by: Actor, now: datetime
) -> SlaRule:
    """Let another limit hold from a day on; clocks that start on that day or later follow it.

    Raises as `set_limit` does.
    """
    today = region.local_day(now)
    rule = set_limit(region, key, limit, active_from=active_from, today=today)
    _record(region, "limit_set", _said(rule), by, now)
    if active_from == today:
        put_right_soon(now=now)
    return rule


def withdraw_limit(region: Region, rule_id: int, *, by: Actor, now: datetime) -> None:
    """Take back a limit that does not hold yet."""
    rule = take_back_limit(region, rule_id, today=region.local_day(now))
    _record(region, "limit_taken_back", _said(rule), by, now)


def stop_limit(region: Region, rule_id: int, *, last_on: date, by: Actor, now: datetime) -> SlaRule:
    """Let a limit end on a day, so that a more general one holds after it."""
    today = region.local_day(now)
    rule = end_limit(region, rule_id, last_on=last_on, today=today)
    _record(region, "limit_ended", {**_said(rule), "to": last_on.isoformat()}, by, now)
    return rule


def put_right_soon(*, now: datetime) -> None:
    """Ask the worker to put the dates of all open cases right."""
    enqueue(JOB, now.isoformat(), run_at=now, now=now)


def follow_hours(news: HoursChanged) -> None:
    """Have the dates of open cases follow the new hours of a hall."""
    put_right_soon(now=news.at)


def to_put_right(*, now: datetime) -> list[NewDate]:
    """List the running clocks whose date is not what calendar and limits make it now."""
    forget_kept()
    regions = list(db.session.scalars(select(Region.id).order_by(Region.id)))
    return list(new_dates(present(now), regions))


def put_right(number: str, key: Key, *, now: datetime) -> bool:
    """Put one date right, if it is still wrong; the caller holds the transaction.

    A promise that comes to another day is told with the reason, and owes a letter. False when there
    was nothing to do.
    """
    context = begin(number, None, Permission.CASE_CORRECT, SYSTEM, now)
    clock = db.session.get_one(CaseClock, key, populate_existing=True)
    if clock.stopped_at is not None:
        return False
    case, place = context.case, context.place
    asked = Clocked(clock, number, case.hall_id, case.party_kind.value)
    course, deadline = followed(asked, present(now), place.hall, place.region)
    if (deadline.due_at, deadline.provisional) == (clock.due_at, clock.provisional):
        return False
    if deadline.due_at == clock.due_at:
        clock.provisional = deadline.provisional
        _settle(context, clock, now)
        return True
    was, promised = clock.due_at, case.promised_on
    n, unit = course.limit()
    if (n, unit) != (clock.limit_n, clock.unit):
        change = Change(ChangeKind.LIMITED, now, n=n, unit=unit, why="rule", was=was)
    else:
        change = Change(ChangeKind.CORRECTED, now, why="calendar", was=was)
    if deadline.due_at < was:
        clock.climbed_at = None
    clocks.move_date(case, clock, change, place)
    clocks.set_next_due(case, context.clocks)
    told = clock.step in PROMISES and case.promised_on != promised
    announce(DateCorrected(case, clock, was, now))
    _tell(context, clock, was, now, told=told)
    return True


def _tell(context: Context, clock: CaseClock, was: datetime, now: datetime, *, told: bool) -> None:
    case = context.case
    promised = case.promised_on.isoformat() if told and case.promised_on else None
    body = {
        "step": clock.step.value,
        "was": was.isoformat(),
        "due": clock.due_at.isoformat(),
        "promised_on": promised,
    }
    visibility = Visibility.PUBLIC if told else Visibility.TEAM
    finish(context, Correction.CORRECT_DATE, SYSTEM, now, body, visibility)
    if told:
        letters.owe(case, "corrected", now=now)


def _settle(context: Context, clock: CaseClock, now: datetime) -> None:
    """Note that a date is provisional no longer; whoever has the case open is not disturbed."""
    case = context.case
    body = {"version": case.version, "step": clock.step.value, "due": clock.due_at.isoformat()}
    record(
        stream_of(case),
        Correction.SETTLE_DATE.value,
        region_id=case.region_id,
        by=SYSTEM,
        now=now,
        body=body,
    )


def _said(rule: SlaRule) -> dict[str, object]:
    return {
        "step": rule.step,
        "hall": rule.hall_id,
        "complexity": rule.complexity,
        "party": rule.party,
        "n": rule.limit_n,
        "unit": rule.unit.value,
        "from": rule.active_from.isoformat(),
    }


def _record(
    region: Region, what: str, body: Mapping[str, object], by: Actor, now: datetime
) -> None:
    record(f"s/{now.date().isoformat()}", what, region_id=region.id, by=by, now=now, body=body)
