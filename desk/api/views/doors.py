"""The doors for systems: a token, what it is good for, and how often it may knock."""

from datetime import datetime, timedelta

from flask import Blueprint, current_app, g, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest

from desk.access.scopes import ApiScope
from desk.api import actions, queries
from desk.api.models import ApiClient
from desk.kernel.clock import utc_now
from desk.kernel.db import db, transaction
from desk.kernel.errors import NotAllowed, TokenNeeded
from desk.kernel.throttle import Limit, Throttle
from desk.kernel.vault import hashes
from desk.organisation.models import Region
from desk.ratings.loading import Teller
from desk.ratings.models import EventSource

blueprint = Blueprint("api", __name__, url_prefix="/api")

PER_TOKEN = Limit("api", "200/10 second;600/minute")
WRONG_TOKEN = Limit("api-wrong-token", "30/minute;300/hour")
USED_EVERY = timedelta(hours=1)
NEVER_IN_ADDRESS = frozenset({"access_token", "token", "api_key", "key"})

NO_TOKEN = _l("Send a token that holds: “Authorization: Bearer …”.")
TOO_OFTEN = _l("This token was used too often. Wait a little, and send more lines at a time.")


def admit(scope: ApiScope) -> None:
    """Let a system in whose token is good for this, and remember which one it is."""
    if NEVER_IN_ADDRESS & request.args.keys():
        raise BadRequest(_l("Never write a token into an address. Exchange it: others saw it."))
    throttle: Throttle = current_app.extensions["throttle"]
    address = hashes().index("address", f"{utc_now():%Y-%m-%d}|{request.remote_addr or ''}").hex()
    throttle.check(WRONG_TOKEN, address, TOO_OFTEN)
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    now = utc_now()
    is_bearer = kind.casefold() == "bearer"
    client = queries.client_by_token(token.strip(), now=now) if is_bearer else None
    if client is None:
        throttle.count(WRONG_TOKEN, address)
        raise TokenNeeded(NO_TOKEN)
    throttle.hit(PER_TOKEN, str(client.id), TOO_OFTEN)
    if scope not in client.scopes:
        raise NotAllowed(_l("This token is not good for that. Ask whoever gave it to you."))
    if client.used_at is None or now - client.used_at > USED_EVERY:
        client = _used(client.id, now)
    g.api_client = client


def _used(client_id: int, now: datetime) -> ApiClient:
    with transaction():
        actions.touch(client_id, now=now)
    return db.session.get_one(ApiClient, client_id)


def client() -> ApiClient:
    """Tell which system is asking."""
    found: ApiClient = g.api_client
    return found


def teller() -> Teller:
    """Give the system that tells, with its region; free of the session, which chunks begin anew."""
    found = client()
    region = db.session.get_one(Region, found.region_id)
    made = Teller(region, found.system, EventSource.API, f"api/{found.id}")
    db.session.expunge(region)
    return made
