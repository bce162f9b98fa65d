"""The forms of the page of a case, by name: empty, as they were sent, or as they were kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from flask import request
from flask_babel import get_locale, gettext
from werkzeug.datastructures import MultiDict

from desk.casework.actions.diverting import diversion_codes
from desk.casework.models import Case
from desk.casework.numbers import parse_case_number
from desk.casework.queries.rulings import Ruled
from desk.casework.queries.story import CasePage
from desk.casework.queries.undertakings import has_open_undertaking
from desk.casework.words import UNFOUNDED, Status
from desk.casework.workflow import BY_MOVE, Move, Offer
from desk.files.arriving import FIELD
from desk.kernel.clock import utc_now
from desk.kernel.form import DeskForm, Line
from desk.organisation.queries import codes_of, departments_of, home_timetable, names_of_departments
from desk.workbench.choosing import colleagues_to_choose
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
    NoteForm,
    ReclassifyForm,
    StepForm,
    SuperviseForm,
    TakeForm,
    TextForm,
    step_form,
)
from desk.workbench.rating_forms import AgreeForm, AppealRatingForm, VerdictForm
from desk.workbench.side_forms import RevealForm, SetCauseForm, SetItemForm
from desk.workbench.views.task_forms import TASK_FORMS, AskTaskForm, DropTaskForm
from desk.writing.drafts import Kept

REQUEST_FORMS: Mapping[str, type[DeskForm]] = {
    "ask_return": AskReturnForm,
    "ask_extension": AskTimeForm,
    "ask_pause": AskPauseForm,
    "reclassify": ReclassifyForm,
    "set_item": SetItemForm,
    "set_cause": SetCauseForm,
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
    "agree_unfounded": AgreeForm,
    "decide_appeal": DecideForm,
    "appeal_rating": AppealRatingForm,
    "message": MessageForm,
    "note": NoteForm,
    "assign": AssignForm,
    "name": NameForm,
    "step_back": TakeForm,
    "ask_joined": JoinedForm,
    "ask_task": AskTaskForm,
    "drop_task": DropTaskForm,
    "urge": TextForm,
    "supervise": SuperviseForm,
    "answer_order": TextForm,
    "lift_order": TextForm,
    "escalate": TextForm,
    "reveal": RevealForm,
}
Given = MultiDict[str, str] | None
"""What a form is filled with; None leaves it empty."""


@dataclass(frozen=True, slots=True)
class Open:
    """The form that stands open: its name, whether it is a step, and the draft it shows, if any.

    `other` is a draft of the same form that another tab has kept meanwhile.
    """

    name: str
    is_step: bool
    form: DeskForm
    draft: Kept | None = None
    other: Kept | None = None

    @property
    def keeps(self) -> bool:
        """Tell whether there is anything to write in it, and so a draft to keep."""
        return self.name != "reveal" and any(isinstance(field, Line) for field in self.form)


def form_named(name: str, case: Case, given: Given, *, joined: bool) -> DeskForm | None:
    """Make the form of a step, a request or an act; None where there is none of that name."""
    if name in REQUEST_FORMS:
        return request_form(name, case, given)
    if name == "assign":
        return assign_form(case, given)
    if name in TASK_FORMS:
        return TASK_FORMS[name](case, given)
    if name == "supervise":
        return supervise_form(case, given)
    if name in ACT_FORMS:
        return ACT_FORMS[name](formdata=given)
    return form_of(Move(name), case, given, joined=joined) if name in set(Move) else None


def form_of(move: Move, case: Case, given: Given, *, joined: bool) -> StepForm:
    """Make the form of a step with the lists to choose from; `joined` where cases were joined."""
    now = utc_now()
    lang, today = str(get_locale()), home_timetable(now).local_day(now)
    needs = BY_MOVE[move].needs
    departments = departments_of(case.region_id, today) if "department" in needs else ()
    reasons = codes_of("reasons", today) if "root_cause" in needs else ()
    return step_form(
        move,
        [(str(d.id), d.name_en if lang == "en" else d.name_zh) for d in departments],
        [(entry.code, f"{entry.code} {entry.name(lang)}") for entry in reasons],
        given,
        joined=joined,
        improving="outcome" in needs and has_open_undertaking(case),
        unfounded=case.status is Status.REPLY_REVIEW and case.verdict in UNFOUNDED,
    )


def assign_form(case: Case, given: Given) -> AssignForm:
    """Make the form that lists who may be given the case."""
    now = utc_now()
    form = AssignForm(formdata=given)
    today = home_timetable(now).local_day(now)
    form.user.choices = [*colleagues_to_choose([case.department_id or 0], today)]
    return form


def supervise_form(case: Case, given: Given) -> SuperviseForm:
    """Make the form that lists who can be ordered to answer: the window, or who has the case."""
    lang, form = str(get_locale()), SuperviseForm(formdata=given)
    units = [("hall", gettext("The window"))]
    if case.department_id is not None:
        names = names_of_departments({case.department_id}, lang)
        units.insert(0, ("department", names[case.department_id]))
    form.unit.choices = units
    return form


def request_form(name: str, case: Case, given: Given) -> DeskForm:
    """Make the form of something to ask for or to answer, with the lists to choose from."""
    form = REQUEST_FORMS[name](formdata=given)
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
    if isinstance(form, SetCauseForm):
        form.root_cause.choices = [(e.code, e.name(lang)) for e in codes_of("reasons", today)]
    return form


def do_is(opened: Open | None, name: str) -> TypeGuard[Open]:
    """Tell whether the form of a step or an act stands open."""
    return opened is not None and opened.name == name


def open_form(
    page: CasePage,
    offers: Sequence[Offer],
    acts: Collection[str],
    wanted: str,
    form: DeskForm | None,
    drafts: Mapping[str, Kept],
    ruled: Ruled | None = None,
) -> Open | None:
    """Open the form that was asked for, if the case may take it now: as it was sent, or as kept."""
    is_step = any(offer.row.move == wanted and offer.blocked is None for offer in offers)
    if not is_step and not may_open(wanted, acts):
        return None
    if form is not None and (isinstance(form, StepForm) or not is_step):
        if FIELD in form:
            form[FIELD].ask_again()
        return Open(wanted, is_step, form)
    draft = drafts.get(wanted)
    joined = page.context.situation.joined > 0
    kept: Given = MultiDict(_pairs(draft)) if draft else None
    made = form_named(wanted, page.case, kept, joined=joined)
    if made is None:
        return None
    if draft is None and isinstance(made, StepForm):
        _suggest(made, wanted, page, ruled)
    return Open(wanted, is_step, made, draft)


def _pairs(draft: Kept) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in draft.fields.items() for text in texts]


def may_open(wanted: str, acts: Collection[str]) -> bool:
    """Tell whether a form that is no step may stand open."""
    known = wanted in REQUEST_FORMS or wanted in ACT_FORMS
    return wanted == "reveal" or (wanted in acts and known)


def _suggest(form: StepForm, wanted: str, page: CasePage, ruled: Ruled | None) -> None:
    """Put what is known already into a form nobody has touched."""
    if ruled is not None and "department" in form:
        form["department"].data = str(ruled.department_id)
    item, lang = page.facts.item, str(get_locale())
    if wanted == Move.ACCEPT:
        form["item"].data = "listed"
        if item is not None:
            form["item_words"].data = (item.name_en if lang == "en" else "") or item.name_zh
    if wanted == Move.MERGE:
        form["parent"].data = parse_case_number(request.args.get("parent", ""))
