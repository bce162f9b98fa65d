"""Pressing a case on: urging, wanting a written answer, answering it, raising it."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.actions import pressing
from desk.casework.models import Case
from desk.casework.queries.scope import case_of
from desk.kernel.clock import utc_now
from desk.workbench.forms import TextForm
from desk.workbench.views.acts import do
from desk.workbench.views.doors import blueprint
from desk.workbench.views.opening import supervise_form


def _written(number: str, name: str, work: Callable[..., Case], done: str) -> ResponseReturnValue:
    """Do what takes a text and nothing else."""
    form, actor = TextForm(), current_actor()
    return do(
        number,
        name,
        form,
        lambda: work(
            number, str(form.text.data), version=form.version.number, by=actor, now=utc_now()
        ),
        done,
    )


@blueprint.post("/cases/<number>/acts/urge")
@requires(Permission.CASE_URGE)
def urge(number: str) -> ResponseReturnValue:
    done = _("Whoever has the case is told. It stands in the story.")
    return _written(number, "urge", pressing.urge, done)


@blueprint.post("/cases/<number>/acts/supervise")
@requires(Permission.CASE_SUPERVISE)
def supervise(number: str) -> ResponseReturnValue:
    actor = current_actor()
    form = supervise_form(case_of(actor, number), request.form)
    return do(
        number,
        "supervise",
        form,
        lambda: pressing.supervise(
            number,
            str(form.text.data),
            to_hall=form.unit.data == "hall",
            days=form.days.number or 0,
            version=form.version.number,
            by=actor,
            now=utc_now(),
        ),
        _("It stands at the head of the case until it is answered."),
    )


@blueprint.post("/cases/<number>/acts/answer-order")
@requires(Permission.CASE_ANSWER_ORDER)
def answer_order(number: str) -> ResponseReturnValue:
    done = _("Answered. The supervisor is told.")
    return _written(number, "answer_order", pressing.answer_order, done)


@blueprint.post("/cases/<number>/acts/lift-order")
@requires(Permission.CASE_SUPERVISE)
def lift_order(number: str) -> ResponseReturnValue:
    done = _("Recorded. No written answer is wanted any more.")
    return _written(number, "lift_order", pressing.lift_order, done)


@blueprint.post("/cases/<number>/acts/escalate")
@requires(Permission.CASE_ESCALATE)
def escalate(number: str) -> ResponseReturnValue:
    done = _("Raised. Whoever leads from now on is named at the head of the case.")
    return _written(number, "escalate", pressing.escalate, done)
