"""What is done to a case without moving it."""

from collections.abc import Callable

from babel.lists import format_list
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires, takes_files
from desk.access.permissions import Permission
from desk.casework.actions import acts, naming
from desk.casework.actions.acts import ContactData
from desk.casework.actions.revealing import reveal as reveal_identity
from desk.casework.mentions import has_mark, mentioned
from desk.casework.models import Case
from desk.casework.queries.colleagues import colleagues_of
from desk.casework.queries.context import context_of
from desk.casework.queries.scope import case_of
from desk.casework.words import ContactChannel, Verdict
from desk.files.incoming import Arrived
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.errors import Busy, Conflict, Invalid, NotAllowed, NotFound
from desk.kernel.form import DeskForm
from desk.workbench.forms import (
    ContactForm,
    MessageForm,
    NameForm,
    NoteForm,
    TakeForm,
)
from desk.workbench.looking import LOOKED_AT
from desk.workbench.rating_forms import VerdictForm
from desk.workbench.side_forms import RevealForm
from desk.workbench.views.doors import blueprint, came_from, list_address
from desk.workbench.views.keeping import forget_draft
from desk.workbench.views.looking import is_sure, look_over
from desk.workbench.views.opening import assign_form
from desk.workbench.views.page import contact_kind, refused, show
from desk.workbench.views.sent import taken_from


def do(
    number: str,
    name: str,
    form: DeskForm,
    work: Callable[[], Case],
    done: str,
) -> ResponseReturnValue:
    """Do something to a case, or show its page again with what was typed."""
    return do_with_files(number, name, form, lambda _files: work(), done)


def do_with_files(
    number: str,
    name: str,
    form: DeskForm,
    work: Callable[[tuple[Arrived, ...]], Case],
    done: str,
) -> ResponseReturnValue:
    """Do something to a case with the files of a form, laid down before the transaction begins."""
    if not form.validate_on_submit():
        return show(number, do=name, form=form), 422
    if name in LOOKED_AT:
        found = look_over(name, form, case_of(current_actor(), number))
        if not is_sure(found):
            return show(number, do=name, form=form, warned=found), 422
    try:
        with taken_from(form) as files, transaction():
            forget_draft(work(files), name, current_actor())
    except (Invalid, Conflict, NotAllowed, Busy) as error:
        return refused(number, error, form, name)
    flash(done, "done")
    return redirect(_where_next(number), 303)


def _where_next(number: str) -> str:
    """Stay with the case, or go to the queue when what was done takes it out of sight."""
    try:
        case_of(current_actor(), number)
    except NotFound:
        return list_address(came_from())
    return url_for("workbench.case", number=number)


@blueprint.post("/cases/<number>/acts/take")
@requires(Permission.CASE_TAKE)
def take(number: str) -> ResponseReturnValue:
    form, actor = TakeForm(), current_actor()
    return do(
        number,
        "take",
        form,
        lambda: acts.take(number, version=form.version.number, by=actor, now=utc_now()),
        _("The case is yours."),
    )


@blueprint.post("/cases/<number>/acts/assign")
@requires(Permission.CASE_ASSIGN)
def assign(number: str) -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    form = assign_form(case_of(actor, number), request.form)
    return do(
        number,
        "assign",
        form,
        lambda: acts.assign(
            number, int(str(form.user.data)), version=form.version.number, by=actor, now=now
        ),
        _("The case is assigned."),
    )


@blueprint.post("/cases/<number>/acts/contact")
@requires(Permission.CASE_READ)
def contact(number: str) -> ResponseReturnValue:
    form, actor, now = ContactForm(), current_actor(), utc_now()
    kind = contact_kind(context_of(case_of(actor, number), actor, now=now))

    def work() -> Case:
        if kind is None:
            raise Conflict(_("No call belongs to where the case stands now."))
        data = ContactData(
            kind,
            ContactChannel(str(form.channel.data)),
            form.reached.data == "yes",
            str(form.note.data or ""),
        )
        return acts.record_contact(number, data, version=form.version.number, by=actor, now=now)

    return do(number, "contact", form, work, _("The call is recorded."))


@blueprint.post("/cases/<number>/acts/verdict")
@requires(Permission.CASE_VERIFY)
def verdict(number: str) -> ResponseReturnValue:
    form, actor = VerdictForm(), current_actor()
    return do(
        number,
        "verdict",
        form,
        lambda: acts.record_verdict(
            number,
            Verdict(str(form.verdict.data)),
            str(form.note.data),
            version=form.version.number,
            by=actor,
            now=utc_now(),
        ),
        _("What you found is recorded."),
    )


@blueprint.post("/cases/<number>/acts/message")
@takes_files
@requires(Permission.CASE_READ)
def message(number: str) -> ResponseReturnValue:
    form, actor = MessageForm(), current_actor()
    return do_with_files(
        number,
        "message",
        form,
        lambda files: acts.add_message(
            number,
            str(form.text.data),
            version=form.version.number,
            by=actor,
            now=utc_now(),
            to_all=bool(form.to_all.data),
            files=files,
            theirs=bool(form.theirs.data),
        ),
        _("The message is sent. The complainant sees it on the page of the case."),
    )


@blueprint.post("/cases/<number>/acts/note")
@takes_files
@requires(Permission.CASE_NOTE)
def note(number: str) -> ResponseReturnValue:
    form, actor, now = NoteForm(), current_actor(), utc_now()
    text = str(form.text.data or "")
    named = mentioned(
        text, colleagues_of(case_of(actor, number), now=now) if has_mark(text) else ()
    )
    told = [one.name for one in named if one.id != actor.user_id]
    return do_with_files(
        number,
        "note",
        form,
        lambda files: acts.add_note(
            number, text, version=form.version.number, by=actor, now=now, files=files
        ),
        _(
            "The note is kept, and %(names)s will be told.",
            names=format_list(told, locale=get_locale()),
        )
        if told
        else _("The note is kept. Only colleagues of this case see it."),
    )


@blueprint.post("/cases/<number>/acts/name")
@requires(Permission.CASE_NAME)
def name(number: str) -> ResponseReturnValue:
    form, actor = NameForm(), current_actor()
    return do(
        number,
        "name",
        form,
        lambda: naming.name_staff(
            number, str(form.login.data), version=form.version.number, by=actor, now=utc_now()
        ),
        _("Recorded. They do not find this case any more."),
    )


@blueprint.post("/cases/<number>/acts/step-back")
@requires(Permission.CASE_STEP_BACK)
def step_back(number: str) -> ResponseReturnValue:
    form, actor = TakeForm(), current_actor()
    return do(
        number,
        "step_back",
        form,
        lambda: naming.declare_interest(
            number, version=form.version.number, by=actor, now=utc_now()
        ),
        _("You have stepped back. The case goes on without you, and you do not find it any more."),
    )


@blueprint.post("/cases/<number>/reveal")
@requires(Permission.IDENTITY_REVEAL)
def reveal(number: str) -> ResponseReturnValue:
    """Show contact data once, on this answer alone, after writing down who asked."""
    form, actor = RevealForm(), current_actor()
    if not form.validate_on_submit():
        return show(number, do="reveal", form=form), 422
    try:
        with transaction():
            shown = reveal_identity(
                number,
                str(form.category.data),
                str(form.reason.data),
                by=actor,
                now=utc_now(),
            )
    except (Invalid, Conflict, NotAllowed) as error:
        return refused(number, error, form, "reveal")
    return show(number, shown=shown), 200
