"""Writing a publication: from a case that is closed, or a cause that was mended."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.models import Case
from desk.casework.queries.context import last_reply
from desk.casework.queries.scope import case_of
from desk.improvement.models import Undertaking
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.kernel.texts import storable
from desk.publishing import actions, labels
from desk.publishing.forms import WriteForm
from desk.publishing.knowing import findings, known_of, known_of_undertaking
from desk.publishing.models import Publication
from desk.publishing.queries import consent_of, undertaking_done
from desk.publishing.scanning import Finding, Known
from desk.publishing.views.doors import blueprint, lang
from desk.publishing.words import PARTS, PublicationKind

LONGEST_ADDRESS = 40
MOST_ANSWERS = 200


@blueprint.route("/supervision/publications/new", methods=["GET", "POST"])
@requires(Permission.PUBLICATION_WRITE)
def write() -> ResponseReturnValue:
    """Retell what the address names: `case` is a number, `improvement` an item's key."""
    form, actor = WriteForm(), current_actor()
    if request.method == "GET":
        form.case.data = request.args.get("case", "")[:LONGEST_ADDRESS]
        form.kind.data = PublicationKind.CASE.value
        form.improvement.data = request.args.get("improvement", "")[:LONGEST_ADDRESS]
    case, item = _about(form, actor)
    if request.method == "GET":
        return _page(form, case, item, []), 200
    given = request.form.getlist("answered")[:MOST_ANSWERS]
    form.answered.choices = [(one, one) for one in given]
    valid = form.validate_on_submit()
    found = findings(_parts(form), _known(case, item), _story(case))
    answered = frozenset(given) & {one.key for one in found}
    if not valid:
        return _page(form, case, item, found), 422
    text = actions.Text(_parts(form), lang(), answered)
    try:
        with transaction():
            one = _propose(form, text, case, actor)
            key = one.id
    except (Invalid, Conflict, NotAllowed) as error:
        if isinstance(error, Invalid):
            form.blame(error)
        else:
            form.form_errors.append(error.message)
        status = 422 if isinstance(error, Invalid) else 409 if isinstance(error, Conflict) else 403
        end_read()
        case, item = _about(form, actor)
        return _page(form, case, item, found), status
    flash(_("It is with those who read it over. Two of them have to agree."), "done")
    return redirect(url_for("publishing.read", key=key), 303)


def _propose(form: WriteForm, text: actions.Text, case: Case | None, actor: Actor) -> Publication:
    now = utc_now()
    if case is not None:
        kind = PublicationKind(form.kind.data or PublicationKind.CASE)
        return actions.propose_case(str(form.case.data), kind, text, by=actor, now=now)
    return actions.propose_improvement(UUID(str(form.improvement.data)), text, by=actor, now=now)


def _about(form: WriteForm, actor: Actor) -> tuple[Case | None, Undertaking | None]:
    """Find what is to be retold; raises NotFound for what is absent or out of reach."""
    number, key = str(form.case.data or ""), str(form.improvement.data or "")
    if number and len(number) <= LONGEST_ADDRESS and storable(number):
        return case_of(actor, number), None
    try:
        return None, undertaking_done(actor, UUID(key))
    except ValueError as error:
        raise NotFound(_("Open this from the page of a case or of an improvement.")) from error


def _known(case: Case | None, item: Undertaking | None) -> Known:
    if case is not None:
        return known_of(case)
    return known_of_undertaking(item) if item is not None else Known()


def _story(case: Case | None) -> str:
    return f"{case.story}\n{case.wish}" if case is not None else ""


def _parts(form: WriteForm) -> dict[str, str | None]:
    return {part: form[part].data or None for part in PARTS}


def _page(
    form: WriteForm, case: Case | None, item: Undertaking | None, found: list[Finding]
) -> str:
    return render_template(
        "publishing/write.html",
        form=form,
        case=case,
        item=item,
        reply=last_reply(case) if case is not None else None,
        consent=consent_of(case.region_id, case.id) if case is not None else None,
        stops=[one for one in found if one.stops],
        looks=list({one.key: one for one in found if not one.stops}.values()),
        labels=labels,
    )
