"""Making the reports that wait, and putting away those whose day is over."""

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from desk.access.actors import SYSTEM, Actor
from desk.access.permissions import Permission
from desk.accounts.queries import people
from desk.casework.labels import STEP
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import NotAllowed
from desk.kernel.storage.store import Store, StoreError, new_key
from desk.notify.notices import Notice
from desk.organisation.codes import names_ever
from desk.organisation.queries import (
    home_day,
    home_timetable,
    names_of_departments,
    names_of_halls,
)
from desk.supervision.actions.reporting import record_report, register_of, tell_of_report
from desk.supervision.models import Report
from desk.supervision.reports.numbers import numbers_of
from desk.supervision.reports.papers import Words, bulletin, letter
from desk.supervision.reports.register import Register, write_register
from desk.supervision.reports.words import ReportKind, ReportState
from desk.worktime.deadline import WORKING_DAY, due, due_day
from desk.worktime.periods import Month

LEASE = timedelta(minutes=10)
MOST_TRIES = 3
KEPT = timedelta(hours=24)
DAYS_TO_ANSWER = 10

log = structlog.get_logger()


def make_due(store: Store, *, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> int:
    """Make the reports that wait, the longest waiting first; give how many were tried."""
    tried = 0
    while not stopping():
        with transaction():
            key = _claim(clock())
        if key is None:
            return tried
        tried += 1
        try:
            _make(key, store, clock)
        except Exception:
            log.exception("report failed", report=str(key[1]))
            end_read()
            with transaction():
                _fail(key)
    return tried


def _claim(now: datetime) -> tuple[int, UUID] | None:
    free = or_(Report.leased_until.is_(None), Report.leased_until < now)
    report = db.session.scalar(
        select(Report)
        .where(
            Report.state.in_([ReportState.WAITING, ReportState.MAKING]),
            free,
        )
        .order_by(Report.asked_at, Report.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if report is None:
        return None
    report.state = ReportState.MAKING
    report.leased_until = now + LEASE
    report.attempts += 1
    report.done = 0
    db.session.flush()
    return report.region_id, report.id


def _fail(key: tuple[int, UUID]) -> None:
    report = db.session.get_one(Report, key)
    over = report.attempts >= MOST_TRIES
    report.state = ReportState.FAILED if over else ReportState.WAITING


def _make(key: tuple[int, UUID], store: Store, clock: Callable[[], datetime]) -> None:
    now = clock()
    end_read()
    report = db.session.get_one(Report, key)
    found = people([report.asked_by], home_day(now))
    if not found or not found[0][1].may(Permission.REPORTS_MAKE):
        raise NotAllowed(_l("Whoever asked for this works here no longer."))
    actor = found[0][1]
    with tempfile.TemporaryDirectory(prefix="desk-report-") as folder, force_locale(report.lang):
        path = Path(folder) / "report"
        mark = _mark(report, actor.name, now)
        if report.kind is ReportKind.REGISTER:
            missing: dict[str, int] = {}
            _write_register(path, key, register_of(report, actor, now), mark, clock)
        else:
            missing = _write_paper(path, report, actor, mark, now)
        end_read()
        kept = new_key()
        with path.open("rb") as source:
            size = store.put(kept, source).size
    with transaction():
        _ready(key, kept, size, missing, now=clock())


def _mark(report: Report, name: str, now: datetime) -> str:
    """Write what stands on every page: who took it out, when, and what for."""
    table = home_timetable(now)
    local = f"{now.astimezone(ZoneInfo(table.zone)):%Y-%m-%d %H:%M}"
    words = _(
        "Made for %(name)s on %(at)s for: %(purpose)s", name=name, at=local, purpose=report.purpose
    )
    kept = _("with names: keep it where nobody else reads it") if report.names else _("no names")
    return f"{words} · {kept} · {report.id.hex[-8:]}"


def _write_register(
    path: Path,
    key: tuple[int, UUID],
    register: Register,
    mark: str,
    clock: Callable[[], datetime],
) -> None:
    """Write the register, say after each chunk how far it is, and keep it ours meanwhile."""
    title = _("Register of cases")

    def progress(n: int) -> None:
        with transaction():
            db.session.execute(
                update(Report)
                .where(Report.region_id == key[0], Report.id == key[1])
                .values(done=n, leased_until=clock() + LEASE)
                .execution_options(synchronize_session=False)
            )

    write_register(path, register, title=title, mark=mark, progress=progress)


def _write_paper(
    path: Path, report: Report, actor: Actor, mark: str, now: datetime
) -> dict[str, int]:
    table = home_timetable(now)
    month = Month(report.first_on.replace(day=1))
    since, until = month.bounds(table.zone)
    numbers = numbers_of(actor, month, since=since, until=until)
    departments = {unit.department_id for unit in numbers.units} | {report.department_id}
    departments |= {card.department_id for card in numbers.red}
    names = names_of_departments(departments - {0}, report.lang)
    halls = names_of_halls({card.hall_id for card in numbers.red} - {0}, report.lang)
    review = _("Review by supervisors")

    def unit(department_id: int, hall_id: int) -> str:
        return names.get(department_id, "") or halls.get(hall_id, review)

    reasons = names_ever("reasons", report.last_on, report.lang)
    words = Words(report.lang, table.zone, unit, reasons, {**STEP})
    if report.kind is ReportKind.BULLETIN:
        paper = bulletin(numbers, words, mark=mark, now=now)
    else:
        ends = due(now, DAYS_TO_ANSWER, WORKING_DAY, table.calendar, table.hours, table.zone)
        due_on = due_day(ends.due_at, table.zone)
        paper = letter(numbers, report.department_id, words, due_on=due_on, mark=mark, now=now)
    path.write_bytes(paper.output())
    return dict(paper.missing)


def _ready(
    key: tuple[int, UUID],
    kept: str,
    size: int,
    missing: dict[str, int],
    *,
    now: datetime,
) -> None:
    report = db.session.get_one(Report, key, with_for_update=True)
    report.storage_key, report.size, report.missing = kept, size, missing or None
    report.ready_at, report.expires_at = now, now + KEPT
    report.state, report.leased_until = ReportState.READY, None
    db.session.flush()
    record_report(report, "make_report", by=SYSTEM, now=now)
    tell_of_report(report, Notice.REPORT, {report.asked_by}, now=now)


def put_away(store: Store, *, now: datetime) -> int:
    """Remove the files of reports whose day is over; only who asked for what is left."""
    gone: list[str] = []
    with transaction():
        over = db.session.scalars(
            select(Report).where(Report.state == ReportState.READY, Report.expires_at <= now)
        ).all()
        for report in over:
            gone.append(report.storage_key or "")
            report.state, report.storage_key = ReportState.OVER, None
    for key in gone:
        try:
            store.remove(key)
        except StoreError as error:
            log.warning("report not removed", why=str(error))
    return len(gone)
