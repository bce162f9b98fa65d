"""Networks and telephone numbers of staff: kept so that nobody rates their own window with them."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.kernel.clock import utc_now
from desk.kernel.db import db, end_read, transaction
from desk.kernel.errors import NotAllowed
from desk.organisation.actions.choices import choose
from desk.organisation.models import Region
from desk.organisation.queries import home_day, home_region
from desk.ratings.forms import StaffWaysForm
from desk.ratings.staff_ways import NETWORKS, PHONES, phone_mark, staff_networks, staff_phones
from desk.ratings.views.doors import blueprint

MANAGE = Permission.KIOSKS_MANAGE


@blueprint.route("/supervision/staff-ways", methods=["GET", "POST"])
@requires(MANAGE)
def staff_ways() -> ResponseReturnValue:
    """Show what is registered, numbers by their count only; a change holds from today on."""
    actor, now = current_actor(), utc_now()
    if home_region().id not in actor.regions_for(MANAGE):
        raise NotAllowed(_("This holds for the whole desk. Its own administrators change it."))
    form = StaffWaysForm()
    if request.method == "GET":
        form.networks.data = "\n".join(staff_networks(home_region(), home_day(now)))
        return _page(form, now)
    if not form.validate_on_submit() or not form.reads():
        return _page(form, now), 422
    kept = set() if form.forget.data else set(staff_phones(home_region(), home_day(now)))
    phones = sorted(kept | {phone_mark(number) for number in form.numbers})
    region_id, day = home_region().id, home_day(now)
    end_read()
    with transaction():
        region = db.session.get_one(Region, region_id)
        choose(region, NETWORKS, form.found, active_from=day, by=actor, now=now)
        choose(region, PHONES, phones, active_from=day, by=actor, now=now)
    flash(_("It is kept. Nobody rates from these networks or by these numbers."), "done")
    return redirect(url_for("ratings.staff_ways"), 303)


def _page(form: StaffWaysForm, now: datetime) -> str:
    known = len(staff_phones(home_region(), home_day(now)))
    return render_template("ratings/staff_ways.html", form=form, known=known)
