"""The catalogue for everybody: search as one types, the list, and one item with its promise."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from desk.access.doors import public
from desk.catalogue import queries
from desk.catalogue.finding import LONGEST_SEARCH
from desk.catalogue.labels import (
    limit_words,
    visits_words,
)
from desk.catalogue.reading import CODE, LONGEST
from desk.kernel.clock import utc_now
from desk.kernel.db import reads_from_standby
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.throttle import Limit
from desk.kernel.vault import hashes
from desk.organisation.models import Department, Region
from desk.organisation.queries import home_region

blueprint = Blueprint("catalogue", __name__)

AS_YOU_TYPE = 8
SEARCHES = Limit("item-search", "20/5 second;240/minute")


@blueprint.get("/items")
@public
def index() -> ResponseReturnValue:
    """Show what a search found, or the list, of one department if one is chosen."""
    region, today = _here()
    departments = queries.departments_offering(region.id, on=today)
    chosen = _chosen(departments)
    words = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    found = page = None
    if words:
        _count_search(today)
        found = queries.search_items(region.id, words, queries.MOST_FOUND, on=today)
    else:
        page = queries.items_page(
            region.id,
            on=today,
            department_id=chosen.id if chosen else None,
            after=_cursor("after"),
            before=_cursor("before"),
        )
    return render_template(
        "catalogue/index.html",
        words=words,
        found=found,
        page=page,
        departments=departments,
        chosen=chosen,
        total=sum(n for _department, n in departments),
        figures=queries.figures(region.id, on=today),
        most=queries.MOST_FOUND,
        limit_words=limit_words,
        visits_words=visits_words,
    )


@blueprint.get("/items/search")
@public
def search() -> ResponseReturnValue:
    """Answer the search field of other pages while somebody types."""
    region, today = _here()
    _count_search(today)
    lang = _lang()
    found = queries.search_items(region.id, request.args.get("q", ""), AS_YOU_TYPE, on=today)
    return jsonify(
        [
            {
                "code": row.code,
                "name": row.name(lang),
                "department": row.department(lang),
                "promise": limit_words(row.promised_n, row.promised_unit),
                "visits": visits_words(row.visits),
            }
            for row in found.rows
        ]
    )


def _here() -> tuple[Region, date]:
    reads_from_standby()
    region = home_region()
    return region, utc_now().astimezone(ZoneInfo(region.time_zone)).date()


def _lang() -> str:
    return "en" if str(get_locale()) == "en" else "zh_Hans"


def _is_code(text: str) -> bool:
    return len(text) <= LONGEST["code"] and CODE.fullmatch(text) is not None


def _cursor(name: str) -> str | None:
    text = request.args.get(name)
    if text is not None and not _is_code(text):
        raise Invalid(_l("This page of the list does not exist. Start at the first one."))
    return text


def _chosen(departments: queries.Departments) -> Department | None:
    code = request.args.get("department")
    if not code:
        return None
    chosen = next((department for department, _n in departments if department.code == code), None)
    if chosen is None:
        raise NotFound(_l("There is no such department, or it offers nothing."))
    return chosen


def _count_search(today: date) -> None:
    """Count one search of an address, which is kept for the day as a keyed hash only."""
    who = hashes().index("address", f"{today.isoformat()}|{request.remote_addr or ''}").hex()
    message = _l("Too many searches in a short time. Wait a few seconds.")
    current_app.extensions["throttle"].hit(SEARCHES, who, message)
