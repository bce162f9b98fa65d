"""Following a case by number and code: its page, and what its complainant may do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor, complainant_of
from desk.access.doors import public
from desk.casework.actions import acts
from desk.casework.actions.move import move
from desk.casework.labels import DONE, STATUS, TURN
from desk.casework.models import Case
from desk.casework.numbers import parse_case_number
from desk.casework.queries.access import opened_by
from desk.casework.queries.scope import case_of
from desk.casework.situation import StepData
from desk.casework.words import Result, Solved, Status
from desk.casework.workflow import Move
from desk.intake import queries
from desk.intake.forms import ConfirmForm, EmptyForm, TextForm, TrackForm
from desk.intake.views.doors import MESSAGES, TRACK, WRONG, address_key, blueprint, throttle
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from desk.kernel.form import DeskForm
from desk.kernel.vault import hashes

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=2)

TEXT_MOVES = {
    "supply": Move.SUPPLY,
    "dispute": Move.REDO,
    "withdraw": Move.WITHDRAW,
    "reopen": Move.REOPEN,
    "restore": Move.RESTORE,
}


@blueprint.route("/complaints/track", methods=["GET", "POST"])
@public
def track() -> ResponseReturnValue:
    form = TrackForm()
    if request.method == "GET":
        number = parse_case_number(request.args.get("number", "")[:40])
        form.number.data = number or ""
        return render_template("intake/track.html", form=form)
    if not form.validate_on_submit():
        return render_template("intake/track.html", form=form), 422
    try:
        case = _open(str(form.number.data), str(form.code.data))
    except TooMany as error:
        form.form_errors.append(error.message)
        return (
            render_template("intake/track.html", form=form),
            429,
            {"Retry-After": str(error.retry_after)},
        )
    if case is None:
        form.form_errors.append(_("Number and code do not fit together. Check both and try again."))
        return render_template("intake/track.html", form=form), 422
    return redirect(url_for("intake.case", number=case.number), 303)


def _open(number: str, code: str) -> Case | None:
    """Open a case for this browser; wrong tries count per number, known or not."""
    now = utc_now()
    sentence = _("This was tried too often. Wait a little, then try again.")
    throttle().hit(TRACK, address_key(now), sentence)
    key = hashes().index("track", parse_case_number(number) or number).hex()
    throttle().check(WRONG, key, sentence)
    case = opened_by(number, code)
    if case is None:
        throttle().count(WRONG, key)
        return None
    session.clear()
    session["case"] = {
        "region": case.region_id,
        "id": case.id.hex,
        "number": case.number,
        "since": now.isoformat(),
        "seen": now.isoformat(),
    }
    return case


def _actor(number: str) -> Actor | None:
    """Tell who has this case open in this browser; None when nobody, or for too long."""
    kept = session.get("case")
    if not isinstance(kept, dict) or kept.get("number") != number:
        return None
    now = utc_now()
    since, seen = (datetime.fromisoformat(kept[name]) for name in ("since", "seen"))
    if now - seen > IDLE or now - since > ABSOLUTE:
        session.pop("case", None)
        return None
    session["case"] = {**kept, "seen": now.isoformat()}
    return complainant_of(int(kept["region"]), UUID(kept["id"]))


def _to_door(number: str) -> ResponseReturnValue:
    return redirect(url_for("intake.track", number=number), 303)


@blueprint.get("/complaints/<number>")
@public
def case(number: str) -> ResponseReturnValue:
    actor = _actor(number)
    return _to_door(number) if actor is None else _page(number, actor)


def _page(
    number: str,
    actor: Actor,
    *,
    open_form: str = "",
    form: DeskForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now = utc_now()
    seen = queries.tracked(case_of(actor, number), actor, now=now)
    offered = {offer.row.move: offer.blocked for offer in seen.offers}
    answer = render_template(
        "intake/case.html",
        seen=seen,
        case=seen.case,
        offered=offered,
        status_words=STATUS,
        turn_words=TURN,
        done_words=DONE,
        open_form=open_form or request.args.get("do", ""),
        form=form,
        text_form=form if isinstance(form, TextForm) else TextForm(),
        confirm_form=form if isinstance(form, ConfirmForm) else ConfirmForm(),
        leave_form=EmptyForm(),
        M=Move,
        S=Status,
        RESULTS=Result,
    )
    return answer, status


def _act(
    number: str,
    name: str,
    form: DeskForm,
    work: Callable[[Actor], Case],
    done: str,
) -> ResponseReturnValue:
    """Do something to the case, or show its page again with what was typed."""
    actor = _actor(number)
    if actor is None:
        form.form_errors.append(_("You were signed out of this case. Open it again to send this."))
        return _signed_out(number, form)
    if not form.validate_on_submit():
        return _page(number, actor, open_form=name, form=form, status=422)
    try:
        throttle().hit(MESSAGES, hashes().index("messages", number).hex(), "")
        with transaction():
            work(actor)
    except Invalid as error:
        form.blame(error)
        return _page(number, actor, open_form=name, form=form, status=422)
    except (Conflict, NotAllowed) as error:
        form.form_errors.append(error.message)
        return _page(number, actor, open_form=name, form=form, status=409)
    flash(done, "done")
    return redirect(url_for("intake.case", number=number), 303)


def _signed_out(number: str, form: DeskForm) -> ResponseReturnValue:
    """Ask for number and code again, with the text that was written to be copied."""
    again = TrackForm(formdata=None)
    again.number.data = parse_case_number(number) or ""
    again.form_errors.extend(form.form_errors)
    kept = getattr(form, "text", None)
    page = render_template("intake/track.html", form=again, kept=kept.data if kept else "")
    return page, 403


@blueprint.post("/complaints/<number>/message")
@public
def message(number: str) -> ResponseReturnValue:
    form = TextForm()
    return _act(
        number,
        "message",
        form,
        lambda actor: acts.add_message(
            number, str(form.text.data), version=None, by=actor, now=utc_now()
        ),
        _("Your message is with the desk."),
    )


@blueprint.post("/complaints/<number>/<any(supply, dispute, withdraw, reopen, restore):step>")
@public
def text_step(number: str, step: str) -> ResponseReturnValue:
    form = TextForm()
    return _act(
        number,
        step,
        form,
        lambda actor: move(
            number,
            TEXT_MOVES[step],
            StepData(version=form.version.number, text=form.text.data),
            by=actor,
            now=utc_now(),
        ),
        _("Done. The page shows where your case stands now."),
    )


@blueprint.post("/complaints/<number>/confirm")
@public
def confirm(number: str) -> ResponseReturnValue:
    form = ConfirmForm()
    return _act(
        number,
        "confirm",
        form,
        lambda actor: move(
            number,
            Move.CONFIRM,
            StepData(version=form.version.number, solved=Solved(str(form.solved.data))),
            by=actor,
            now=utc_now(),
        ),
        _("Thank you. The case is closed as you said."),
    )


@blueprint.post("/complaints/<number>/leave")
@public
def leave(number: str) -> ResponseReturnValue:  # noqa: ARG001 - the address names it
    """Close the case for this browser, for phones that others use as well."""
    if EmptyForm().validate_on_submit():
        session.pop("case", None)
        flash(_("The case is closed for this browser."), "done")
        return redirect(url_for("intake.track"), 303)
    raise NotFound(_("Nothing was sent. Go back and use the button."))
