"""Code lists: what can be chosen of what went wrong or of a rating, from when to when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.administration.forms.codes import ANEW, NEW, EndCodeForm
from desk.administration.views.doors import Theirs, blueprint, carry_out, edit_page, lang, today_of
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import NotFound
from desk.kernel.form import DeskForm
from desk.organisation.actions.codes import add_code, end_code, mark_of, reword_code, take_back
from desk.organisation.codes import FIXED, LISTS, row_of, rows_in
from desk.organisation.queries import home_region
from desk.organisation.reach import reaches

MANAGE = Permission.RULES_MANAGE
NAMES = {
    "reasons": _l("Where it got stuck"),
    "diversions": _l("Not for this desk"),
    "rating_tags": _l("Words of ratings"),
    "phrases": _l("Phrases not to write"),
}


@blueprint.get("/codes")
@requires(MANAGE)
def code_lists() -> ResponseReturnValue:
    """List what one list holds, with what comes and, when asked for, what is over."""
    name, past = request.args.get("list", LISTS[0]), request.args.get("past") == "1"
    today = today_of(utc_now())
    rows = [row for row in rows_in(name) if past or row.state(today) != "past"]
    return render_template(
        "administration/codes.html",
        name=name,
        names=NAMES,
        rows=rows,
        past=past,
        **_common(),
    )


def _common() -> dict[str, Any]:
    return {
        "today": today_of(utc_now()),
        "page_lang": lang(),
        "can_change": reaches(current_actor(), MANAGE, home_region().id),
        "fixed": FIXED,
    }


def _facts(name: str, heading: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "nav_active": "codes",
        "heading": heading,
        "about": NAMES[name],
        "back": (_("Code lists"), url_for("administration.code_lists", list=name)),
        **_common(),
        **more,
    }


def _known(name: str) -> str:
    if name not in LISTS:
        raise NotFound(_l("There is no such list."))
    return name


@blueprint.route("/codes/<name>/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_code(name: str) -> ResponseReturnValue:
    """Add an entry that can be chosen from a day on."""
    actor, form = current_actor(), NEW[_known(name)]()

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        return edit_page(
            form, theirs, _facts(name, _("Add an entry"), {"button_text": _("Add it")})
        )

    if request.method == "GET":
        form["active_from"].show(today_of(utc_now()) + timedelta(days=1))
        return show(form)

    def work(now: datetime) -> None:
        add_code(
            name,
            str(form["code"].data),
            form.wording(),
            active_from=form.day(today_of(now)),
            by=actor,
            now=now,
        )

    return carry_out(
        form,
        work,
        done=_("Added. It can be chosen from the day you named."),
        onwards=lambda _nothing: url_for("administration.code_lists", list=name),
        show=show,
    )


@blueprint.route("/codes/<name>/<code>", methods=["GET", "POST"])
@requires(MANAGE)
def code(name: str, code: str) -> ResponseReturnValue:
    """Show an entry with all it was ever called, and word it anew from a day on."""
    actor, form = current_actor(), ANEW[_known(name)]()

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        row = row_of(name, code)
        form["seen"].data = mark_of(row)
        heading = _("Word it anew")
        more = {"row": row, "name": name, "code": code, "button_text": _("Word it anew")}
        return edit_page(form, theirs, _facts(name, f"{code} · {heading}", more), "code")

    if request.method == "GET":
        form.fill(row_of(name, code).newest)
        form["active_from"].show(today_of(utc_now()) + timedelta(days=1))
        return show(form)
    row_of(name, code)
    end_read()

    def work(now: datetime) -> None:
        reword_code(
            name,
            code,
            form.wording(),
            active_from=form.day(today_of(now)),
            seen=str(form["seen"].data or ""),
            by=actor,
            now=now,
        )

    return carry_out(
        form,
        work,
        done=_("Kept. It is called so from the day you named."),
        onwards=lambda _nothing: url_for("administration.code", name=name, code=code),
        show=show,
    )


@blueprint.route("/codes/<name>/<code>/end", methods=["GET", "POST"])
@requires(MANAGE)
def end_code_page(name: str, code: str) -> ResponseReturnValue:
    """Let an entry end after a day; cases that carry it keep it."""
    actor, form = current_actor(), EndCodeForm()
    row_of(_known(name), code)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        row = row_of(name, code)
        more = {"row": row, "name": name, "code": code, "button_text": _("Let it end")}
        heading = _("Let an entry end")
        return edit_page(form, theirs, _facts(name, f"{code} · {heading}", more), "code_end")

    if request.method == "GET":
        form.last_on.show(today_of(utc_now()))
        return show(form)
    end_read()

    def work(now: datetime) -> None:
        last_on = form.last_on.data or today_of(now)
        end_code(name, code, last_on=last_on, by=actor, now=now)

    return carry_out(
        form,
        work,
        done=_("It ends after that day. Cases that carry it keep it."),
        onwards=lambda _nothing: url_for("administration.code", name=name, code=code),
        show=show,
    )


@blueprint.post("/codes/<name>/<code>/take-back")
@requires(MANAGE)
def take_back_code(name: str, code: str) -> ResponseReturnValue:
    """Take back what does not hold yet: an ending, a wording, a new entry."""
    actor, form = current_actor(), DeskForm()
    form.must_pass()
    end_read()
    with transaction():
        take_back(_known(name), code, by=actor, now=utc_now())
    flash(_("Taken back."), "done")
    return redirect(url_for("administration.code_lists", list=name), 303)
