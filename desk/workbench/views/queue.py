"""The start of the day and the queue."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.labels import SHAPE, STAFF_STATUS, STAFF_TURN
from desk.casework.numbers import parse_case_number
from desk.casework.queries import lists
from desk.casework.queries.lists import COUNT_CAP, QueueRow, Tab
from desk.casework.queries.scope import case_of
from desk.kernel.clock import utc_now
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.paging import Page, read_cursor
from desk.kernel.texts import storable
from desk.kernel.throttle import Limit
from desk.organisation.queries import Timetable, halls_of, home_region, timetable_of
from desk.workbench.due import Due, due_of
from desk.workbench.flags import FLAGS, flags_of
from desk.workbench.views.doors import blueprint, day_end

SEARCHES = Limit("search", "60/minute")
LONGEST_SEARCH = 64

TABS = {
    Tab.TURN: _l("My turn"),
    Tab.UNASSIGNED: _l("Unassigned"),
    Tab.TODAY: _l("Due today"),
    Tab.OVERDUE: _l("Overdue"),
    Tab.WAITING: _l("Waiting for the complainant"),
    Tab.FOLLOW_UP: _l("Follow-up calls"),
    Tab.MINE: _l("Mine"),
    Tab.ALL: _l("All open"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with the words the page needs for it."""

    row: QueueRow
    due: Due
    flags: list[str]


def _counts(actor: Actor, now: datetime) -> list[tuple[Tab, str, str, bool]]:
    """Give each tab its name and its count, "99+" from a hundred on."""
    end = day_end(now)
    found = []
    for tab, name in TABS.items():
        n = lists.count(actor, tab, now=now, day_end=end)
        found.append((tab, str(name), f"{COUNT_CAP - 1}+" if n >= COUNT_CAP else str(n), n > 0))
    return found


def _timetable(now: datetime) -> Timetable:
    region = home_region()
    return timetable_of(halls_of(region.id, now.date())[0], region, now)


@blueprint.get("/")
@requires(Permission.HOME_SEE)
def home() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    if not actor.may(Permission.CASE_READ):
        return render_template("workbench/no_cases.html")
    page = lists.queue(actor, Tab.TURN, now=now, day_end=day_end(now), cursor=None, size=8)
    table = _timetable(now)
    return render_template(
        "workbench/home.html",
        counts=_counts(actor, now),
        rows=[_shown(row, now, table) for row in page.rows],
        status_words=STAFF_STATUS,
        turn_words=STAFF_TURN,
        shapes=SHAPE,
        flag_words=FLAGS,
        T=Tab,
    )


@blueprint.get("/queue")
@requires(Permission.CASE_READ)
def queue() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    words = request.args.get("q", "").strip()
    if words:
        return _search(actor, words, now)
    wanted = request.args.get("tab", Tab.TURN.value)
    if wanted not in set(Tab):
        raise NotFound(_("There is no such tab in the queue."))
    tab = Tab(wanted)
    cursor = read_cursor(request.args.get("at"))
    page = lists.queue(actor, tab, now=now, day_end=day_end(now), cursor=cursor)
    return _page(actor, now, tab=tab, page=page)


def _search(actor: Actor, words: str, now: datetime) -> ResponseReturnValue:
    """Jump to a case by its number, or list the cases that hold the words."""
    if len(words) > LONGEST_SEARCH or not storable(words):
        raise Invalid(_("Search for at most 64 ordinary characters."))
    number = parse_case_number(words)
    if number is not None:
        try:
            return redirect(url_for("workbench.case", number=case_of(actor, number).number), 303)
        except NotFound:
            return _page(actor, now, words=words, page=Page([], None, None))
    found = lists.search(actor, words)
    if found is None:
        return _page(actor, now, words=words, page=Page([], None, None), unsearchable=True)
    page = Page(found.rows[: lists.SHOWN], None, None)
    return _page(
        actor,
        now,
        words=words,
        page=page,
        found=len(found.rows),
        capped=found.capped or len(found.rows) > lists.SHOWN,
    )


def _shown(row: QueueRow, now: datetime, table: Timetable) -> Shown:
    return Shown(row, due_of(row.next_due_at, now, table), flags_of(row))


def _page(
    actor: Actor,
    now: datetime,
    *,
    page: Page[QueueRow],
    tab: Tab | None = None,
    words: str = "",
    found: int | None = None,
    capped: bool = False,
    unsearchable: bool = False,
) -> str:
    table = _timetable(now)
    return render_template(
        "workbench/queue.html",
        tab=tab,
        words=words,
        page=page,
        rows=[_shown(row, now, table) for row in page.rows],
        found=found,
        capped=capped,
        unsearchable=unsearchable,
        counts=_counts(actor, now),
        status_words=STAFF_STATUS,
        turn_words=STAFF_TURN,
        shapes=SHAPE,
        flag_words=FLAGS,
        me=actor.user_id,
        T=Tab,
    )
