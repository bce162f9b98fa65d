"""What departments owe to cases that others answer: their list, one task, and asking for it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.actions import asking_tasks
from desk.casework.labels import TASK
from desk.casework.queries.scope import case_of
from desk.casework.queries.tasks import answered_page, open_page, task_row
from desk.casework.situation import TaskData
from desk.casework.words import TaskState
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.kernel.paging import read_cursor
from desk.organisation.queries import home_timetable
from desk.workbench.due import due_of
from desk.workbench.views.acts import do
from desk.workbench.views.doors import blueprint
from desk.workbench.views.task_forms import AnswerTaskForm, ask_form, drop_form


@blueprint.get("/tasks")
@requires(Permission.TASK_SEE)
def tasks() -> ResponseReturnValue:
    """List what the person's departments owe, or have answered."""
    actor, now = current_actor(), utc_now()
    answered = request.args.get("show") == "answered"
    find = answered_page if answered else open_page
    page = find(actor, read_cursor(request.args.get("at")))
    table = home_timetable(now)
    rows = [(row, due_of(row.task.due_at, now, table)) for row in page.rows]
    return render_template("workbench/tasks.html", page=page, rows=rows, answered=answered)


@blueprint.get("/tasks/<uuid:key>")
@requires(Permission.TASK_SEE)
def task(key: UUID) -> ResponseReturnValue:
    return _show(key, AnswerTaskForm(formdata=None)), 200


@blueprint.post("/tasks/<uuid:key>")
@requires(Permission.TASK_ANSWER)
def answer_task(key: UUID) -> ResponseReturnValue:
    form, actor = AnswerTaskForm(), current_actor()
    if not form.validate_on_submit():
        return _show(key, form), 422
    try:
        with transaction():
            asking_tasks.answer_task(key, str(form.text.data), by=actor, now=utc_now())
    except Invalid as error:
        form.blame(error)
        return _show(key, form), 422
    except (Conflict, NotAllowed) as error:
        form.form_errors.append(error.message)
        return _show(key, form), 409 if isinstance(error, Conflict) else 403
    flash(_("Answered. Whoever answers the case reads it now."), "done")
    return redirect(url_for("workbench.tasks"), 303)


def _show(key: UUID, form: AnswerTaskForm) -> str:
    end_read()
    actor, now = current_actor(), utc_now()
    row = task_row(actor, key)
    return render_template(
        "workbench/task.html",
        row=row,
        due=due_of(row.task.due_at, now, home_timetable(now)),
        form=form,
        may_answer=row.task.state is TaskState.OPEN and actor.may(Permission.TASK_ANSWER),
        words=TASK,
    )


@blueprint.post("/cases/<number>/acts/ask-task")
@requires(Permission.CASE_ASK_TASK)
def ask_task(number: str) -> ResponseReturnValue:
    actor = current_actor()
    form = ask_form(case_of(actor, number), request.form)
    return do(
        number,
        "ask_task",
        form,
        lambda: asking_tasks.ask_task(
            number,
            TaskData(int(str(form.department.data)), str(form.brief.data)),
            version=form.version.number,
            by=actor,
            now=utc_now(),
        ),
        _("Asked. It stands in the list of that department."),
    )


@blueprint.post("/cases/<number>/acts/drop-task")
@requires(Permission.CASE_ASK_TASK)
def drop_task(number: str) -> ResponseReturnValue:
    actor = current_actor()
    form = drop_form(case_of(actor, number), request.form)
    return do(
        number,
        "drop_task",
        form,
        lambda: asking_tasks.drop_task(
            number,
            UUID(str(form.task.data)),
            str(form.text.data),
            version=form.version.number,
            by=actor,
            now=utc_now(),
        ),
        _("Recorded. The case no longer waits for it."),
    )
