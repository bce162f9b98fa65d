"""Ratings for supervisors: what waits for them, the bad ones, one of them with its case."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.casework import labels as case_labels
from desk.casework.models import Case
from desk.casework.queries.scope import may_see
from desk.catalogue.models import ItemVersion
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import Conflict, NotFound
from desk.kernel.paging import read_cursor
from desk.organisation.codes import names_ever
from desk.organisation.models import Window
from desk.organisation.queries import home_timetable, names_of_departments
from desk.ratings import flag_labels, flagged, watched
from desk.ratings.actions.bad_ratings import can_become_case, convert
from desk.ratings.actions.standing import standings_of
from desk.ratings.entries import photo_of
from desk.ratings.labels import LEVELS
from desk.ratings.watched import Watch
from desk.supervision.button_form import ButtonForm
from desk.supervision.labels import WATCH
from desk.supervision.views.doors import blueprint


@blueprint.get("/ratings/queue")
@requires(Permission.RATINGS_SEE)
def rating_queue() -> ResponseReturnValue:
    """Show what waits for supervisors about ratings, and one of the lists."""
    actor, lang = current_actor(), str(get_locale())
    which = _which()
    page = watched.watched(actor, which, read_cursor(request.args.get("at")))
    waiting = watched.hearings(actor)
    departments = {one.rating.department_id for one in page.rows}
    departments |= {one.rating.department_id for one in waiting if one.rating}
    return render_template(
        "supervision/rating_queue.html",
        page=page,
        which=which,
        lists=Watch,
        counts=watched.counts(actor),
        waiting=waiting,
        held=sum(flagged.counts_by_rule(actor).values()),
        malicious=watched.malicious_share(actor.regions_for(Permission.RATINGS_SEE), utc_now()),
        names=names_of([one.approval.asked_by for one in waiting]),
        departments=names_of_departments(departments, lang),
        most=watched.COUNT_CAP,
        **_words(lang),
    )


def _which() -> Watch:
    try:
        return Watch(request.args.get("list", Watch.BAD.value))
    except ValueError as error:
        raise NotFound(_("There is no such list. Choose one from the page.")) from error


def _words(lang: str) -> dict[str, Any]:
    now = utc_now()
    return {
        "tags": names_ever("rating_tags", home_timetable(now).local_day(now), lang),
        "levels": LEVELS,
        "labels": flag_labels,
        "watch": WATCH,
        "approval_names": case_labels.APPROVAL,
        "verdicts": case_labels.VERDICT,
        "status_names": case_labels.STAFF_STATUS,
    }


@blueprint.get("/ratings/<uuid:key>")
@requires(Permission.RATINGS_SEE)
def rating(key: UUID) -> ResponseReturnValue:
    """Show one rating with its occasion, its case, and whatever was decided about it."""
    return _page(key)


def _page(key: UUID, wrong: Any = None) -> str:
    end_read()
    actor, lang = current_actor(), str(get_locale())
    found = watched.rating_of(actor, key)
    one, event, case = found.rating, found.event, found.case
    standings = standings_of(one)
    people = [s.by_user_id for s in standings if s.by_user_id]
    version = event.item_version_id if event else None
    item = db.session.get(ItemVersion, version) if version else None
    return render_template(
        "supervision/rating.html",
        rating=one,
        event=event,
        case=case,
        photo=photo_of(one),
        opens=case is not None and may_see(actor, case),
        item=item,
        window=db.session.get(Window, one.window_id) if one.window_id else None,
        department=names_of_departments({one.department_id}, lang)[one.department_id],
        rounds=watched.rounds_of(one),
        standings=standings,
        names=names_of([*people, *([one.clerk_id] if one.clerk_id else [])]),
        complaint=_complaint(event),
        can_open=can_become_case(one) and actor.may(Permission.CASE_OPEN_RECTIFICATION),
        wrong=wrong,
        **_words(lang),
    )


def _complaint(event: Any) -> Case | None:
    """Find the complaint whose handling was rated, where this person may open it."""
    if event is None or event.case_id is None:
        return None
    case = db.session.get(Case, (event.region_id, event.case_id))
    return case if case is not None and may_see(current_actor(), case) else None


@blueprint.post("/ratings/<uuid:key>/case")
@requires(Permission.CASE_OPEN_RECTIFICATION)
def convert_rating(key: UUID) -> ResponseReturnValue:
    """Open a case of a bad rating that opened none by itself."""
    ButtonForm().must_pass()
    actor, now = current_actor(), utc_now()
    try:
        with transaction():
            number = convert(watched.rating_of(actor, key).rating, by=actor, now=now)
    except Conflict as error:
        return _page(key, error.message), 409
    flash(_("%(number)s is open: the window verifies it now.", number=number), "done")
    return redirect(url_for("supervision.rating", key=key), 303)
