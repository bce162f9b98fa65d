"""The start of the day and the queue."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.disclosure import may_know, title_for
from desk.casework.labels import SHAPE, STAFF_STATUS, STAFF_TURN
from desk.casework.numbers import parse_case_number
from desk.casework.queries import lists
from desk.casework.queries.lists import COUNT_CAP, QueueRow, Tab
from desk.casework.queries.scope import case_of
from desk.casework.queries.search import SHOWN, search
from desk.kernel.clock import utc_now
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.paging import Page, read_cursor
from desk.kernel.texts import storable
from desk.kernel.throttle import Limit
from desk.organisation.queries import Timetable, home_timetable
from desk.workbench.due import Due, due_of
from desk.workbench.flags import FLAGS, flags_of
from desk.workbench.views.doors import blueprint, day_end

SEARCHES = Limit("search", "60/minute")
LONGEST_SEARCH = 64
ON_HOME = 8

TABS = {
    Tab.TURN: _l("My turn"),
    Tab.UNASSIGNED: _l("Unassigned"),
    Tab.TODAY: _l("Due today"),
    Tab.OVERDUE: _l("Overdue"),
    Tab.WAITING: _l("Waiting for the complainant"),
    Tab.DECISIONS: _l("To decide"),
    Tab.FOLLOW_UP: _l("Follow-up calls"),
    Tab.MINE: _l("Mine"),
    Tab.ALL: _l("All open"),
}
NAMES = TABS | {Tab.RETURNED: _l("Came back")}


@dataclass(frozen=True, slots=True)
class Counted:
    """A tab with its name and its count, "99+" from a hundred on."""

    tab: Tab
    name: str
    count: str
    is_some: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with the words the page needs for it; `knows` whether who it is may be shown."""

    row: QueueRow
    due: Due
    flags: list[str]
    title: str
    knows: bool


def _counts(actor: Actor, now: datetime, table: Timetable) -> list[Counted]:
    found = lists.counts(actor, now=now, day_end=day_end(now, table))
    return [
        Counted(
            tab,
            str(name),
            f"{COUNT_CAP - 1}+" if found[tab] >= COUNT_CAP else str(found[tab]),
            found[tab] > 0,
        )
        for tab, name in NAMES.items()
    ]


def _shown(row: QueueRow, actor: Actor, now: datetime, table: Timetable) -> Shown:
    seats = [
        seat
        for seat in actor.seats_for(Permission.CASE_READ)
        if seat.reaches(row.region_id, row.hall_id, row.department_id)
    ]
    knows = may_know(row.kind, row.identity_mode, seats)
    return Shown(
        row,
        due_of(row.next_due_at, now, table),
        flags_of(row, knows=knows),
        title_for(row.title, row.brief, knows=knows),
        knows,
    )


@blueprint.get("/")
@requires(Permission.HOME_SEE)
def home() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    if not actor.may(Permission.CASE_READ):
        return render_template("workbench/no_cases.html")
    table = home_timetable(now)
    end = day_end(now, table)

    def first(tab: Tab) -> list[Shown]:
        page = lists.queue(actor, tab, now=now, day_end=end, cursor=None, size=ON_HOME)
        return [_shown(row, actor, now, table) for row in page.rows]

    return render_template(
        "workbench/home.html",
        counts=_counts(actor, now, table),
        rows=first(Tab.TURN),
        returned=first(Tab.RETURNED),
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
    end = day_end(now, home_timetable(now))
    page = lists.queue(actor, tab, now=now, day_end=end, cursor=cursor)
    return _page(actor, now, tab=tab, page=page)


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
    tab: Tab | None = None,
    words: str = "",
    found: int | None = None,
    capped: bool = False,
    unsearchable: bool = False,
) -> str:
    table = home_timetable(now)
    return render_template(
        "workbench/queue.html",
        tab=tab,
        words=words,
        page=page,
        rows=[_shown(row, actor, now, table) for row in page.rows],
        found=found,
        capped=capped,
        unsearchable=unsearchable,
        counts=_counts(actor, now, table),
        status_words=STAFF_STATUS,
        turn_words=STAFF_TURN,
        shapes=SHAPE,
        flag_words=FLAGS,
        me=actor.user_id,
        T=Tab,
    )
