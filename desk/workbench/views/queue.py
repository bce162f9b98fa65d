"""The queue."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission, permissions_of
from desk.casework.conditions import NONE, Conditions
from desk.casework.numbers import parse_case_number
from desk.casework.queries import lists
from desk.casework.queries.lists import QueueRow
from desk.casework.queries.scope import case_of
from desk.casework.queries.search import SHOWN, search
from desk.casework.queries.tabs import Tab, counts
from desk.casework.together import Together, offered
from desk.kernel.clock import utc_now
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.paging import Page, read_cursor
from desk.kernel.texts import storable
from desk.kernel.throttle import Limit
from desk.organisation.queries import Timetable, home_timetable
from desk.supervision.labels import REPORT
from desk.workbench.exports import exports_in, with_exports
from desk.workbench.listing import Listing, read_listing
from desk.workbench.naming import called
from desk.workbench.narrowing import chips, groups
from desk.workbench.rows import Writer, words_in
from desk.workbench.views.doors import blueprint, count_text

SEARCHES = Limit("search", "60/minute")
LONGEST_SEARCH = 64

TABS = {
    Tab.TURN: _l("My turn"),
    Tab.UNASSIGNED: _l("Unassigned"),
    Tab.TODAY: _l("Due today"),
    Tab.OVERDUE: _l("Overdue"),
    Tab.WAITING: _l("Waiting for the complainant"),
    Tab.RATINGS: _l("Bad ratings to verify"),
    Tab.DECISIONS: _l("To decide"),
    Tab.FOLLOW_UP: _l("Follow-up calls"),
    Tab.MINE: _l("Mine"),
    Tab.ALL: _l("All open"),
}
NAMES = TABS | {Tab.RETURNED: _l("Came back")}


@dataclass(frozen=True, slots=True)
class Counted:
    """A tab with its name and its count, "99+" from a hundred on; None while it is not asked."""

    tab: Tab
    name: str
    count: str | None


def _counted(
    actor: Actor, now: datetime, table: Timetable, conditions: Conditions = NONE
) -> list[Counted]:
    found = counts(actor, now=now, table=table, conditions=conditions)
    found[Tab.DECISIONS] = with_exports(actor, Tab.DECISIONS, conditions, found[Tab.DECISIONS])
    return [Counted(tab, str(name), count_text(found[tab])) for tab, name in NAMES.items()]


@cache
def _uncounted(_language: str) -> list[Counted]:
    return [Counted(tab, str(name), None) for tab, name in NAMES.items()]


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done to all ticked cases: its name, what it is called, its key."""

    name: Together
    label: str
    key: str


KEYS = {
    Together.ACCEPT: "a",
    Together.ASK_SUPPLEMENT: "u",
    Together.DISPATCH: "d",
    Together.SIGN: "s",
    Together.TAKE: "t",
    Together.ASSIGN: "g",
    Together.NOTE: "n",
}


@lru_cache(maxsize=256)
def _together(actor: Actor, _language: str) -> tuple[Button, ...]:
    found = offered(frozenset().union(*(permissions_of(role) for role in actor.roles)))
    return tuple(Button(name, called(name), KEYS[name]) for name in found)


@blueprint.get("/queue")
@requires(Permission.CASE_READ)
def queue() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    words = request.args.get("q", "").strip()
    if words:
        return _search(actor, words, now)
    listing, table = _listing(), home_timetable(now)
    page = lists.queue(
        actor,
        listing.tab,
        now=now,
        table=table,
        conditions=listing.conditions,
        cursor=read_cursor(request.args.get("at")),
    )
    return _page(actor, now, listing=listing, page=page)


def _listing() -> Listing:
    listing = read_listing(request.args.to_dict(flat=False))
    if listing is None:
        raise NotFound(_("There is no such tab or condition in the queue."))
    return listing


@blueprint.get("/queue/conditions")
@requires(Permission.CASE_READ)
def queue_conditions() -> ResponseReturnValue:
    """Offer what a list can be narrowed by, with what it is narrowed by now."""
    actor, now, listing = current_actor(), utc_now(), _listing()
    today = home_timetable(now).local_day(now)
    return render_template(
        "workbench/conditions.html",
        listing=listing,
        heading=NAMES[listing.tab],
        groups=groups(actor, listing, today, str(get_locale())),
    )


@blueprint.get("/queue/counts")
@requires(Permission.CASE_READ)
def queue_counts() -> ResponseReturnValue:
    """Give the number of each tab, which the page of the queue asks for once it stands."""
    actor, now, conditions = current_actor(), utc_now(), _listing().conditions
    counted = _counted(actor, now, home_timetable(now), conditions)
    return jsonify({one.tab: one.count for one in counted})


def _search(actor: Actor, words: str, now: datetime) -> ResponseReturnValue:
    """Jump to a case by its number, or list the cases that hold the words."""
    current_app.extensions["throttle"].hit(
        SEARCHES, str(actor.user_id), _("You have searched very often. Wait a minute, then go on.")
    )
    if len(words) > LONGEST_SEARCH or not storable(words):
        raise Invalid(_("Search for at most 64 ordinary characters."))
    number = parse_case_number(words)
    if number is not None:
        try:
            return redirect(url_for("workbench.case", number=case_of(actor, number).number), 303)
        except NotFound:
            return _page(actor, now, words=words, page=Page([], None, None))
    found = search(actor, words)
    if found is None:
        return _page(actor, now, words=words, page=Page([], None, None), unsearchable=True)
    page = Page(found.rows, None, None)
    return _page(
        actor,
        now,
        words=words,
        page=page,
        found=len(found.keys),
        capped=found.capped or len(found.keys) > SHOWN,
    )


def _page(
    actor: Actor,
    now: datetime,
    *,
    page: Page[QueueRow],
    listing: Listing | None = None,
    words: str = "",
    found: int | None = None,
    capped: bool = False,
    unsearchable: bool = False,
) -> str:
    table, language = home_timetable(now), str(get_locale())
    return render_template(
        "workbench/queue.html",
        listing=listing,
        tab=listing.tab if listing else None,
        chips=chips(listing, language) if listing else (),
        words=words,
        page=page,
        rows=Writer(actor, now, table, listing).rows(page.rows),
        found=found,
        capped=capped,
        unsearchable=unsearchable,
        exports=exports_in(actor, listing.tab, listing.conditions) if listing else (),
        report_names=REPORT,
        counts=(
            _counted(actor, now, table, listing.conditions if listing else NONE)
            if "counts" in request.args
            else _uncounted(language)
        ),
        legend=words_in(language).flags.values(),
        together=_together(actor, language),
        row_keys=tuple((one.key, one.label) for one in _together(actor, language)),
        may_verify=actor.may(Permission.CASE_VERIFY),
        T=Tab,
    )
