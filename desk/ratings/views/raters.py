"""Who rates: not staff, not from their networks, and each browser known again by a number only."""

import secrets
from datetime import datetime

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from desk.access.doors import actor_or_none
from desk.kernel.errors import NotAllowed
from desk.kernel.throttle import Throttle
from desk.kernel.vault import hashes
from desk.organisation.queries import home_day, home_region
from desk.ratings.networks import lies_in
from desk.ratings.staff_ways import staff_networks
from desk.settings import Settings

COOKIE = "rater"
MONTH = 30 * 86_400
LONGEST = 32


def refuse_staff(now: datetime) -> None:
    """Raise NotAllowed for whoever is signed in as staff, or comes from a network of theirs."""
    if actor_or_none() is not None:
        raise NotAllowed(
            _("You are signed in as staff. Ratings are given by those who were served.")
        )
    if lies_in(request.remote_addr or "", staff_networks(home_region(), home_day(now))):
        raise NotAllowed(
            _(
                "This is a network of the hall's staff, and nobody rates from there. Open the "
                "page on your own phone, outside that network. Nothing is lost."
            )
        )


def device(now: datetime) -> bytes:
    """Stand for a browser for one month: by its own number, or by its address and name."""
    own = request.cookies.get(_cookie_name(), "")[:LONGEST]
    who = own or f"{request.remote_addr or ''}|{request.user_agent.string[:200]}"
    text = who.encode("utf-8", "replace").hex()
    return hashes().index("rater device", f"{now:%Y-%m}|{text}")


def known_again(answer: ResponseReturnValue) -> Response:
    """Give a browser a random number, so that many ratings of one device show as such."""
    response = make_response(answer)
    if not request.cookies.get(_cookie_name()):
        response.set_cookie(
            _cookie_name(),
            secrets.token_urlsafe(16),
            max_age=MONTH,
            httponly=True,
            samesite="Lax",
            secure=_settings().is_https,
            path="/",
        )
    return response


def address_key(now: datetime) -> str:
    """Stand for an address for one day, without keeping it."""
    return hashes().index("address", f"{now:%Y-%m-%d}|{_network()}").hex()


def address_mark(now: datetime) -> bytes:
    """Stand for the address of a rating on one day: another day the same one has another mark."""
    return hashes().index("rater address", f"{now:%Y-%m-%d}|{_network()}")


def _network() -> str:
    """Give the address somebody comes from; IPv6 counts by its network."""
    address = request.remote_addr or ""
    return ":".join(address.split(":")[:4]) if ":" in address else address


def throttle() -> Throttle:
    found: Throttle = current_app.extensions["throttle"]
    return found


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _cookie_name() -> str:
    return f"__Host-{COOKIE}" if _settings().is_https else COOKIE
