"""What happens again and again: one table of name, period and function."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import delete, select, tuple_

from desk.accounts.models import PasswordLink, UserSession
from desk.audit import anchoring, sealing
from desk.audit.seals import public_key
from desk.casework.actions import correcting, digest, following_up, pressing, succession
from desk.casework.actions import tick as alarms
from desk.casework.actions.deciding import chase
from desk.files import reconcile
from desk.insight.jobs import follow, freeze
from desk.intake.actions import IMPORT
from desk.intake.models import Draft, RequestKey
from desk.jobs import actions as jobs
from desk.jobs.queries import any_due, known_slots
from desk.kernel.db import Model, db, end_read, transaction
from desk.kernel.errors import NotFound
from desk.kernel.second_place import open_place
from desk.notify.models import Channel, Letter
from desk.organisation.queries import home_timetable
from desk.ratings import nightly
from desk.ratings.asking import ask_by_message
from desk.ratings.forgetting import forget_marks
from desk.ratings.settling import settle_early
from desk.supervision.actions import making, sampling, standing_orders, telling
from desk.writing.models import CaseDraft, Presence
from desk.writing.presence import LIVES

KEPT = timedelta(days=7)
NOTICES_KEPT = timedelta(days=90)
ALARM_BATCHES = 20
FORGOTTEN_AT_ONCE = 200
NIGHT = 18 * 3600
"""Two in the morning in China, in seconds of the day of UTC."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Schedule:
    """A name, its period in seconds, and what is done; safe to do twice.

    Without a period it is done only when somebody has asked for it. `at` is how many seconds after
    midnight UTC its periods begin.
    """

    name: str
    period: int | None
    function: Callable[[datetime], None]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A period that is ours to do, free of the database."""

    id: UUID
    name: str
    slot: str
    attempts: int


def tick(now: datetime) -> None:
    """Let time act on cases, each in a transaction of its own; one at fault stops no other."""
    for _ in range(ALARM_BATCHES):
        due = alarms.due_alarms(now=now)
        end_read()
        for number, *key in due:
            _ring(number, cast("alarms.Key", tuple(key)), now)
        if len(due) < alarms.BATCH:
            break
    _chase_requests(now)
    _raise_late_orders(now)


def _raise_late_orders(now: datetime) -> None:
    """Raise the cases whose units did not answer a supervisor in time."""
    late = pressing.late_orders(now=now)
    end_read()
    for number, *key in late:
        try:
            with transaction():
                pressing.raise_late(number, cast("tuple[int, UUID]", tuple(key)), now=now)
        except Exception:
            log.exception("order failed", case=number)


def _chase_requests(now: datetime) -> None:
    """Take requests nobody decided in time to whoever decides next."""
    due = alarms.due_requests(now=now)
    end_read()
    for number, *key in due:
        _chase(number, cast("tuple[int, UUID]", tuple(key)), now)


def _chase(number: str, key: tuple[int, UUID], now: datetime) -> None:
    try:
        with transaction():
            chase(number, key, now=now)
    except Exception:
        log.exception("request failed", case=number)
        with transaction():
            alarms.put_off_request(key, now=now)


def _ring(number: str, key: alarms.Key, now: datetime) -> None:
    try:
        with transaction():
            alarms.ring(number, key, now=now)
    except Exception:
        log.exception("alarm failed", case=number, step=key[2].value)
        with transaction():
            alarms.put_off(key, now=now)


def tell_of_cards(now: datetime) -> None:
    """Tell each unit of what fell due since it was told last, in one go."""
    units = telling.untold_units()
    end_read()
    for unit in units:
        left = True
        while left:
            with transaction():
                left = telling.tell_unit(unit, now=now)


def forget(now: datetime) -> None:
    """Remove drafts, keys, sessions, notices and jobs whose time is over, a few at a time.

    The keys of an import stay: they are what makes it safe to repeat, whenever that is.
    """
    before = now - KEPT
    _forget_rows(Draft, (Draft.token_h,), Draft.expires_at < now)
    draft = (CaseDraft.region_id, CaseDraft.case_id, CaseDraft.user_id, CaseDraft.form)
    _forget_rows(CaseDraft, draft, CaseDraft.expires_at < now)
    present = (Presence.region_id, Presence.case_id, Presence.user_id)
    _forget_rows(Presence, present, Presence.at < now - LIVES)
    _forget_rows(
        RequestKey,
        (RequestKey.region_id, RequestKey.client, RequestKey.key),
        (RequestKey.made_at < before) & (RequestKey.client != IMPORT),
    )
    _forget_rows(PasswordLink, (PasswordLink.token_h,), PasswordLink.expires_at < before)
    _forget_rows(UserSession, (UserSession.token_h,), UserSession.expires_at < before)
    told = (Letter.channel == Channel.IN_APP) & (Letter.written_at < now - NOTICES_KEPT)
    _forget_rows(Letter, (Letter.region_id, Letter.id), told)
    _in_batches(lambda: jobs.forget_done(before=before, most=FORGOTTEN_AT_ONCE))


def _forget_rows(model: type[Model], key: tuple[Any, ...], over: Any) -> None:
    old = select(*key).where(over).limit(FORGOTTEN_AT_ONCE)
    statement = delete(model).where(tuple_(*key).in_(old)).returning(key[0])
    _in_batches(lambda: len(db.session.execute(statement).all()))


def _in_batches(remove: Callable[[], int]) -> None:
    """Remove until little is left, each batch in a short transaction of its own."""
    gone = FORGOTTEN_AT_ONCE
    while gone == FORGOTTEN_AT_ONCE:
        with transaction():
            gone = remove()


def seal(now: datetime) -> None:
    """Seal what every region's chains have grown by, and say each seal in the log."""
    seed = current_app.extensions["settings"].seal_seed()
    regions = sealing.regions_to_seal()
    end_read()
    for region_id in regions:
        made = True
        while made:
            with transaction():
                sealed = sealing.seal(region_id, seed, now=now)
                made = sealed is not None
                if sealed is not None:
                    sealing.announce_seal(sealed)


def anchor(now: datetime) -> None:
    """Tell the newest seal of each region to the second place, where one is set, once an hour.

    Asked more often, so that a place that was away is told as soon as it is back.
    """
    settings = current_app.extensions["settings"]
    if settings.anchor_url is None:
        return
    place = open_place(settings.anchor_url)
    due = anchoring.to_anchor(public_key(settings.seal_seed()), now=now)
    end_read()
    for one in due:
        anchoring.give(one, place)
        with transaction():
            anchoring.mark(one, now=now)


def digests(now: datetime) -> None:
    """Owe everybody who wants it the mail of the morning; again the same day changes nothing."""
    try:
        day = digest.morning(home_timetable(now), now=now)
    except NotFound:
        return
    readers = digest.waiting_readers(now=now) if day else ()
    end_read()
    for user_id in readers:
        with transaction():
            digest.digest(user_id, cast("date", day), now=now)


def tidy_files(now: datetime) -> None:
    """Remove the files of drafts that are over."""
    reconcile.tidy(current_app.extensions["store"], now=now)


def reconcile_files(now: datetime) -> None:
    """Hold rows and objects against each other; what only a person can mend stands in the log."""
    found = reconcile.reconcile(current_app.extensions["store"], now=now, remove=True)
    if found.missing or found.held_back:
        log.error("files", missing=len(found.missing), strays=len(found.strays))


def correct(now: datetime) -> None:
    """Put the dates of open cases right, each in a transaction of its own."""
    wrong = correcting.to_put_right(now=now)
    end_read()
    failed = 0
    for clock in wrong:
        try:
            with transaction():
                correcting.put_right(clock.number, clock.key, now=now)
        except Exception:
            log.exception("correction failed", case=clock.number, step=clock.step.value)
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} dates could not be put right")


def release(now: datetime) -> None:
    """Take cases from whoever may no longer have them, each in a transaction of its own."""
    tried: set[str] = set()
    failed = 0
    while left := set(succession.cases_left_behind(now.date())) - tried:
        end_read()
        for number in sorted(left):
            try:
                with transaction():
                    succession.release(number, now=now)
            except Exception:
                log.exception("release failed", case=number)
                failed += 1
        tried |= left
    if failed:
        raise RuntimeError(f"{failed} cases could not be released")


def planned_calls(now: datetime) -> None:
    """Tell those who promised somebody a call that its time has come."""
    keys = following_up.due_plans(now=now)
    end_read()
    for key in keys:
        with transaction():
            following_up.tell_planned(key, now=now)


def draw_samples(now: datetime) -> None:
    """Draw what is to be looked at of the weeks that are over, each draw by itself."""
    periods = sampling.undrawn(now)
    end_read()
    for region_id, period in periods:
        with transaction():
            sampling.draw_sample(region_id, period, now=now)


def fill_orders(now: datetime) -> None:
    """Ask for the reports of standing orders whose day or month is over, each by itself."""
    orders = standing_orders.due_orders(now)
    end_read()
    for key in orders:
        with transaction():
            standing_orders.carry_out(key, now=now)


def put_reports_away(now: datetime) -> None:
    """Remove the files of reports that were kept for a day."""
    making.put_away(current_app.extensions["store"], now=now)


SCHEDULES = (
    Schedule("tick", 60, tick),
    Schedule("tell-of-cards", 60, tell_of_cards),
    Schedule("digest", 900, digests),
    Schedule("planned-calls", 60, planned_calls),
    Schedule("draw-samples", 3600, draw_samples),
    Schedule("fill-orders", 900, fill_orders),
    Schedule("put-reports-away", 600, put_reports_away),
    Schedule("ask-by-message", 60, ask_by_message),
    Schedule("forget-raters", 86_400, forget_marks),
    Schedule("seal", 300, seal),
    Schedule("follow", 60, follow),
    Schedule("freeze", 6 * 3600, freeze),
    Schedule("anchor", 300, anchor),
    Schedule("forget", 3600, forget),
    Schedule("early-ratings", 300, settle_early),
    Schedule("tidy-files", 600, tidy_files),
    Schedule("reconcile-files", 3600, reconcile_files),
    Schedule(correcting.JOB, None, correct),
    Schedule(succession.RELEASE, 3600, release),
    Schedule(nightly.RECENT, 900, nightly.flag_recent),
    Schedule(nightly.MONTHLY, 24 * 3600, nightly.flag_month, at=NIGHT),
    Schedule(nightly.TEST, 24 * 3600, nightly.self_test, at=NIGHT),
    Schedule(nightly.ADD_UP, 24 * 3600, nightly.reconcile, at=NIGHT + 1800),
)


def slot_of(schedule: Schedule, now: datetime) -> str:
    """Name the period an instant lies in; every worker names it the same."""
    period = schedule.period or 1
    start = (int(now.timestamp()) - schedule.at) // period * period + schedule.at
    return datetime.fromtimestamp(start, UTC).isoformat()


def run_due(
    now: datetime,
    schedules: Iterable[Schedule] = SCHEDULES,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Do what is due, once among all workers, and give how many schedules ran.

    The newest period catches up for all before it that were not finished, so days without a worker
    cost one run, and so does a schedule that keeps failing.
    """
    by_name = {schedule.name: schedule for schedule in schedules}
    periodic = {name: schedule for name, schedule in by_name.items() if schedule.period}
    _plan({(name, slot_of(schedule, now)) for name, schedule in periodic.items()}, now)
    if not any_due(by_name, tries=jobs.MOST_TRIES, now=now):
        end_read()
        return 0
    ours = _claim(list(by_name), now)
    for position, period in enumerate(ours):
        if stopping():
            with transaction():
                jobs.give_back([left.id for left in ours[position:]])
            return position
        _run(by_name[period.name], period, now)
    return len(ours)


def _claim(names: list[str], now: datetime) -> list[Claimed]:
    """Take the newest period of each name; it stands for the earlier ones nobody has done."""
    newest: dict[str, Claimed] = {}
    with transaction():
        claimed = [
            Claimed(job.id, job.name, job.slot, job.attempts) for job in jobs.claim(names, now=now)
        ]
        for period in sorted(claimed, key=attrgetter("slot")):
            newest[period.name] = period
        for name, period in newest.items():
            mine = [job.id for job in claimed if job.name == name]
            jobs.supersede(name, period.slot, mine=mine, now=now)
    return list(newest.values())


def _plan(slots: set[tuple[str, str]], now: datetime) -> None:
    """Put periods that have begun into the table; the write lock is taken only for new ones."""
    new = slots - known_slots(slots)
    end_read()
    if new:
        with transaction():
            for name, slot in sorted(new):
                jobs.enqueue(name, slot, run_at=now, now=now)


def _run(schedule: Schedule, period: Claimed, now: datetime) -> None:
    try:
        schedule.function(now)
    except Exception as error:
        log.exception("schedule failed", name=period.name, slot=period.slot)
        with transaction():
            jobs.fail(period.id, type(error).__name__, attempts=period.attempts, now=now)
    else:
        with transaction():
            jobs.finish(period.id, now=now)
