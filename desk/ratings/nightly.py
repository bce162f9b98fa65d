"""What the desk does about ratings by itself: it looks for what is wrong with them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from desk.access.permissions import Role
from desk.accounts.queries import people, seated
from desk.jobs.queries import last_done
from desk.kernel.db import db, end_read, transaction
from desk.notify.actions import Reader, tell
from desk.notify.notices import Notice
from desk.organisation.models import Region
from desk.organisation.queries import home_day
from desk.ratings.actions.flagging import hold, unknown
from desk.ratings.detectors.judging import OF_A_DAY, OF_A_MONTH, Detector, flags
from desk.ratings.lookout import laid_out, limits_of, regions_with_new

RECENT, MONTHLY = "rating-flags", "rating-runs"
"""The names of the two rounds in the table of schedules."""

AROUND, MONTH, LONGEST = timedelta(days=2), timedelta(days=35), timedelta(days=42)
"""What a round looks at: the new with two days before it, or five weeks; never more than six."""

HELD = "/supervision/ratings/held"

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


def _tell(region_id: int, now: datetime) -> None:
    """Tell the supervisors of a region that ratings wait for two of them, once a day."""
    day = home_day(now)
    found = seated(Role.SUPERVISOR, day, region_id=region_id, hall_id=0, department_id=0)
    readers = [
        Reader(user.id, user.lang, user.email_e is not None)
        for user, _actor in people(set(found), day)
    ]
    tell(
        Notice.DECISION,
        readers,
        region_id=region_id,
        key=f"held/{day.isoformat()}",
        context={"path": HELD},
        now=now,
    )
