"""The supervisor's overview with the list behind each number, and the public board."""

import base64
import binascii
import json
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, public, requires
from desk.access.permissions import Permission
from desk.casework.labels import STATUS
from desk.casework.words import Status
from desk.catalogue.queries import figures as catalogue_figures
from desk.insight import queries
from desk.insight.indicators import (
    INDICATORS,
    RANKED_FROM,
    SHOWN_FROM,
)
from desk.insight.labels import CASE_FIGURES
from desk.insight.queries import UnitRow
from desk.kernel.clock import utc_now
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.paging import read_cursor
from desk.organisation.models import Region
from desk.organisation.queries import (
    halls_of,
    home_region,
    region_ids_below,
    timetable_of,
)
from desk.ratings.labels import LEVELS
from desk.ratings.queries import page_of_ratings, ratings_where
from desk.worktime.periods import Month, month_of

blueprint = Blueprint("insight", __name__)

ITEMS_SHOWN = 15
FIVE_MINUTES = 300


def _today() -> tuple[Region, date]:
    region, now = home_region(), utc_now()
    halls = halls_of(region.id, now.date())
    if not halls:
        return region, now.date()
    return region, timetable_of(halls[0], region, now).local_day(now)


def _month(today: date) -> Month:
    month = month_of(request.args.get("month"), today)
    if month is None or month.first > today:
        raise NotFound(_("There are no figures for this month. Choose one from the page."))
    return month


def _mine() -> list[int]:
    """List the regions whose figures this person answers for."""
    seats = current_actor().seats_for(Permission.FIGURES_SEE)
    return sorted({region for seat in seats for region in seat.region_ids})


@blueprint.get("/supervision/")
@requires(Permission.FIGURES_SEE)
def overview() -> ResponseReturnValue:
    region, today = _today()
    month, lang = _month(today), str(get_locale())
    regions = _mine()
    now_figures = queries.month_figures(regions, month)
    items = queries.by_item(regions, month, {})[:ITEMS_SHOWN]
    names = queries.item_names([row.id for row in items], lang)
    return render_template(
        "insight/overview.html",
        month=month,
        today=today,
        region=region,
        now_figures=now_figures,
        before=queries.month_figures(regions, month.before()),
        indicators=INDICATORS,
        case_figures=CASE_FIGURES,
        departments=queries.by_department(regions, month, lang),
        items=[UnitRow(row.id, names.get(row.id, "—"), row.levels) for row in items],
        levels=LEVELS,
        shown_from=SHOWN_FROM,
    )


@blueprint.get("/supervision/ratings")
@requires(Permission.RATINGS_SEE)
def ratings() -> ResponseReturnValue:
    region, today = _today()
    month = _month(today)
    first, last = month.bounds(region.time_zone)
    chosen = {name: _whole(name) for name in ("level", "department", "item")}
    statement = ratings_where(
        _mine(),
        first=first,
        last=last,
        level=chosen["level"],
        department_id=chosen["department"],
        item_id=chosen["item"],
        of_cases=request.args.get("of") == "case",
    )
    page = page_of_ratings(statement, read_cursor(request.args.get("at")))
    lang = str(get_locale())
    names = queries.item_names({r.item_id for r in page.rows if r.item_id}, lang)
    return render_template(
        "insight/ratings.html",
        page=page,
        month=month,
        chosen={name: value for name, value in chosen.items() if value is not None},
        of="case" if request.args.get("of") == "case" else None,
        names=names,
        departments=queries.department_names(lang),
        levels=LEVELS,
    )


def _whole(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid(_("This address is not one of ours. Start from the overview."))
    return int(text)


@blueprint.get("/supervision/cases")
@requires(Permission.FIGURES_SEE)
def steps() -> ResponseReturnValue:
    region, today = _today()
    month = _month(today)
    measure = request.args.get("what", "case.filed")
    if measure not in CASE_FIGURES:
        raise NotFound(_("There is no such figure. Choose one from the overview."))
    first, last = month.bounds(region.time_zone)
    rows, following = queries.steps_behind(
        current_actor(),
        _mine(),
        measure,
        first=first,
        last=last,
        after_key=_read_key(request.args.get("at")),
    )
    return render_template(
        "insight/steps.html",
        rows=rows,
        next=_write_key(following),
        month=month,
        measure=measure,
        name=CASE_FIGURES[measure],
        status_words={status.value: STATUS[status] for status in Status},
    )


def _write_key(key: tuple[datetime, str, int] | None) -> str | None:
    if key is None:
        return None
    raw = json.dumps([key[0].isoformat(), key[1], key[2]])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _read_key(text: str | None) -> tuple[datetime, str, int] | None:
    if not text:
        return None
    try:
        padded = (text + "=" * (-len(text) % 4)).encode()
        at, stream, seq = json.loads(base64.b64decode(padded, b"-_", validate=True))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not isinstance(stream, str) or not isinstance(seq, int):
            raise ValueError(text)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Invalid(_("This page of the list does not exist. Start at the first one.")) from error
    return moment, stream[:80], min(seq, 10**9)


def _published(today: date) -> tuple[list[int], Month, date]:
    """Give what the public sees: regions, month, and the last day that is counted."""
    region = home_region()
    halls = halls_of(region.id, today)
    until = today - timedelta(days=1)
    if halls:
        calendar = timetable_of(halls[0], region, utc_now()).calendar
        while not calendar.is_workday(until):
            until -= timedelta(days=1)
    month = _month(today)
    if not request.args.get("month") and until < month.first:
        month = month.before()
    return sorted(region_ids_below(region.id)), month, until


@blueprint.get("/definitions")
@public
def definitions() -> ResponseReturnValue:
    region, today = _today()
    regions, month, until = _published(today)
    return render_template(
        "insight/definitions.html",
        found=queries.month_figures(regions, month, until=until),
        month=month,
        catalogue=catalogue_figures(region.id, on=today),
        today=today,
        shown_from=SHOWN_FROM,
        ranked_from=RANKED_FROM,
    )
