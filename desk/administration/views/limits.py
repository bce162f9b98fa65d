"""Limits: how long each step may take, in a region and its halls, from when to when."""

from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.administration import labels
from desk.administration.forms.fields import SureForm, day_of
from desk.administration.forms.rules import EndLimitForm, LimitForm
from desk.administration.views.doors import (
    Theirs,
    blueprint,
    carry_out,
    edit_page,
    key,
    name_of,
    today_of,
)
from desk.casework.actions.correcting import change_limit, stop_limit, withdraw_limit
from desk.casework.queries.dates import Plan, plan, with_limit
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import NotFound
from desk.kernel.form import DeskForm
from desk.organisation import directory
from desk.organisation.models import Region
from desk.organisation.queries import halls_of, rules_of
from desk.organisation.rulebook import LimitRow, limit_row, limits_in

MANAGE = Permission.RULES_MANAGE


def chosen_region(actor: Actor) -> Region:
    """Give the region a page is about: the one named in the address, else the first in reach."""
    code = request.args.get("region", "")
    if code:
        return directory.region_of(actor, code)
    regions = directory.regions_of(actor, MANAGE)
    homes = [region for region in regions if region.is_home]
    if not regions:
        raise NotFound(_l("There is no such entry, or it is not yours to see."))
    return (homes or list(regions))[0]


@blueprint.get("/limits")
@requires(MANAGE)
def limits() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    region, past = chosen_region(actor), request.args.get("past") == "1"
    today = region.local_day(now)
    return render_template(
        "administration/limits.html",
        region=region,
        regions=directory.regions_of(actor, MANAGE),
        rows=sorted(
            limits_in(region, today=today, past=past),
            key=lambda row: labels.step_place(row.rule.step),
        ),
        past=past,
        today=today,
        labels=labels,
    )


@blueprint.route("/limits/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_limit() -> ResponseReturnValue:
    """Set another limit from a day on; what becomes of open cases is shown before."""
    actor, now, form = current_actor(), utc_now(), LimitForm()
    region = chosen_region(actor)
    code, today = region.code, region.local_day(now)
    steps = sorted({rule.key.step for rule in rules_of(region)}, key=labels.step_place)
    form.offer(steps, [(str(hall.id), name_of(hall)) for hall in halls_of(region.id, today)])

    def show(form: DeskForm, theirs: Theirs = (), found: Plan | None = None) -> str:
        facts = {
            "nav_active": "limits",
            "heading": _("Set a limit"),
            "about": name_of(directory.region_of(actor, code)),
            "back": (_("Limits"), url_for("administration.limits", region=code)),
            "plan": found,
            "labels": labels,
        }
        return edit_page(form, theirs, facts, "limit_new")

    if request.method == "GET":
        _start(form, region)
        form.active_from.show(today + timedelta(days=1))
        return show(form)
    if request.form.get("do") == "check":
        if not form.validate_on_submit():
            return show(form), 422
        on = day_of(form.active_from) or today
        world = with_limit(region, form.key(), form.limit(), on, now)
        return show(form, found=plan(world, region))

    def work(now: datetime) -> None:
        change_limit(
            directory.region_of(actor, code),
            form.key(),
            form.limit(),
            active_from=day_of(form.active_from) or today,
            by=actor,
            now=now,
        )

    return carry_out(
        form,
        work,
        done=_("The limit is set. Dates of open cases are put right within minutes."),
        onwards=lambda _nothing: url_for("administration.limits", region=code),
        show=show,
    )


def _start(form: LimitForm, region: Region) -> None:
    """Start from a limit somebody has chosen in the list, in the region or above it."""
    wanted = request.args.get("like", "")
    today = region.local_day(utc_now())
    rows = [row for row in limits_in(region, today=today) if str(row.rule.id) == wanted]
    if rows:
        form.show(rows[0].rule)


def _row(region: Region, rule_id: int) -> LimitRow:
    row = limit_row(region, rule_id)
    if row is None:
        raise NotFound(_l("There is no such limit."))
    return row


@blueprint.route("/limits/<rule_id>/end", methods=["GET", "POST"])
@requires(MANAGE)
def end_limit(rule_id: str) -> ResponseReturnValue:
    """Let a limit end, so that a more general one holds after it."""
    actor, wanted, form = current_actor(), key(rule_id), EndLimitForm()
    region = chosen_region(actor)
    code = region.code
    _row(region, wanted)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "limits",
            "heading": _("Let a limit end"),
            "about": name_of(directory.region_of(actor, code)),
            "back": (_("Limits"), url_for("administration.limits", region=code)),
            "button_text": _("Let it end"),
            "row": _row(directory.region_of(actor, code), wanted),
            "labels": labels,
        }
        return edit_page(form, theirs, facts, "limit_end")

    if request.method == "GET":
        form.last_on.show(today_of(utc_now()))
        return show(form)

    def work(now: datetime) -> None:
        stop_limit(
            directory.region_of(actor, code),
            wanted,
            last_on=day_of(form.last_on) or region.local_day(now),
            by=actor,
            now=now,
        )

    return carry_out(
        form,
        work,
        done=_("The limit ends. What starts after it follows the more general one."),
        onwards=lambda _nothing: url_for("administration.limits", region=code),
        show=show,
    )


@blueprint.post("/limits/<rule_id>/take-back")
@requires(MANAGE)
def take_back_limit(rule_id: str) -> ResponseReturnValue:
    """Take back a limit that does not hold yet."""
    actor, wanted, form = current_actor(), key(rule_id), SureForm()
    code = chosen_region(actor).code
    form.must_pass()
    end_read()
    with transaction():
        region = directory.region_of(actor, code)
        withdraw_limit(region, wanted, by=actor, now=utc_now())
    flash(_("Taken back."), "done")
    return redirect(url_for("administration.limits", region=code), 303)
