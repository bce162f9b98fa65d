"""Rating at a window by the code of its poster: the occasion is found, or the rating stays open."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from desk.access.doors import public
from desk.kernel.clock import utc_now
from desk.kernel.db import end_read, transaction
from desk.kernel.errors import Busy, Invalid, NotFound, TooMany
from desk.kernel.throttle import Limit
from desk.organisation.models import Hall, Window
from desk.organisation.queries import home_day
from desk.ratings.actions.window import give_at_window
from desk.ratings.forms import WindowRateForm
from desk.ratings.labels import LEVELS
from desk.ratings.occasions import window_by_code
from desk.ratings.views.doors import blueprint
from desk.ratings.views.raters import (
    address_key,
    address_mark,
    device,
    known_again,
    refuse_staff,
    throttle,
)
from desk.ratings.views.words import said, words_by_level

LONGEST_CODE = 40
PER_DEVICE = Limit("rate-window-device", "1/12 hour")
PER_ADDRESS = Limit("rate-window-address", "30/hour")
LOOK_UPS = Limit("rate-window-look-up", "10/hour")
"""C37 of the security page: one rating a device, window and half day; guessing is slow."""


@blueprint.route("/rate/window/<code>", methods=["GET", "POST"])
@public
def at_window(code: str) -> ResponseReturnValue:
    now = utc_now()
    refuse_staff(now)
    window_id = _found(code)[0].id
    form, tags = WindowRateForm(), words_by_level(now)
    form.prepare([(key, name) for words in tags.values() for key, name in words])
    if request.method == "GET":
        return known_again(_page(form, code, tags))
    if not form.validate_on_submit():
        return _page(form, code, tags), 422
    try:
        _count(form, window_id)
        with transaction():
            give_at_window(
                *_found(code),
                said(form),
                ticket=str(form.ticket.data or ""),
                phone=form.phone.number or "",
                device_h=device(now),
                address_h=address_mark(now),
                now=now,
            )
    except Invalid as error:
        end_read()
        _forget(window_id, now)
        form.blame(error)
        return _page(form, code, tags), 422
    except TooMany as error:
        end_read()
        form.form_errors.append(error.message)
        return _page(form, code, tags), 429, {"Retry-After": str(error.retry_after)}
    except IntegrityError as error:
        _forget(window_id, now)
        raise Busy(_("Somebody rated at the same moment. Send it again.")) from error
    return known_again(redirect(url_for("ratings.thanks", at="window"), 303))


def _count(form: WindowRateForm, window_id: int) -> None:
    """Count this try; raises TooMany for a second of one device, or for looking up too much."""
    now = utc_now()
    if form.ticket.data or form.phone.data:
        throttle().hit(
            LOOK_UPS,
            address_key(now),
            _(
                "Many occasions were looked for from your connection. What you wrote is kept: "
                "leave ticket and phone empty, or send it again in an hour."
            ),
        )
    throttle().hit(
        PER_ADDRESS,
        f"{address_key(now)}/{window_id}",
        _("Many ratings of this window came from your connection. Send yours again in an hour."),
    )
    throttle().hit(
        PER_DEVICE,
        f"{device(now).hex()}/{window_id}",
        _(
            "This window was rated from this phone within the last 12 hours. Your first rating "
            "is kept. For another matter, use the link on its slip."
        ),
    )


def _forget(window_id: int, now: datetime) -> None:
    """Let a phone try again whose rating was not kept."""
    throttle().forget(PER_DEVICE, f"{device(now).hex()}/{window_id}")


def _found(code: str) -> tuple[Window, Hall]:
    found = None
    if len(code) <= LONGEST_CODE and code.isascii():
        found = window_by_code(code, home_day(utc_now()))
    if found is None:
        raise NotFound(_("This code belongs to no window. Scan the poster again."))
    return found


def _page(form: WindowRateForm, code: str, tags: dict[int, list[tuple[str, str]]]) -> str:
    window, hall = _found(code)
    return render_template(
        "ratings/at_window.html", form=form, window=window, hall=hall, tags=tags, levels=LEVELS
    )
