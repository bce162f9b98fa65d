"""The public board: a month, a year, and both as files."""

import hashlib
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import public
from desk.audit.anchoring import last_anchored
from desk.audit.sealing import last_seal
from desk.audit.seals import public_key
from desk.board import files, queries
from desk.board.book import RANKED_FROM, SHOWN_FROM, Told, top
from desk.board.queries import Board
from desk.board.suppression import LEAST
from desk.catalogue.naming import names_of_items
from desk.catalogue.queries import figures as catalogue_figures
from desk.kernel.clock import utc_now
from desk.kernel.errors import NotFound
from desk.organisation.models import Region
from desk.organisation.queries import (
    codes_of,
    halls_of,
    home_region,
    names_of_departments,
    region_ids_below,
    timetable_of,
)
from desk.publishing import labels as told_labels
from desk.publishing.queries import count_between, published
from desk.publishing.words import PublicationKind
from desk.ratings.labels import LEVELS
from desk.worktime.periods import Month, month_of

blueprint = Blueprint("board", __name__)

FIVE_MINUTES = 300
REASONS_SHOWN = 5
FIRST_YEAR = 2000


class Seen:
    """Where and when the board is looked at: region, today, and the last day that counts."""

    def __init__(self) -> None:
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


@blueprint.get("/board")
@public
def month() -> ResponseReturnValue:
    """Show a month: its figures, and what was published."""
    seen = Seen()
    found = seen.board()
    back = found.month
    for _n in range(queries.MONTHS - 1):
        back = back.before()
    stories = _stories(seen)
    page = render_template(
        "board/month.html",
        board=found,
        seen=seen,
        months=queries.months_of(seen.regions, back, found.month),
        levels=LEVELS,
        reasons=_reasons(found, seen),
        catalogue=catalogue_figures(seen.region.id, on=seen.today),
        stories=stories,
        items=names_of_items({s.item_id for s in stories if s.item_id}, seen.lang, on=seen.today),
        departments=names_of_departments(
            {s.department_id for s in stories if s.department_id}, str(get_locale())
        ),
        told=count_between(seen.regions, found.month.first, found.month.last),
        kinds=PublicationKind,
        labels=told_labels,
        least=LEAST,
        ledger=_ledger(seen.region.id),
    )
    return _cached(make_response(page))


def _stories(seen: Seen) -> list[Any]:
    """Give what went wrong and what went well, one of each, the newest; both at the same size."""
    found: list[Any] = []
    for kind in (PublicationKind.CASE, PublicationKind.PRAISE):
        found += published(seen.regions, None, kind=kind, size=1).rows
    return found


def _reasons(found: Board, seen: Seen) -> tuple[list[tuple[str, int]], int, int] | None:
    """Name the most frequent reasons; None where they may not be shown."""
    if not found.reasons or found.reasons.get("all") is None:
        return None
    names = {entry.code: entry.name(str(get_locale())) for entry in codes_of("reasons", seen.until)}
    shown, others, rest = top(found.reasons, REASONS_SHOWN)
    return [(names.get(code, code), n) for code, n in shown], others, rest


@blueprint.get("/board/years/<int:year>")
@public
def year(year: int) -> ResponseReturnValue:
    """Show a year: its closed months, and its departments."""
    seen = Seen()
    months = _months(seen, year)
    page = render_template(
        "board/year.html",
        year=year,
        seen=seen,
        months=queries.months_of(seen.regions, months[0], months[-1]),
        units=queries.year_of(seen.regions, months, seen.lang),
        least=LEAST,
        earlier=year - 1 if year - 1 >= FIRST_YEAR else None,
        later=year + 1 if date(year + 1, 1, 31) <= seen.until else None,
    )
    return _cached(make_response(page))


def _months(seen: Seen, year: int) -> list[Month]:
    """List the months of a year that are over; raises NotFound where none is."""
    last = seen.last_over
    if not FIRST_YEAR <= year <= last.first.year:
        raise NotFound(_("There are no figures for this year. Choose one from the page."))
    found = [Month(date(year, number, 1)) for number in range(1, 13)]
    return [month for month in found if month.first <= last.first]


@blueprint.get("/board.json")
@public
def as_json() -> ResponseReturnValue:
    """Give a month as JSON; `/board/schema.json` describes it."""
    seen = Seen()
    found = seen.board()
    told = count_between(seen.regions, found.month.first, found.month.last)
    return _cached(
        jsonify(
            format=files.FORMAT,
            region=seen.region.code,
            month=found.month.text,
            until=found.until.isoformat(),
            over=found.is_over,
            counts=found.counts,
            whole={
                "answered": _plain(found.answered),
                "solved": _plain(found.solved),
                "rated": _plain(found.rated),
            },
            levels=found.levels,
            figures={
                key: {
                    "name": str(one.indicator.name),
                    "definition": str(one.indicator.formula),
                    "unit": one.indicator.unit.value,
                    "denominator": int(one.den),
                    "value": one.value,
                }
                for key, one in found.figures.items()
            },
            departments=[
                {
                    "code": unit.code,
                    "name": unit.name,
                    "answered": _plain(unit.answered),
                    "solved": _plain(unit.solved),
                    "rated": _plain(unit.rated),
                }
                for unit in found.units
            ],
            reasons=found.reasons,
            improvements_done=found.improvements,
            published={kind.value: n for kind, n in told.items()},
            rules={
                "hidden_below": SHOWN_FROM,
                "no_cell_below": LEAST,
                "not_ranked_below": RANKED_FROM,
            },
            ledger=_ledger(seen.region.id),
        )
    )


def _plain(told: Told) -> dict[str, object]:
    return {"n": told.n, "share": told.share, "few": told.few}


@blueprint.get("/board.csv")
@public
def as_csv() -> ResponseReturnValue:
    """Give a month as CSV, or a year where the address names one."""
    seen = Seen()
    given = request.args.get("year", "")
    if given:
        if not given.isascii() or not given.isdigit() or len(given) != 4:
            raise NotFound(_("There are no figures for this year. Choose one from the page."))
        months = _months(seen, int(given))
        rows = files.rows_of_year(
            int(given),
            queries.months_of(seen.regions, months[0], months[-1]),
            queries.year_of(seen.regions, months, seen.lang),
        )
        name = given
    else:
        found = seen.board()
        rows, name = files.rows_of(found), found.month.text
    answer = make_response(files.as_csv(rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="board-{name}.csv"'
    return _cached(answer)


@blueprint.get("/board/schema.json")
@public
def schema() -> ResponseReturnValue:
    """Describe the JSON of the board."""
    return _cached(jsonify(files.schema()))


@blueprint.get("/board/changes")
@public
def changes() -> ResponseReturnValue:
    """Say how the board and its files changed, and what every column means."""
    page = render_template(
        "board/changes.html",
        changes=files.CHANGES,
        least=LEAST,
        shown_from=SHOWN_FROM,
        ranked_from=RANKED_FROM,
    )
    return _cached(make_response(page))


def _ledger(region_id: int) -> dict[str, object]:
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


def _cached(answer: Response) -> Response:
    """Let it be kept for five minutes, and answer "unchanged" to who has it already."""
    answer.headers["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    answer.headers["Vary"] = "Cookie, Accept-Language"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer
