"""The second step of filing: the story, and the photos and papers that go with it."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import complainant_of
from desk.access.doors import public, takes_files
from desk.casework.numbers import contains_code
from desk.files.arriving import has_room
from desk.files.kinds import MOST_AT_ONCE, PUBLIC_FAMILIES
from desk.intake import attaching
from desk.intake.drafts import FILES
from desk.intake.forms import TellForm
from desk.intake.views.doors import blueprint, count_uploads, here, house, lang
from desk.intake.views.drafting import keep, missing_before, onward, token, under_way
from desk.intake.views.matter import reason_choices
from desk.kernel.clock import utc_now
from desk.kernel.errors import Busy, Gone, TooMany
from desk.organisation.queries import region_ids_below
from desk.publishing.models import Publication
from desk.publishing.queries import published_about

LONGEST_TITLE = 200
LONGEST_ID = 32
TEXTS = ("title", "story", "wish", "named_text")
TYPED = "tell_typed"
"""What stood in the fields when a file was added or taken away; checked only with the step."""


@blueprint.route("/complaints/new/tell", methods=["GET", "POST"])
@takes_files
@public
def tell() -> ResponseReturnValue:
    found = under_way()
    back = missing_before(found, "tell")
    if back is not None:
        return back
    if request.method == "GET":
        known = found.get(TYPED) or found.get("tell") or {"title": _suggested_title(found["what"])}
        return _page(TellForm(data=known), found)
    form = TellForm()
    if request.form.get("remove") or request.form.get("attach"):
        return _files_changed(form, found)
    passed = form.validate_on_submit()
    status = 422 if form.form_errors else _take_in(form)
    passed = passed and not form.files.errors
    for name in TEXTS:
        field = form[name]
        if contains_code(str(field.data or ""), found["code"]):
            field.errors = [*field.errors, _("Do not write your access code here. Take it out.")]
            passed = False
    if not passed:
        return _page(form, under_way()), status
    found.pop(TYPED, None)
    found["tell"] = _texts(form)
    return onward(found, "you")


def _files_changed(form: TellForm, found: dict[str, Any]) -> ResponseReturnValue:
    """Add files or take one away, and come back with the texts as they stand, unchecked."""
    form.validate_on_submit()
    for name in TEXTS:
        form[name].errors = []
    if form.form_errors:
        return _page(form, found), 422
    gone = request.form.get("remove", "")
    status = 422
    if gone and token():
        attaching.take_away(str(token()), gone[:LONGEST_ID], now=utc_now())
    elif not form.files.data and not form.files.errors:
        form.files.errors = [_("Choose a file first, then add it.")]
    else:
        status = _take_in(form)
    if form.files.errors:
        return _page(form, under_way()), status
    keep({**found, TYPED: _texts(form)})
    return redirect(f"{url_for('intake.tell')}#attached", 303)


def _take_in(form: TellForm) -> int:
    """Take in the files that were chosen; what is wrong with any stands under the field.

    Gives the status for the page that says so.
    """
    known, now, region_id = token(), utc_now(), here().region.id
    if not form.files.data or not known:
        return 422
    try:
        count_uploads(form.files.data)
        refused = attaching.attach(
            known,
            form.files.data,
            PUBLIC_FAMILIES,
            region_id=region_id,
            house=house(),
            by=complainant_of(region_id),
            now=now,
        )
    except (Busy, TooMany, Gone) as error:
        form.files.errors = [*form.files.errors, error.message]
        return 503 if isinstance(error, Busy) else 429 if isinstance(error, TooMany) else 422
    form.files.errors = [*form.files.errors, *(error.message for error in refused)]
    return 422


def _texts(form: TellForm) -> dict[str, Any]:
    return {
        "title": form.title.data,
        "story": form.story.data,
        "wish": form.wish.data,
        "named_text": form.named_text.data or None,
    }


def _page(form: TellForm, found: dict[str, Any]) -> str:
    place = house()
    files: Sequence[Any] = attaching.attached(found, here().region.id)
    return render_template(
        "intake/tell.html",
        form=form,
        files=files,
        most=MOST_AT_ONCE,
        room=has_room(place.store, reserve=place.reserve),
        full=len(found.get(FILES) or ()) >= MOST_AT_ONCE,
        answers=_answers(found),
    )


def _answers(found: dict[str, Any]) -> Sequence[Publication]:
    """List what was published on the item that is meant: perhaps it answers the question."""
    region_ids = sorted(region_ids_below(here().region.id))
    return published_about(region_ids, found["what"].get("item_id"))


def _suggested_title(what_part: dict[str, Any]) -> str:
    said = dict(reason_choices()).get(what_part["reason"], "")
    glue = ": " if lang() == "en" else "，"
    return f"{what_part['item_words']}{glue}{said}"[:LONGEST_TITLE]
