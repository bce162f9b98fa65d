"""What the desk does about ratings by itself: it looks for what is wrong with them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy import select

from desk.access.permissions import Role
from desk.accounts.queries import people, seated
from desk.jobs.queries import last_done
from desk.kernel.db import db, end_read, transaction, without_time_limit
from desk.kernel.errors import NotFound
from desk.notify.actions import Reader, tell
from desk.notify.notices import Notice
from desk.organisation.models import Region
from desk.organisation.queries import home_day, home_region
from desk.ratings import proving, selftest
from desk.ratings.actions.flagging import hold, unknown
from desk.ratings.detectors.judging import OF_A_DAY, OF_A_MONTH, Detector, flags
from desk.ratings.lookout import laid_out, limits_of, regions_with_new
from desk.ratings.reconciling import days_of

RECENT, MONTHLY, TEST, ADD_UP = (
    "rating-flags",
    "rating-runs",
    "rating-self-test",
    "rating-reconcile",
)
"""The names of the rounds in the table of schedules."""

AROUND, MONTH, LONGEST = timedelta(days=2), timedelta(days=35), timedelta(days=42)
"""What a round looks at: the new with two days before it, or five weeks; never more than six."""

HELD, RECONCILED = "/supervision/ratings/held", "/supervision/ratings/reconciled"
MOST_FAULTS = 100

log = structlog.get_logger()


def flag_recent(now: datetime) -> None:
    """Hold what has arrived since the last round and cannot be somebody's own."""
    since = last_done(RECENT) or now - MONTH
    end_read()
    _look(max(since - AROUND, now - LONGEST), OF_A_DAY, now)


def flag_month(now: datetime) -> None:
    """Hold runs and texts that show only over weeks."""
    _look(now - MONTH, OF_A_MONTH, now)


def _look(since: datetime, detectors: Iterable[Detector], now: datetime) -> None:
    """Let detectors look at each region; every rating is held in a transaction of its own."""
    regions = list(regions_with_new(since))
    end_read()
    for region_id in regions:
        region = db.session.get_one(Region, region_id)
        limits = limits_of(region, home_day(now))
        seen = laid_out(region, since=since, until=now + timedelta(seconds=1))
        new = unknown(region_id, flags(seen, limits, detectors))
        end_read()
        held = 0
        for flag in new:
            with transaction():
                held += hold(region_id, flag, now=now) is not None
        if held:
            log.info("ratings held", region=region_id, n=held)
            with transaction():
                _tell(region_id, now)


def self_test(now: datetime) -> None:
    """Send one and two stars through every channel; what does not arrive raises an alarm."""
    try:
        result = selftest.run(now)
    except NotFound:
        return
    if result is None or not result.missing:
        return
    log.error("ratings do not arrive", missing=[f"{c} {level}" for c, level in result.missing])
    with transaction():
        _alarm(home_region().id, "self-test", now)


def reconcile(now: datetime) -> None:
    """Hold the ratings of five weeks against sums and ledger; what differs raises an alarm."""
    day = home_day(now)
    regions = list(db.session.scalars(select(Region.id).order_by(Region.id)))
    end_read()
    for region_id in regions:
        region = db.session.get_one(Region, region_id)
        without_time_limit()
        off = [one for one in days_of(region, day - MONTH, day) if one.difference]
        wrong = list(islice(proving.faults(region_id, since=now - MONTH, until=now), MOST_FAULTS))
        end_read()
        if off or wrong:
            log.error("ratings do not add up", region=region_id, days=len(off), faults=len(wrong))
            with transaction():
                _alarm(region_id, "reconcile", now)


def _alarm(region_id: int, what: str, now: datetime) -> None:
    key = f"{what}/{home_day(now).isoformat()}"
    _tell_supervisors(region_id, Notice.ALARM, key, RECONCILED, now)


def _tell(region_id: int, now: datetime) -> None:
    """Tell the supervisors of a region that ratings wait for two of them, once a day."""
    key = f"held/{home_day(now).isoformat()}"
    _tell_supervisors(region_id, Notice.DECISION, key, HELD, now)


def _tell_supervisors(region_id: int, kind: Notice, key: str, path: str, now: datetime) -> None:
    day = home_day(now)
    found = seated(Role.SUPERVISOR, day, region_id=region_id, hall_id=0, department_id=0)
    readers = [
        Reader(user.id, user.lang, user.email_e is not None)
        for user, _actor in people(set(found), day)
    ]
    tell(
        kind,
        readers,
        region_id=region_id,
        key=key,
        context={"path": path},
        now=now,
    )
