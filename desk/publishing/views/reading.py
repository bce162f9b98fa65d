"""The publications of staff: the list, and one of them with what others say of it."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.approvals.queries import votes_on
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from desk.kernel.form import DeskForm
from desk.kernel.paging import read_cursor
from desk.publishing import actions, labels, queries
from desk.publishing.forms import EmptyForm, ReadForm, RemoveForm
from desk.publishing.views.doors import blueprint, places_of
from desk.publishing.words import Removal, Standing

MOST_ANSWERS = 200


@blueprint.get("/supervision/publications")
@requires(Permission.PUBLICATION_SEE)
def publications() -> ResponseReturnValue:
    """List the publications somebody may see, narrowed to a standing or not."""
    given = request.args.get("standing", "")
    try:
        standing = Standing(given) if given else None
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error
    page = queries.publications(current_actor(), standing, read_cursor(request.args.get("at")))
    return render_template(
        "publishing/publications.html",
        page=page,
        standing=standing,
        chosen={"standing": given} if given else {},
        standings=Standing,
        labels=labels,
    )


@blueprint.get("/supervision/publications/<uuid:key>")
@requires(Permission.PUBLICATION_SEE)
def read(key: UUID) -> ResponseReturnValue:
    return _page(key), 200


@blueprint.post("/supervision/publications/<uuid:key>/decide")
@requires(Permission.PUBLICATION_DECIDE)
def decide(key: UUID) -> ResponseReturnValue:
    form, by = ReadForm(), current_actor()
    given = request.form.getlist("answered")[:MOST_ANSWERS]
    form.answered.choices = [(one, one) for one in given]
    if not form.validate_on_submit():
        return _page(key, form), 422

    def work() -> object:
        return actions.decide(
            key,
            grant=form.verdict.data == "yes",
            reason=str(form.reason.data or ""),
            answered=form.answered.data,
            by=by,
            now=utc_now(),
        )

    return _do(key, form, work, _("Your word stands at the publication."))


@blueprint.post("/supervision/publications/<uuid:key>/take-back")
@requires(Permission.PUBLICATION_WRITE)
def take_back(key: UUID) -> ResponseReturnValue:
    by = current_actor()
    return _do(
        key,
        EmptyForm(),
        lambda: actions.take_back(key, by=by, now=utc_now()),
        _("It was taken back."),
    )


@blueprint.post("/supervision/publications/<uuid:key>/remove")
@requires(Permission.PUBLICATION_DECIDE)
def remove(key: UUID) -> ResponseReturnValue:
    form, by = RemoveForm(), current_actor()

    def work() -> object:
        return actions.remove(key, Removal(form.cause.data), by=by, now=utc_now())

    return _do(key, form, work, _("Nobody can read it any more."))


def _do(key: UUID, form: DeskForm, work: Callable[[], object], done: str) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _page(key, form), 422
    try:
        with transaction():
            work()
    except Invalid as error:
        form.blame(error)
        return _page(key, form), 422
    except (NotAllowed, Conflict) as error:
        form.form_errors.append(error.message)
        return _page(key, form), 409 if isinstance(error, Conflict) else 403
    flash(done, "done")
    return redirect(url_for("publishing.read", key=key), 303)


def _page(key: UUID, form: DeskForm | None = None) -> str:
    end_read()
    actor = current_actor()
    one, approval, case = queries.publication_of(actor, key)
    votes = votes_on(approval)
    standing = queries.standing_of(one, approval.state)
    mine = one.written_by == actor.user_id
    waiting = standing is Standing.WAITING
    has_read = any(vote.user_id == actor.user_id for vote in votes)
    decides = waiting and not mine and not has_read and actor.may(Permission.PUBLICATION_DECIDE)
    found = actions.found_in(one, case)
    items, departments = places_of([one])
    return render_template(
        "publishing/read.html",
        one=one,
        case=case,
        approval=approval,
        votes=votes,
        names=names_of([one.written_by, *(vote.user_id for vote in votes)]),
        standing=standing,
        form=form,
        read_form=_shown(ReadForm, form) if decides else None,
        remove_form=_shown(RemoveForm, form)
        if one.is_live and actor.may(Permission.PUBLICATION_DECIDE)
        else None,
        can_take_back=mine and waiting,
        stops=[finding for finding in found if finding.stops] if waiting else [],
        looks=list({f.key: f for f in found if not f.stops}.values()) if decides else [],
        labels=labels,
        items=items,
        departments=departments,
    )


def _shown(kind: type[DeskForm], form: DeskForm | None) -> DeskForm:
    return form if isinstance(form, kind) else kind(formdata=None)
