"""Follow-up calls: whom to call, and one call with its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework import labels
from desk.casework.actions import following_up
from desk.casework.calling import Reached, hours_text, may_ring
from desk.casework.disclosure import title_for
from desk.casework.guards import three_calls_failed
from desk.casework.models import Case, Contact
from desk.casework.place import place_of
from desk.casework.queries import calls as queries
from desk.casework.queries.context import Context, context_of, last_reply
from desk.casework.queries.joined import is_to_be_asked, joined_to
from desk.casework.queries.scope import case_of, may_see, sees_identity
from desk.casework.queries.story import facts_of
from desk.casework.words import ContactKind, Status
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.form import DeskForm
from desk.kernel.paging import Cursor, read_cursor
from desk.organisation.queries import halls_of, home_region, home_timetable
from desk.workbench.calling import script
from desk.workbench.forms import TakeForm
from desk.workbench.rows import Writer
from desk.workbench.views.call_forms import CallForm, OtherForm, forms_for
from desk.workbench.views.doors import blueprint

Others = list[tuple[Case, OtherForm]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in all the forms of a call, in the order of the page."""

    forms: Sequence[DeskForm]

    def summary(self) -> list[tuple[str | None, str]]:
        return [fault for form in self.forms for fault in form.summary()]


@blueprint.get("/calls")
@requires(Permission.CASE_FOLLOW_UP)
def calls() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    later = request.args.get("later") == "1"
    page = queries.calls(actor, now=now, cursor=read_cursor(request.args.get("at")), later=later)
    return render_template(
        "workbench/calls.html",
        later=later,
        page=page,
        rows=Writer(actor, now, home_timetable(now)).rows(page.rows),
        tried=queries.tried(page.rows),
        planned=queries.planned(page.rows) if later else {},
        counts=queries.call_counts(actor, now=now),
        quiet=_quiet(now),
    )


def _quiet(now: datetime) -> str:
    """Give the hours in which people are called, at a time that is none of them."""
    region = home_region()
    halls = halls_of(region.id, region.local_day(now))
    if not halls:
        return ""
    place = place_of(region.id, halls[0].id, now)
    hours = queries.call_hours(place, now)
    if may_ring(now, hours, region.time_zone):
        return ""
    return hours_text(hours)


@blueprint.get("/calls/<number>")
@requires(Permission.CASE_FOLLOW_UP)
def call(number: str) -> ResponseReturnValue:
    return _page(number)


def _page(number: str, form: CallForm | None = None, others: Others | None = None) -> str:
    """Show a call; where it is nobody's any more, what was typed stays to be read."""
    end_read()
    actor, now = current_actor(), utc_now()
    case = case_of(actor, number)
    context = context_of(case, actor, now=now)
    try:
        following_up.check_task(context, actor)
    except Conflict as error:
        if form is None:
            raise
        return render_template(
            "workbench/call_over.html", case=case, why=error.message, typed=form.typed()
        )
    shown = following_up.shown_today(context, actor, now=now)
    knows = sees_identity(case, actor)
    facts = facts_of(case, knows=knows)
    asked = context.around.parent or case
    reply = last_reply(asked)
    if form is None or others is None:
        cases = [case, *queries.same_party(actor, case, now=now)]
        form, others = forms_for(cases, None)
    hours = queries.call_hours(context.place, now)
    plan = queries.plan_of(case)
    return render_template(
        "workbench/call.html",
        case=case,
        title=title_for(case.title, case.brief, knows=knows),
        facts=facts,
        reply=reply,
        reply_of=asked,
        form=form,
        others=others,
        wrong=Wrong([form, *(one for _case, one in others)]),
        joined=_joined_to_ask(case),
        shown=shown,
        says=script(case, context.place, facts.department, shown.party.name if shown else None),
        quiet="" if may_ring(now, hours, context.place.timetable.zone) else hours_text(hours),
        tries=_tries(context),
        plan=plan,
        may_end=_may_end(context),
        solved=labels.SOLVED,
        outcomes=labels.OUTCOME,
        needs=labels.NEED,
        status_words=labels.STAFF_STATUS,
        R=Reached,
    )


def _joined_to_ask(case: Case) -> list[Case]:
    """List the cases joined to this one whose complainant is still to be asked."""
    if case.status is not Status.REPLIED:
        return []
    waiting = [c for c in joined_to(case) if c.party_id is not None and is_to_be_asked(c, case)]
    actor = current_actor()
    return [c for c in waiting if may_see(actor, c)]


def _may_end(context: Context) -> bool:
    """Tell whether three calls on two days failed, so that the case can end unconfirmed."""
    s = context.situation
    return s.status is Status.REPLIED and three_calls_failed(s) is None and not s.to_ask


def _tries(context: Context) -> list[Contact]:
    """List the calls of this round that nobody answered."""
    return [
        contact
        for contact in context.contacts
        if contact.kind is ContactKind.FOLLOW_UP
        and contact.round == context.case.round
        and not contact.reached
    ]


@blueprint.post("/calls/<number>/number")
@requires(Permission.CASE_FOLLOW_UP)
def show_number(number: str) -> ResponseReturnValue:
    form, actor = TakeForm(), current_actor()
    form.must_pass()
    with transaction():
        following_up.show_number(number, by=actor, now=utc_now())
    return redirect(url_for("workbench.call", number=number), 303)


@blueprint.post("/calls/<number>")
@requires(Permission.CASE_FOLLOW_UP)
def take_call(number: str) -> ResponseReturnValue:
    """Take down a call, of every case it was about; all of it or nothing."""
    actor, now = current_actor(), utc_now()
    case = case_of(actor, number)
    place, key = place_of(case.region_id, case.hall_id, now), Cursor(case.next_due_at, case.id)
    form, others = forms_for([case, *_posted(actor)], request.form)
    checked = [one.validate_on_submit() for one in (form, *(one for _case, one in others))]
    if not all(checked):
        return _page(number, form, others), 422
    reached, again_at = Reached(str(form.reached.data)), form.when(place)
    blamed: CallForm | OtherForm = form
    try:
        with transaction():
            for asked, blamed in [(case, form), *others]:
                if blamed is not form and reached is Reached.YES and blamed.is_empty():
                    continue
                following_up.record_call(
                    asked.number,
                    blamed.call(reached, again_at),
                    version=blamed.version.number,
                    by=actor,
                    now=now,
                )
    except Invalid as error:
        blamed.blame(error)
        return _page(number, form, others), 422
    except Conflict as error:
        blamed.form_errors.append(error.message)
        return _page(number, form, others), 409
    flash(_("%(number)s: the call is recorded.", number=number), "done")
    return redirect(_where_next(actor, number, key, now), 303)


def _posted(actor: Actor) -> list[Case]:
    """Find the other cases the call was about; raises NotFound for one out of reach."""
    places = range(2, 2 + queries.MOST_TOGETHER)
    numbers = [request.form.get(f"{n}-number") for n in places]
    return [case_of(actor, number) for number in numbers if number]


def _where_next(actor: Actor, number: str, key: Cursor, now: datetime) -> str:
    """Stay where three calls failed, go to the next call where that was asked, or to the list."""
    case = case_of(actor, number)
    if _may_end(context_of(case, actor, now=now)):
        return url_for("workbench.call", number=number)
    if request.form.get("next"):
        rows = queries.calls(actor, now=now, cursor=key, size=1).rows
        if rows:
            return url_for("workbench.call", number=rows[0].number)
    return url_for("workbench.calls")
