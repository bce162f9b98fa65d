"""The forms by which a case asks other departments for their part, with what they list."""

from collections.abc import Callable, Mapping

from flask_babel import get_locale
from werkzeug.datastructures import MultiDict

from desk.casework.models import Case
from desk.casework.queries.tasks import tasks_of
from desk.casework.words import TaskState
from desk.kernel.clock import utc_now
from desk.kernel.form import DeskForm
from desk.organisation.queries import departments_of, home_timetable, names_of_departments
from desk.workbench.forms import AskTaskForm, DropTaskForm

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
