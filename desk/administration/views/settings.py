"""What a region may choose while the desk runs: from where on ratings are looked at twice."""

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime, timedelta

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.administration.forms.fields import day_of
from desk.administration.forms.settings import MarksForm
from desk.administration.views.doors import Theirs, blueprint, carry_out, edit_page, name_of
from desk.administration.views.limits import chosen_region
from desk.kernel.clock import utc_now
from desk.kernel.errors import Conflict, Invalid
from desk.kernel.form import DeskForm
from desk.organisation.actions.choices import choose
from desk.organisation.models import Region
from desk.organisation.queries import setting_of
from desk.ratings.lookout import CHOSEN, limits_of

MANAGE = Permission.RULES_MANAGE


@blueprint.route("/settings", methods=["GET", "POST"])
@requires(MANAGE)
def settings() -> ResponseReturnValue:
    """Change the marks from a day on; whoever changed them meanwhile is not overwritten."""
    actor, form = current_actor(), MarksForm()
    region = chosen_region(actor)
    today = region.local_day(utc_now())

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "settings",
            "heading": _("When ratings are looked at twice"),
            "about": name_of(chosen_region(actor)),
            "back": (_("Administration"), url_for("administration.home")),
            "button_text": _("Save"),
        }
        return edit_page(form, theirs, facts)

    if request.method == "GET":
        form.fill(limits_of(region, today))
        form.active_from.show(today + timedelta(days=1))
        form.seen.data = _mark(region, today)
        return show(form)

    def work(now: datetime) -> None:
        here = chosen_region(actor)
        day = day_of(form.active_from) or today
        if day < here.local_day(now):
            raise Invalid(_l("Today at the earliest."), field="active_from")
        mark = _mark(here, today)
        if form.seen.data != mark:
            form.seen.data = mark
            raise Conflict(_l("Somebody changed this while you were writing. Look again."))
        held = setting_of(CHOSEN, here, day)
        chosen = {**(held if isinstance(held, dict) else {}), **form.marks()}
        choose(here, CHOSEN, chosen, active_from=day, by=actor, now=now)

    return carry_out(
        form,
        work,
        done=_("Kept. It holds from the day you named."),
        onwards=lambda _nothing: url_for("administration.settings"),
        show=show,
    )


def _mark(region: Region, today: date) -> str:
    """Stand for what is chosen for today and for any day after it."""
    known = [asdict(limits_of(region, today)), asdict(limits_of(region, date.max))]
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]
