"""What the pages of the board share."""

import hashlib
from datetime import date, timedelta

from flask import Blueprint, Response, current_app, request, session
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import actor_or_none
from desk.audit.anchoring import last_anchored
from desk.audit.sealing import last_seal
from desk.audit.seals import public_key
from desk.board import queries
from desk.board.queries import Board
from desk.kernel.clock import utc_now
from desk.kernel.db import reads_from_standby
from desk.kernel.errors import NotFound
from desk.organisation.models import Region
from desk.organisation.queries import halls_of, home_region, region_ids_below, timetable_of
from desk.worktime.periods import Month, month_of

blueprint = Blueprint("board", __name__)

FIVE_MINUTES = 300
FIRST_YEAR = 2000


class Seen:
    """Where and when the board is looked at: region, today, and the last day that counts."""

    def __init__(self) -> None:
        reads_from_standby()
        self.region: Region = home_region()
        now = utc_now()
        self.today: date = now.date()
        self.until: date = self.today - timedelta(days=1)
        halls = halls_of(self.region.id, self.today)
        if halls:
            table = timetable_of(halls[0], self.region, now)
            self.today = table.local_day(now)
            self.until = self.today - timedelta(days=1)
            while not table.calendar.is_workday(self.until):
                self.until -= timedelta(days=1)
        self.regions = sorted(region_ids_below(self.region.id))
        self.lang = "en" if str(get_locale()) == "en" else "zh_Hans"

    @property
    def last_over(self) -> Month:
        """The last month of which every day is counted."""
        month = Month(self.until.replace(day=1))
        return month if month.last <= self.until else month.before()

    def month(self) -> Month:
        """Read the month from the address; without one it is the last that is over."""
        given = request.args.get("month")
        month = month_of(given, self.today) if given else self.last_over
        if month is None or month.first > self.until:
            raise NotFound(_("There are no figures for this month. Choose one from the page."))
        return month

    def board(self) -> Board:
        """Add up the month of the address."""
        return queries.board_of(
            self.regions, self.month(), self.lang, until=self.until, zone=self.region.time_zone
        )


def months_over(seen: Seen, year: int) -> list[Month]:
    """List the months of a year that are over; raises NotFound where none is."""
    last = seen.last_over
    if not FIRST_YEAR <= year <= last.first.year:
        raise NotFound(_("There are no figures for this year. Choose one from the page."))
    found = [Month(date(year, number, 1)) for number in range(1, 13)]
    return [month for month in found if month.first <= last.first]


def ledger(region_id: int) -> dict[str, object]:
    """Give the key that signs the ledger's seals, the newest of them, and what others were told."""
    newest, anchored = last_seal(region_id), last_anchored(region_id)
    return {
        "ed25519": public_key(current_app.extensions["settings"].seal_seed()).hex(),
        "seal": newest.no if newest else None,
        "sealed_at": newest.sealed_at.isoformat() if newest else None,
        "hash": bytes(newest.hash).hex() if newest else None,
        "signature": bytes(newest.signature).hex() if newest else None,
        "anchor": {
            "seal": anchored.no,
            "hash": bytes(anchored.hash).hex(),
            "anchored_at": anchored.anchored_at.isoformat(),
        }
        if anchored and anchored.anchored_at
        else None,
    }


def cached(answer: Response) -> Response:
    """Let it be kept for five minutes, and answer "unchanged" to who has it already.

    Not where it says what somebody has just done, or to staff: that is nobody else's.
    """
    if session.modified or actor_or_none() is not None:
        answer.headers["Cache-Control"] = "no-store"
        return answer
    answer.headers["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    answer.headers["Vary"] = "Cookie, Accept-Language"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer
