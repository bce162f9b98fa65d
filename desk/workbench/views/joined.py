"""Cases joined to one another: the list of them, and what their complainants say."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.actions import asking_joined
from desk.casework.actions.asking_joined import JoinedAnswer
from desk.casework.labels import SHAPE, STAFF_STATUS
from desk.casework.models import Case
from desk.casework.queries.joined import asked_among, joined_page
from desk.casework.queries.scope import case_of
from desk.casework.words import Solved
from desk.kernel.clock import utc_now
from desk.kernel.paging import read_cursor
from desk.workbench.forms import JoinedForm
from desk.workbench.views.acts import do
from desk.workbench.views.doors import blueprint


@blueprint.get("/cases/<number>/joined")
@requires(Permission.CASE_READ)
def joined(number: str) -> ResponseReturnValue:
    actor = current_actor()
    case = case_of(actor, number)
    page = joined_page(actor, case, read_cursor(request.args.get("at")))
    return render_template(
        "workbench/joined.html",
        case=case,
        page=page,
        asked=asked_among(case, page.rows),
        status_words=STAFF_STATUS,
        shapes=SHAPE,
    )


@blueprint.post("/cases/<number>/acts/ask-joined")
@requires(Permission.CASE_FOLLOW_UP)
def ask_joined(number: str) -> ResponseReturnValue:
    form, actor = JoinedForm(), current_actor()

    def work() -> Case:
        answer = JoinedAnswer(
            form.reached.data == "yes",
            Solved(form.solved.data) if form.solved.data else None,
            {"yes": True, "no": False}.get(form.in_time.data),
            int(form.result_score.data) if form.result_score.data else None,
            int(form.attitude_score.data) if form.attitude_score.data else None,
            str(form.note.data or ""),
        )
        return asking_joined.ask_joined(
            number, answer, version=form.version.number, by=actor, now=utc_now()
        )

    return do(number, "ask_joined", form, work, _("The call is recorded."))
