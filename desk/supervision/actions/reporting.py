"""Asking for reports, deciding on those that name many people, and handing them out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from desk.access.actors import Actor
from desk.access.permissions import Permission, Role
from desk.accounts.models import User
from desk.accounts.queries import people, seated
from desk.approvals.actions import Request, ask, vote
from desk.approvals.words import ApprovalKind, Ballot
from desk.audit.actions import record
from desk.kernel.db import db
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.kernel.ids import uuid7
from desk.notify.actions import Reader, tell
from desk.notify.notices import Notice
from desk.organisation.codes import glossary
from desk.organisation.queries import (
    home_day,
    home_region,
    home_timetable,
)
from desk.supervision.models import Report
from desk.supervision.report_queries import report_of
from desk.supervision.reports.register import Register, how_many
from desk.supervision.reports.words import UNFINISHED, ReportKind, ReportState
from desk.worktime.deadline import WORKING_DAY, due

REPORT = "report"
SHORTEST_PURPOSE = 4
LONGEST_PERIOD = timedelta(days=366)
NAMED_ALONE = 1000
"""How many rows may name people without a second person's word, all together within a month."""
A_MONTH = timedelta(days=30)
MOST_UNFINISHED = 5


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: of which days, of which department (0: all), with names, what for."""

    kind: ReportKind
    first_on: date
    last_on: date
    purpose: str
    lang: str
    department_id: int = 0
    names: bool = False
    standing: bool = False


def ask_report(order: Order, *, by: Actor, now: datetime) -> Report:
    """Ask for a report; the worker makes it. More than 1,000 named rows need a second person first.

    Those somebody took out alone within a month count with it, so that nobody takes them out in
    slices.

    Raises NotAllowed without the permission, Invalid for what is missing or too long a time,
    Conflict while five of one's own are unfinished.
    """
    by.require(Permission.REPORTS_MAKE)
    _check(order, by)
    region_id = _region_of(by)
    report = Report(
        region_id=region_id,
        id=uuid7(now),
        kind=order.kind,
        state=ReportState.WAITING,
        first_on=order.first_on,
        last_on=order.last_on,
        department_id=order.department_id,
        names=order.names and order.kind is ReportKind.REGISTER,
        standing=order.standing,
        purpose=order.purpose.strip(),
        lang=order.lang,
        asked_by=by.user_id or 0,
        asked_at=now,
    )
    if order.kind is ReportKind.REGISTER:
        report.total = how_many(register_of(report, by, now))
    if report.names and report.total + _named_alone(by, now) > NAMED_ALONE:
        report.approval_id = _ask_second(report, by=by, now=now)
        report.state = ReportState.ASKED
    db.session.add(report)
    db.session.flush()
    record_report(report, "ask_report", by=by, now=now)
    return report


def _check(order: Order, by: Actor) -> None:
    if len(order.purpose.strip()) < SHORTEST_PURPOSE:
        raise Invalid(_l("Write what the report is for."), field="purpose")
    if order.first_on > order.last_on:
        raise Invalid(_l("The last day comes before the first."), field="last_on")
    if order.last_on - order.first_on > LONGEST_PERIOD:
        raise Invalid(_l("A report covers a year at most."), field="last_on")
    if order.kind is ReportKind.LETTER and not order.department_id:
        raise Invalid(_l("Choose the department the letter goes to."), field="department")
    unfinished = db.session.scalar(
        select(func.count()).where(
            Report.asked_by == (by.user_id or 0), Report.state.in_(sorted(UNFINISHED))
        )
    )
    if (unfinished or 0) >= MOST_UNFINISHED:
        raise Conflict(_l("Five of your reports are not finished yet. Wait for one of them."))


def _region_of(by: Actor) -> int:
    regions = by.regions_for(Permission.REPORTS_MAKE)
    home = home_region().id
    return home if home in regions else min(regions)


def _named_alone(by: Actor, now: datetime) -> int:
    """Count the named rows somebody asked for lately with nobody else's word.

    Who asks twice at once waits for themselves: the second request counts the first.
    """
    db.session.execute(select(User.id).where(User.id == by.user_id).with_for_update()).all()
    rows = db.session.scalar(
        select(func.sum(Report.total)).where(
            Report.asked_by == (by.user_id or 0),
            Report.names,
            Report.approval_id.is_(None),
            Report.asked_at > now - A_MONTH,
        )
    )
    return int(rows or 0)


def _ask_second(report: Report, *, by: Actor, now: datetime) -> UUID:
    table = home_timetable(now)
    deadline = due(now, 1, WORKING_DAY, table.calendar, table.hours, table.zone)
    request = Request(
        region_id=report.region_id,
        kind=ApprovalKind.EXPORT,
        subject_kind=REPORT,
        subject_id=report.id,
        hall_id=0,
        department_id=0,
        decider_role=Role.SUPERVISOR,
        reason=report.purpose,
        payload={"rows": report.total},
        due_at=deadline.due_at,
    )
    approval = ask(request, by=by, now=now)
    tell_of_report(report, Notice.DECISION, _deciders(report, now), now=now)
    return approval.id


def _deciders(report: Report, now: datetime) -> set[int]:
    day = home_day(now)
    found = seated(Role.SUPERVISOR, day, region_id=report.region_id, hall_id=0)
    return set(found) - {report.asked_by}


def decide_report(key: UUID, *, grant: bool, reason: str, by: Actor, now: datetime) -> Report:
    """Say whether a colleague may take out so many names; granted, the report is made.

    Raises NotAllowed for whoever asked, Conflict once it is decided, Invalid without a reason.
    """
    by.require(Permission.REPORTS_MAKE)
    report, approval = report_of(by, key)
    if approval is None or report.state is not ReportState.ASKED:
        raise Conflict(_l("This has been decided."))
    if report.asked_by == by.user_id:
        raise NotAllowed(_l("You asked for this. Somebody else must decide."))
    if not reason.strip():
        raise Invalid(_l("Write why, so that your colleague can follow it."), field="reason")
    vote(approval, Ballot.GRANT if grant else Ballot.REFUSE, reason.strip(), by=by, now=now)
    report.state = ReportState.WAITING if grant else ReportState.REFUSED
    db.session.flush()
    record_report(report, "grant_report" if grant else "refuse_report", by=by, now=now)
    tell_of_report(report, Notice.DECIDED, {report.asked_by}, now=now)
    return report


def take_report(key: UUID, *, by: Actor, now: datetime) -> Report:
    """Let whoever asked have the file, and record it. Raises Conflict once it is kept no longer."""
    by.require(Permission.REPORTS_MAKE)
    report, _approval = report_of(by, key)
    if report.asked_by != by.user_id:
        raise NotAllowed(_l("Only whoever asked for a report can take it out."))
    if report.region_id not in by.regions_for(Permission.REPORTS_MAKE):
        raise NotAllowed(_l("You no longer supervise the region this was made of."))
    if report.state is not ReportState.READY or report.expires_at is None:
        raise Conflict(_l("This report is not there, or not any more. Ask for it again."))
    if report.expires_at <= now:
        raise Conflict(_l("This report is not there, or not any more. Ask for it again."))
    record_report(report, "take_report", by=by, now=now)
    return report


def register_of(report: Report, actor: Actor, now: datetime) -> Register:
    """Say whose register a report is, of which days, and in which words."""
    table = home_timetable(now)
    zone = ZoneInfo(table.zone)
    midnight = time(tzinfo=zone)
    since = datetime.combine(report.first_on, midnight).astimezone(UTC)
    until = datetime.combine(report.last_on + timedelta(days=1), midnight).astimezone(UTC)
    reasons = glossary("reasons", report.lang)
    return Register(
        actor,
        since,
        until,
        report.department_id,
        report.names,
        report.lang,
        table.zone,
        reasons,
    )


def tell_of_report(report: Report, kind: Notice, user_ids: set[int], *, now: datetime) -> None:
    """Tell these people of a report: where it stands, nothing of what it holds."""
    readers = [
        Reader(user.id, user.lang, user.email_e is not None)
        for user, actor in people(user_ids, home_day(now))
        if actor.may(Permission.REPORTS_MAKE)
    ]
    tell(
        kind,
        readers,
        region_id=report.region_id,
        key=f"{report.id.hex}/{report.state.value}",
        context={"path": f"/supervision/reports/{report.id}"},
        now=now,
    )


def record_report(report: Report, what: str, *, by: Actor, now: datetime) -> None:
    """Write what became of a report into the ledger: of what, with names or not, how many rows."""
    record(
        f"s/{report.region_id}/{now.date().isoformat()}",
        what,
        region_id=report.region_id,
        by=by,
        now=now,
        body={
            "report": report.id.hex,
            "kind": report.kind.value,
            "first": report.first_on.isoformat(),
            "last": report.last_on.isoformat(),
            "department": report.department_id,
            "names": report.names,
            "rows": report.total,
        },
    )
