"""What is filled in once for many cases."""

from collections.abc import Collection
from datetime import date

from flask_babel import lazy_gettext as _l

from desk.casework.labels import COMPLEXITY
from desk.casework.together import Together
from desk.kernel.form import DeskForm, OneOf, Paragraph
from desk.organisation.queries import departments_of, home_region
from desk.workbench.choosing import colleagues_to_choose
from desk.workbench.forms import LONG


class TogetherForm(DeskForm):
    """Nothing but the button."""


class AcceptForm(TogetherForm):
    complexity = OneOf(
        _l("How complex are they?"),
        choices=list(COMPLEXITY.items()),
        required=_l("Choose how complex the matter is; the promised date follows from it."),
    )


class AskForm(TogetherForm):
    text = Paragraph(
        _l("What is missing, all of it in one notice"),
        longest=LONG,
        required=_l("Write what the other side has to know."),
    )


class DispatchForm(TogetherForm):
    department = OneOf(
        _l("Department that answers"), required=_l("Choose the department that answers.")
    )


class AssignForm(TogetherForm):
    user = OneOf(_l("Handler"), required=_l("Choose who handles it."))


class NoteForm(TogetherForm):
    text = Paragraph(_l("Text"), longest=LONG, required=_l("Write something before sending."))


FORMS: dict[Together, type[TogetherForm]] = {
    Together.ACCEPT: AcceptForm,
    Together.ASK_SUPPLEMENT: AskForm,
    Together.DISPATCH: DispatchForm,
    Together.SIGN: TogetherForm,
    Together.TAKE: TogetherForm,
    Together.ASSIGN: AssignForm,
    Together.NOTE: NoteForm,
}


def form_for(
    name: Together, *, sent: bool, departments: Collection[int], today: date, lang: str
) -> TogetherForm:
    """Make the form of a step or act; `departments` are those that have the cases now."""
    kind = FORMS[name]
    form = kind() if sent else kind(formdata=None)
    if isinstance(form, DispatchForm):
        form.department.choices = [
            (str(one.id), one.name_en if lang == "en" and one.name_en else one.name_zh)
            for one in departments_of(home_region().id, today)
        ]
    if isinstance(form, AssignForm):
        form.user.choices = [*colleagues_to_choose(sorted(departments), today)]
    return form
