"""Staff: who works here, which seats they have, and letting somebody go."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires
from desk.access.permissions import Permission
from desk.accounts import directory, granting, staffing
from desk.accounts.granting import Wish, about
from desk.accounts.models import User
from desk.accounts.passwords import NONE_YET
from desk.administration import labels
from desk.administration.forms.fields import SureForm
from desk.administration.forms.people import AskLinkForm, NewPersonForm, PersonForm, SeatForm
from desk.administration.views.doors import (
    Theirs,
    blueprint,
    carry_out,
    edit_page,
    key,
    name_of,
    place,
    words,
)
from desk.administration.views.wishes import told
from desk.kernel.clock import utc_now
from desk.kernel.db import transaction
from desk.kernel.form import DeskForm
from desk.organisation.directory import regions_of
from desk.organisation.queries import departments_of, halls_of

MANAGE = Permission.USERS_MANAGE
SHOWN = ("working", "left", "all")


@blueprint.get("/people")
@requires(MANAGE)
def people() -> ResponseReturnValue:
    sought, show = words(), request.args.get("show", "")
    show = show if show in SHOWN else "working"
    page = directory.staff_page(current_actor(), place(), sought, show=show, today=utc_now().date())
    return render_template(
        "administration/people.html",
        page=page,
        words=sought,
        show=show,
        role_name=labels.role_name,
        waiting=len(directory.pending(current_actor())),
    )


def _offer(form: SeatForm, actor: Actor) -> None:
    """Offer every place in the regions somebody looks after."""
    regions = regions_of(actor, MANAGE)
    today = utc_now().date()
    many = len(regions) > 1

    def named(row: object, region: object) -> str:
        return f"{name_of(row)} · {name_of(region)}" if many else name_of(row)

    form.offer(
        [(str(region.id), name_of(region)) for region in regions],
        [(str(one.id), named(one, r)) for r in regions for one in halls_of(r.id, today)],
        [(str(one.id), named(one, r)) for r in regions for one in departments_of(r.id, today)],
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_person() -> ResponseReturnValue:
    """Make somebody known and ask for their first seat and their way in, in one step."""
    actor, form = current_actor(), NewPersonForm()
    _offer(form, actor)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "people",
            "heading": _("Add somebody"),
            "back": (_("Staff list"), url_for("administration.people")),
            "button_text": _("Add, and ask for confirmation"),
        }
        return edit_page(form, theirs, facts, "person_new")

    if request.method == "GET":
        return show(form)

    def work(now: datetime) -> int:
        user = staffing.make_known(
            str(form.login.data), str(form.name.data), str(form.lang.data), by=actor, now=now
        )
        wish = Wish(user.id, (form.wish(),), sign_in=True)
        granting.ask_for(wish, str(form.reason.data), by=actor, now=now)
        return user.id

    return carry_out(
        form,
        work,
        done=_("Another administrator must confirm it now, and then hands over the link."),
        onwards=lambda user_id: url_for("administration.person", user_id=user_id),
        show=show,
    )


@blueprint.route("/people/<user_id>", methods=["GET", "POST"])
@requires(MANAGE)
def person(user_id: str) -> ResponseReturnValue:
    actor, wanted = current_actor(), key(user_id)
    directory.person_of(actor, wanted)

    def filled() -> PersonForm:
        form = PersonForm(formdata=None)
        form.show(directory.person_of(actor, wanted))
        return form

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        return _person_page(actor, wanted, form, theirs)

    if request.method == "GET":
        return show(filled())
    form = PersonForm()

    def work(now: datetime) -> User:
        return staffing.rename(
            wanted,
            str(form.name.data),
            str(form.lang.data),
            version=form.version.number,
            by=actor,
            now=now,
        )

    return carry_out(
        form, work, done=_("Kept."), onwards=lambda _u: _where(wanted), show=show, fresh=filled
    )


def _where(user_id: int) -> str:
    return url_for("administration.person", user_id=user_id)


def _person_page(
    actor: Actor, user_id: int, form: DeskForm, theirs: Theirs, link: DeskForm | None = None
) -> str:
    user, now = directory.person_of(actor, user_id), utc_now()
    waiting = [
        request
        for request in directory.pending_about(about(user_id))
        if request.region_id in actor.regions_for(Permission.CHANGES_DECIDE)
    ]
    facts = {
        "nav_active": "people",
        "heading": user.name,
        "about": user.login,
        "back": (_("Staff list"), url_for("administration.people")),
        "person": user,
        "seats": directory.seats_of(user_id, now.date()),
        "waiting": told(waiting),
        "may_hand_over": directory.may_hand_over(actor, about(user_id), user_id, now=now),
        "has_password": user.password_hash != NONE_YET,
        "is_me": user_id == actor.user_id,
        "role_name": labels.role_name,
        "ask_link": link or AskLinkForm(formdata=None),
    }
    return edit_page(form, theirs, facts, "person")


@blueprint.route("/people/<user_id>/seats/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_seat(user_id: str) -> ResponseReturnValue:
    """Ask for another seat; for somebody without a password a way in is asked for with it."""
    actor, wanted, form = current_actor(), key(user_id), SeatForm()
    user = directory.person_of(actor, wanted)
    name, sign_in = user.name, user.password_hash == NONE_YET
    _offer(form, actor)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        facts = {
            "nav_active": "people",
            "heading": _("Ask for a seat"),
            "about": name,
            "back": (name, _where(wanted)),
            "button_text": _("Ask for confirmation"),
        }
        return edit_page(form, theirs, facts, "person_new")

    if request.method == "GET":
        return show(form)

    def work(now: datetime) -> None:
        wish = Wish(wanted, (form.wish(),), sign_in=sign_in)
        granting.ask_for(wish, str(form.reason.data), by=actor, now=now)

    return carry_out(
        form,
        work,
        done=_("Another administrator must confirm it now."),
        onwards=lambda _nothing: _where(wanted),
        show=show,
    )


@blueprint.post("/people/<user_id>/ask-link")
@requires(MANAGE)
def ask_link(user_id: str) -> ResponseReturnValue:
    """Ask that somebody may set a new password."""
    actor, wanted, form = current_actor(), key(user_id), AskLinkForm()
    directory.person_of(actor, wanted)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        whole = PersonForm(formdata=None)
        whole.show(directory.person_of(actor, wanted))
        whole.form_errors = [sentence for _id, sentence in form.summary()]
        return _person_page(actor, wanted, whole, theirs, link=form)

    def work(now: datetime) -> None:
        wish = Wish(wanted, sign_in=True)
        granting.ask_for(wish, str(form.reason.data), by=actor, now=now)

    return carry_out(
        form,
        work,
        done=_("Another administrator must confirm it now, and then hands over the link."),
        onwards=lambda _nothing: _where(wanted),
        show=show,
    )


@blueprint.post("/people/<user_id>/link")
@requires(Permission.CHANGES_DECIDE)
def hand_over_link(user_id: str) -> ResponseReturnValue:
    """Make the link and show it, this once: only its hash is kept, so no page can repeat it."""
    actor, wanted, form = current_actor(), key(user_id), DeskForm()
    form.must_pass()
    with transaction():
        token = staffing.make_link(wanted, by=actor, now=utc_now())
    user = directory.person_of(actor, wanted)
    page = render_template(
        "administration/link.html",
        person=user,
        address=url_for("accounts.set_password", token=token, _external=True),
        hours=int(staffing.LINK_LIVES.total_seconds() // 3600),
    )
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.post("/people/<user_id>/seats/<seat_id>/end")
@requires(MANAGE)
def end_seat(user_id: str, seat_id: str) -> ResponseReturnValue:
    actor, wanted, seat, form = current_actor(), key(user_id), key(seat_id), SureForm()
    return _at_once(
        form,
        wanted,
        lambda now: staffing.end_seat(wanted, seat, version=form.version.number, by=actor, now=now),
        _("The seat has ended. Cases that only it allowed go back to the department."),
    )


@blueprint.post("/people/<user_id>/disable")
@requires(MANAGE)
def disable(user_id: str) -> ResponseReturnValue:
    actor, wanted, form = current_actor(), key(user_id), SureForm()
    return _at_once(
        form,
        wanted,
        lambda now: staffing.disable(wanted, version=form.version.number, by=actor, now=now),
        _("Signed out everywhere, all seats ended. Open cases go back to the department."),
    )


def _at_once(
    form: SureForm, user_id: int, work: Callable[[datetime], Any], done: str
) -> ResponseReturnValue:
    """Do what a button alone asks for; what stands against it is said on the person's page."""
    actor = current_actor()
    directory.person_of(actor, user_id)

    def show(form: DeskForm, theirs: Theirs = ()) -> str:
        whole = PersonForm(formdata=None)
        whole.show(directory.person_of(actor, user_id))
        whole.form_errors = list(form.form_errors)
        return _person_page(actor, user_id, whole, theirs)

    return carry_out(form, work, done=done, onwards=lambda _u: _where(user_id), show=show)
