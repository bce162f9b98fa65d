"""What waits for a second administrator: confirming it, refusing it, taking back one's own."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts import directory, granting
from desk.administration.forms.people import DecideForm
from desk.administration.views.doors import blueprint
from desk.administration.views.wishes import told
from desk.approvals.words import Ballot
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import DeskError, NotFound
from desk.kernel.form import DeskForm
from desk.kernel.texts import whole_number

DECIDE = Permission.CHANGES_DECIDE
BALLOTS = {"grant": Ballot.GRANT, "refuse": Ballot.REFUSE}
Key = tuple[int, UUID]


@blueprint.get("/confirmations")
@requires(DECIDE)
def confirmations() -> ResponseReturnValue:
    return _page(DecideForm(formdata=None))


def _page(form: DecideForm, chosen: frozenset[str] = frozenset()) -> str:
    actor = current_actor()
    rows = told(directory.pending(actor))
    return render_template(
        "administration/confirmations.html",
        form=form,
        chosen=chosen,
        mine=[row for row in rows if row.request.asked_by == actor.user_id],
        rows=[row for row in rows if actor.user_id not in {row.request.asked_by, row.wish.user_id}],
    )


def _key(text: str) -> Key | None:
    """Read the key of a request; None for what can be none."""
    region, _dash, rest = text.partition("-")
    region_id = whole_number(region)
    try:
        return (region_id, UUID(rest)) if region_id is not None else None
    except ValueError:
        return None


@blueprint.post("/confirmations")
@requires(DECIDE)
def decide() -> ResponseReturnValue:
    """Confirm or refuse what is ticked, each in a transaction of its own."""
    actor, form = current_actor(), DecideForm()
    chosen = dict.fromkeys(request.form.getlist("chosen"))
    ballot = BALLOTS.get(str(form.ballot.data))
    keys = [found for found in map(_key, chosen) if found is not None]
    passed = form.validate_on_submit()
    if ballot is None or not keys or len(keys) < len(chosen):
        form.form_errors.append(_("Tick what you want to confirm or refuse."))
        passed = False
    reason = str(form.reason.data or "")
    if ballot is Ballot.REFUSE and not reason:
        form.reason.errors = [*form.reason.errors, _("Say why you refuse.")]
        passed = False
    if not passed or ballot is None:
        return _page(form, frozenset(chosen)), 422
    end_read()
    done, links = 0, []
    for region_id, one in keys:
        try:
            with transaction():
                wish = granting.decide(region_id, one, ballot, reason, by=actor, now=utc_now())
        except DeskError as error:
            end_read()
            form.form_errors.append(error.message)
            continue
        done += 1
        links += [wish.user_id] if wish.sign_in and ballot is Ballot.GRANT else []
    if not done:
        return _page(form, frozenset(chosen)), 409
    _tell(done, ballot)
    for sentence in form.form_errors:
        flash(sentence, "error")
    if len(links) == 1:
        return redirect(url_for("administration.person", user_id=links[0]), 303)
    return redirect(url_for("administration.confirmations"), 303)


def _tell(done: int, ballot: Ballot) -> None:
    if ballot is Ballot.GRANT:
        flash(ngettext("%(num)s request confirmed.", "%(num)s requests confirmed.", done), "done")
    else:
        flash(ngettext("%(num)s request refused.", "%(num)s requests refused.", done), "done")


@blueprint.post("/confirmations/<text>/withdraw")
@requires(DECIDE)
def withdraw(text: str) -> ResponseReturnValue:
    actor, form, found = current_actor(), DeskForm(), _key(text)
    if found is None:
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    form.must_pass()
    with transaction():
        granting.withdraw(*found, by=actor, now=utc_now())
    flash(_("Taken back."), "done")
    return redirect(url_for("administration.confirmations"), 303)
