"""Doing one thing to many cases: what it takes first, then what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.actions import acts
from desk.casework.actions.move import move
from desk.casework.labels import STAFF_STATUS
from desk.casework.models import Case
from desk.casework.numbers import parse_case_number
from desk.casework.queries.lists import rows_by_number
from desk.casework.queries.scope import case_of
from desk.casework.situation import StepData
from desk.casework.together import STEPS, Together
from desk.casework.words import Complexity, Status
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.errors import DeskError, Invalid, NotFound
from desk.kernel.texts import whole_number
from desk.organisation.queries import home_timetable
from desk.workbench.naming import called
from desk.workbench.rows import Shown, Writer
from desk.workbench.views.bulk_form import TogetherForm, form_for
from desk.workbench.views.doors import blueprint, came_from, list_address

MOST = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case as it was ticked: its number, the version seen, and its row if it is within reach."""

    number: str
    version: int
    shown: Shown | None

    def why_not(self, name: Together) -> str | None:
        """Say why this case is left as it is; None when it may be done."""
        if self.shown is None:
            return str(_("There is no case with this number, or it is not yours to see."))
        if self.shown.row.version != self.version:
            return str(_("Somebody changed it after you ticked it. Look at it again."))
        if name in self.shown.may:
            return None
        if name is Together.DISPATCH and self.shown.row.status is Status.ACCEPTED:
            return str(_("The department may not know who this is: it needs a brief of its own."))
        return str(_("It stands at “%(status)s”, or is not yours to do.", status=self.shown.state))


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one case: its status afterwards, or the sentence why nothing was done."""

    number: str
    shown: Shown | None
    status: Status | None
    refused: str


@blueprint.get("/queue/bulk")
@requires(Permission.CASE_READ)
def bulk() -> ResponseReturnValue:
    """Say what would be done to which of the ticked cases, and ask for what it takes."""
    actor, now, name = current_actor(), utc_now(), _name(request.args.get("do"))
    ticked = _ticked(request.args.getlist("case"))
    if not ticked:
        flash(_("Tick at least one case first."), "done")
        return redirect(list_address(came_from()), 303)
    chosen = _chosen(actor, ticked, now)
    return _page(name, chosen, _form(name, chosen, now, sent=False)), 200


@blueprint.post("/queue/bulk")
@requires(Permission.CASE_READ)
def bulk_done() -> ResponseReturnValue:
    """Do it case by case, each in a transaction of its own, with the version that was seen."""
    actor, now, name = current_actor(), utc_now(), _name(request.form.get("do"))
    chosen = _chosen(actor, _ticked(request.form.getlist("case")), now)
    form = _form(name, chosen, now, sent=True)
    if not form.validate_on_submit() or not chosen:
        return _page(name, chosen, form), 422
    results = [_one(name, one, form, actor, now) for one in chosen]
    taken = sum(1 for result in results if result.status is not None)
    page = render_template(
        "workbench/bulk_done.html",
        heading=called(name),
        results=results,
        taken=taken,
        status_words=STAFF_STATUS,
    )
    return page, 200 if taken else 409


def _one(name: Together, one: Chosen, form: TogetherForm, actor: Actor, now: datetime) -> Done:
    try:
        with transaction():
            status = _do(name, one, form, actor, now).status
    except DeskError as error:
        return Done(one.number, one.shown, None, error.message)
    return Done(one.number, one.shown, status, "")


def _do(name: Together, one: Chosen, form: TogetherForm, actor: Actor, now: datetime) -> Case:
    """Call the function that the page of the case calls."""
    number, version = one.number, one.version
    given = {field.name: field.data for field in form}
    if name is Together.TAKE:
        return acts.take(number, version=version, by=actor, now=now)
    if name is Together.ASSIGN:
        return acts.assign(number, int(given["user"]), version=version, by=actor, now=now)
    if name is Together.NOTE:
        return acts.add_note(number, given["text"], version=version, by=actor, now=now)
    data = StepData(version=version)
    if name is Together.ACCEPT:
        item_id = case_of(actor, number).item_id
        complexity = Complexity(given["complexity"])
        data = StepData(version, None, complexity, item_id, item_not_listed=item_id is None)
    if name is Together.ASK_SUPPLEMENT:
        data = StepData(version, given["text"])
    if name is Together.DISPATCH:
        data = StepData(version, department_id=int(given["department"]))
    return move(number, STEPS[name], data, by=actor, now=now)


def _name(text: str | None) -> Together:
    if text not in set(Together):
        raise NotFound(_("There is no such thing to do to many cases."))
    return Together(text)


def _ticked(values: Sequence[str]) -> dict[str, int]:
    """Read what was ticked, each case once; raises Invalid for more than one page can hold."""
    found: dict[str, int] = {}
    for value in values[: MOST * 2]:
        text, _colon, version = value.partition(":")
        number = parse_case_number(text)
        if number is not None:
            found.setdefault(number, whole_number(version) or 0)
    if len(found) > MOST:
        raise Invalid(_("At most %(most)s cases at a time.", most=MOST))
    return found


def _chosen(actor: Actor, ticked: dict[str, int], now: datetime) -> list[Chosen]:
    writer = Writer(actor, now, home_timetable(now), came_from())
    rows = {row.number: writer.row(row) for row in rows_by_number(actor, list(ticked))}
    return [Chosen(number, version, rows.get(number)) for number, version in ticked.items()]


def _form(name: Together, chosen: Sequence[Chosen], now: datetime, *, sent: bool) -> TogetherForm:
    rows = [one.shown.row for one in chosen if one.shown is not None]
    return form_for(
        name,
        sent=sent,
        departments={row.department_id for row in rows if row.department_id is not None},
        today=home_timetable(now).local_day(now),
        lang=str(get_locale()),
    )


def _page(name: Together, chosen: Sequence[Chosen], form: TogetherForm) -> str:
    left = [(one, why) for one in chosen if (why := one.why_not(name)) is not None]
    fit = [one for one in chosen if one.why_not(name) is None]
    return render_template(
        "workbench/bulk.html",
        name=name,
        heading=called(name),
        chosen=chosen,
        fit=fit,
        left=left,
        form=form,
    )
