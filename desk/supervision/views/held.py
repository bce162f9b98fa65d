"""Ratings that detectors hold: the list, one of them, and the two people who decide."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.approvals.queries import approvals_of, votes_on
from desk.approvals.words import ApprovalKind
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed, NotFound
from desk.kernel.ids import read_uuid
from desk.kernel.paging import read_cursor
from desk.organisation.queries import names_of_departments
from desk.ratings import flag_labels, flagged
from desk.ratings.actions import reviewing
from desk.ratings.actions.standing import standings_of
from desk.ratings.detectors.seen import Rule
from desk.ratings.entries import entry_of, photo_of
from desk.ratings.flagged import Held
from desk.ratings.labels import LEVELS
from desk.supervision.held_forms import AnswerForm, ProposeForm
from desk.supervision.views.doors import blueprint

MOST = flagged.PAGE
Forms = tuple[ProposeForm, AnswerForm]


@blueprint.route("/ratings/held", methods=["GET", "POST"])
@requires(Permission.RATING_REVIEW)
def held() -> ResponseReturnValue:
    """List what is held; those ticked are proposed, or answered, each by its own rules."""
    if request.method == "GET":
        return _list(_empty(), [])
    forms, keys = _filled(), _ticked()
    act = _act(forms)
    if act is None or not keys:
        if act is not None:
            forms[_which()].form_errors.append(_("Tick at least one rating."))
        return _list(forms, keys), 422
    done = sum(_tried(act, key) for key in keys)
    _say(done, len(keys) - done)
    return redirect(url_for("supervision.held", **_chosen()), 303)


@blueprint.route("/ratings/held/<uuid:key>", methods=["GET", "POST"])
@requires(Permission.RATING_REVIEW)
def held_rating(key: UUID) -> ResponseReturnValue:
    """Show one rating that was held, with all that was said of it."""
    if request.method == "GET":
        return _page(key, _empty())
    forms = _filled()
    act = _act(forms)
    if act is None:
        return _page(key, forms), 422
    form = forms[_which()]
    try:
        with transaction():
            act(key)
    except Invalid as error:
        form.form_errors.append(error.message)
        return _page(key, forms), 422
    except (Conflict, NotAllowed) as error:
        form.form_errors.append(error.message)
        return _page(key, forms), 409 if isinstance(error, Conflict) else 403
    _say(1, 0)
    return redirect(url_for("supervision.held_rating", key=key), 303)


def _which() -> int:
    """Tell which of the two forms was sent: 0 to propose, 1 to answer."""
    return int(request.form.get("do") == "answer")


def _empty() -> Forms:
    return ProposeForm(formdata=None), AnswerForm(formdata=None)


def _filled() -> Forms:
    proposing, answering = _empty()
    return (proposing, AnswerForm()) if _which() else (ProposeForm(), answering)


def _act(forms: Forms) -> Callable[[UUID], object] | None:
    """Give what is to be done to each rating; None when the form is not filled in."""
    proposing, answering = forms
    by, now = current_actor(), utc_now()
    if not forms[_which()].validate_on_submit():
        return None
    if _which():
        agree, reason = answering.agree.data == "yes", str(answering.reason.data)
        return lambda key: reviewing.answer(key, agree=agree, reason=reason, by=by, now=now)
    stands, why = proposing.stands.data == "yes", str(proposing.why.data)
    return lambda key: reviewing.propose(key, effective=stands, reason=why, by=by, now=now)


def _ticked() -> list[UUID]:
    """Read which ratings were ticked, each once; what is no id at all is left out."""
    found = (read_uuid(text) for text in request.form.getlist("rating")[:MOST])
    return list(dict.fromkeys(key for key in found if key is not None))


def _tried(act: Callable[[UUID], object], key: UUID) -> bool:
    try:
        with transaction():
            act(key)
    except DeskError:
        return False
    return True


def _say(done: int, left: int) -> None:
    if done and _which():
        flash(ngettext("%(num)s rating answered.", "%(num)s ratings answered.", done), "done")
    elif done:
        flash(
            ngettext(
                "%(num)s rating proposed. It stays held until a second person agrees.",
                "%(num)s ratings proposed. They stay held until a second person agrees.",
                done,
            ),
            "done",
        )
    if left:
        flash(
            ngettext(
                "%(num)s rating stays as it is: it was decided meanwhile, or is not yours.",
                "%(num)s ratings stay as they are: they were decided meanwhile, or are not yours.",
                left,
            ),
            "warning",
        )


def _rule() -> Rule | None:
    given = request.args.get("rule", "")
    try:
        return Rule(given) if given else None
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error


def _chosen() -> dict[str, Any]:
    rule = _rule()
    return {"rule": rule.value} if rule else {}


def _list(forms: Forms, keys: list[UUID]) -> str:
    end_read()
    actor, rule = current_actor(), _rule()
    page = flagged.page_of_held(actor, read_cursor(request.args.get("at")), rule=rule)
    waiting = flagged.waiting_for_second(actor)
    return render_template(
        "supervision/held.html",
        page=page,
        waiting=waiting,
        counts=flagged.counts_by_rule(actor),
        rules=flagged.RULES,
        rule=rule,
        chosen=_chosen(),
        ticked={str(key) for key in keys},
        proposing=forms[0],
        answering=forms[1],
        which=_which(),
        departments=_departments([*page.rows, *waiting]),
        names=names_of([one.proposal.asked_by for one in waiting if one.proposal]),
        labels=flag_labels,
        levels=LEVELS,
    )


def _departments(rows: list[Held]) -> dict[int, str]:
    return names_of_departments({one.rating.department_id for one in rows}, str(get_locale()))


def _page(key: UUID, forms: Forms) -> str:
    end_read()
    actor = current_actor()
    rating, event = flagged.held_one(actor, key)
    proposals = [
        (approval, votes_on(approval))
        for approval in approvals_of(rating.region_id, rating.id)
        if approval.kind is ApprovalKind.RATING_REVIEW
    ]
    standings = standings_of(rating)
    people = {approval.asked_by for approval, _votes in proposals}
    people |= {vote.user_id for _approval, votes in proposals for vote in votes}
    people |= {one.by_user_id for one in standings if one.by_user_id}
    entry = entry_of(rating)
    people |= {entry.entered_by} if entry and entry.entered_by else set()
    proposal = flagged.proposal_on(rating)
    mine = proposal is not None and proposal.asked_by in {actor.user_id, *actor.stands_for}
    return render_template(
        "supervision/held_rating.html",
        rating=rating,
        event=event,
        entry=entry,
        photo=photo_of(rating),
        standings=standings,
        proposals=proposals,
        proposal=proposal,
        mine=mine,
        is_held=reviewing.is_held(rating),
        proposing=forms[0],
        answering=forms[1],
        which=_which(),
        names=names_of(sorted(people)),
        department=names_of_departments({rating.department_id}, str(get_locale()))[
            rating.department_id
        ],
        labels=flag_labels,
        levels=LEVELS,
    )
