"""Keeping what somebody has typed into a form, and putting a saved reply into it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires, takes_files
from desk.access.permissions import Permission
from desk.casework.models import Case
from desk.casework.place import place_of
from desk.casework.queries.joined import around_of
from desk.casework.queries.scope import case_of
from desk.casework.queries.story import facts_of
from desk.files.arriving import FIELD
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid, NotFound
from desk.kernel.form import DeskForm
from desk.kernel.texts import tidy
from desk.organisation.queries import home_timetable
from desk.workbench.filling_in import language_for, values_of
from desk.workbench.side_forms import KeepForm
from desk.workbench.views.doors import blueprint
from desk.workbench.views.opening import form_named
from desk.workbench.views.page import show
from desk.writing import drafts
from desk.writing.drafts import Elsewhere, Kept
from desk.writing.filling import fill, joined
from desk.writing.presence import leave, note_presence
from desk.writing.queries import one_offered

CARRIED = frozenset({"csrf_token", "version", FIELD})


@blueprint.post("/cases/<number>/drafts/<name>")
@takes_files
@requires(Permission.CASE_READ)
def keep_draft(number: str, name: str) -> ResponseReturnValue:
    """Keep what stands in a form, with a saved reply put in (`insert`), or forget it (`discard`).

    A page with scripts asks for JSON and gets the hall's time, and the fields that changed.
    """
    actor, now = current_actor(), utc_now()
    case = case_of(actor, number)
    form = form_named(name, case, request.form, joined=around_of(case).joined > 0)
    if form is None or name == "reveal" or actor.user_id is None:
        raise NotFound("")
    keep = KeepForm()
    if not keep.validate_on_submit():
        form.form_errors += keep.form_errors
        return _refused(number, name, form)
    fields = typed_in(form)
    changed: dict[str, str] = {}
    if keep.insert.data:
        changed = _inserted(case, name, fields, str(keep.saved.data or ""), actor)
        fields |= {field: [text] for field, text in changed.items()}
    if keep.discard.data:
        fields = {}
    key = (case.region_id, case.id, actor.user_id, name)
    end_read()
    try:
        with transaction():
            seen = None if keep.over.data else request.form.get("draft_seen")
            mark = drafts.keep(*key, fields, seen=seen, now=now)
            note_presence(*key[:3], now=now)
    except Invalid as error:
        form.blame(error)
        return _refused(number, name, form)
    except Elsewhere as error:
        form.form_errors.append(error.message)
        return _refused(number, name, form, other=error.kept)
    if _wants_json():
        zone = ZoneInfo(home_timetable(now).zone)
        at = now.astimezone(zone).strftime("%H:%M") if mark else None
        return jsonify(kept=at, mark=mark, fields=changed)
    if keep.discard.data:
        flash(_("The draft is gone."), "done")
    return redirect(
        url_for("workbench.case", number=number, do=None if keep.discard.data else name) + "#act",
        303,
    )


def typed_in(form: DeskForm) -> dict[str, list[str]]:
    """Give what was sent for each field of a form, as it came, as far as text can be kept."""
    return {
        name: [tidy(text, lines=True) for text in texts]
        for name in form._fields
        if name not in CARRIED and any(texts := request.form.getlist(name))
    }


def forget_draft(case: Case, name: str, actor: Actor) -> None:
    """Forget the draft of a form that was sent, but not another that another tab has kept.

    The caller holds the transaction.
    """
    if actor.user_id is not None:
        seen = request.form.get("draft_seen") or None
        drafts.discard(case.region_id, case.id, actor.user_id, name, seen=seen)
        leave(case.region_id, case.id, actor.user_id)


def _inserted(
    case: Case, name: str, fields: dict[str, list[str]], wanted: str, actor: Actor
) -> dict[str, str]:
    """Put the chosen saved reply behind what stands in each field it fills."""
    try:
        row = one_offered(actor, case, name, UUID(wanted))
    except ValueError:
        row = None
    if row is None:
        return {}
    form = form_named(name, case, MultiDict(), joined=True)
    own = str(get_locale())
    lang = language_for(name, case.lang, own)
    now = utc_now()
    today = place_of(case.region_id, case.hall_id, now).day(now)
    facts = facts_of(case, knows=False)
    values = values_of(case.number, case.promised_on, facts, actor, lang, today)
    return {
        part: joined((fields.get(part) or [""])[0], fill(text, values))
        for part, text in row.parts.items()
        if form is not None and part in form
    }


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _refused(
    number: str, name: str, form: DeskForm, *, other: Kept | None = None
) -> ResponseReturnValue:
    status = 422 if other is None else 409
    if _wants_json():
        return jsonify(errors=[str(error) for error in form.form_errors]), status
    return show(number, do=name, form=form, other=other), status
