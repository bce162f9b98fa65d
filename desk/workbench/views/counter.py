"""The counter: a walk-in, a call or a letter written down on one page, read back, given a slip."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from desk.access.actors import Actor
from desk.access.doors import current_actor, requires, takes_files
from desk.access.permissions import Permission
from desk.casework.actions.phone_lookup import LookedUp, look_up
from desk.casework.labels import CHANNEL, IDENTITY, SHAPE, STAFF_STATUS
from desk.casework.numbers import contains_code, new_access_code
from desk.casework.place import place_of
from desk.casework.words import CaseChannel, IdentityMode, Step
from desk.files.kinds import MOST_AT_ONCE
from desk.files.models import StoredFile
from desk.intake import actions, drafts
from desk.intake.attaching import attached
from desk.intake.queries import window_of
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid, NotAllowed, TooMany
from desk.organisation.models import Hall, Region
from desk.organisation.queries import codes_of, halls_of, home_region, limit_of, windows_of
from desk.workbench.views.counter_files import files_changed, take_in
from desk.workbench.views.counter_form import (
    CounterForm,
    Lists,
    ReadBackForm,
    answers,
    refilled,
    typed,
)
from desk.workbench.views.doors import blueprint
from desk.worktime.deadline import due

UNDER_WAY = "counter"
UNCLEAR = ("title", "story", "wish", "named_text", "item_words")


@dataclass(frozen=True, slots=True)
class Seat:
    """Where the person at the counter sits: the region, the halls they take cases for, the day."""

    region: Region
    halls: tuple[Hall, ...]
    today: date


def _seat(actor: Actor, now: datetime) -> Seat:
    region = home_region()
    today = now.astimezone(ZoneInfo(region.time_zone)).date()
    seats = actor.seats_for(Permission.CASE_FILE)
    halls = tuple(
        hall
        for hall in halls_of(region.id, today)
        if any(seat.reaches(region.id, hall.id, None) for seat in seats)
    )
    if not halls:
        raise NotAllowed(_("You sit in no hall of this district. Ask your lead to put that right."))
    return Seat(region, halls, today)


def _lists(seat: Seat) -> Lists:
    lang = str(get_locale())
    reasons = codes_of("reasons", seat.today)
    return Lists(
        [(str(h.id), h.name_en if lang == "en" else h.name_zh) for h in seat.halls],
        [
            (str(window.id), f"{window.code} {window.zone or ''}".strip())
            for hall in seat.halls
            for window in windows_of(hall.id, seat.today)
        ],
        [(entry.code, f"{entry.code} {entry.name(lang)}") for entry in reasons],
        seat.today,
        lang,
    )


def under_way(actor: Actor, now: datetime) -> dict[str, Any]:
    """Read what this person has under way in this browser; nobody else's is shown."""
    found = drafts.read(session.get(UNDER_WAY), now=now)
    return found if found.get("clerk") == actor.user_id else {}


def _keep(found: dict[str, Any], region_id: int, now: datetime) -> str:
    """Keep what is under way, and give the token it is kept by."""
    token = session.get(UNDER_WAY)
    if not token or not drafts.read(token, now=now):
        token = session[UNDER_WAY] = drafts.new_token()
    with transaction():
        drafts.keep(token, region_id, found, now=now)
    return str(token)


@blueprint.route("/counter", methods=["GET", "POST"])
@takes_files
@requires(Permission.CASE_FILE)
def counter() -> ResponseReturnValue:
    actor, now = current_actor(), utc_now()
    seat, found = _seat(actor, now), under_way(actor, now)
    if "number" in found:
        return redirect(url_for("workbench.counter_slip"), 303)
    if request.method == "GET":
        form = refilled(found.get("typed") or {"hall": seat.halls[0].id})
        form.prepare(_lists(seat), seat.region.id)
        return _page(form, seat, files=attached(found, seat.region.id))
    form = CounterForm()
    matches = form.prepare(_lists(seat), seat.region.id)
    found = found or {"key": secrets.token_urlsafe(24), "code": new_access_code()}
    passed = form.takes(matches) and _window_fits(form)
    found |= {"clerk": actor.user_id}
    if not form.form_errors and (form.files.data or files_changed()):
        take_in(form.files, _keep(found, seat.region.id, now), seat.region.id, by=actor, now=now)
        found = under_way(actor, now)
        passed = passed and not form.files.errors
    for name in UNCLEAR:
        if contains_code(str(form[name].data or ""), found["code"]):
            form[name].errors = [_("Do not write the access code here. Take it out.")]
            passed = False
    files = attached(found, seat.region.id)
    if files_changed() and not form.form_errors:
        form.forgive("files")
        return _page(form, seat, files=files), 422 if form.files.errors else 200
    if not passed:
        with_items = bool(form.item.errors or form.item.data)
        return _page(form, seat, matches=with_items, files=files), 422
    found |= answers(form, form.chosen(matches))
    found |= {"typed": typed(form), "hall": int(str(form.hall.data)), "lang": form.lang.data}
    _keep(found, seat.region.id, now)
    return redirect(url_for("workbench.counter_check"), 303)


@blueprint.post("/counter/phone")
@takes_files
@requires(Permission.CASE_FILE)
def counter_phone() -> ResponseReturnValue:
    """Show what is there under the number typed, and the form as it stands."""
    actor, now = current_actor(), utc_now()
    seat, form = _seat(actor, now), CounterForm()
    form.prepare(_lists(seat), seat.region.id)
    files = attached(under_way(actor, now), seat.region.id)
    number = form.number_alone()
    if number is None:
        return _page(form, seat, files=files), 422
    try:
        with transaction():
            hall_id = int(str(form.hall.data))
            found = look_up(number, region_id=seat.region.id, hall_id=hall_id, by=actor, now=now)
    except TooMany as error:
        form.phone.errors = [error.message]
        return _page(form, seat, files=files), 429, {"Retry-After": str(error.retry_after)}
    return _page(form, seat, found=found, files=files), 200


def _window_fits(form: CounterForm) -> bool:
    """Check that the window stands in the hall that takes the case."""
    window = window_of(int(form.window.data)) if form.window.data else None
    if window is None or str(window.hall_id) == form.hall.data:
        return True
    form.window.errors = [_("This window is in another hall. Choose one of the hall above.")]
    return False


def _page(
    form: CounterForm,
    seat: Seat,
    *,
    files: Sequence[StoredFile],
    matches: bool = False,
    found: LookedUp | None = None,
) -> str:
    return render_template(
        "workbench/counter.html",
        form=form,
        files=files,
        full=len(files) >= MOST_AT_ONCE,
        halls=seat.halls,
        matches=matches,
        found=found,
        status_words=STAFF_STATUS,
        shapes=SHAPE,
        channels=CHANNEL,
    )


@blueprint.route("/counter/check", methods=["GET", "POST"])
@requires(Permission.CASE_FILE)
def counter_check() -> ResponseReturnValue:
    """Read it back to whoever came; send it once they say it is right."""
    actor, now = current_actor(), utc_now()
    seat, found = _seat(actor, now), under_way(actor, now)
    if "number" in found:
        return redirect(url_for("workbench.counter_slip"), 303)
    if "what" not in found:
        return redirect(url_for("workbench.counter"), 303)
    form = ReadBackForm()
    if request.method == "GET":
        return _read_back(form, found, seat, now)
    passed = form.validate_on_submit()
    if passed and form.seen.data != actions.digest_of(found).hex():
        form.form_errors.append(
            _("This was changed in another tab. Below is how it stands now: read it out again.")
        )
        form.agreed.data = passed = False
    if passed and not form.agreed.data and found["what"]["channel"] != CaseChannel.LETTER:
        form.agreed.errors = [_("Read it out and tick the box when they agree.")]
        passed = False
    if not passed:
        return _read_back(form, found, seat, now), 422
    try:
        _send(found, seat, actor, now)
    except Invalid as error:
        form.blame(error)
        return _read_back(form, found, seat, now), 422
    return redirect(url_for("workbench.counter_slip"), 303)


def _send(found: dict[str, Any], seat: Seat, actor: Actor, now: datetime) -> None:
    """Open the case exactly once; whoever loses the race for the key reads the winner's slip."""
    if found["hall"] not in {hall.id for hall in seat.halls}:
        raise Invalid(_("You no longer sit in that hall. Go back and choose another."))
    region_id = seat.region.id
    try:
        with transaction():
            token = session.get(UNDER_WAY)
            actions.submit(
                found,
                region_id=region_id,
                hall_id=found["hall"],
                lang=found["lang"] or "zh_Hans",
                now=now,
                token=token,
                by=actor,
            )
    except IntegrityError:
        end_read()
        if actions.answered(region_id, found["key"], found) is None:
            raise


def _read_back(form: ReadBackForm, found: dict[str, Any], seat: Seat, now: datetime) -> str:
    form.seen.data = actions.digest_of(found).hex()
    what, you, lang = found["what"], found["you"], str(get_locale())
    happened = what.get("happened_on")
    reasons = {e.code: e.name(lang) for e in codes_of("reasons", seat.today)}
    return render_template(
        "workbench/counter_check.html",
        form=form,
        what=what,
        tell=found["tell"],
        you=you,
        happened_on=date.fromisoformat(happened) if happened else None,
        exact=found["typed"].get("happened_exact", True),
        window=window_of(what["window_id"]) if what.get("window_id") else None,
        reason=reasons.get(what["reason"], ""),
        identity=IDENTITY[IdentityMode(you["identity_mode"])],
        channel=CHANNEL[CaseChannel(what["channel"])],
        letter=what["channel"] == CaseChannel.LETTER,
        accept_by=_accept_by(found, seat, now),
        files=attached(found, seat.region.id),
    )


def _accept_by(found: dict[str, Any], seat: Seat, now: datetime) -> datetime:
    """Tell by when it would be accepted or not, if it were sent now."""
    place = place_of(seat.region.id, found["hall"], now)
    table = place.timetable
    limit = limit_of(
        Step.ACCEPT.value,
        region=place.region,
        hall_id=place.hall.id,
        complexity="any",
        party=found["you"]["party_kind"],
        on=place.day(now),
    )
    return due(now, limit.n, limit.unit.value, table.calendar, table.hours, table.zone).due_at
