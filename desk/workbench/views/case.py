"""The page of a case and the steps it can take."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import colleagues_in
from desk.casework import workflow
from desk.casework.actions.clocks import PROMISES
from desk.casework.actions.move import move
from desk.casework.identity import PartyData
from desk.casework.labels import (
    CHANNEL,
    COMPLEXITY,
    CONTACT,
    CONTACT_WAY,
    DONE,
    IDENTITY,
    MOVE,
    NEED,
    OUTCOME,
    PARTY,
    RESULT,
    SHAPE,
    SOLVED,
    STAFF_STATUS,
    STAFF_TURN,
    STEP,
    VERDICT,
)
from desk.casework.models import Case
from desk.casework.queries.context import Context, context_of
from desk.casework.queries.scope import case_of
from desk.casework.queries.story import case_page, changes_since
from desk.casework.words import Complexity, ContactKind, Kind, Status
from desk.casework.workflow import Move
from desk.catalogue.queries import item_of, search_items
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed, NotFound
from desk.kernel.form import DeskForm
from desk.organisation.queries import codes_of, departments_of, limit_of
from desk.workbench.due import due_of
from desk.workbench.forms import (
    AssignForm,
    ContactForm,
    RevealForm,
    StepForm,
    TakeForm,
    TextForm,
    VerdictForm,
)
from desk.workbench.views.doors import blueprint
from desk.worktime.deadline import due
from desk.worktime.explain import explain

STAFF_MOVES = tuple(
    m for m in Move if m not in {Move.SUBMIT, Move.OPEN_RECTIFICATION, Move.CONFIRM}
)


@blueprint.get("/cases/<number>")
@requires(Permission.CASE_READ)
def case(number: str) -> ResponseReturnValue:
    return show(number), 200


@blueprint.post(f"/cases/<number>/<any({', '.join(STAFF_MOVES)}):step>")
@requires(Permission.CASE_READ)
def take_step(number: str, step: str) -> ResponseReturnValue:
    form = StepForm()
    actor = current_actor()
    _prepare(form, case_of(actor, number))
    if not form.validate_on_submit():
        return show(number, do=step, form=form), 422
    try:
        item_id = _item_id(form, number, actor)
        data = form.step(item_id)
        with transaction():
            moved = move(number, Move(step), data, by=actor, now=utc_now())
            status = STAFF_STATUS[moved.status]
    except Invalid as error:
        form.blame(error)
        return show(number, do=step, form=form), 422
    except (Conflict, NotAllowed) as error:
        form.form_errors.append(error.message)
        return show(number, do=step, form=form), 409 if isinstance(error, Conflict) else 403
    flash(_("%(number)s: %(status)s", number=number, status=status), "done")
    return redirect(url_for("workbench.case", number=number), 303)


def _item_id(form: StepForm, number: str, actor: Actor) -> int | None:
    """Find the item meant, by its code or by its exact name; raises Invalid for an unknown one."""
    if form.item.data == "none" or not (form.item_code.data or form.item_words.data):
        return None
    region_id, today = case_of(actor, number).region_id, utc_now().date()
    code = str(form.item_code.data or "")[:80]
    words = str(form.item_words.data or "")
    if code and "\0" not in code:
        try:
            view = item_of(region_id, code, on=today)
        except (NotFound, UnicodeError):
            view = None
        if view and words in {"", view.version.name_zh, view.version.name_en}:
            return view.item.id
    rows = search_items(region_id, words[:80], 5, on=today).rows if words else []
    exact = [row for row in rows if words in {row.name_zh, row.name_en, row.code}]
    if len(exact) == 1:
        return exact[0].id
    raise Invalid(
        _("No single item has this name. Write the name or code as the catalogue has it."),
        field="item_words",
    )


def _prepare(form: StepForm, case: Case) -> None:
    lang, today = str(get_locale()), utc_now().date()
    departments = departments_of(case.region_id, today)
    form.prepare(
        [(str(d.id), d.name_en if lang == "en" else d.name_zh) for d in departments],
        [(entry.code, entry.name(lang)) for entry in codes_of("reasons", today)],
    )


def show(
    number: str,
    *,
    do: str = "",
    form: DeskForm | None = None,
    revealed: PartyData | None = None,
) -> str:
    """Render the page of a case, with a form as it was left and who somebody is, if just shown."""
    end_read()
    actor, now = current_actor(), utc_now()
    case = case_of(actor, number)
    context = context_of(case, actor, now=now)
    page = case_page(case, context, actor)
    step_form = form if isinstance(form, StepForm) else StepForm(formdata=None)
    _prepare(step_form, case)
    seen = _version_of(form)
    stale = seen is not None and seen < case.version
    wanted = do or request.args.get("do", "")
    _fill(step_form, wanted, page.item, fresh=not isinstance(form, StepForm))
    _say_what_is_needed(step_form, wanted)
    return render_template(
        "workbench/case.html",
        page=page,
        case=case,
        form=form,
        forms=_forms(form, context),
        step_form=step_form,
        do=wanted,
        offers=workflow.offers(context.situation, context.permissions),
        needs={row.move: row.needs for row in workflow.ROWS},
        clocks=_clocks(context),
        promise=_explanation(context),
        dates=_dates(context) if wanted == Move.ACCEPT else {},
        changes=changes_since(case, seen) if stale and seen is not None else (),
        typed=form.typed() if stale and form is not None else {},
        contact_kind=contact_kind(context),
        revealed=revealed,
        can={p: p in context.permissions for p in Permission},
        words={
            "status": STAFF_STATUS, "turn": STAFF_TURN, "shape": SHAPE, "move": MOVE,
            "done": DONE, "step": STEP, "outcome": OUTCOME, "result": RESULT,
            "identity": IDENTITY, "party": PARTY, "need": NEED, "channel": CHANNEL,
            "complexity": COMPLEXITY, "contact": CONTACT, "way": CONTACT_WAY,
            "solved": SOLVED, "verdict": VERDICT,
        },
        reasons={e.code: e.name(str(get_locale())) for e in codes_of("reasons", now.date())},
        S=Status,
        K=Kind,
    )  # fmt: skip


def _fill(form: StepForm, do: str, item: Any, *, fresh: bool) -> None:
    """Put what is known already into a form nobody has touched."""
    if fresh and do == Move.ACCEPT:
        form.item.data = "listed"
        if item is not None:
            form.item_words.data = item.name_zh


SOMETIMES = frozenset({"brief", "evidence", "content"})


def _say_what_is_needed(form: StepForm, do: str) -> None:
    """Leave the word "optional" off the parts that the table asks for in this step."""
    if do not in set(Move):
        return
    for need in workflow.BY_MOVE[Move(do)].needs:
        if need not in SOMETIMES:
            form[need].optional = False
            if need == "item":
                form.item_words.optional = False


def _version_of(form: DeskForm | None) -> int | None:
    version = getattr(form, "version", None)
    return version.number if version is not None else None


def _forms(form: DeskForm | None, context: Context) -> dict[str, DeskForm]:
    """Give each small form of the page, the one that was sent as it was left."""
    kinds: dict[str, type[DeskForm]] = {
        "text": TextForm,
        "contact": ContactForm,
        "verdict": VerdictForm,
        "assign": AssignForm,
        "reveal": RevealForm,
        "take": TakeForm,
    }
    forms = {
        name: form if isinstance(form, kind) else kind(formdata=None)
        for name, kind in kinds.items()
    }
    department_id = context.case.department_id
    if department_id is not None:
        people = colleagues_in(department_id, context.situation.today)
        assign = forms["assign"]
        if isinstance(assign, AssignForm):
            assign.user.choices = [(str(person.id), person.name) for person in people]
    return forms


def contact_kind(context: Context) -> ContactKind | None:
    """Tell which kind of call belongs to where the case stands, if any."""
    status, kind = context.case.status, context.case.kind
    if status in {Status.DISPATCHED, Status.HANDLING}:
        return ContactKind.FIRST
    if status is Status.REPLIED:
        return ContactKind.FOLLOW_UP
    if status is Status.ACCEPTED and kind is Kind.RECTIFICATION:
        return ContactKind.VERIFY
    return None


def _clocks(context: Context) -> list[tuple[Any, Any]]:
    """Give each clock and how it stands, running ones first."""
    now, table = context.situation.now, context.place.timetable
    ordered = sorted(context.clocks, key=lambda c: (c.stopped_at is not None, c.due_at))
    return [(clock, due_of(clock.due_at, now, table)) for clock in ordered]


def _explanation(context: Context) -> Sequence[Any]:
    promises = [c for c in context.clocks if c.step in PROMISES]
    if not promises:
        return ()
    clock, table = promises[-1], context.place.timetable
    return explain(
        clock.started_at, clock.limit_n, clock.unit, table.calendar, table.hours, table.zone
    )


def _dates(context: Context) -> dict[str, Any]:
    """Tell, for each complexity, the date that would be promised if it were accepted now."""
    found = {}
    table, case = context.place.timetable, context.case
    for complexity in Complexity:
        limit = limit_of(
            "reply",
            region=context.place.region,
            hall_id=case.hall_id,
            complexity=complexity.value,
            party=case.party_kind.value,
            on=context.situation.today,
        )
        deadline = due(
            context.situation.now,
            limit.n,
            limit.unit.value,
            table.calendar,
            table.hours,
            table.zone,
        )
        found[complexity.value] = deadline.due_at
    return found


def refused(number: str, error: DeskError, form: DeskForm, do: str) -> ResponseReturnValue:
    """Show the page again with what was typed and why it was not taken."""
    if isinstance(error, Invalid):
        form.blame(error)
        return show(number, do=do, form=form), 422
    form.form_errors.append(error.message)
    return show(number, do=do, form=form), 409 if isinstance(error, Conflict) else 403
