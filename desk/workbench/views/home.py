"""The start of the day: what waits for whoever signs in, and numbers that open their lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts import directory
from desk.accounts.queries import names_of
from desk.casework.conditions import NONE, Conditions, DueWithin, Field
from desk.casework.queries import calls, lists, notices
from desk.casework.queries.notices import Show
from desk.casework.queries.tabs import COUNT_CAP, Tab, counts_of_lists
from desk.casework.queries.tasks import open_count
from desk.kernel.clock import utc_now
from desk.notify.labels import NOTICE
from desk.notify.queries import dead_count
from desk.organisation.queries import Timetable, home_timetable
from desk.supervision.labels import REPORT
from desk.supervision.queries import to_decide
from desk.workbench.exports import exports_in, with_exports
from desk.workbench.listing import Listing
from desk.workbench.naming import name_of
from desk.workbench.rows import Shown, Writer
from desk.workbench.views.doors import blueprint
from desk.writing.drafts import unsent

LATE = Listing(Tab.TURN, Conditions(((Field.DUE, (DueWithin.OVERDUE,)),)))
TODAY = Listing(Tab.TURN, Conditions(((Field.DUE, (DueWithin.TODAY,)),)))
TURN, RETURNED = Listing(Tab.TURN), Listing(Tab.RETURNED)
DECISIONS, UNASSIGNED = Listing(Tab.DECISIONS), Listing(Tab.UNASSIGNED)
COUNTED = (LATE, TODAY, TURN, DECISIONS, RETURNED, UNASSIGNED)
MOST_CASES = 8
MOST_BESIDE = 5


@dataclass(frozen=True, slots=True)
class Number:
    """How much of something waits, and the list that holds exactly this."""

    name: str
    n: int
    address: str
    hot: bool = False

    @property
    def text(self) -> str:
        return f"{COUNT_CAP - 1}+" if self.n >= COUNT_CAP else str(self.n)


@blueprint.get("/")
@requires(Permission.HOME_SEE)
def home() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    if not actor.may(Permission.CASE_READ):
        return render_template("workbench/no_cases.html", numbers=[*_of_offices(actor)])
    table = home_timetable(now)
    found = counts_of_lists(
        actor, tuple((one.tab, one.conditions) for one in COUNTED), now=now, table=table
    )
    n = dict(zip(COUNTED, found, strict=True))
    decisions = with_exports(actor, Tab.DECISIONS, NONE, n[DECISIONS])
    may_call = actor.may(Permission.CASE_FOLLOW_UP)

    def rows(listing: Listing, size: int) -> list[Shown]:
        if not n[listing]:
            return []
        page = lists.queue(actor, listing.tab, now=now, table=table, size=size)
        return Writer(actor, now, table, listing).rows(page.rows)

    return render_template(
        "workbench/home.html",
        numbers=[*_of_cases(n, decisions), *_of_mine(actor, now), *_of_offices(actor)],
        rows=rows(TURN, MOST_CASES),
        decisions=rows(DECISIONS, MOST_BESIDE),
        exports=exports_in(actor, Tab.DECISIONS, NONE)[:MOST_BESIDE],
        report_names=REPORT,
        returned=rows(RETURNED, MOST_BESIDE),
        calls=_calls(actor, now, table) if may_call else [],
        told=notices.notices_of(actor, None, show=Show.UNREAD, size=MOST_BESIDE).rows,
        told_of=NOTICE,
        unsent=[(draft, name_of(draft.form)) for draft in unsent(actor, now=now)],
        unassigned=n[UNASSIGNED],
        standing_for=[*names_of(actor.stands_for).values()],
        T=Tab,
    )


def _address(listing: Listing) -> str:
    return f"{url_for('workbench.queue')}?{listing.text}"


def _of_cases(n: dict[Listing, int], decisions: int) -> Iterator[Number]:
    """Count what is this person's turn, what of it is late, and what came back."""
    yield Number(_("Late"), n[LATE], _address(LATE), hot=n[LATE] > 0)
    yield Number(_("Due today"), n[TODAY], _address(TODAY))
    yield Number(_("My turn"), n[TURN], _address(TURN))
    yield Number(_("Came back"), n[RETURNED], _address(RETURNED))
    yield Number(_("Decisions for me"), decisions, _address(DECISIONS))


def _of_mine(actor: Actor, now: datetime) -> Iterator[Number]:
    """Count calls, tasks and what complainants wrote, for whoever has such."""
    if actor.may(Permission.CASE_FOLLOW_UP):
        yield Number(_("Calls"), calls.call_counts(actor, now=now)[0], url_for("workbench.calls"))
    if actor.may(Permission.TASK_ANSWER):
        yield Number(_("Tasks"), open_count(actor), url_for("workbench.tasks"))
    if actor.may(Permission.CASE_MESSAGE):
        unread = notices.unread_count(actor, Show.MESSAGES)
        yield Number(_("New messages"), unread, url_for("workbench.news", show=Show.MESSAGES))


def _of_offices(actor: Actor) -> Iterator[Number]:
    """Count what waits for those who decide about cards, people and letters."""
    if actor.may(Permission.CARD_DECIDE):
        waiting = to_decide(actor)
        yield Number(_("Objections to cards"), len(waiting), url_for("supervision.cards"))
    if actor.may(Permission.CHANGES_DECIDE):
        me = actor.user_id
        asked = [one for one in directory.pending(actor) if one.asked_by != me]
        yield Number(_("To confirm"), len(asked), url_for("administration.confirmations"))
    if actor.may(Permission.LETTERS_SEE):
        dead = dead_count(sorted(actor.regions_for(Permission.LETTERS_SEE)))
        yield Number(_("Letters to see to"), dead, url_for("notify.dead_letters"), hot=dead > 0)


def _calls(actor: Actor, now: datetime, table: Timetable) -> list[Shown]:
    page = calls.calls(actor, now=now, cursor=None, size=MOST_BESIDE)
    return Writer(actor, now, table).rows(page.rows)
