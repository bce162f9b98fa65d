"""What is published of a month's ratings beside what was given, and what changed it afterwards."""

from datetime import datetime, timedelta
from itertools import islice

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.kernel.clock import utc_now
from desk.kernel.db import db, reads_together
from desk.kernel.errors import NotFound
from desk.organisation.models import Region
from desk.organisation.queries import home_region, home_timetable, names_of_departments
from desk.ratings import flag_labels, proving, selftest
from desk.ratings.labels import LEVELS
from desk.ratings.late import closed_at, late_changes
from desk.ratings.lookout import limits_of
from desk.ratings.reconciling import DayCount, days_of
from desk.ratings.unasked import findings
from desk.supervision.views.doors import Period, blueprint, period

MOST = 100


@blueprint.get("/ratings/reconciled")
@requires(Permission.RATINGS_SEE)
def reconciled() -> ResponseReturnValue:
    """Show each day of a month: given = published + left out; `check=yes` looks at every row."""
    of, now, region = period(), utc_now(), _region()
    last = min(of.month.last, of.today)
    days = [one for one in days_of(region, of.month.first, last) if one.raw or one.published]
    closed = closed_at(of.month, home_timetable(now).calendar, region.time_zone)
    late = late_changes(region, of.month, closed=closed) if closed <= now else ()
    checked = request.args.get("check") == "yes"
    return render_template(
        "supervision/reconciled.html",
        month=of.month,
        today=of.today,
        days=list(reversed(days)),
        total=_total(of, days),
        reasons=[key for key in flag_labels.EXCLUDED if any(key in one.excluded for one in days)],
        closed=closed,
        is_closed=closed <= now,
        late=late,
        departments=names_of_departments({one.department_id for one in late}, str(get_locale())),
        places=findings(region, limits_of(region, of.today), now=now) if checked else [],
        nights=list(selftest.nights(region.id, of.month.first, last)),
        checked=checked,
        faults=_faults(region, of, now) if checked else [],
        labels=flag_labels,
        levels=LEVELS,
    )


def _region() -> Region:
    """Give the region this person answers for: the desk's own, or the first of theirs."""
    regions, home = current_actor().regions_for(Permission.RATINGS_SEE), home_region()
    if home.id in regions:
        return home
    if not regions:
        raise NotFound(_("There are no ratings for you to look at."))
    return db.session.get_one(Region, min(regions))


def _total(of: Period, days: list[DayCount]) -> DayCount:
    excluded: dict[str, int] = {}
    for one in days:
        for key, n in one.excluded.items():
            excluded[key] = excluded.get(key, 0) + n
    return DayCount(
        of.month.first, sum(one.raw for one in days), sum(one.published for one in days), excluded
    )


def _faults(region: Region, of: Period, now: datetime) -> list[proving.RatingFault]:
    reads_together()
    until = min(of.until + timedelta(days=1), now)
    return list(islice(proving.faults(region.id, since=of.since, until=until), MOST))
