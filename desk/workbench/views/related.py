"""What else has to do with a case: asked for when somebody wants to know, not on every page."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.casework.actions import linking
from desk.casework.labels import LINK, OUTCOME
from desk.casework.models import Case
from desk.casework.queries import related as queries
from desk.casework.queries.related import Precedent
from desk.casework.queries.scope import case_of, permissions_at, sees_identity
from desk.casework.queries.search import search
from desk.casework.queries.undertakings import undertakings_of
from desk.casework.words import Kind, LinkKind, Status
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid, NotAllowed
from desk.kernel.form import DeskForm
from desk.kernel.texts import storable
from desk.organisation.queries import home_timetable
from desk.workbench.rows import Shown, Writer
from desk.workbench.side_forms import LinkForm, UnlinkForm
from desk.workbench.views.doors import blueprint
from desk.workbench.views.queue import LONGEST_SEARCH, SEARCHES

ON_CARD = 3
JOINABLE = frozenset({Status.SUBMITTED, Status.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Near:
    """A case that has to do with this one, and why it is shown."""

    shown: Shown
    kind: LinkKind | None = None
    note: str = ""
    alike: int = 0
    same_party: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """Everything around a case that this person may see."""

    links: list[Near]
    history: list[Near]
    similar: list[Near]

    def first(self, most: int) -> "Related":
        return Related(self.links[:most], self.history[:most], self.similar[:most])


@blueprint.get("/cases/<number>/related")
@requires(Permission.CASE_READ)
def related(number: str) -> ResponseReturnValue:
    """Show links, history, similar cases and earlier answers, or (`part=card`) the first of each.

    `q` looks for earlier answers by their case's words instead of by its item.
    """
    if request.args.get("part") == "card":
        actor = current_actor()
        case = case_of(actor, number)
        found = around(actor, case)
        return render_template(
            "workbench/_related_card.html",
            case=case,
            around=found.first(ON_CARD),
            improvements=undertakings_of(case),
            labels=LINK,
        )
    return page(number, LinkForm(formdata=None)), 200


def page(number: str, form: DeskForm) -> str:
    """Render the page, with a form as it was left."""
    end_read()
    actor = current_actor()
    case = case_of(actor, number)
    words = request.args.get("q", "").strip()
    may = permissions_at(actor, case)
    return render_template(
        "workbench/related.html",
        case=case,
        form=form,
        link_form=form if isinstance(form, LinkForm) else LinkForm(formdata=None),
        around=around(actor, case),
        precedents=earlier_answers(actor, case, words),
        words=words,
        labels=LINK,
        outcomes=OUTCOME,
        improvements=undertakings_of(case),
        may_tell=Permission.PUBLICATION_WRITE in may
        and case.status is Status.CLOSED
        and case.kind is Kind.COMPLAINT,
        may_improve=Permission.IMPROVEMENT_OPEN in may,
        may_link=Permission.CASE_LINK in may,
        may_join=Permission.CASE_MERGE in may and case.status in JOINABLE,
    )


def around(actor: Actor, case: Case) -> Related:
    """Gather what this person may see; whoever may not know the party is shown no history of it."""
    now = utc_now()
    writer = Writer(actor, now, home_timetable(now))
    history = queries.history_of(actor, case, now=now) if sees_identity(case, actor) else []
    linked = queries.links_of(actor, case)
    beside = {one.row.id for one in linked} | {row.id for row in history}
    similar = [one for one in queries.similar_to(actor, case) if one.row.id not in beside]
    return Related(
        [Near(writer.row(one.row), one.kind, one.note) for one in linked],
        [Near(writer.row(row)) for row in history],
        [Near(writer.row(one.row), alike=one.alike, same_party=one.same_party) for one in similar],
    )


def earlier_answers(actor: Actor, case: Case, words: str) -> list[Precedent]:
    """List earlier answers: of the same item, or of cases that hold these words."""
    if not words:
        return queries.precedents(actor, case)
    current_app.extensions["throttle"].hit(
        SEARCHES, str(actor.user_id), _("You have searched very often. Wait a minute, then go on.")
    )
    if len(words) > LONGEST_SEARCH or not storable(words):
        raise Invalid(_("Search for at most 64 ordinary characters."))
    found = search(actor, words)
    return queries.precedents(actor, case, found.keys if found else [])


@blueprint.post("/cases/<number>/acts/link")
@requires(Permission.CASE_LINK)
def link(number: str) -> ResponseReturnValue:
    form, actor = LinkForm(), current_actor()

    def work() -> object:
        kind, to, note = LinkKind(str(form.kind.data)), str(form.to.data), form.note.data or ""
        return linking.link(number, kind, to, note, by=actor, now=utc_now())

    return _do(number, form, work, _("The two cases are linked."))


@blueprint.post("/cases/<number>/acts/unlink")
@requires(Permission.CASE_LINK)
def unlink(number: str) -> ResponseReturnValue:
    form, actor = UnlinkForm(), current_actor()

    def work() -> object:
        kind, to = LinkKind(str(form.kind.data)), str(form.to.data)
        return linking.unlink(number, kind, to, by=actor, now=utc_now())

    return _do(number, form, work, _("The link is gone."))


def _do(number: str, form: DeskForm, work: Callable[[], object], done: str) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return page(number, form), 422
    try:
        with transaction():
            work()
    except Invalid as error:
        form.blame(error)
        return page(number, form), 422
    except NotAllowed as error:
        form.form_errors.append(error.message)
        return page(number, form), 403
    flash(done, "done")
    return redirect(url_for("workbench.related", number=number), 303)
