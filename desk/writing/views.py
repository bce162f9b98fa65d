"""The page on which staff keep their saved replies, and see those shared with them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.catalogue.naming import item_meant, names_of_items
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.organisation.queries import home_region, home_timetable
from desk.writing import actions, labels
from desk.writing.actions import ReplyText
from desk.writing.filling import NAMES
from desk.writing.forms import RetireForm, SavedReplyForm, saved_reply_form
from desk.writing.models import ReplyTemplate
from desk.writing.queries import Shelf, may_change, replies_of, reply_of, shelves_of
from desk.writing.words import Purpose, Reach, parts_of

blueprint = Blueprint("writing", __name__, url_prefix="/desk/replies")


@blueprint.get("")
@requires(Permission.REPLIES_OWN)
def saved_replies() -> ResponseReturnValue:
    """List own replies and shared ones, each with its text."""
    return _list(RetireForm(formdata=None))


def _list(form: RetireForm) -> str:
    actor, rows = current_actor(), replies_of(current_actor())
    return render_template(
        "writing/saved_replies.html",
        form=form,
        rows=[(row, may_change(actor, row)) for row in rows],
        items=_items(rows),
        labels=labels,
        parts_of=parts_of,
        purposes=Purpose,
        Reach=Reach,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.REPLIES_OWN)
def new_reply() -> ResponseReturnValue:
    """Write a new reply for what `for` names, empty or copied from one that is seen."""
    actor, now = current_actor(), utc_now()
    purpose = _purpose(request.args.get("for", ""))
    shelves = shelves_of(actor, home_region().id, home_timetable(now).local_day(now))
    choices = [(shelf.key, _shelf_name(shelf)) for shelf in shelves]
    form = saved_reply_form(purpose, choices, sent=request.method == "POST")
    if request.method == "GET":
        form.reach.data = choices[0][0]
        _copy(form, request.args.get("copy", ""), purpose)
        return _page(form, purpose, None)
    if not form.validate_on_submit():
        return _page(form, purpose, None, status=422)
    shelf = next(shelf for shelf in shelves if shelf.key == form.reach.data)
    try:
        item_id = _item(form, home_region().id)
        with transaction():
            actions.add_reply(_text(form, purpose, shelf, item_id), by=actor, now=now)
    except Invalid as error:
        form.blame(error)
        return _page(form, purpose, None, status=422)
    flash(_("Kept. It is offered where a form of this kind stands open."), "done")
    return redirect(url_for("writing.saved_replies"), 303)


@blueprint.route("/<uuid:key>", methods=["GET", "POST"])
@requires(Permission.REPLIES_OWN)
def change_reply(key: UUID) -> ResponseReturnValue:
    """Show one reply to change it; where two people do so at once, both texts are shown."""
    actor = current_actor()
    row = reply_of(actor, key)
    if not may_change(actor, row):
        raise NotFound("")
    form = saved_reply_form(row.purpose, (), sent=request.method == "POST")
    if request.method == "GET":
        _put(form, row)
        return _page(form, row.purpose, row)
    if not form.validate_on_submit():
        return _page(form, row.purpose, row, status=422)
    shelf = Shelf(row.reach, row.region_id, row.hall_id, row.department_id)
    try:
        text = _text(form, row.purpose, shelf, _item(form, row.region_id))
        with transaction():
            actions.change_reply(key, text, version=form.version.number, by=actor, now=utc_now())
    except Invalid as error:
        form.blame(error)
        return _page(form, row.purpose, row, status=422)
    except Conflict as error:
        end_read()
        form.form_errors.append(error.message)
        return _page(form, row.purpose, reply_of(actor, key), theirs=error.theirs, status=409)
    flash(_("Kept. It is offered where a form of this kind stands open."), "done")
    return redirect(url_for("writing.saved_replies"), 303)


@blueprint.post("/<uuid:key>/retire")
@requires(Permission.REPLIES_OWN)
def retire(key: UUID) -> ResponseReturnValue:
    """Offer a reply no more, or (`retired=no`) again."""
    form = RetireForm()
    if not form.validate_on_submit():
        return _list(form), 422
    retired = form.retired.data != "no"
    try:
        with transaction():
            actions.retire_reply(
                key,
                retired=retired,
                version=form.version.number,
                by=current_actor(),
                now=utc_now(),
            )
    except Conflict as error:
        end_read()
        form.form_errors.append(error.message)
        return _list(form), 409
    flash(_("It is offered no more.") if retired else _("It is offered again."), "done")
    return redirect(url_for("writing.saved_replies"), 303)


def _page(
    form: SavedReplyForm,
    purpose: Purpose,
    row: ReplyTemplate | None,
    *,
    theirs: Mapping[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "writing/reply.html",
        form=form,
        purpose=purpose,
        row=row,
        theirs=theirs or {},
        labels=labels,
        parts=parts_of(purpose),
        names=[(names, labels.FIELD[key]) for key, names in NAMES.items()],
    )
    return page, status


def _purpose(wanted: str) -> Purpose:
    try:
        return Purpose(wanted)
    except ValueError:
        return Purpose.ANY


def _shelf_name(shelf: Shelf) -> str:
    if shelf.reach is Reach.OWN:
        return str(_("Only me"))
    name = shelf.name_en if str(get_locale()) == "en" and shelf.name_en else shelf.name_zh
    if shelf.reach is Reach.REGION:
        return str(_("All staff of %(place)s", place=name))
    return str(_("Staff of %(place)s", place=name))


def _text(form: SavedReplyForm, purpose: Purpose, shelf: Shelf, item_id: int | None) -> ReplyText:
    return ReplyText(
        str(form.title.data),
        purpose,
        form.parts(purpose),
        shelf.reach,
        shelf.region_id,
        shelf.hall_id,
        shelf.department_id,
        item_id,
    )


def _item(form: SavedReplyForm, region_id: int) -> int | None:
    now = utc_now()
    return item_meant(
        region_id,
        str(form.item_code.data or ""),
        str(form.item_words.data or ""),
        on=home_timetable(now).local_day(now),
    )


def _items(rows: Sequence[ReplyTemplate]) -> dict[int, str]:
    now = utc_now()
    keys = {row.item_id for row in rows if row.item_id}
    lang = str(get_locale())
    return names_of_items(keys, lang, on=home_timetable(now).local_day(now))


def _put(form: SavedReplyForm, row: ReplyTemplate) -> None:
    values: dict[str, Any] = {"title": row.title, "version": row.version, **row.parts}
    if row.item_id:
        values["item_words"] = _items([row]).get(row.item_id, "")
    for name, value in values.items():
        if name in form:
            form[name].data = value


def _copy(form: SavedReplyForm, wanted: str, purpose: Purpose) -> None:
    """Fill the form from a reply that is seen; an unknown one leaves it empty."""
    try:
        row = reply_of(current_actor(), UUID(wanted))
    except (ValueError, NotFound):
        return
    if row.purpose is purpose:
        _put(form, row)
