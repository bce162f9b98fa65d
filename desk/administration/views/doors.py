"""What the administrators' pages share."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from desk.administration.forms.fields import differences
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Conflict, Invalid, NotFound
from desk.kernel.form import DeskForm
from desk.kernel.paging import Place, read_place
from desk.kernel.texts import storable, whole_number
from desk.organisation.queries import home_region

blueprint = Blueprint("administration", __name__, url_prefix="/admin")

LONGEST_SEARCH = 64


def lang() -> str:
    """Name the language of the page as our tables are named."""
    return "en" if str(get_locale()) == "en" else "zh_Hans"


def name_of(row: Any) -> str:
    """Give the name of a place in the language of the page."""
    return str(row.name_en if lang() == "en" and row.name_en else row.name_zh)


def today_of(now: datetime) -> date:
    """Tell which day it is where this desk is."""
    return now.astimezone(ZoneInfo(home_region().time_zone)).date()


def key(text: str) -> int:
    """Read the id in an address; raises NotFound for what can be none."""
    found = whole_number(text)
    if found is None:
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    return found


def place() -> Place:
    """Read from the address where a page of a list starts."""
    return read_place(request.args.get("after"), request.args.get("before"))


def words() -> str:
    """Read from the address what is looked for."""
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return text if storable(text) else ""


Theirs = Sequence[tuple[str, str]]
"""What stands there now where it is not what was typed: (label, text)."""


def carry_out(
    form: DeskForm,
    work: Callable[[datetime], Any],
    *,
    done: str,
    onwards: Callable[[Any], str],
    show: Callable[[DeskForm, Theirs], str],
    fresh: Callable[[], DeskForm] | None = None,
) -> ResponseReturnValue:
    """Check a form, do its work in one transaction, and go on.

    What is wrong brings the page again with 422; what somebody changed meanwhile brings it with
    409, what stands there now beside what was typed (`fresh` gives the form as it is now).
    """
    if not form.validate_on_submit():
        return show(form, []), 422
    try:
        with transaction():
            result = work(utc_now())
    except Invalid as error:
        end_read()
        form.blame(error)
        return show(form, []), 422
    except Conflict as error:
        end_read()
        form.form_errors.append(error.message)
        theirs = _theirs(form, fresh() if fresh else None)
        return show(form, theirs), 409
    flash(done, "done")
    return redirect(onwards(result), 303)


def _theirs(form: DeskForm, now: DeskForm | None) -> Theirs:
    """Compare with what stands there now, and let the next try start from that."""
    if now is None:
        return []
    if "version" in now and "version" in form:
        form["version"].data = now["version"].data
    return differences(form, now)


def edit_page(
    form: DeskForm, theirs: Theirs, facts: Mapping[str, Any], template: str = "edit"
) -> str:
    """Render the page of a form: its heading, fields and button, and what stands beside them."""
    return render_template(f"administration/{template}.html", form=form, theirs=theirs, **facts)
