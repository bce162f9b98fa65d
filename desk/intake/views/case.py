"""The page of a case for its complainant, and what can be done from it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor, ActorKind
from desk.access.doors import public, takes_files
from desk.audit.models import LedgerLine
from desk.casework.actions import acts, asking_joined, pressing
from desk.casework.actions.move import move
from desk.casework.actions.pressing import nudge_from
from desk.casework.labels import DONE, STATUS, TURN
from desk.casework.models import Case, CaseMessage
from desk.casework.numbers import parse_case_number
from desk.casework.queries.scope import case_of
from desk.casework.situation import StepData
from desk.casework.words import Kind, MessageKind, Solved, Status
from desk.casework.workflow import Move
from desk.files.arriving import taking_in
from desk.files.incoming import Arrived
from desk.files.kinds import MOST_AT_ONCE, PUBLIC_FAMILIES
from desk.intake import queries
from desk.intake.forms import ConfirmForm, ConsentForm, EmptyForm, TextForm, TrackForm
from desk.intake.views.doors import MESSAGES, blueprint, count_uploads, house, lang, throttle
from desk.intake.views.tracking import actor_for, door
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.errors import Busy, Conflict, Invalid, NotAllowed, TooMany
from desk.kernel.form import DeskForm
from desk.kernel.uploads import Upload
from desk.kernel.vault import hashes
from desk.publishing.actions import give_consent, withdraw_consent
from desk.publishing.labels import CONSENT
from desk.publishing.queries import consent_of
from desk.publishing.words import CONSENT_WORDS

MESSAGE = "message"
STEPS = {
    "confirm": {Move.CONFIRM},
    "supply": {Move.SUPPLY},
    "dispute": {Move.REDO, Move.REDO_0},
    "reopen": {Move.REOPEN, Move.REOPEN_0},
    "restore": {Move.RESTORE},
    "withdraw": {Move.WITHDRAW},
    "unmerge": {Move.UNMERGE},
}
TEXT_MOVES = {
    "supply": Move.SUPPLY,
    "dispute": Move.REDO,
    "reopen": Move.REOPEN,
    "restore": Move.RESTORE,
    "withdraw": Move.WITHDRAW,
    "unmerge": Move.UNMERGE,
}
WITH_FILES = frozenset({MESSAGE, "supply", "dispute", "reopen"})
ASKED = {
    MESSAGE: _l("Write to the desk"),
    "supply": _l("Write what the window asked for."),
    "dispute": _l("What is still missing? It goes back to be done again, with a new date."),
    "reopen": _l("What is still not right? You can do this for 30 days."),
    "restore": _l("Why should it go on? You can do this for 30 days."),
    "withdraw": _l(
        "Why do you withdraw it? Nobody may press you to; you can take this back for 30 days."
    ),
    "unmerge": _l("Why is yours a matter of its own? It begins again at the window."),
}
MINE = {
    "submit": _l("You told us"),
    "supply": _l("You supplied what was missing"),
    "confirm": _l("You said whether it is solved"),
    "redo": _l("You asked to have it done again"),
    "redo_0": _l("You asked to have it done again"),
    "reopen": _l("You opened it again"),
    "reopen_0": _l("You opened it again"),
    "withdraw": _l("You withdrew it"),
    "restore": _l("You took the withdrawal back"),
    "unmerge": _l("You took it out again: a matter of its own"),
    "nudge": _l("You asked to hurry"),
}
"""What a line of the ledger is called when whoever filed the case wrote it."""


def _told(line: LedgerLine) -> str:
    if line.what == acts.Act.RECORD_CONTACT:
        reached = bool((line.body or {}).get("reached"))
        return str(_("You were called") if reached else _("We tried to call you"))
    promised = (line.body or {}).get("promised_on")
    if line.what in {"extend", "resume", "correct_date", "reclassify"} and promised:
        day = format_date(date.fromisoformat(promised), "long")
        return str(_("%(what)s. You get the answer by %(day)s", what=DONE[line.what], day=day))
    own = MINE.get(line.what) if line.actor_kind == ActorKind.COMPLAINANT else None
    return str(own or DONE.get(line.what, ""))


@blueprint.get("/complaints/<number>")
@public
def case(number: str) -> ResponseReturnValue:
    actor = actor_for(number)
    if actor is None:
        return redirect(url_for("intake.track", number=number), 303)
    return _page(number, actor)


def _page(
    number: str, actor: Actor, *, name: str = "", form: DeskForm | None = None, status: int = 200
) -> tuple[str, int]:
    """Show a case; `form` is what was just refused, `name` the act it was for.

    What was written for an act that is no longer offered is shown above, to be copied.
    """
    seen = queries.tracked(case_of(actor, number), actor, now=utc_now())
    free = {offer.row.move for offer in seen.offers if offer.blocked is None}
    offered = [step for step, moves in STEPS.items() if moves & free]
    offered += [MESSAGE] if acts.can_write(seen.context.situation) else []
    first = nudge_from(seen.context)
    offered += ["nudge"] if first is not None and first <= seen.context.situation.today else []
    offered += ["confirm_joined"] if seen.may_confirm_joined else []
    refused = form if isinstance(form, TextForm) else None
    if refused:
        refused.files.ask_again()
    page = render_template(
        "intake/case.html",
        seen=seen,
        case=seen.case,
        offered=offered,
        status_words=STATUS,
        turn_words=TURN,
        happened=_happened(seen),
        messages=_messages(seen),
        asked_for=_asked_for(seen),
        form=form,
        nudge_again=first if "nudge" not in offered else None,
        lost=refused.text.data if refused and name not in offered else "",
        forms={act: refused if refused and act == name else _empty(act) for act in ASKED},
        with_files=WITH_FILES,
        most=MOST_AT_ONCE,
        solved=(form if isinstance(form, ConfirmForm) else ConfirmForm(formdata=None)).solved,
        S=Status,
        **_telling(seen.case),
    )
    return page, status


def _telling(case: Case) -> dict[str, object]:
    """Say what a complainant is asked about telling others; nothing before the case is closed."""
    asked = case.status is Status.CLOSED and case.kind is Kind.COMPLAINT
    return {
        "may_tell": asked,
        "consent": consent_of(case.region_id, case.id) if asked else None,
        "consent_words": CONSENT,
        "words_now": CONSENT_WORDS,
    }


def _happened(seen: queries.Tracked) -> list[tuple[str, datetime]]:
    """Tell the steps of a case, and of the one it was joined to, in the order they were taken."""
    theirs = seen.followed.lines if seen.followed else ()
    lines = sorted([*seen.lines, *theirs], key=lambda line: line.at)
    own = {acts.Act.ADD_MESSAGE}
    return [(words, line.at) for line in lines if line.what not in own if (words := _told(line))]


def _messages(seen: queries.Tracked) -> list[CaseMessage]:
    """Give what was written in a case, with what was said to all in the one it was joined to."""
    to_all = seen.followed.messages if seen.followed else ()
    return sorted([*seen.messages, *to_all], key=lambda message: message.at)


def _asked_for(seen: queries.Tracked) -> CaseMessage | None:
    """Find what the window asked for last, to show it where it is to be given."""
    notices = [one for one in seen.messages if one.kind == MessageKind.SUPPLEMENT_NOTICE]
    return notices[-1] if notices else None


def _named(form: TextForm, name: str) -> TextForm:
    """Tell the field of one act from those of the others on the page."""
    form.text.id, form.text.label.text = f"{name}-text", ASKED[name]
    form.files.id = f"{name}-files"
    return form


def _empty(name: str) -> TextForm:
    return _named(TextForm(formdata=None), name)


def _act(
    number: str,
    name: str,
    form: DeskForm,
    work: Callable[[Actor, tuple[Arrived, ...]], Case],
    done: str,
) -> ResponseReturnValue:
    """Do something to the case, or show its page again with what was typed."""
    actor = actor_for(number)
    if actor is None:
        return _signed_out(number, form)
    if not form.validate_on_submit() or not _without_code(number, actor, form):
        return _page(number, actor, name=name, form=form, status=422)
    uploads: Sequence[Upload] = form.files.data if isinstance(form, TextForm) else ()
    place = house()
    try:
        throttle().hit(
            MESSAGES,
            hashes().index("messages", number).hex(),
            _("Much was sent about this case within an hour. Your text is kept; send it later."),
        )
        count_uploads(uploads)
        with (
            taking_in(uploads, PUBLIC_FAMILIES, place.store, reserve=place.reserve) as arrived,
            transaction(),
        ):
            work(actor, arrived)
    except Invalid as error:
        form.blame(error)
        return _page(number, actor, name=name, form=form, status=422)
    except (Conflict, NotAllowed) as error:
        form.form_errors.append(error.message)
        return _page(number, actor, name=name, form=form, status=409)
    except (TooMany, Busy) as error:
        form.form_errors.append(error.message)
        status = 429 if isinstance(error, TooMany) else 503
        page = _page(number, actor, name=name, form=form, status=status)
        return *page, {"Retry-After": str(error.retry_after)}
    flash(done, "done")
    return redirect(url_for("intake.case", number=number), 303)


def _without_code(number: str, actor: Actor, form: DeskForm) -> bool:
    """Refuse a text that holds the code of its case: staff would read it."""
    if not isinstance(form, TextForm):
        return True
    if not queries.holds_code(case_of(actor, number), str(form.text.data)):
        return True
    form.text.errors = [_("Do not write your access code here. Take it out.")]
    return False


def _signed_out(number: str, form: DeskForm) -> ResponseReturnValue:
    """Ask for number and code again, with the text that was written to be copied."""
    again = TrackForm(formdata=None)
    again.number.data = parse_case_number(number) or ""
    again.form_errors.append(_("You were signed out of this case. Open it again to send this."))
    return door(again, 403, kept=str(form.text.data or "") if isinstance(form, TextForm) else "")


@blueprint.post("/complaints/<number>/message")
@takes_files
@public
def message(number: str) -> ResponseReturnValue:
    form = _named(TextForm(), MESSAGE)
    return _act(
        number,
        MESSAGE,
        form,
        lambda actor, files: acts.add_message(
            number, str(form.text.data), version=None, by=actor, now=utc_now(), files=files
        ),
        _("Your message is with the desk."),
    )


@blueprint.post(
    "/complaints/<number>/<any(supply, dispute, withdraw, reopen, restore, unmerge):step>"
)
@takes_files
@public
def text_step(number: str, step: str) -> ResponseReturnValue:
    form = _named(TextForm(), step)
    return _act(
        number,
        step,
        form,
        lambda actor, files: move(
            number,
            TEXT_MOVES[step],
            StepData(version=form.version.number, text=form.text.data, files=files),
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
        lambda actor, _files: move(
            number,
            Move.CONFIRM,
            StepData(version=form.version.number, solved=Solved(str(form.solved.data))),
            by=actor,
            now=utc_now(),
        ),
        _("Thank you. The case is closed as you said."),
    )


@blueprint.post("/complaints/<number>/nudge")
@public
def nudge(number: str) -> ResponseReturnValue:
    return _act(
        number,
        "nudge",
        EmptyForm(),
        lambda actor, _files: pressing.nudge(number, by=actor, now=utc_now()),
        _("Whoever has your case now has been told that you ask to hurry."),
    )


@blueprint.post("/complaints/<number>/confirm-joined")
@public
def confirm_joined(number: str) -> ResponseReturnValue:
    form = ConfirmForm()
    return _act(
        number,
        "confirm_joined",
        form,
        lambda actor, _files: asking_joined.confirm_joined(
            number,
            Solved(str(form.solved.data)),
            version=form.version.number,
            by=actor,
            now=utc_now(),
        ),
        _("Thank you. We have written down what you said."),
    )


@blueprint.post("/complaints/<number>/telling")
@public
def telling_others(number: str) -> ResponseReturnValue:
    """Agree that others are told of the case, or take the agreement back."""
    form = ConsentForm()

    def work(actor: Actor, _files: tuple[Arrived, ...]) -> Case:
        found = case_of(actor, number)
        if form.agree.data == "yes":
            give_consent(found, lang(), by=actor, now=utc_now())
        else:
            withdraw_consent(found, by=actor, now=utc_now())
        return found

    done = (
        _("Thank you. Two people read the text over before anybody else can.")
        if form.agree.data == "yes"
        else _("You took it back. What rested on it is no longer to be read.")
    )
    return _act(number, "telling", form, work, done)
