"""Items of the catalogue: the list, one of them with its history, and changes that wait."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts.queries import names_of
from desk.administration.forms.items import ChangeForm, ItemForm, RetireForm
from desk.administration.views.doors import (
    Theirs,
    blueprint,
    carry_out,
    key,
    lang,
    name_of,
    place,
    today_of,
    words,
)
from desk.catalogue import changing, managing
from desk.catalogue.entry import ItemEntry, breaches_of
from desk.catalogue.labels import limit_words, visits_words
from desk.catalogue.models import DayUnit, Item
from desk.catalogue.queries import versions_of
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotAllowed
from desk.kernel.form import DeskForm

MANAGE = Permission.CATALOGUE_MANAGE


@blueprint.get("/items")
@requires(MANAGE)
def items() -> ResponseReturnValue:
    """List every item of one's regions by code, retired ones too, and what waits."""
    actor, now = current_actor(), utc_now()
    sought = words()
    return render_template(
        "administration/items.html",
        page=managing.items_page(actor, place(), sought),
        words=sought,
        waiting=changing.waiting(actor),
        today=today_of(now),
        page_lang=lang(),
        limit_words=limit_words,
        visits_words=visits_words,
    )


@blueprint.get("/items-report")
@requires(MANAGE)
def items_report() -> ResponseReturnValue:
    """Hold the whole catalogue against its rules, and name what breaks them."""
    today = today_of(utc_now())
    total, found = managing.report(current_actor(), today=today)
    return render_template(
        "administration/items_report.html", total=total, found=found, today=today
    )


@blueprint.route("/items/<code>", methods=["GET", "POST"])
@requires(MANAGE)
def item(code: str) -> ResponseReturnValue:
    """Describe an item anew from a day on."""
    actor = current_actor()
    form = ItemForm()
    found = changing.item_to_manage(actor, code)
    before = changing.entry_of_version(found, versions_of(found.id)[0])

    def filled() -> ItemForm:
        fresh = ItemForm(formdata=None)
        one = changing.item_to_manage(actor, code)
        newest = versions_of(one.id)[0]
        fresh.show(changing.entry_of_version(one, newest))
        fresh.valid_from.show(today_of(utc_now()))
        fresh.version.data = str(newest.version)
        return fresh

    def show(shown: DeskForm, theirs: Theirs = ()) -> str:
        return _page(code, shown, theirs)

    if not form.is_submitted():
        return show(filled())

    def work(now: datetime) -> object:
        day = form.valid_from.data or today_of(now)
        seen, entry = form.version.number, form.entry_on(before)
        return changing.change_item(code, entry, day, seen=seen, by=actor, now=now) is None

    return carry_out(
        form,
        work,
        done=_("It is written down. What changes a figure waits for a second administrator."),
        onwards=lambda _held: url_for("administration.item", code=code),
        show=show,
        fresh=filled,
    )


def _page(code: str, form: DeskForm, theirs: Theirs = (), second: DeskForm | None = None) -> str:
    actor, now = current_actor(), utc_now()
    found = changing.item_to_manage(actor, code)
    versions = versions_of(found.id)
    change = changing.waiting_of(found.id)
    before = changing.entry_of_version(found, versions[0])
    after = changing.entry_in(change, found) if change else None
    return render_template(
        "administration/item.html",
        form=form,
        theirs=theirs,
        heading=name_of(versions[0]),
        about=found.code,
        nav_active="items",
        back=(_("Items"), url_for("administration.items")),
        button_text=_("Write it down"),
        item=found,
        versions=versions,
        change=change,
        change_form=second if isinstance(second, ChangeForm) else ChangeForm(formdata=None),
        retire_form=second if isinstance(second, RetireForm) else RetireForm(formdata=None),
        second=second,
        differences=_differences(before, after) if after else [],
        names=names_of([change.asked_by]) if change else {},
        mine=change is not None and change.asked_by == actor.user_id,
        gaps=[breach.sentence for breach in breaches_of(before) if not breach.stops],
        today=today_of(now),
        limit_words=limit_words,
        visits_words=visits_words,
    )


def _differences(before: ItemEntry, after: ItemEntry) -> list[tuple[str, str, str]]:
    """List what a change would change, as (what, now, then)."""

    def limit(entry: ItemEntry, name: str) -> str:
        unit = getattr(entry, f"{name}_unit")
        return limit_words(getattr(entry, f"{name}_n"), DayUnit(unit) if unit else None) or "—"

    def yes(value: bool) -> str:
        return str(_("Yes") if value else _("No, it cannot"))

    rows = [
        (_("Name"), before.name_zh, after.name_zh),
        (_("By law"), limit(before, "legal"), limit(after, "legal")),
        (_("Promised"), limit(before, "promised"), limit(after, "promised")),
        (_("Visits"), visits_words(before.visits) or "—", visits_words(after.visits) or "—"),
        (_("Online"), yes(before.online), yes(after.online)),
        (_("Papers"), "\n".join(before.materials) or "—", "\n".join(after.materials) or "—"),
    ]
    return [row for row in rows if row[1] != row[2]]


@blueprint.post("/items/<code>/retire")
@requires(MANAGE)
def retire_item(code: str) -> ResponseReturnValue:
    """Let an item end after a day."""
    form, by = RetireForm(), current_actor()
    found = changing.item_to_manage(by, code)
    if not form.validate_on_submit():
        return _again(found, form), 422

    def work() -> object:
        return changing.retire_item(code, form.last_day.data, by=by, now=utc_now())

    return _second(code, form, work, _("The item ends after that day."))


@blueprint.post("/items/<code>/resume")
@requires(MANAGE)
def resume_item(code: str) -> ResponseReturnValue:
    """Let an item go on that was to end."""
    by = current_actor()
    return _second(
        code,
        DeskForm(),
        lambda: changing.retire_item(code, None, by=by, now=utc_now()),
        _("The item goes on."),
    )


@blueprint.post("/items/<code>/changes/<change_id>")
@requires(MANAGE)
def decide_item(code: str, change_id: str) -> ResponseReturnValue:
    """Confirm or refuse a change that another administrator asked for."""
    form, by, number = ChangeForm(), current_actor(), key(change_id)
    found = changing.item_to_manage(by, code)
    if not form.validate_on_submit():
        return _again(found, form), 422

    def work() -> object:
        return changing.decide_change(
            number,
            confirm=form.verdict.data == "yes",
            reason=str(form.reason.data or ""),
            by=by,
            now=utc_now(),
        )

    return _second(code, form, work, _("Your word stands at the item."))


@blueprint.post("/items/<code>/changes/<change_id>/withdraw")
@requires(MANAGE)
def withdraw_item(code: str, change_id: str) -> ResponseReturnValue:
    """Take one's own change back."""
    by, number = current_actor(), key(change_id)
    return _second(
        code,
        DeskForm(),
        lambda: changing.take_back_change(number, by=by, now=utc_now()),
        _("Taken back."),
    )


def _second(
    code: str, form: DeskForm, work: Callable[[], object], done: str
) -> ResponseReturnValue:
    """Do one of the small things beside the form, or show the page with what stands against it."""
    found = changing.item_to_manage(current_actor(), code)
    if not form.validate_on_submit():
        return _again(found, form), 422
    try:
        with transaction():
            work()
    except Invalid as error:
        form.blame(error)
        return _again(found, form), 422
    except (Conflict, NotAllowed) as error:
        form.form_errors.append(error.message)
        return _again(found, form), 409 if isinstance(error, Conflict) else 403
    flash(done, "done")
    return redirect(url_for("administration.item", code=code), 303)


def _again(found: Item, second: DeskForm) -> str:
    code = found.code
    end_read()
    one = changing.item_to_manage(current_actor(), code)
    newest = versions_of(one.id)[0]
    form = ItemForm(formdata=None)
    form.show(changing.entry_of_version(one, newest))
    form.valid_from.show(today_of(utc_now()))
    form.version.data = str(newest.version)
    return _page(code, form, (), second)
