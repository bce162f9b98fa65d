"""What systems ask: pages by key, each with the tag by which a program sees whether it changed."""

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from desk.access.doors import for_systems
from desk.access.scopes import ApiScope
from desk.api import listed, queries
from desk.api.listed import Listed
from desk.api.views.doors import admit, blueprint, client
from desk.kernel.clock import utc_now
from desk.kernel.db import db
from desk.kernel.errors import Invalid
from desk.kernel.paging import LONGEST_TEXT_CURSOR
from desk.kernel.texts import storable, whole_number
from desk.organisation.models import Region
from desk.worktime.periods import Month, month_of

NO_SUCH_PAGE = _l("No page starts here. Use the address in “next”.")
FRESH = "private, no-cache"
"""Kept by whoever asked, and asked about each time: 304 says that it still holds."""


@blueprint.get("/v1/cases")
@for_systems(ApiScope.CASES_READ, admit)
def list_cases() -> ResponseReturnValue:
    """Give a page of the region's cases: how each stands, nothing of anybody."""
    region = _region()
    days = listed.days_in(region, utc_now())
    return _page("cases", listed.cases(region, days, after=_after(), size=size()))


@blueprint.get("/v1/items")
@for_systems(ApiScope.ITEMS_READ, admit)
def list_items() -> ResponseReturnValue:
    """Give a page of what the region offers today."""
    region = _region()
    days = listed.days_in(region, utc_now())
    return _page("items", listed.items(region, days, after=_after(), size=size()))


@blueprint.get("/v1/indicators")
@for_systems(ApiScope.INDICATORS_READ, admit)
def list_indicators() -> ResponseReturnValue:
    """Give a page of the figures of a month; without one, of the last that is over."""
    region = _region()
    days = listed.days_in(region, utc_now())
    month = _month(days)
    found = listed.indicators(region, days, month, after=_after(), size=size())
    return _page("indicators", found, month=month.text)


def _region() -> Region:
    return db.session.get_one(Region, client().region_id)


def _month(days: listed.Days) -> Month:
    given = request.args.get("month")
    month = month_of(given, days.today) if given is not None else days.last_over
    if month is None or month.first > days.until:
        raise Invalid(_l("There are no figures for this month."), field="month")
    return month


def size() -> int:
    """Read how many a page shall hold; raises Invalid for what is no number from 1 to 500."""
    text = request.args.get("limit", str(queries.USUAL))
    found = whole_number(text) if text.isascii() else None
    if found is None or not 1 <= found <= queries.MOST:
        raise Invalid(_l("A page holds 1 to %(most)s.", most=queries.MOST), field="limit")
    return found


def _after() -> str | None:
    text = request.args.get("after")
    if text is not None and (len(text) > LONGEST_TEXT_CURSOR or not storable(text)):
        raise Invalid(NO_SUCH_PAGE, field="after")
    return text


def _page(name: str, found: Listed, **more: Any) -> ResponseReturnValue:
    """Answer with a page and its tag, or with 304 where whoever asks has it already."""
    rows, following = found
    onward = None
    if following is not None:
        onward = url_for(f"api.list_{name}", after=following, limit=size(), **more)
    answer = jsonify({name: rows, "next": onward, **more})
    answer.headers["Cache-Control"] = FRESH
    answer.vary.update(("Authorization", "Accept-Language"))
    answer.add_etag()
    return answer.make_conditional(request)
