"""The last step of filing: read it over, send it once, keep its receipt."""

import io
from datetime import date, datetime
from typing import Any

import segno
from flask import Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import IntegrityError

from desk.access.doors import public
from desk.casework.labels import IDENTITY, NEED, PARTY, TRIED_BY
from desk.casework.numbers import grouped
from desk.casework.words import IdentityMode, Need, PartyKind
from desk.intake import actions, drafts, queries
from desk.intake.attaching import attached
from desk.intake.forms import CheckForm, SavedForm
from desk.intake.views.doors import (
    SUBMIT,
    address_key,
    blueprint,
    here,
    lang,
    settings,
    throttle,
)
from desk.intake.views.drafting import draft, missing_before, token
from desk.intake.views.matter import reason_choices
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Invalid, TooMany

FASTEST_SECONDS = 3
OLDEST_PAGE = 7 * 24 * 3600
FILED = "filed"


@blueprint.route("/complaints/new/check", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    found = draft()
    if "number" in found:
        return redirect(url_for("intake.receipt"), 303)
    attached(found, here().region.id)
    back = missing_before(found, "check")
    if back is not None:
        return back
    form = CheckForm()
    if request.method == "GET":
        return _check_page(form, found)
    if not form.validate_on_submit():
        return _check_page(form, found), 422
    return _hindered(form, found) or _sent(form, found)


def _hindered(form: CheckForm, found: dict[str, Any]) -> ResponseReturnValue | None:
    """Show the page once more when it is not what was seen, or when a machine may have sent it."""
    try:
        seen, at = _seal().loads(
            str(form.seen.data or ""), max_age=OLDEST_PAGE, return_timestamp=True
        )
    except BadData:
        return _check_page(form, found, sure=True), 422
    if seen != _what_is_sent(found):
        form.form_errors.append(
            _("This was changed in another tab. Below is how it stands now: check it, then send.")
        )
        return _check_page(form, found), 422
    least = 0 if settings().testing else FASTEST_SECONDS
    quick = (utc_now() - at).total_seconds() < least
    if (form.website.data or quick) and form.sure.data != "yes":
        return _check_page(form, found, sure=True), 422
    return None


def _sent(form: CheckForm, found: dict[str, Any]) -> ResponseReturnValue:
    try:
        throttle().hit(
            SUBMIT,
            address_key(utc_now()),
            _("Many complaints were sent from your connection. Yours is kept; send it later."),
        )
        send(found)
    except TooMany as error:
        form.form_errors.append(error.message)
        return _check_page(form, found), 429, {"Retry-After": str(error.retry_after)}
    except Invalid as error:
        form.blame(error)
        return _check_page(form, found), 422
    return redirect(url_for("intake.receipt"), 303)


def send(found: dict[str, Any]) -> str:
    """Send a draft exactly once and give the number of its case.

    Whoever loses the race for the key reads the winner's answer. The draft becomes the receipt in
    the transaction that opens the case.
    """
    place, now = here(), utc_now()
    region_id = place.region.id
    hall_id = queries.hall_of_window(found["what"].get("window_id")) or place.hall.id
    try:
        with transaction():
            answer = actions.submit(
                found, region_id=region_id, hall_id=hall_id, lang=lang(), now=now, token=token()
            )
    except IntegrityError:
        end_read()
        known = actions.answered(region_id, found["key"], found)
        if known is None:
            raise
        answer = known
    return str(answer["number"])


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="filing-seen")


def _what_is_sent(found: dict[str, Any]) -> list[str]:
    return [found["key"], actions.digest_of(found).hex()]


def _check_page(form: CheckForm, found: dict[str, Any], *, sure: bool = False) -> str:
    form.seen.data = _seal().dumps(_what_is_sent(found))
    form.sure.data = "yes" if sure else ""
    what, you = found["what"], found["you"]
    happened = what.get("happened_on")
    return render_template(
        "intake/check.html",
        form=form,
        sure=sure,
        what=what,
        tell=found["tell"],
        you=you,
        happened_on=date.fromisoformat(happened) if happened else None,
        window=queries.window_of(what["window_id"]) if what.get("window_id") else None,
        reason=dict(reason_choices()).get(what["reason"], ""),
        tried=TRIED_BY.get(what.get("tried_by") or "", ""),
        party=PARTY[PartyKind(you["party_kind"])],
        identity=IDENTITY[IdentityMode(you["identity_mode"])],
        needs=[str(NEED[Need(need)]) for need in you.get("needs") or ()],
        files=attached(found, here().region.id),
    )


@blueprint.route("/complaints/receipt", methods=["GET", "POST"])
@public
def receipt() -> ResponseReturnValue:
    found = draft()
    if "number" not in found:
        return redirect(url_for("intake.track"), 303)
    form = SavedForm()
    if request.method == "POST" and form.validate_on_submit():
        if form.saved.data:
            return _kept(found["number"])
        form.saved.errors = [_("Tick that you have kept both: the code is shown only here.")]
    page = render_template(
        "intake/receipt.html",
        form=form,
        number=found["number"],
        code=grouped(found["code"]),
        proof=found["proof"],
        ledger_address=settings().base_url + url_for("intake.ledger"),
        title=found["title"],
        files=found.get("attached") or (),
        identity=IDENTITY[IdentityMode(found["identity_mode"])],
        anonymous=found["identity_mode"] == IdentityMode.ANONYMOUS,
        sent_at=datetime.fromisoformat(found["sent_at"]),
        accept_due=queries.accept_due(here().region.id, found["number"]),
    )
    return page, 422 if form.errors else 200


def _kept(number: str) -> ResponseReturnValue:
    """Forget the code, and lead to the door with the number already written."""
    known = token()
    if known:
        with transaction():
            drafts.discard(known, now=utc_now())
    session[FILED] = number
    flash(_("Open your case with the number and the code you kept."), "done")
    return redirect(url_for("intake.track"), 303)


@blueprint.get("/complaints/receipt/qr.svg")
@public
def receipt_qr() -> ResponseReturnValue:
    """Draw the address of the case's page; the code is not in it."""
    number = draft().get("number")
    address = url_for("intake.case", number=number) if number else url_for("intake.track")
    drawn = io.BytesIO()
    segno.make(settings().base_url + address, error="m").save(drawn, kind="svg", scale=4, border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
