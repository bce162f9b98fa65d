"""Rendering the page of a case: as it stands, with a form open, or with what could not be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from desk.access.actors import Actor
from desk.access.doors import current_actor
from desk.access.permissions import Permission
from desk.accounts.queries import colleagues_in, names_of
from desk.casework import labels, workflow
from desk.casework.actions.acts import can_write
from desk.casework.actions.diverting import diversion_codes
from desk.casework.actions.revealing import Shown
from desk.casework.disclosure import is_hidden
from desk.casework.explaining import promise_lines
from desk.casework.models import Case
from desk.casework.numbers import parse_case_number
from desk.casework.queries.context import Context
from desk.casework.queries.joined import is_to_be_asked
from desk.casework.queries.scope import case_of
from desk.casework.queries.story import CasePage, case_page, since
from desk.casework.words import Complexity, ContactKind, Kind, Status
from desk.casework.workflow import BY_MOVE, Move, Offer
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read
from desk.kernel.errors import Conflict, DeskError, Invalid, NotFound
from desk.kernel.form import DeskForm
from desk.organisation.queries import (
    codes_of,
    departments_of,
    home_timetable,
    limit_of,
    names_of_departments,
)
from desk.workbench import due as clocks
from desk.workbench.forms import (
    AskPauseForm,
    AskReturnForm,
    AskTimeForm,
    AssignForm,
    ContactForm,
    DecideForm,
    DiversionForm,
    JoinedForm,
    MessageForm,
    NameForm,
    ReclassifyForm,
    RevealForm,
    StepForm,
    TakeForm,
    TextForm,
    VerdictForm,
    step_form,
)
from desk.workbench.naming import ACTS, REQUESTS
from desk.workbench.requesting import offered, pending
from desk.workbench.telling import Side, days, sides
from desk.worktime.deadline import due

REQUEST_FORMS: Mapping[str, type[DeskForm]] = {
    "ask_return": AskReturnForm,
    "ask_extension": AskTimeForm,
    "ask_pause": AskPauseForm,
    "reclassify": ReclassifyForm,
    "propose_divert": DiversionForm,
    "refer": DiversionForm,
    "refuse_return": TextForm,
    "refuse_divert": TextForm,
    "decide_extension": DecideForm,
    "decide_pause": DecideForm,
    "resume": TakeForm,
}
ACT_FORMS: Mapping[str, type[DeskForm]] = {
    "contact": ContactForm,
    "verdict": VerdictForm,
    "message": MessageForm,
    "note": TextForm,
    "assign": AssignForm,
    "name": NameForm,
    "step_back": TakeForm,
    "ask_joined": JoinedForm,
    "reveal": RevealForm,
}
WORDS = {
    "status": labels.STAFF_STATUS,
    "turn": labels.STAFF_TURN,
    "shape": labels.SHAPE,
    "move": labels.MOVE,
    "done": labels.DONE,
    "step": labels.STEP,
    "holder": labels.HOLDER,
    "outcome": labels.OUTCOME,
    "result": labels.RESULT,
    "identity": labels.IDENTITY,
    "party": labels.PARTY,
    "need": labels.NEED,
    "channel": labels.CHANNEL,
    "complexity": labels.COMPLEXITY,
    "contact": labels.CONTACT,
    "way": labels.CONTACT_WAY,
    "solved": labels.SOLVED,
    "verdict": labels.VERDICT,
    "approval": labels.APPROVAL,
    "pause": labels.PAUSE_REASON,
    "responsibility": labels.RESPONSIBILITY,
    "tried_by": labels.TRIED_BY,
}


@dataclass(frozen=True, slots=True)
class Open:
    """The form that stands open on the page: its name, whether it is a step, and the form."""

    name: str
    is_step: bool
    form: DeskForm


def show(
    number: str, *, do: str = "", form: DeskForm | None = None, shown: Shown | None = None
) -> str:
    """Render the page of a case, with a form as it was left and who somebody is, if just shown."""
    end_read()
    actor, now = current_actor(), utc_now()
    page = case_page(actor, number, now=now)
    context, case = page.context, page.case
    offers = workflow.offers(context.situation, context.permissions)
    acts = acts_of(context) | offered(context)
    side = _side()
    lang, table = str(get_locale()), context.place.timetable
    seen = _version_of(form)
    changes = since(page, seen) if seen is not None and seen < case.version else ()
    opened = _open(page, offers, acts, do or request.args.get("do", ""), form)
    unplaced = form is not None and (opened is None or opened.form is not form)
    return render_template(
        "workbench/case.html",
        page=page,
        case=case,
        form=form,
        opened=opened,
        do=opened.name if opened else "",
        offers=offers,
        acts=acts,
        side=side,
        sides=sides(page.told),
        days=days(page.told, side, table),
        clocks=clocks.shown(context.clocks, now, table),
        held=clocks.held_by(page.lines, now, table),
        promise=promise_lines(context.clocks, table),
        dates=_dates(context) if do_is(opened, Move.ACCEPT) else {},
        changes=changes,
        typed=form.typed() if form is not None and (changes or unplaced) else {},
        contact_kind=contact_kind(context),
        pending=pending(context),
        asked_by=names_of([approval.asked_by for approval in pending(context)]),
        is_request=opened is not None and opened.name in REQUEST_FORMS,
        shown=shown,
        reveal_form=opened.form if do_is(opened, "reveal") else RevealForm(formdata=None),
        hidden=is_hidden(case.kind, case.identity_mode),
        parent=_parent(page, actor),
        words=WORDS,
        acts_called=ACTS,
        requests_called=REQUESTS,
        departments=_names_of_departments(page, lang),
        reasons={e.code: e.name(lang) for e in codes_of("reasons", context.situation.today)},
        can_reveal=page.knows and Permission.IDENTITY_REVEAL in context.permissions,
        S=Status,
        K=Kind,
        Side=Side,
    )


def refused(number: str, error: DeskError, form: DeskForm, do: str) -> ResponseReturnValue:
    """Show the page again with what was typed and why it was not taken."""
    if isinstance(error, Invalid):
        form.blame(error)
        return show(number, do=do, form=form), 422
    form.form_errors.append(error.message)
    return show(number, do=do, form=form), 409 if isinstance(error, Conflict) else 403


def form_of(move: Move, case: Case, *, sent: bool, joined: bool) -> StepForm:
    """Make the form of a step with the lists to choose from."""
    now = utc_now()
    lang, today = str(get_locale()), home_timetable(now).local_day(now)
    needs = BY_MOVE[move].needs
    departments = departments_of(case.region_id, today) if "department" in needs else ()
    reasons = codes_of("reasons", today) if "root_cause" in needs else ()
    return step_form(
        move,
        [(str(d.id), d.name_en if lang == "en" else d.name_zh) for d in departments],
        [(entry.code, f"{entry.code} {entry.name(lang)}") for entry in reasons],
        sent=sent,
        joined=joined,
    )


def assign_form(case: Case) -> AssignForm:
    """Make the form that lists who may be given the case."""
    now = utc_now()
    form = AssignForm()
    people = colleagues_in(case.department_id or 0, home_timetable(now).local_day(now))
    form.user.choices = [(str(person.id), person.name) for person in people]
    return form


def request_form(name: str, case: Case, *, sent: bool) -> DeskForm:
    """Make the form of something to ask for or to answer, with the lists to choose from."""
    kind = REQUEST_FORMS[name]
    form = kind() if sent else kind(formdata=None)
    now = utc_now()
    lang, today = str(get_locale()), home_timetable(now).local_day(now)
    if isinstance(form, AskReturnForm):
        form.department.choices = [
            (str(d.id), d.name_en if lang == "en" else d.name_zh)
            for d in departments_of(case.region_id, today)
            if d.id != case.department_id
        ]
    if isinstance(form, DiversionForm):
        for field in (form.text, form.basis, form.where):
            field.optional = name == "refer"
        form.code.choices = [
            (entry.code, entry.name(lang))
            for entry in diversion_codes(today, keeps_part=name == "refer")
        ]
    return form


def acts_of(context: Context) -> frozenset[str]:
    """Name what may be done to the case here without moving it."""
    case, may = context.case, context.permissions
    allowed = {
        "contact": contact_kind(context) is not None and Permission.CASE_CONTACT in may,
        "verdict": (
            case.kind is Kind.RECTIFICATION
            and case.status is Status.ACCEPTED
            and case.verdict is None
            and Permission.CASE_VERIFY in may
        ),
        "message": can_write(context.situation) and Permission.CASE_MESSAGE in may,
        "ask_joined": (
            Permission.CASE_FOLLOW_UP in may
            and context.around.parent is not None
            and is_to_be_asked(case, context.around.parent)
        ),
        "note": Permission.CASE_NOTE in may,
        "assign": (case.open and case.department_id is not None and Permission.CASE_ASSIGN in may),
        "name": Permission.CASE_NAME in may,
        "step_back": Permission.CASE_STEP_BACK in may,
        "take": case.open and case.handler_id is None and Permission.CASE_TAKE in may,
    }
    return frozenset(name for name, is_allowed in allowed.items() if is_allowed)


def contact_kind(context: Context) -> ContactKind | None:
    """Tell which kind of call belongs to where the case stands, if any."""
    status, kind = context.case.status, context.case.kind
    if status in {Status.DISPATCHED, Status.HANDLING}:
        return ContactKind.FIRST
    if status is Status.REPLIED:
        return ContactKind.FOLLOW_UP if Permission.CASE_FOLLOW_UP in context.permissions else None
    if status is Status.ACCEPTED and kind is Kind.RECTIFICATION:
        return ContactKind.VERIFY
    return None


def do_is(opened: Open | None, name: str) -> TypeGuard[Open]:
    """Tell whether the form of a step or an act stands open."""
    return opened is not None and opened.name == name


def _open(
    page: CasePage,
    offers: Sequence[Offer],
    acts: frozenset[str],
    wanted: str,
    form: DeskForm | None,
) -> Open | None:
    """Open the form that was asked for, if the case may take it now."""
    if any(offer.row.move == wanted and offer.blocked is None for offer in offers):
        joined = page.context.situation.joined > 0
        step = (
            form
            if isinstance(form, StepForm)
            else form_of(Move(wanted), page.case, sent=False, joined=joined)
        )
        if form is None and wanted == Move.ACCEPT:
            _suggest_item(step, page)
        if form is None and wanted == Move.MERGE:
            step["parent"].data = parse_case_number(request.args.get("parent", ""))
        return Open(wanted, True, step)
    if wanted in acts and wanted in REQUEST_FORMS:
        return Open(wanted, False, form or request_form(wanted, page.case, sent=False))
    if wanted == "reveal" or (wanted in acts and wanted in ACT_FORMS):
        if form is None and wanted == "assign":
            form = assign_form(page.case)
        return Open(wanted, False, form or ACT_FORMS[wanted](formdata=None))
    return None


def _suggest_item(form: StepForm, page: CasePage) -> None:
    """Put the item that was named when filing into a form nobody has touched."""
    item, lang = page.facts.item, str(get_locale())
    form["item"].data = "listed"
    if item is not None:
        form["item_words"].data = item.name_en if lang == "en" and item.name_en else item.name_zh


def _side() -> Side:
    wanted = request.args.get("show", "")
    return Side(wanted) if wanted in set(Side) else Side.ALL


def _parent(page: CasePage, actor: Actor) -> Case | None:
    """Find the case this one was joined to, where this person may read it."""
    parent = page.context.around.parent
    if parent is None:
        return None
    try:
        return case_of(actor, parent.number)
    except NotFound:
        return None


def _version_of(form: DeskForm | None) -> int | None:
    version = getattr(form, "version", None)
    return version.number if version is not None else None


def _names_of_departments(page: CasePage, lang: str) -> dict[int, str]:
    named = {line.body.get("department") for line in page.lines if line.body}
    return names_of_departments({number for number in named if number}, lang)


def _dates(context: Context) -> dict[str, Any]:
    """Tell, for each complexity, the date that would be promised if it were accepted now."""
    table, case, situation = context.place.timetable, context.case, context.situation
    found = {}
    for complexity in Complexity:
        limit = limit_of(
            "reply",
            region=context.place.region,
            hall_id=case.hall_id,
            complexity=complexity.value,
            party=case.party_kind.value,
            on=situation.today,
        )
        deadline = due(
            situation.now, limit.n, limit.unit.value, table.calendar, table.hours, table.zone
        )
        found[complexity.value] = deadline.due_at
    return found
