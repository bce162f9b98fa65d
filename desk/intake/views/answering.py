"""Answering by a link whether it is solved: two taps, once, and not a word of the story."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import actor_or_none, public
from desk.casework.actions.answering import Answer, answer
from desk.casework.queries.answer_links import Opened, opened_by
from desk.casework.words import Solved
from desk.intake import queries
from desk.intake.forms import AnswerForm
from desk.intake.views.doors import blueprint
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Gone, Invalid, NotAllowed, NotFound


@blueprint.route("/answer/<token>", methods=["GET", "POST"])
@public
def answer_by_link(token: str) -> ResponseReturnValue:
    if actor_or_none() is not None:
        raise NotAllowed(
            _("You are signed in as staff. Whether it is solved is said by whoever complained.")
        )
    opened, form = _opened(token), AnswerForm()
    if request.method == "GET":
        return _page(form, opened)
    if not form.validate_on_submit() or not _without_code(opened, form):
        return _page(form, _opened(token)), 422
    try:
        with transaction():
            answer(token, _said(form), now=utc_now())
    except Invalid as error:
        form.blame(error)
        return _page(form, _opened(token)), 422
    except Conflict as error:
        raise Gone(error.message) from error
    return redirect(url_for("intake.answered", said=form.solved.data), 303)


@blueprint.get("/answered")
@public
def answered() -> ResponseReturnValue:
    said = request.args.get("said", "")
    if said not in set(Solved):
        raise NotFound("")
    return render_template("intake/answered.html", said=Solved(said), S=Solved)


def _opened(token: str) -> Opened:
    """Find what a link asks about; raises NotFound for no link, Gone for one that is over."""
    end_read()
    opened = opened_by(token, now=utc_now())
    if opened is None:
        raise NotFound(_("This link opens nothing. Copy it whole from the message."))
    if opened.why_not is not None:
        raise Gone(opened.why_not)
    return opened


def _page(form: AnswerForm, opened: Opened) -> str:
    return render_template("intake/answer.html", form=form, case=opened.case)


def _without_code(opened: Opened, form: AnswerForm) -> bool:
    """Refuse a text that holds the code of its case: staff would read it."""
    if not queries.holds_code(opened.case, str(form.text.data or "")):
        return True
    form.text.errors = [_("Do not write your access code here. Take it out.")]
    return False


def _said(form: AnswerForm) -> Answer:
    result, attitude = form.result_score.data, form.attitude_score.data
    return Answer(
        Solved(str(form.solved.data)),
        in_time={"yes": True, "no": False}.get(str(form.in_time.data)),
        result_score=int(result) if result else None,
        attitude_score=int(attitude) if attitude else None,
        text=str(form.text.data or ""),
    )
