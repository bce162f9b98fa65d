"""The forms by which a case asks other departments for their part, with what they list."""

from collections.abc import Callable, Mapping

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from desk.casework.models import Case
from desk.casework.queries.tasks import tasks_of
from desk.casework.words import TaskState
from desk.kernel.clock import utc_now
from desk.kernel.form import DeskForm, OneOf, Paragraph, Version
from desk.organisation.queries import departments_of, home_timetable, names_of_departments
from desk.workbench.forms import LONG


class AskTaskForm(DeskForm):
    """Which other department is asked for its part, and what that is."""

    version = Version()
    department = OneOf(_l("Department"), required=_l("Choose which department is asked."))
    brief = Paragraph(
        _l("What it has to do"), longest=LONG, required=_l("Write what this department has to do.")
    )


class DropTaskForm(DeskForm):
    """Which part is not needed any more, and why."""

    version = Version()
    task = OneOf(_l("Whose part"), required=_l("Choose one that is still open."))
    text = Paragraph(_l("Why"), longest=LONG, required=_l("Write why it is not needed any more."))


class AnswerTaskForm(DeskForm):
    """What a department answers that was asked for its part."""

    text = Paragraph(
        _l("What your department found or did"),
        longest=LONG,
        required=_l("Write what your department found or did."),
    )


Given = MultiDict[str, str] | None


def ask_form(case: Case, given: Given) -> AskTaskForm:
    """List the departments that can be asked: every one but the answering."""
    lang, now = str(get_locale()), utc_now()
    form = AskTaskForm(formdata=given)
    form.department.choices = [
        (str(d.id), d.name_en if lang == "en" else d.name_zh)
        for d in departments_of(case.region_id, home_timetable(now).local_day(now))
        if d.id != case.department_id
    ]
    return form


def drop_form(case: Case, given: Given) -> DropTaskForm:
    """List the departments that still owe their part."""
    form = DropTaskForm(formdata=given)
    open_ones = [task for task in tasks_of(case) if task.state is TaskState.OPEN]
    names = names_of_departments({task.department_id for task in open_ones}, str(get_locale()))
    form.task.choices = [(str(task.id), names[task.department_id]) for task in open_ones]
    return form


TASK_FORMS: Mapping[str, Callable[[Case, Given], DeskForm]] = {
    "ask_task": ask_form,
    "drop_task": drop_form,
}
